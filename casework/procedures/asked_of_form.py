"""What people ask a form itself, before they trust it: who sees it, what it costs, how long it takes. Pure."""

from __future__ import annotations

import re

from casework.readers import is_question
from casework.text import understood

LONGEST = 25
"""Characters of such a question; a longer one has a matter of its own."""
_BOSS = r"(?:老板|单位|公司|厂里|领导|经理|站长|工头|别人|外人|人家)"
_ASKED_FOR = (
    r"(?:问|填|写|给你|留|要?(?:我的)?(?:身份证|证件|电话|手机号?|名字|姓名|工资|收入|住址|地址|照片|这个|这些))"
)
_ASKED = (
    (
        "utter_form_asked_seen",
        re.compile(
            rf"(?:告诉|通知|发给|泄露给|传给)(?:我们?的?)?{_BOSS}|{_BOSS}.{{0,3}}(?:会不会|会|能)?(?:知道|看到|看见|发现)(?:吗|的|不|呢|我|这|$)"
            r"|谁(?:能|会|可以)?看(?:得|到|见)|泄露|外传|保密"
        ),
    ),
    (
        "utter_form_asked_cost",
        re.compile(
            r"^(?:那|这个?|办|办理|填|入会|申请|你们|帮我)*(?:要钱|要花钱|收钱|收费|收不收钱|收不收费|要不要钱|要交钱|要不要交钱|免费)[吗嘛的么不呢?]*$"
        ),
    ),
    (
        "utter_form_asked_time",
        re.compile(
            r"^(?:那|这个?|大概|一般|要|得|需要|等|填|办|申请|交上去)*(?:多久|多长时间|几天)(?:能|可以|会|才)?"
            r"(?:好|填完|办好|批|批下来|下来|有结果|有消息|出结果|回我|联系我)?[啊呢?]*$"
        ),
    ),
    (
        "utter_form_asked_why",
        re.compile(
            rf"(?:为什么|为啥|凭什么|干嘛|干吗).{{0,4}}{_ASKED_FOR}|{_ASKED_FOR}.{{0,4}}(?:干嘛|干吗|干什么|干啥|做什么|有什么用)"
        ),
    ),
)


def asked_of_form(text: str) -> str | None:
    """Return the response to a question about the form itself, None for any other text."""
    told = understood(text, None)
    if len(told) > LONGEST or not is_question(told):
        return None
    return next((response for response, pattern in _ASKED if pattern.search(told)), None)
