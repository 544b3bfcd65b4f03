"""Asking for a person, and leaving the queue, in words that leave no doubt. Pure.

It is decided here, before the dialogue engine, so that it holds while the engine is away. Every clause of the message
has to be such a request, a greeting or a courtesy; where the words merely occur ("人工费怎么算", "公司不等了就开除我")
the message is left to the dialogue engine.
"""

from __future__ import annotations

import re

LONGEST = 40
"""Characters of a message that can be such a request."""

_BREAKS = re.compile(r"[,，。.!！?？…~;；:：、\n]+")
_DROPPED = re.compile(r"\[[^\[\]]{1,4}\]|[^\w]")
"""Emoticons as they are typed ([流泪]), and everything that is neither letter nor digit."""

_GREETING = (
    r"(?:你好|您好|你们好|hello|hi|嗨|喂|哈[喽啰]|在吗|在不在?|在么|有人(?:在)?[吗没不么嘛]|有没有人|人呢"
    r"|老师|同志|师傅|亲)"
)
_PLEASE = (
    r"(?:麻烦(?:你们?|您)?|请问?|求求?(?:你们?|您)?了?|拜托(?:你们?|您)?了?|劳驾|谢谢|那就?|算了|还是|直接|马上|立刻|立即|赶紧|赶快|快点?|现在|先|就"
    r"|[我俺咱]们?|只?[想要]要?|需要|要求|申请|能不能|可不可以|可以|能否|可否|能|[给帮替让][我俺]们?一?下?|帮忙|你们|您|帮)"
)
_TAIL = (
    r"(?:吧|啊|阿|呀|哈|呢|吗|嘛|么|不|撒|噻|哦|喔|哟|了|啦|咯|行不行?|行吗|可以[吗不]|可不可以|好吗|好不好?|中不中?|谢谢(?:你们?|您)?了?|多谢|感谢|辛苦了?"
    r"|拜托了?|快点?|很?急|在线等|马上|赶紧|一?下下?|麻烦了?|求求了?)"
)
_HUMAN = (
    r"(?:(?:人[工功公宫供攻]|[任仁]工)(?:客服|服务|坐席|座席|台|咨询|热线|专员|人员)?|(?:真|大?活)人(?:客服|服务)?|客服(?:人员|专员)?|工作人员|值班人员"
    r"|接线员|话务员|[座坐]席|rengong)"
)
_ONE = rf"(?:{_HUMAN}|个{_HUMAN}|工会的人|你们的人|(?:你们)?工会(?:的)?(?:老师|同志|工作人员))"
_SOMEBODY = rf"(?:{_ONE}|一?[个位](?:懂的|明白)?人)"
_CONNECT = (
    r"(?:[转传专](?:接|到|去|回|成|给|一下|个)?|接[通到入]?|切换?[到成为]?|换[成到]?"
    r"|呼叫|联系|连接?|找一?下?|叫|喊|请|要|来|派|安排|zhuan)"
)
_TALK = r"(?:说话?|讲话?|谈谈?|聊[聊天]?|沟通|对话|通话|说说|讲讲|咨询|反映)"
_COMES = rf"(?:来|过来|出来|接待|处理|(?:回复?|理|帮|联系)[我俺]|来?[跟和给][我俺]{_TALK})"
_REQUEST = (
    rf"(?:{_CONNECT}?{_HUMAN}(?:在(?:吗|不在?|哪里?|哪儿|线吗))?|{_CONNECT}{_ONE}|(?:找|叫|喊|换|派|安排|来|请|让|联系){_SOMEBODY}{_COMES}?"
    rf"|[跟和同与找]{_ONE}(?:直接)?{_TALK}|[找叫喊]人(?:来|过来)?|换人来?|有没?有?{_HUMAN}|(?:怎么|咋个?|如何|怎样)(?:才能)?{_CONNECT}{_HUMAN})"
)
_ASKS = re.compile(rf"(?:(?:{_GREETING}|{_PLEASE}){{0,7}}{_REQUEST}{_TAIL}{{0,4}}){{1,4}}")
_WHICH = re.compile(rf"{_HUMAN}[吗么嘛不]+|(?:在|就)?有人{_TAIL}{{0,4}}")
"""Asks who is there, rather than for somebody (真人吗)."""
_NO_MACHINE = (
    r"(?:(?:不要|不想|别|不跟|不想跟|不喜欢|讨厌)(?:跟|和|用)?(?:你|这个?)?(?:机器人?|智能客服|ai|自动回复)(?:聊|说|回|聊天|说话|讲)?了?"
    r"|(?:说了半天|[我俺])?(?:跟|和)?(?:你|机器人?)也?(?:别回了?|说不清楚?|说不明白|讲不清楚?|听不懂|不懂|没用|不行|答非所问)|[我俺]?(?:不会|不太会)打字|打字慢|不识字|听不懂)"
)
_COURTESY = re.compile(rf"(?:{_GREETING}|{_PLEASE}|{_TAIL}|{_NO_MACHINE}){{1,7}}")

