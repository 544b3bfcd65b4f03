"""Notices to a group robot of WeCom, DingTalk or Feishu, or as JSON to a service of one's own.

Formats and answers as the platforms document them:
WeCom https://developer.work.weixin.qq.com/document/path/91770,
DingTalk https://open.dingtalk.com/document/robots/custom-robot-access,
Feishu https://open.feishu.cn/document/client-docs/bot-v3/add-custom-bot.
All three answer 200 to what they refuse and say so in the body.

JSON: `POST` of `{"version": 1, "ids", "alarm", "subject", "text", "link", "lines": [{"kind", "department", "count",
"waiting", "reason", "conversation_id", "staff"}]}`; any 2xx status means taken. With a secret the header
`X-Niangjia-Signature` is `sha256=` and the hexadecimal HMAC-SHA256 of `<X-Niangjia-Timestamp>.<body>`.
"""

from __future__ import annotations

import asyncio
import base64
import hashlib
import hmac
import json
import ssl
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import httpx

from bot.gateway.notice_messages import NoticeFailed, NoticeMessage

DEADLINE = 10.0
"""Seconds for everything; `casework.notifications.LEASE` is longer."""
MOST_READ = 64 * 1024
WECOM_BYTES = 2048
"""The longest text that WeCom's robots take, in UTF-8."""

Body = dict[str, Any]


@dataclass(frozen=True)
class Prepared:
    """A request as its format has it: body, further query parameters and headers."""

    body: bytes
    query: Mapping[str, str] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)


class Webhook:
    """Sends notices to one address."""

    name = "webhook"

    def __init__(
        self, http: httpx.AsyncClient, address: str, form: str, secret: str = "", clock: Callable[[], float] = time.time
    ) -> None:
        """`form` is `wecom`, `dingtalk`, `feishu` or `json`; the address itself is a secret with the first three."""
        self._http = http
        self._address = address
        self._form = form
        self._secret = secret
        self._clock = clock

    async def send(self, message: NoticeMessage) -> None:
        """Post the message. Raises `NoticeFailed`."""
        prepared = PREPARE[self._form](message, self._secret, int(self._clock()))
        try:
            async with asyncio.timeout(DEADLINE):
                status, answer = await self._post(prepared)
        except (TimeoutError, httpx.TimeoutException) as error:
            raise NoticeFailed("timeout", f"no answer within {DEADLINE:.0f} seconds; is the address right?") from error
        except httpx.HTTPError as error:
            raise NoticeFailed(type(error).__name__, _unreachable(error)) from error
        check_answer(self._form, status, answer)

    async def _post(self, prepared: Prepared) -> tuple[int, bytes]:
        """Return status and the beginning of the answer; redirects are not followed, they would carry the text away."""
        address = httpx.URL(self._address).copy_merge_params(prepared.query)
        headers = {"Content-Type": "application/json; charset=utf-8", **prepared.headers}
        request = self._http.build_request("POST", address, content=prepared.body, headers=headers, timeout=DEADLINE)
        response = await self._http.send(request, stream=True, follow_redirects=False)
        answer = b""
        try:
            async for chunk in response.aiter_bytes():
                answer += chunk
                if len(answer) > MOST_READ:
                    raise NoticeFailed("answer too long", "the address answers with far more than a robot would")
        finally:
            await response.aclose()
        return response.status_code, answer


def wecom(message: NoticeMessage, _secret: str, _moment: int) -> Prepared:
    """Return a text for a WeCom robot; an alarm calls everybody in the group."""
    text: Body = {"content": _cut(message, WECOM_BYTES)}
    if message.is_alarm:
        text["mentioned_list"] = ["@all"]
    return Prepared(_json({"msgtype": "text", "text": text}))


def dingtalk(message: NoticeMessage, secret: str, moment: int) -> Prepared:
    """Return a text for a DingTalk robot, signed in the query where it has a secret (加签)."""
    body = {"msgtype": "text", "text": {"content": message.text}, "at": {"isAtAll": message.is_alarm}}
    milliseconds = str(moment * 1000)
    query = {"timestamp": milliseconds, "sign": _sign(secret, f"{milliseconds}\n{secret}")} if secret else {}
    return Prepared(_json(body), query=query)


def feishu(message: NoticeMessage, secret: str, moment: int) -> Prepared:
    """Return a text for a Feishu robot; its signature is made with the time and the secret as key, of nothing."""
    text = message.text.replace("<", "＜").replace(">", "＞")
    if message.is_alarm:
        text = f'<at user_id="all">所有人</at> {text}'
    body: Body = {"msg_type": "text", "content": {"text": text}}
    if secret:
        body |= {"timestamp": str(moment), "sign": _sign(f"{moment}\n{secret}", "")}
    return Prepared(_json(body))


