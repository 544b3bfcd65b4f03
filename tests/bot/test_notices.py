"""Notices reach group robots, own services and mailboxes, and what goes wrong on the way is tried again or said."""

from __future__ import annotations

import asyncio
import base64
import email
import email.policy
import hashlib
import hmac
import json
import multiprocessing
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from email.message import EmailMessage
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
from sqlalchemy import select
from structlog.testing import capture_logs

from bot import cli_notices
from bot.gateway import notice_mail, notice_webhook, notices
from bot.gateway.notice_mail import Mail, MailServer
from bot.gateway.notice_messages import MARK, NoticeFailed, NoticeMessage, compose, trial_message
from bot.gateway.notice_webhook import Webhook, check_answer
from bot.gateway.notices import Notices
from casework import notifications
from casework.database import Database, now
from casework.notifications import Line, Notifications, Parcel
from casework.tables import HandOff, Notification
from settings import ROOT, Settings, SettingsError, load_settings
from tests.bot.engine import ScriptedEngine
from tests.bot.gateway_server import running_gateway, visitor
from tests.bot.notice_servers import Answer, Certificate, MailRules, Post, Robot
from tests.casework.waiting import add_waiting
from tests.union import Union

CONSOLE = "https://console.example.org"
LINE = Line("new", "某县总工会 法律维权", 1, 3, "asked_for", 17)
ALARM = Line("alarm", "某县总工会 法律维权", 1, 1, "distress", 17, ("小陈", "小李"))
MESSAGE = compose(Parcel("webhook", (4,), (LINE,), is_alarm=False), CONSOLE)
CALL = compose(Parcel("webhook", (5,), (ALARM,), is_alarm=True), CONSOLE)
OK = {
    "wecom": b'{"errcode":0,"errmsg":"ok"}',
    "dingtalk": b'{"errcode":0,"errmsg":"ok"}',
    "feishu": b'{"StatusCode":0,"StatusMessage":"success","code":0,"data":{},"msg":"success"}',
    "json": b"",
}


@pytest.fixture
def robot() -> Iterator[Robot]:
    running = Robot()
    yield running
    running.close()


@pytest.fixture(scope="session")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Certificate:
    return Certificate(tmp_path_factory.mktemp("certificate"))


@pytest.fixture
def post(certificate: Certificate) -> Iterator[Callable[..., Post]]:
    opened: list[Post] = []

    def open_post(**rules: Any) -> Post:
        opened.append(Post(certificate, MailRules(**rules)))
        return opened[-1]

    yield open_post
    for each in opened:
        each.close()


async def send(robot: Robot, form: str, message: NoticeMessage = MESSAGE, secret: str = "") -> Any:
    """Send one message; return what the robot got."""
    robot.answers = robot.answers or [Answer(OK[form])]
    async with httpx.AsyncClient(trust_env=False) as http:
        await Webhook(http, robot.address, form, secret, clock=lambda: 1_599_360_473.7).send(message)
    return robot.requests[-1]


# What a notice says.


@pytest.mark.parametrize(
    ("line", "told"),
    [
        (LINE, "某县总工会 法律维权：新来 1 位（要找人工），现在一共 3 位在等。"),
        (Line("new", "综合服务", 9, 12), "综合服务：新来 9 位，现在一共 12 位在等。"),
        (ALARM, "某县总工会 法律维权：危急！1 位职工在等，请马上接。请 小陈、小李 接。"),
        (Line("alarm", "综合服务", 2, 2), "综合服务：危急！2 位职工在等，请马上接。谁看到谁接。"),
        (
            Line("raised", "综合服务", 1, 1, "not_understood", 3),
            "综合服务：有 1 位等了好一会儿，还没人接（机器人没听懂）。",
        ),
        (Line("raised", "综合服务", 1, 0, None, 3, ("小陈",)), "综合服务：小陈，你接待的职工在等回复。"),
        (Line("supervisor", "综合服务", 2, 2), "综合服务：有 2 位等得太久了，请主管看一下。"),
        (Line("morning", "综合服务", 1, 7), "综合服务：上班了，7 位在等。"),
        (Line("silent", "综合服务", 1, 0, None, 3), "综合服务：有 1 件事 30 天没有动静，请主管看看怎么办。"),
    ],
)
def test_a_notice_says_where_and_how_many_and_why(line: Line, told: str) -> None:
    text = compose(Parcel("webhook", (1,), (line,), is_alarm=line.kind == "alarm"), CONSOLE).text
    link = f"{CONSOLE}/conversations/{line.conversation_id}" if line.conversation_id else f"{CONSOLE}/inbox"
    assert text == f"{MARK}{told}\n{link}"


