"""What workers thought, on a page for supervisors."""

from __future__ import annotations

import pytest
from fastapi import APIRouter

from bot.console.ratings import RatingPages
from casework.crypto import Keyring
from casework.database import Database
from casework.ratings import Ratings
from casework.wording import Wording
from tests.bot.console.conftest import Console
from tests.casework.worker import Worker


@pytest.fixture
def ratings(console_database: Database, wording: Wording) -> Ratings:
    return Ratings(console_database, wording)


@pytest.fixture
def console_routers(ratings: Ratings) -> list[APIRouter]:
    return [RatingPages(ratings).router()]


def test_supervisors_read_scores_and_words(
    console: Console, console_database: Database, keyring: Keyring, wording: Wording, ratings: Ratings
) -> None:
    lead = console.sign_in("supervisor")
    assert 'data-testid="rating-empty"' in lead.get("/ratings").text
    worker = Worker(console_database, keyring, wording)
    signed_in = console.sessions.session(next(iter(lead.cookies.jar)).value or "")
    assert signed_in is not None
    worker.is_shown(ratings.ask_bubble(worker.is_served_by(signed_in.actor)))
    worker.taps("😞 很不满意", ratings)
    worker.taps("写两句", ratings)
    worker.says("等了<i>三天", ratings)
    page = lead.get("/ratings").text
    assert "等了&lt;i&gt;三天" in page
    assert '<b class="mean" data-testid="rating-mean">1.0</b>' in page
    assert f'href="/conversations/{worker.number}"' in page
    assert "等了" not in console.sign_in("supervisor", "enterprise").get("/ratings").text
    assert console.sign_in("agent").get("/ratings").status_code == 403
