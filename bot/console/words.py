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