def test_many_departments_are_one_message_with_a_link_to_the_inbox() -> None:
    lines = tuple(Line("new", f"部门{number}", 1, 2) for number in range(12))
    message = compose(Parcel("webhook", (1,), lines, is_alarm=False), CONSOLE)
    assert message.text.splitlines()[-2:] == ["另外 2 个部门也有人在等。", f"{CONSOLE}/inbox"]
    assert message.subject == f"{MARK}24 位在等"


def test_without_the_console_s_address_there_is_no_link() -> None:
    assert compose(Parcel("webhook", (1,), (LINE,), is_alarm=False), "").text.endswith("请打开工作台查看。")


# Group robots, as their platforms want it.


async def test_wecom_gets_a_text_and_an_alarm_calls_everybody(robot: Robot) -> None:
    request = await send(robot, "wecom")
    assert request.path == "/robot/send?key=0815"
    assert request.headers["Content-Type"] == "application/json; charset=utf-8"
    assert request.json == {"msgtype": "text", "text": {"content": MESSAGE.text}}
    assert (await send(robot, "wecom", CALL)).json["text"]["mentioned_list"] == ["@all"]


async def test_wecom_s_limit_is_kept_in_bytes_and_the_link_stays(robot: Robot) -> None:
    lines = tuple(Line("new", "某某市某某区总工会 " + "法律维权部" * 20, 1, 2) for _ in range(12))
    long = compose(Parcel("webhook", (1,), lines, is_alarm=False), CONSOLE)
    content = (await send(robot, "wecom", long)).json["text"]["content"]
    assert 1900 < len(content.encode()) <= 2048
    assert content.endswith(f"……\n{CONSOLE}/inbox")


async def test_dingtalk_gets_a_text_signed_in_its_address(robot: Robot) -> None:
    request = await send(robot, "dingtalk", CALL, secret="SECabc+/=")
    assert request.json == {"msgtype": "text", "text": {"content": CALL.text}, "at": {"isAtAll": True}}
    query = parse_qs(urlsplit(request.path).query)
    assert (query["key"], query["timestamp"]) == (["0815"], ["1599360473000"])
    signed = hmac.new(b"SECabc+/=", b"1599360473000\nSECabc+/=", hashlib.sha256).digest()
    assert base64.b64decode(query["sign"][0], validate=True) == signed
    assert "sign" not in (await send(robot, "dingtalk")).path


async def test_feishu_gets_a_text_signed_in_its_body(robot: Robot) -> None:
    body = (await send(robot, "feishu", CALL, secret="abc")).json
    assert (body["msg_type"], body["timestamp"]) == ("text", "1599360473")
    assert body["sign"] == base64.b64encode(hmac.new(b"1599360473\nabc", b"", hashlib.sha256).digest()).decode()
    assert body["content"]["text"] == f'<at user_id="all">所有人</at> {CALL.text}'
    assert "sign" not in (await send(robot, "feishu")).json


async def test_no_name_can_call_everybody_on_feishu(robot: Robot) -> None:
    line = Line("new", '<at user_id="all">', 1, 1)
    message = compose(Parcel("webhook", (1,), (line,), is_alarm=False), CONSOLE)
    assert "<at" not in (await send(robot, "feishu", message)).json["content"]["text"]


