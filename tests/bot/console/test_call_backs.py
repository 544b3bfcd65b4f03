"""The list of call backs: what is shown to whom, the number on demand, how a call went."""

from __future__ import annotations

import pytest
from fastapi import APIRouter

from bot.console.call_backs import CallBackPages
from casework.call_back_desk import CallBackDesk
from casework.call_backs import CallBacks
from casework.cards import Bubble
from casework.crypto import Keyring
from casework.database import Database
from casework.wording import Wording
from tests.bot.console.conftest import Console
from tests.casework.worker import Worker, audited

JSON = {"Accept": "application/json"}


@pytest.fixture
def console_routers(console_database: Database, keyring: Keyring, wording: Wording) -> list[APIRouter]:
    return [CallBackPages(CallBackDesk(console_database, keyring, wording)).router()]


@pytest.fixture
def wang(console_database: Database, keyring: Keyring, wording: Wording) -> Worker:
    """Somebody who left a number, and hours in her own words."""
    call_backs = CallBacks(console_database, keyring, wording)
    worker = Worker(console_database, keyring, wording)
    worker.hand_over()
    worker.is_shown(Bubble("下班了", (call_backs.offer_button(),)))
    worker.taps("留个电话", call_backs)
    worker.says("13800138000", call_backs)
    worker.says("晚上八点<b>以后", call_backs)
    return worker


def test_the_list_hides_the_number_until_it_is_asked_for(
    console: Console, wang: Worker, console_database: Database
) -> None:
    agent = console.sign_in("agent")
    page = agent.get("/call-backs").text
    assert "138****8000" in page
    assert "13800138000" not in page
    assert "晚上八点&lt;b&gt;以后" in page
    assert "先看时间" in page
    shown = agent.submit("/call-backs/1/number")
    assert shown.status_code == 200
    assert 'href="tel:13800138000"' in shown.text
    assert audited(console_database)[-1] == (f"staff:{agent.staff_id}", "call_back.number_shown")
    called = agent.post("/call-backs/1/number", headers={"X-CSRF-Token": agent.csrf, **JSON})
    assert called.json() == {"number": "13800138000"}


def test_a_call_is_written_down_and_ends_the_promise(console: Console, wang: Worker) -> None:
    agent = console.sign_in("agent")
    assert agent.submit("/call-backs/1/attempts", outcome="busy", note="占线", attempts="0").status_code == 303
    assert "占线" in agent.get("/call-backs").text
    twice = agent.submit("/call-backs/1/attempts", outcome="busy", note="又占线", attempts="0")
    assert twice.status_code == 409
    assert "刚刚已经记过一次" in twice.text
    assert "又占线" in twice.text
    assert agent.submit("/call-backs/1/attempts", outcome="reached", attempts="1").status_code == 303
    assert 'data-testid="call-back-empty"' in agent.get("/call-backs").text
    over = agent.submit("/call-backs/1/attempts", outcome="reached", attempts="2")
    assert over.status_code == 409
    assert 'data-testid="call-back-error"' in over.text
    for wrong in ({"outcome": "asleep", "attempts": "2"}, {"outcome": "reached", "attempts": "-1"}, {}):
        assert agent.submit("/call-backs/1/attempts", **wrong).status_code in {409, 422}


def test_a_promise_is_dropped(console: Console, wang: Worker) -> None:
    agent = console.sign_in("agent")
    assert agent.submit("/call-backs/1/cancel").headers["location"] == "/call-backs"
    assert 'data-testid="call-back-empty"' in agent.get("/call-backs").text
    assert agent.submit("/call-backs/1/cancel").status_code == 409


def test_another_persons_and_another_unions_calls(console: Console, wang: Worker) -> None:
    mine, other = console.sign_in("agent"), console.sign_in("agent")
    signed_in = console.sessions.session(next(iter(mine.cookies.jar)).value or "")
    assert signed_in is not None
    wang.hand_offs.claim(signed_in.actor, wang.number)
    page = other.get("/call-backs").text
    assert 'data-testid="call-back-others"' in page
    assert 'data-testid="call-back-reveal"' not in page
    assert other.submit("/call-backs/1/number").status_code == 403
    assert other.submit("/call-backs/1/attempts", outcome="reached", attempts="0").status_code == 403
    assert mine.submit("/call-backs/1/number").status_code == 200
    outsider = console.sign_in("supervisor", "enterprise")
    assert "138****8000" not in outsider.get("/call-backs").text
    for path in ("/call-backs/1/number", "/call-backs/1/attempts", "/call-backs/1/cancel", "/call-backs/99/number"):
        assert outsider.submit(path, outcome="reached", attempts="0").status_code == 404
    assert outsider.submit(f"/call-backs/{2**40}/number").status_code == 422