def plain(message: NoticeMessage, secret: str, moment: int) -> Prepared:
    """Return the message as JSON for a service of one's own."""
    lines = [
        {
            "kind": line.kind,
            "department": line.department,
            "count": line.count,
            "waiting": line.waiting,
            "reason": line.reason,
            "conversation_id": line.conversation_id,
            "staff": list(line.people),
        }
        for line in message.lines
    ]
    body = _json(
        {
            "version": 1,
            "ids": list(message.ids),
            "alarm": message.is_alarm,
            "subject": message.subject,
            "text": message.text,
            "link": message.link,
            "lines": lines,
        }
    )
    if not secret:
        return Prepared(body)
    signed = hmac.new(secret.encode(), f"{moment}.".encode() + body, hashlib.sha256).hexdigest()
    return Prepared(body, headers={"X-Niangjia-Timestamp": str(moment), "X-Niangjia-Signature": f"sha256={signed}"})


PREPARE = {"wecom": wecom, "dingtalk": dingtalk, "feishu": feishu, "json": plain}


def check_answer(form: str, status: int, answer: bytes) -> None:
    """Return when the target took the message. Raises `NoticeFailed`."""
    if 300 <= status < 400:
        raise NoticeFailed(f"HTTP {status}", "the address leads elsewhere (redirect): set the address it leads to")
    if not 200 <= status < 300:
        raise NoticeFailed(f"HTTP {status}", f"the address answers {status}: is it complete and still valid?")
    if form == "json":
        return
    code, words = _code(answer)
    if code is None:
        raise NoticeFailed("no code", f"that is no answer of a {form} robot: are address and format right?")
    if code != 0:
        raise NoticeFailed(f"errcode {code}", f"{_meaning(form, code, words)} ({words or code})")


def _code(answer: bytes) -> tuple[int | None, str]:
    """Return a robot's code and words: `errcode` and `errmsg`, or what Feishu names so now or did before."""
    try:
        body = json.loads(answer)
    except ValueError:
        return None, ""
    if not isinstance(body, dict):
        return None, ""
    for code, words in (("errcode", "errmsg"), ("code", "msg"), ("StatusCode", "StatusMessage")):
        if isinstance(body.get(code), int) and not isinstance(body[code], bool):
            said = "".join(letter for letter in str(body.get(words, "")) if letter.isprintable())
            return body[code], said[:200]
    return None, ""


_WRONG_ADDRESS = "the robot's address is wrong, or the robot was removed from the group: copy it again"
_TOO_MANY = "too many messages in a minute; it is tried again later"
_WRONG_SECRET = "NOTIFY_WEBHOOK_SECRET is not the robot's secret, or this machine's clock is wrong"  # noqa: S105  words
_WRONG_KEYWORD = "the robot lets only messages with its keyword through: give it the keyword 娘家人"
_WRONG_IP = "the robot takes messages from certain addresses only: add this machine's, or use the secret instead"
_MEANINGS = {
    ("wecom", 93000): _WRONG_ADDRESS,
    ("wecom", 45009): _TOO_MANY,
    ("dingtalk", 300001): _WRONG_ADDRESS,
    ("dingtalk", 300005): _WRONG_ADDRESS,
    ("dingtalk", 400101): _WRONG_ADDRESS,
    ("dingtalk", 400102): "the robot is switched off: switch it on in the group's settings",
    ("dingtalk", 130101): _TOO_MANY,
    ("dingtalk", 410100): _TOO_MANY,
    ("feishu", 19001): _WRONG_ADDRESS,
    ("feishu", 19021): _WRONG_SECRET,
    ("feishu", 19022): _WRONG_IP,
    ("feishu", 19024): _WRONG_KEYWORD,
    ("feishu", 9499): _TOO_MANY,
    ("feishu", 11232): _TOO_MANY,
}


def _meaning(form: str, code: int, words: str) -> str:
    if (form, code) == ("dingtalk", 310000):  # one code for all its security settings
        said = words.lower()
        if "keyword" in said or "关键词" in said:
            return _WRONG_KEYWORD
        return _WRONG_IP if "whitelist" in said or "ip" in said.split() else _WRONG_SECRET
    return _MEANINGS.get((form, code), f"the {form} robot refuses the message")


def _unreachable(error: httpx.HTTPError) -> str:
    cause: BaseException | None = error
    while cause is not None:
        if isinstance(cause, ssl.SSLCertVerificationError):
            return "its certificate is not valid for this address, or its issuer is not known here"
        cause = cause.__cause__ or cause.__context__
    return "it cannot be reached: look at the address, the network, the firewall, the proxy"


def _cut(message: NoticeMessage, limit: int) -> str:
    """Return the text with at most `limit` bytes; what is left out is said, the link stays."""
    if len(message.text.encode()) <= limit:
        return message.text
    end = f"……\n{message.link}"
    kept = message.text.removesuffix(message.link).encode()[: limit - len(end.encode())]
    return kept.decode(errors="ignore").rstrip() + end


def _sign(key: str, text: str) -> str:
    return base64.b64encode(hmac.new(key.encode(), text.encode(), hashlib.sha256).digest()).decode()


def _json(body: Body) -> bytes:
    return json.dumps(body, ensure_ascii=False).encode()