_QUEUE = r"(?:排队|排号|队列?|等待|等候|转人工|人工(?:客服|服务|排队)?)"
_LEAVES = re.compile(
    r"(?:(?:那|算了|唉|哎|好吧|行吧|好的?|行|嗯|就|我们?|俺们?|咱们?|先|还是|已经|真的|太[久慢]了|请|麻烦|帮我|给我|我[要想]){0,5}"
    r"(?:[不唔勿](?:想|愿意?|要|用|必|打算)?再?(?:继续)?等(?:你们|人工|人|客服|下去|着)?[了啦咯喽喇]|不等"
    r"|[不唔勿](?:想|愿意?|要|用|必)?再?排队?[了啦咯喽喇]|不排队"
    rf"|(?:取消|退出|离开|结束|停止|撤销)掉?{_QUEUE}(?:了|吧)?|{_QUEUE}(?:帮我)?(?:取消|退出)(?:了|掉|吧)?"
    rf"|(?:不|别|不用|不要|不必|不需要|不想)再?(?:转(?:接|{_HUMAN})?|(?:找|要|叫|接|联系|帮我转)(?:{_HUMAN}|人))[了啦咯喽喇]"
    rf"|(?:不用|不要|不需要)(?:找|转|接)?{_HUMAN}[了啦咯喽喇]?)(?:吧|哈|啊|呀|谢谢|再见|拜拜){{0,3}}){{1,3}}"
)
_AROUND_LEAVING = re.compile(
    r"(?:算了|唉|哎|好吧|行吧|好的?|行|嗯|你好|您好|不用了|(?:等得?|实在)?太[久慢]了|等[^么吗]{0,4}(?:久|半天|不及|不起)了?|(?:也|都)?没人(?:理|接|回)?"
    r"|谢谢(?:你们?|您)?了?|多谢|辛苦了?|麻烦(?:你们)?了|打扰了|再见|拜拜|88|(?:我)?(?:明天|改天|下次|回头|晚点|有空)再(?:来|说|问|找你们?|联系)(?:吧)?"
    r"|(?:我)?自己(?:想办法|解决|去问|打电话|去(?:一?趟)?|处理|弄)(?:吧|了)?|(?:问题|事情?)?(?:已经)?(?:解决|弄好|搞定|处理好)了?"
    r"|(?:我)?(?:要|得|去|先去)(?:上班|干活|忙|开工|跑单)了?|(?:我)?先(?:忙|走|下)了){1,4}"
)


def asks_for_person(understood: str) -> bool:
    """Tell whether a message asks for a person and for nothing else.

    `understood` is the text as `casework.text.understood` gives it.
    """
    clauses = _clauses(understood)
    requests = [_ASKS.fullmatch(clause) is not None and not _WHICH.fullmatch(clause) for clause in clauses]
    return any(requests) and all(
        request or _COURTESY.fullmatch(clause) for request, clause in zip(requests, clauses, strict=True)
    )


def leaves_queue(understood: str) -> bool:
    """Tell whether a message says that the worker waits no longer, and nothing else; text as above."""
    clauses = _clauses(understood)
    if clauses and (understood.endswith("?") or clauses[-1].endswith(("吗", "么", "嘛", "呢"))):
        return False
    leaving = [_LEAVES.fullmatch(clause) is not None for clause in clauses]
    return any(leaving) and all(
        leaves or _AROUND_LEAVING.fullmatch(clause) for leaves, clause in zip(leaving, clauses, strict=True)
    )


def _clauses(understood: str) -> list[str]:
    if len(understood) > LONGEST:
        return []
    clauses = (_DROPPED.sub("", clause) for clause in _BREAKS.split(understood.lower()))
    return [clause for clause in clauses if clause]
