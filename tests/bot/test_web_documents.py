"""The drafted application over real HTTP: to the browser that sent the case in, and to no other."""

from __future__ import annotations

import io
from collections.abc import Iterator

import docx
import httpx
import pytest
from sqlalchemy import func, select

from bot.app import DOCUMENTS_PER_MINUTE
from casework.cases import Submission, open_case
from casework.crypto import Keyring
from casework.database import Database
from casework.tables import Conversation
from casework.wording import Wording
from settings import Settings
from tests.bot.engine import ScriptedEngine
from tests.bot.gateway_server import running_gateway, visitor
from tests.casework.documents.told import answers, pdf_text
from tests.union import Union

ROUTE = "/chat/api/documents"


@pytest.fixture(scope="module")
def gateway(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, Settings]]:
    with running_gateway(tmp_path_factory.mktemp("var"), ScriptedEngine()) as running:
        database = Database(running[1].database)
        Union(database)
        database.close()
        yield running


@pytest.fixture
def worker(gateway: tuple[str, Settings]) -> Iterator[httpx.Client]:
    with visitor(gateway[0]) as client:
        client.post("/chat/api/messages", json={"text": "你好"}).raise_for_status()
        yield client


@pytest.fixture
def number(gateway: tuple[str, Settings], worker: httpx.Client, wording: Wording) -> str:
    """The number of a case of the worker's, who wrote last."""
    settings = gateway[1]
    database = Database(settings.database)
    keyring = Keyring.from_data_key(settings.data_key.get_secret_value())
    with database.write() as session:
        conversation = session.get_one(Conversation, session.scalar(select(func.max(Conversation.id))))
        submission = Submission(
            procedure="legal",
            prefix="FL",
            contact_id=conversation.contact_id,
            conversation_id=conversation.id,
            topic="legal",
            grievance=True,
            answers=answers(),
        )
        opened = open_case(session, keyring, submission, wording)
    database.close()
    return opened.number


def assert_refused(response: httpx.Response) -> None:
    assert response.status_code == 404
    assert response.json()["error"]["code"] == "not_found"
    assert "没有找到这份文件" in response.json()["error"]["message"]


def test_the_worker_downloads_her_draft(worker: httpx.Client, number: str) -> None:
    word = worker.get(f"{ROUTE}/{number}.docx")
    assert word.status_code == 200
    assert word.headers["content-type"] == "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
    assert docx.Document(io.BytesIO(word.content)).tables[0].rows[0].cells[1].text == "王小芳"
    pdf = worker.get(f"{ROUTE}/{number}.pdf")
    assert pdf.headers["content-type"] == "application/pdf"
    assert "王小芳" in pdf_text(pdf.content)


def test_it_is_a_download_that_no_one_keeps(worker: httpx.Client, number: str) -> None:
    headers = worker.get(f"{ROUTE}/{number}.pdf").headers
    assert "no-store" in headers["cache-control"]
    assert headers["content-disposition"] == (
        f"attachment; filename=\"{number}.pdf\"; filename*=UTF-8''"
        f"%E4%BB%B2%E8%A3%81%E7%94%B3%E8%AF%B7%E4%B9%A6%E8%8D%89%E7%A8%BF-{number}.pdf"
    )
    assert headers["x-content-type-options"] == "nosniff"
    assert headers.get_list("content-security-policy") == ["sandbox; default-src 'none'; frame-ancestors 'none'"]


def test_another_visitor_a_forged_cookie_and_no_cookie_are_told_the_same(
    gateway: tuple[str, Settings], worker: httpx.Client, number: str
) -> None:
    with visitor(gateway[0]) as other:
        assert_refused(other.get(f"{ROUTE}/{number}.pdf"))
    with httpx.Client(base_url=gateway[0]) as stranger:
        assert_refused(stranger.get(f"{ROUTE}/{number}.pdf"))
        stranger.cookies.set("niangjia_visitor", f"{worker.cookies['niangjia_visitor']}x", path="/chat")
        assert_refused(stranger.get(f"{ROUTE}/{number}.pdf"))


@pytest.mark.parametrize(
    "name",
    [
        "FL-20261122-9999.pdf",
        "FL-20261122-0001.txt",
        "FL-20261122-0001",
        "FL-20261122-0001.pdf.docx",
        "fl-20261122-0001.pdf",
        "FL-２０２６1122-0001.pdf",
        "%00.pdf",
        "..%2f..%2fetc%2fpasswd",
        "x" * 2000,
    ],
)  # fmt: skip
def test_an_odd_name_is_no_document(worker: httpx.Client, name: str) -> None:
    response = worker.get(f"{ROUTE}/{name}")
    assert response.status_code == 404
    assert response.json()["error"]["code"] == "not_found"


def test_who_asks_too_often_has_to_wait(worker: httpx.Client, number: str) -> None:
    codes = [worker.get(f"{ROUTE}/{number}.pdf").status_code for _ in range(2 * DOCUMENTS_PER_MINUTE + 2)]
    assert codes[0] == 200
    assert codes[-1] == 429
