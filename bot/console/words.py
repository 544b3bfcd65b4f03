"""What the console calls things: Chinese words for the codes of casework. Pure."""

from __future__ import annotations

CHANNELS = {"web": "网页", "wechat": "微信", "telegram": "Telegram"}
REASONS = {
    "asked_for": "要找人工",
    "not_understood": "没听懂",
    "distress": "求救",
    "legal_urgency": "有期限",
    "staff": "工作人员接入",
}
DETAILS = {
    "self_harm": "有轻生的话",
    "violence": "正受到暴力",
    "locked_in": "被关、被困",
    "accident": "正在出事故",
    "deadline": "时效快到了",
    "injury": "刚受伤",
    "hazard": "有安全隐患",
}
"""Kinds of distress and of legal urgency."""
OUTCOMES = {
    "solved": "已经解决",
    "advised": "给了建议",
    "referred": "转到别处办理",
    "unreachable": "联系不上",
    "other": "其他",
    "left": "职工自己离开",
    "back_to_bot": "交回机器人",
}
CHOSEN_OUTCOMES = ("solved", "advised", "referred", "unreachable", "other")
"""Those that staff choose among when they end a hand-off."""
CATEGORIES = {
    "wages": "工资",
    "contract": "合同、辞退",
    "injury": "工伤",
    "hours": "工时、休假",
    "insurance": "社保、公积金",
    "joining": "入会、建会",
    "aid": "困难帮扶",
    "mood": "心理、情绪",
    "hazard": "安全隐患",
    "other": "其他",
}
TOPIC_CATEGORIES = {"joining": "joining", "aid": "aid"}
"""The category that is chosen beforehand for a department's topic."""
STATES = {"pending": "机器人接待", "open": "人工接待", "resolved": "已结束"}
AUTHORS = {"worker": "职工", "bot": "机器人", "staff": "工作人员", "system": "系统"}
INTENTS = {
    "greet": "打招呼",
    "goodbye": "告别",
    "thank": "道谢",
    "affirm": "说是",
    "deny": "说不是",
    "stop": "要停下",
    "help": "问能做什么",
    "bot_challenge": "问是不是机器人",
    "ask_policy": "问政策",
    "join_union": "要入会",
    "apply_aid": "申请帮扶",
    "request_legal_aid": "申请法律援助",
    "calculate_entitlement": "算该得多少",
    "report_hazard": "报安全隐患",
    "share_mood": "说心情",
    "find_station": "找服务点",
    "check_case": "查办理进度",
    "make_suggestion": "提意见",
    "request_human": "找人工",
    "recall_staff": "问工作人员说过的话",
    "rate_service": "评价服务",
    "rate_hand_off": "给接待打分",
    "distress": "求救",
    "out_of_scope": "别的事",
    "leave_queue": "不等了",
    "call_back": "要回电",
    "call_back_hours": "说回电时间",
    "nlu_fallback": "没听懂",
}
CALL_BACK_STATES = {"open": "等着回电", "reached": "已打通", "unreachable": "打不通", "cancelled": "已取消"}
CALL_OUTCOMES = {"reached": "打通了", "no_answer": "没人接", "busy": "占线", "wrong_number": "号码不对"}
SAFE_HOURS = {
    "any": "随时可以",
    "noon": "中午 12 点到 1 点",
    "evening": "晚上 6 点以后",
    "weekend": "周末",
    "unknown": "没说什么时候方便",
}
FILE_KINDS = {"photo": "照片", "document": "文件", "voice": "语音"}
SCORES = {1: "很不满意", 2: "不满意", 3: "一般", 4: "满意", 5: "很满意"}
VIEWS = {"unassigned": "待接", "mine": "我的", "all": "全部", "resolved": "已结", "bot": "机器人"}
EMPTY = {
    "unassigned": ("没有人在等", "职工要找人工时，会马上出现在这里，不用刷新。"),
    "mine": ("你手上没有对话", "去“待接”里接一个，接过来的都在这里。"),
    "all": ("还没有对话", "职工第一次发消息后，就会出现在这里。"),
    "resolved": ("还没有结束的对话", "处理完、点了“结束”的对话会在这里。"),
    "bot": ("机器人现在没有在接待", "还没有转人工的对话会在这里，需要时可以直接接过来。"),
}
"""What an empty list means."""
NOTHING_FOUND = ("没有找到", "换个词试试，或者清除筛选条件。可以搜对话里的字、职工的称呼、电话号码，或者 #编号。")
CASE_WHOSE = {"all": "全部", "mine": "我的", "unassigned": "没人办的"}
"""Whose cases a list shows."""
CASE_PHASES = {"open": "没办结的", "closed": "已经结束的"}
"""What the filter of states offers beside the states themselves."""
CASE_COLUMNS = {
    "submitted": "待受理",
    "accepted": "已受理",
    "in_progress": "办理中",
    "waiting": "等职工补",
    "closed": "已办结",
}
"""The columns of the board."""
CASE_COLUMN_EMPTY = {
    "submitted": "没有等着受理的",
    "accepted": "没有等着开始办的",
    "in_progress": "没有正在办的",
    "waiting": "没有在等职工补材料的",
    "closed": "近 7 天没有结束的",
}
CASE_MOVES = {"accepted": "受理", "in_progress": "开始办", "done": "办结", "refused": "不予办理"}
"""Where staff move a case to, as their buttons say it."""
EMPLOYER_CONTACT = {
    "never": "绝对不要联系单位",
    "ask_first": "联系单位前先问本人",
    "yes": "可以联系单位",
}
"""The worker's word on whether the union may speak with the employer."""
CASE_EVENTS = {
    "submitted": "交上来",
    "note": "写了备注",
    "asked": "请职工补材料",
    "added": "补了材料",
    "reminded": "提醒职工补材料",
    "worker_silent": "提醒过了还没补，请打电话问问",
    "lapsed": "过了说好的时间，向职工道歉",
    "escalated": "报给主管",
    "raised_up": "转给上一级工会",
    "grouped": "并入集体案件",
    "representatives": "推举了代表",
}
"""What happened to a case; who did it stands before."""
CASE_URGENT = {
    "deadline": "时效快到了",
    "injury": "刚受伤",
    "group": "十人以上",
    "child_labour": "不满十六岁",
}
"""Why a case was urgent when it came in."""
CASE_EMPTY = {
    "all": ("还没有办件", "职工在聊天里交了申请、求助，就会出现在这里。"),
    "mine": ("你手上没有办件", "去“没人办的”里接一件，接过来的都在这里。"),
    "unassigned": ("没有等人接的办件", "都有人在办了。"),
}
"""What an empty list of cases means."""
CASE_NOTHING_FOUND = ("没有找到", "编号、电话、证件号、姓名要写完整。或者清除条件再看。")