async def test_an_own_service_gets_everything_signed_in_a_header(robot: Robot) -> None:
    request = await send(robot, "json", CALL, secret="abc")
    assert request.json == {
        "version": 1,
        "ids": [5],
        "alarm": True,
        "subject": f"{MARK}危急，请马上接",
        "text": CALL.text,
        "link": f"{CONSOLE}/conversations/17",
        "lines": [
            {
                "kind": "alarm",
                "department": "某县总工会 法律维权",
                "count": 1,
                "waiting": 1,
                "reason": "distress",
                "conversation_id": 17,
                "staff": ["小陈", "小李"],
            }
        ],
    }
    assert request.headers["X-Niangjia-Timestamp"] == "1599360473"
    signed = hmac.new(b"abc", b"1599360473." + request.body, hashlib.sha256).hexdigest()
    assert request.headers["X-Niangjia-Signature"] == f"sha256={signed}"
    assert "X-Niangjia-Signature" not in (await send(robot, "json")).headers


@pytest.mark.parametrize(
    ("form", "answer", "code", "told"),
    [
        ("wecom", b'{"errcode":93000,"errmsg":"invalid webhook url, hint: [1]"}', "errcode 93000", "copy it again"),
        ("wecom", b'{"errcode":45009,"errmsg":"api freq out of limit"}', "errcode 45009", "too many"),
        ("wecom", b'{"errcode":40058,"errmsg":"invalid Request Parameter"}', "errcode 40058", "refuses"),
        ("dingtalk", b'{"errcode":310000,"errmsg":"sign not match"}', "errcode 310000", "NOTIFY_WEBHOOK_SECRET"),
        ("dingtalk", b'{"errcode":310000,"errmsg":"invalid timestamp"}', "errcode 310000", "clock"),
        ("dingtalk", b'{"errcode":310000,"errmsg":"keywords not in content"}', "errcode 310000", "娘家人"),
        ("dingtalk", b'{"errcode":310000,"errmsg":"ip 1.2.3.4 not in whitelist"}', "errcode 310000", "addresses"),
        ("dingtalk", b'{"errcode":300005,"errmsg":"token is not exist"}', "errcode 300005", "copy it again"),
        ("dingtalk", b'{"errcode":130101,"errmsg":"send too fast"}', "errcode 130101", "too many"),
        ("feishu", b'{"code":19021,"data":{},"msg":"sign match fail"}', "errcode 19021", "NOTIFY_WEBHOOK_SECRET"),
        ("feishu", b'{"code":19024,"msg":"Key Words Not Found"}', "errcode 19024", "娘家人"),
        (
            "feishu",
            b'{"code":19001,"msg":"param invalid: incoming webhook access token invalid"}',
            "errcode 19001",
            "copy",
        ),
        ("feishu", b'{"code":19022,"msg":"Ip Not Allowed"}', "errcode 19022", "addresses"),
        ("feishu", b'{"StatusCode":19001,"StatusMessage":"x"}', "errcode 19001", "copy"),
        ("wecom", b"<html>log in</html>", "no code", "address and format"),
        ("wecom", b"[]", "no code", "address and format"),
        ("feishu", b'{"errmsg":"ok"}', "no code", "address and format"),
    ],
)
async def test_what_a_robot_refuses_is_a_failure_with_the_way_out(
    robot: Robot, form: str, answer: bytes, code: str, told: str
) -> None:
    robot.answers = [Answer(answer)]
    with pytest.raises(NoticeFailed) as failure:
        await send(robot, form)
    assert failure.value.code == code
    assert told in failure.value.explanation


@pytest.mark.parametrize("status", [400, 401, 404, 429, 500, 503])
async def test_a_wrong_status_is_a_failure(robot: Robot, status: int) -> None:
    robot.answers = [Answer(status=status)]
    with pytest.raises(NoticeFailed, match=f"HTTP {status}"):
        await send(robot, "json")


async def test_no_redirect_is_followed(robot: Robot) -> None:
    robot.answers = [Answer(status=307, headers={"Location": robot.address})]
    with pytest.raises(NoticeFailed, match="redirect"):
        await send(robot, "wecom")
    assert len(robot.requests) == 1


async def test_a_slow_answer_is_a_failure(robot: Robot, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(notice_webhook, "DEADLINE", 0.2)
    robot.answers = [Answer(after=1)]
    with pytest.raises(NoticeFailed, match="timeout"):
        await send(robot, "wecom")


async def test_an_endless_answer_is_not_read_to_its_end(robot: Robot) -> None:
    robot.answers = [Answer(b"x" * 1_000_000)]
    with pytest.raises(NoticeFailed, match="answer too long"):
        await send(robot, "wecom")


async def test_nobody_there_is_a_failure_that_does_not_tell_the_address(robot: Robot) -> None:
    robot.close()
    with pytest.raises(NoticeFailed, match="cannot be reached") as failure:
        await send(robot, "wecom")
    assert "0815" not in str(failure.value)


def test_an_own_service_may_answer_what_it_likes() -> None:
    check_answer("json", 204, b"")
    check_answer("json", 200, b'{"code": 200}')


# Mail.


def mail(post: Post, certificate: Certificate, **server: Any) -> Mail:
    to = ["duty@union.test", "head@union.test"]
    return Mail(MailServer("127.0.0.1", post.port, **server), "bot@union.test", to, certificate.client)


def read(text: str) -> EmailMessage:
    return email.message_from_string(text, policy=email.policy.default)


async def test_a_mail_goes_over_starttls_with_a_login(post: Callable[..., Post], certificate: Certificate) -> None:
    server = post(login=("bot", "secret"))
    await mail(server, certificate, user="bot", password="secret").send(CALL)
    (got,) = server.mails
    assert (got.sender, got.recipients) == ("bot@union.test", ["duty@union.test", "head@union.test"])
    assert (got.over_tls, got.user) == (True, "bot")
    message = read(got.text)
    assert message["Subject"] == f"{MARK}危急，请马上接"
    assert (message["To"], message["Importance"]) == ("duty@union.test, head@union.test", "high")
    assert message["Auto-Submitted"] == "auto-generated"
    assert message["Message-ID"].endswith("@union.test>")
    assert message.get_content().strip() == CALL.text


async def test_a_mail_goes_over_ssl(post: Callable[..., Post], certificate: Certificate) -> None:
    server = post(over_ssl=True)
    await mail(server, certificate, security="ssl").send(MESSAGE)
    assert server.mails[0].over_tls


async def test_a_mail_goes_in_the_clear_where_that_is_set(post: Callable[..., Post], certificate: Certificate) -> None:
    server = post(offers_starttls=False)
    await mail(server, certificate, security="none").send(MESSAGE)
    assert not server.mails[0].over_tls
    assert read(server.mails[0].text)["Importance"] is None


@pytest.mark.parametrize(
    ("rules", "server", "code", "told"),
    [
        ({"login": ("bot", "right")}, {"user": "bot", "password": "wrong"}, "SMTPAuthenticationError", "SMTP_PASSWORD"),
        ({"login": ("bot", "right")}, {"user": "bot", "password": "秘密"}, "UnicodeEncodeError", "ASCII"),
        ({"offers_starttls": False}, {}, "SMTPNotSupportedError", "STARTTLS"),
        ({}, {"security": "ssl"}, "SSLError", "465"),
        ({"refuses": ("duty@union.test", "head@union.test")}, {}, "SMTPRecipientsRefused", "NOTIFY_EMAIL_TO"),
        ({"refuses_sender": True}, {}, "SMTPSenderRefused", "NOTIFY_EMAIL_FROM"),
        ({"greets": b"554 not today\r\n"}, {}, "SMTPConnectError", "554"),
        ({"greets": b""}, {}, "SMTPServerDisconnected", "SMTP_PORT"),
        ({"over_ssl": True}, {}, "SMTPServerDisconnected", "SMTP_PORT"),
    ],
)
async def test_what_a_mail_server_refuses_is_a_failure_with_the_way_out(
    post: Callable[..., Post],
    certificate: Certificate,
    monkeypatch: pytest.MonkeyPatch,
    rules: dict[str, Any],
    server: dict[str, Any],
    code: str,
    told: str,
) -> None:
    monkeypatch.setattr(notice_mail, "STEP", 0.5)
    running = post(**rules)
    with pytest.raises(NoticeFailed) as failure:
        await mail(running, certificate, **server).send(MESSAGE)
    assert failure.value.code == code
    assert told in failure.value.explanation
    assert running.mails == []


async def test_one_refused_recipient_is_no_reason_to_send_twice(
    post: Callable[..., Post], certificate: Certificate
) -> None:
    server = post(refuses=("head@union.test",))
    await mail(server, certificate).send(MESSAGE)
    assert server.mails[0].recipients == ["duty@union.test"]


async def test_a_certificate_that_nobody_knows_is_refused(post: Callable[..., Post]) -> None:
    server = post()
    stranger = Mail(MailServer("127.0.0.1", server.port), "bot@union.test", ["duty@union.test"])
    with pytest.raises(NoticeFailed, match="certificate"):
        await stranger.send(MESSAGE)
    assert server.mails == []


async def test_a_silent_mail_server_is_a_failure(
    post: Callable[..., Post], certificate: Certificate, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(notice_mail, "DEADLINE", 0.3)
    with pytest.raises(NoticeFailed, match="TimeoutError"):
        await mail(post(silent=True), certificate).send(MESSAGE)


async def test_no_mail_server_is_a_failure(post: Callable[..., Post], certificate: Certificate) -> None:
    server = post()
    server.close()
    with pytest.raises(NoticeFailed, match="cannot be reached"):
        await mail(server, certificate).send(MESSAGE)


# The sender.


class Desk:
    """A union with people who wait, and targets that count what they get."""

    def __init__(self, database: Database) -> None:
        self.database = database
        union = Union(database, always_open=True)
        self.department = union.departments[union.county, "legal"]
        self.notifications = Notifications(database, ["webhook"])

    def wait(self, kind: str = "new", priority: int = 0) -> None:
        hand_off = add_waiting(self.database, self.department, now(), priority=priority)
        with self.database.write() as session:
            self.notifications.announce(session, session.get_one(HandOff, hand_off.id), kind)

    def rows(self) -> list[Notification]:
        with self.database.read() as session:
            return list(session.scalars(select(Notification).order_by(Notification.id)))


@pytest.fixture
def desk(sqlite: Database) -> Desk:
    return Desk(sqlite)


async def until(condition: Callable[[], bool], seconds: float = 10) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "it did not happen in time"
        await asyncio.sleep(0.02)


async def test_the_sender_sends_what_is_announced(desk: Desk, robot: Robot, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(notices, "EVERY", 0.05)
    async with httpx.AsyncClient(trust_env=False) as http:
        sender = Notices(desk.notifications, [Webhook(http, robot.address, "json")], CONSOLE)
        sender.start()
        desk.wait()
        await until(lambda: len(robot.requests) == 1)
        desk.wait("alarm", priority=2)
        await until(lambda: len(robot.requests) == 2)
        await until(lambda: all(row.sent_at for row in desk.rows()))
        await sender.stop()
    assert [request.json["ids"] for request in robot.requests] == [[1], [2]]
    assert robot.requests[1].json["alarm"]


async def test_a_failure_is_tried_again(desk: Desk, robot: Robot, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(notifications, "BACKOFF", (timedelta(seconds=0.1),))
    monkeypatch.setattr(notices, "EVERY", 0.05)
    robot.answers = [Answer(status=500), Answer()]
    desk.wait()
    async with httpx.AsyncClient(trust_env=False) as http:
        sender = Notices(desk.notifications, [Webhook(http, robot.address, "wecom")], CONSOLE)
        sender.start()
        await until(lambda: desk.rows()[0].sent_at is not None)
        await sender.stop()
    assert len(robot.requests) == 2


async def test_the_sender_goes_on_after_a_fault(desk: Desk, robot: Robot, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(notices, "EVERY", 0.05)
    take, faults = desk.notifications.take, [ValueError("李师傅")]

    def broken_once(target: str) -> list[Parcel]:
        if faults:
            raise faults.pop()
        return take(target)

    monkeypatch.setattr(desk.notifications, "take", broken_once)
    desk.wait()
    async with httpx.AsyncClient(trust_env=False) as http:
        sender = Notices(desk.notifications, [Webhook(http, robot.address, "wecom")], CONSOLE)
        with capture_logs() as logs:
            sender.start()
            await until(lambda: len(robot.requests) == 1)
            await sender.stop()
    assert logs[0]["event"] == "notice.broken"
    assert "李师傅" not in str(logs)


async def test_a_slow_target_holds_no_other_up(desk: Desk, robot: Robot, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(notices, "EVERY", 0.05)
    both = Notifications(desk.database, ["slow", "webhook"])
    desk.notifications = both

    class Slow:
        name = "slow"

        async def send(self, _message: NoticeMessage) -> None:
            await asyncio.sleep(3)

    async with httpx.AsyncClient(trust_env=False) as http:
        sender = Notices(both, [Slow(), Webhook(http, robot.address, "wecom")], CONSOLE)
        desk.wait()
        sender.start()
        await until(lambda: len(robot.requests) == 1, seconds=2)
        monkeypatch.setattr(notices, "LAST", 0.1)
        await sender.stop()


async def test_what_is_under_way_at_the_end_arrives(desk: Desk, robot: Robot, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(notices, "EVERY", 0.05)
    robot.answers = [Answer(after=0.5)]
    desk.wait()
    async with httpx.AsyncClient(trust_env=False) as http:
        sender = Notices(desk.notifications, [Webhook(http, robot.address, "wecom")], CONSOLE)
        sender.start()
        await until(lambda: len(robot.requests) == 1)
        await sender.stop()
    assert desk.rows()[0].sent_at is not None


def send_in_a_process(address: str, robot: str, seconds: float) -> None:
    """Run a gateway's sender for a while."""

    async def run() -> None:
        database = Database(address)
        notifications = Notifications(database, ["webhook"])
        async with httpx.AsyncClient(trust_env=False) as http:
            target = Webhook(http, robot, "json")
            deadline = time.monotonic() + seconds
            while time.monotonic() < deadline:
                await Notices(notifications, [target], CONSOLE).send_due(target)
                await asyncio.sleep(0.01)
        database.close()

    asyncio.run(run())


def test_two_gateways_send_each_notice_once(database: Database, robot: Robot) -> None:
    desk = Desk(database)
    context = multiprocessing.get_context("spawn")
    address = database.url.render_as_string(hide_password=False)
    gateways = [context.Process(target=send_in_a_process, args=(address, robot.address, 6)) for _gateway in range(2)]
    for gateway in gateways:
        gateway.start()
    for _hand_off in range(30):
        desk.wait("alarm", priority=2)
        time.sleep(0.1)
    for gateway in gateways:
        gateway.join(60)
        assert gateway.exitcode == 0
    told = [number for request in robot.requests for number in request.json["ids"]]
    assert sorted(told) == list(range(1, 31))


def test_the_gateway_tells_of_an_alarm_within_seconds(robot: Robot, tmp_path: Path, no_settings: None) -> None:
    chosen = {"notify_webhook_url": robot.address, "notify_webhook_format": "json", "console_url": CONSOLE}
    with running_gateway(tmp_path, ScriptedEngine(), **chosen) as (address, _settings), visitor(address) as client:
        client.post("/chat/api/messages", json={"text": "我不想活了"}).raise_for_status()
        deadline = time.monotonic() + 15
        while not robot.requests:
            assert time.monotonic() < deadline
            time.sleep(0.05)
    body = robot.requests[0].json
    assert body["alarm"]
    assert (body["lines"][0]["kind"], body["lines"][0]["reason"]) == ("alarm", "distress")
    assert "不想活" not in robot.requests[0].body.decode()


# Settings and the command line.


@pytest.fixture
def no_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in Settings.model_fields:
        monkeypatch.delenv(name.upper(), raising=False)


HOOK = {
    "notify_webhook_url": "https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=1",
    "notify_webhook_format": "wecom",
}
MAILS = {
    "smtp_host": "mail.test",
    "notify_email_from": "bot@union.test",
    "notify_email_to": "a@union.test, b@union.test",
}


@pytest.mark.parametrize("chosen", [{}, HOOK, MAILS, {"console_url": "https://console.example.org/"}])
def test_settings_that_fit(chosen: dict[str, str], no_settings: None) -> None:
    settings = load_settings(None, **chosen)
    assert settings.notify_email_to in ("", "a@union.test,b@union.test")
    assert settings.console_url in ("", CONSOLE)


@pytest.mark.parametrize(
    ("chosen", "told"),
    [
        (HOOK | {"notify_webhook_url": "http://robot.test/x?key=0815"}, "NOTIFY_WEBHOOK_URL: must begin with https://"),
        (HOOK | {"notify_webhook_url": "robot.test"}, "NOTIFY_WEBHOOK_URL: must begin with https://"),
        (HOOK | {"notify_webhook_url": "https://robot.test:x/"}, "NOTIFY_WEBHOOK_URL: is no address"),
        (HOOK | {"notify_webhook_format": "slack"}, "NOTIFY_WEBHOOK_FORMAT"),
        (HOOK | {"notify_webhook_format": ""}, "NOTIFY_WEBHOOK_FORMAT must be"),
        (HOOK | {"notify_webhook_secret": "x"}, "NOTIFY_WEBHOOK_SECRET must be empty for wecom"),
        ({"notify_webhook_format": "wecom"}, "NOTIFY_WEBHOOK_URL is missing"),
        ({"console_url": "http://console.example.org"}, "CONSOLE_URL: must begin with https://"),
        ({"smtp_host": "mail.test"}, "NOTIFY_EMAIL_FROM and NOTIFY_EMAIL_TO must be set"),
        ({"notify_email_to": "a@union.test"}, "SMTP_HOST is missing"),
        (MAILS | {"notify_email_to": "nobody"}, "NOTIFY_EMAIL_TO: must be e-mail addresses"),
        (MAILS | {"notify_email_from": "a@union.test,b@union.test"}, "NOTIFY_EMAIL_FROM must be one address"),
        (MAILS | {"smtp_security": "tls"}, "SMTP_SECURITY"),
        (MAILS | {"smtp_user": "bot"}, "SMTP_USER and SMTP_PASSWORD must be set together"),
        (MAILS | {"smtp_user": "bot", "smtp_password": "x", "smtp_security": "none"}, "SMTP_SECURITY must be starttls"),
    ],
)
def test_settings_that_do_not_fit_are_one_line(chosen: dict[str, str], told: str, no_settings: None) -> None:
    with pytest.raises(SettingsError, match=r"see \.env\.example") as error:
        load_settings(None, **chosen)
    assert told in str(error.value)
    assert "\n" not in str(error.value)
    assert "0815" not in str(error.value)


def test_the_command_tells_which_target_works(
    robot: Robot, tmp_path: Path, capsys: pytest.CaptureFixture[str], no_settings: None
) -> None:
    settings = load_settings(
        None, var_dir=tmp_path, notify_webhook_url=robot.address, notify_webhook_format="feishu", console_url=CONSOLE
    )
    robot.answers = [Answer(OK["feishu"]), Answer(b'{"code":19024,"msg":"Key Words Not Found"}')]
    assert cli_notices.run(settings) == 0
    assert "webhook: sent" in capsys.readouterr().out
    assert json.loads(robot.requests[0].body)["content"]["text"] == trial_message(CONSOLE).text
    assert cli_notices.run(settings) == 1
    out = capsys.readouterr().out
    assert "errcode 19024" in out
    assert "娘家人" in out


def test_the_command_says_when_no_target_is_set_up(tmp_path: Path, no_settings: None) -> None:
    environment = {**os.environ, "VAR_DIR": str(tmp_path)}
    command = [sys.executable, "-m", "bot", "notices", "test"]
    ended = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    assert ended.returncode == 1
    assert "NOTIFY_WEBHOOK_URL" in ended.stdout
    assert ended.stderr == ""
