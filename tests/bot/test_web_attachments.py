"""Files and places over real HTTP: taken like messages, given to who sent them, never more than can be held."""

from __future__ import annotations

import io
import json
import random
import resource
import socket
import tempfile
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from PIL import Image
from sqlalchemy import select

from casework.attachments import Attachments, Place
from casework.cards import Bubble
from casework.conversations import Conversations
from casework.crypto import Keyring
from casework.database import Database
from casework.messages import add_bubble
from casework.queue import Opening, open_hand_off
from casework.tables import Attachment, Conversation, ConversationEvent, Message
from settings import Settings
from tests.bot.engine import ScriptedEngine
from tests.bot.gateway_server import running_gateway, visitor
from tests.casework import files
from tests.union import Union

ROUTE = "/chat/api/attachments"
CSP = "sandbox; default-src 'none'; frame-ancestors 'none'"
KEPT = "我是机器人，看不懂照片和文件"


@pytest.fixture(scope="module")
def engine() -> ScriptedEngine:
    return ScriptedEngine()


@pytest.fixture(scope="module")
def gateway(tmp_path_factory: pytest.TempPathFactory, engine: ScriptedEngine) -> Iterator[tuple[str, Settings]]:
    with running_gateway(tmp_path_factory.mktemp("var"), engine, messages_per_minute=100_000) as running:
        yield running


@pytest.fixture
def address(gateway: tuple[str, Settings]) -> str:
    return gateway[0]


@pytest.fixture
def worker(address: str) -> Iterator[httpx.Client]:
    with visitor(address) as client:
        yield client


@pytest.fixture
def database(gateway: tuple[str, Settings]) -> Iterator[Database]:
    opened = Database(gateway[1].database)
    yield opened
    opened.close()


@pytest.fixture
def keyring(gateway: tuple[str, Settings]) -> Keyring:
    return Keyring.from_data_key(gateway[1].data_key.get_secret_value())


def send(client: httpx.Client, content: bytes, name: str = "工资条.jpg", said: str = "image/png", **fields: str) -> Any:
    return client.post(ROUTE, files={"file": (name, content, said)}, data=fields)


def kept_files(gateway: tuple[str, Settings]) -> int:
    return sum(path.is_file() for path in gateway[1].files_dir.rglob("*"))


def test_a_photo_is_answered_like_a_message(worker: httpx.Client, engine: ScriptedEngine) -> None:
    asked = len(engine.asked)
    response = send(worker, files.phone_photo())
    answer = response.json()
    assert (response.status_code, answer["status"]) == (200, "answered")
    assert answer["conversation"] == {"state": "pending"}
    assert KEPT in answer["messages"][0]["text"]
    assert [button["title"] for button in answer["messages"][0]["buttons"]] == ["找人工", "说几个字"]
    assert len(engine.asked) == asked, "Rasa cannot look at pictures"
    own = worker.get("/chat/api/messages").json()["messages"][0]
    assert (own["id"], own["author"], own["text"]) == (answer["received"], "worker", "〔照片〕")
    assert own["attachment"]["kind"] == "photo"
    assert "工资条" not in json.dumps(own, ensure_ascii=False)
    again = worker.post("/chat/api/messages", json={"button": answer["messages"][0]["buttons"][1]["token"]}).json()
    assert "打几个字就行" in again["messages"][0]["text"]


def test_a_photo_is_given_back_as_a_download_that_no_browser_misreads(worker: httpx.Client) -> None:
    send(worker, files.phone_photo(), "../../工资\u202e条.png")
    number = worker.get("/chat/api/messages").json()["messages"][0]["attachment"]["id"]
    photo = worker.get(f"{ROUTE}/{number}")
    assert photo.headers["content-type"] == "image/jpeg"
    assert photo.headers["content-disposition"] == "attachment; filename*=UTF-8''%E5%B7%A5%E8%B5%84%E6%9D%A1.jpg"
    assert photo.headers["x-content-type-options"] == "nosniff"
    assert photo.headers.get_list("content-security-policy") == [CSP]
    assert "no-store" in photo.headers["cache-control"]
    assert Image.open(io.BytesIO(photo.content)).size == (600, 800)
    assert files.SECRET_PLACE not in photo.content
    part = worker.get(f"{ROUTE}/{number}", headers={"Range": "bytes=0-3"})
    assert (part.status_code, part.content) == (206, photo.content[:4])
    assert part.headers["content-range"] == f"bytes 0-3/{len(photo.content)}"


def test_words_beside_a_photo_are_answered_too(worker: httpx.Client, engine: ScriptedEngine) -> None:
    answer = send(worker, files.picture(), text="老板欠薪").json()
    assert engine.asked[-1][1] == "老板欠薪"
    assert [message["text"][:5] for message in answer["messages"] if message["author"] == "bot"] == [
        "答：老板欠",
        "你一起发来",
    ]
    own = worker.get("/chat/api/messages").json()["messages"][0]
    assert own["text"] == "〔照片〕老板欠薪"


def test_distress_beside_a_photo_is_answered_at_once(worker: httpx.Client) -> None:
    answer = send(worker, files.picture(), text="我不想活了").json()
    assert "12356" in answer["messages"][0]["text"]


@pytest.mark.parametrize(
    ("content", "kind", "text"),
    [
        (files.PDF, "document", "〔文件〕"),
        (files.VOICES["audio/webm"], "voice", "〔语音〕"),
        (files.VOICES["audio/amr"], "voice", "〔语音〕"),
    ],
)
def test_what_it_is_is_read_from_the_content(worker: httpx.Client, content: bytes, kind: str, text: str) -> None:
    assert send(worker, content, "a.svg", "image/svg+xml").status_code == 200
    own = worker.get("/chat/api/messages").json()["messages"][0]
    assert (own["attachment"]["kind"], own["text"]) == (kind, text)
    back = worker.get(f"{ROUTE}/{own['attachment']['id']}")
    assert back.content == content
    assert back.headers["content-disposition"].startswith("attachment; ")
    assert "svg" not in back.headers["content-type"]


def test_a_place_is_taken_and_never_shown_again(
    worker: httpx.Client, database: Database, keyring: Keyring, gateway: tuple[str, Settings]
) -> None:
    response = worker.post(ROUTE, json={"location": {"lat": 34.2611, "lon": 117}})
    assert response.status_code == 200
    own = worker.get("/chat/api/messages").json()["messages"][0]
    assert (own["text"], own["attachment"]) == ("〔位置〕", {"kind": "location"})
    admin = Union(database).hire(f"主任{own['id']}", None, "admin")
    attachments = Attachments(database, keyring, gateway[1].files_dir)
    assert attachments.location(admin, int(own["id"])) == Place(34.2611, 117.0)


def test_the_same_id_gets_the_same_answer(worker: httpx.Client, gateway: tuple[str, Settings]) -> None:
    before = kept_files(gateway)
    first = send(worker, files.PDF, id="a1")
    again = send(worker, files.PDF, id="a1")
    assert first.json() == again.json()
    place = {"id": "p1", "location": {"lat": 1.0, "lon": 2.0}}
    assert worker.post(ROUTE, json=place).json() == worker.post(ROUTE, json=place).json()
    history = worker.get("/chat/api/messages").json()["messages"]
    assert [message["text"] for message in history if message["author"] == "worker"] == ["〔文件〕", "〔位置〕"]
    assert kept_files(gateway) == before + 1


def test_one_visitor_cannot_have_anothers_file(worker: httpx.Client, address: str) -> None:
    send(worker, files.PDF)
    number = int(worker.get("/chat/api/messages").json()["messages"][0]["attachment"]["id"])
    with visitor(address) as other:
        assert other.get(f"{ROUTE}/{number}").status_code == 404
        send(other, files.PDF)
        for wanted in (number, 0, -1, "x", "１", 2**31, 10**30, f"{number}.pdf", f"%00{number}"):
            assert other.get(f"{ROUTE}/{wanted}").status_code == 404, wanted
    assert worker.get(f"{ROUTE}/{number}").status_code == 200
    assert httpx.get(f"{address}{ROUTE}/{number}").status_code == 401


def test_without_a_cookie_nothing_is_taken(address: str) -> None:
    with httpx.Client(base_url=address) as stranger:
        assert send(stranger, files.PDF).status_code == 401
        assert stranger.post(ROUTE, json={"location": {"lat": 1, "lon": 2}}).status_code == 401


FORM = "multipart/form-data; boundary=x"
SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'


@pytest.mark.parametrize(
    ("content", "status", "says"),
    [
        (b"", 422, "空的"),
        (SVG, 415, "收不了"),
        (b"<!doctype html><script>alert(1)</script>", 415, "收不了"),
        (files.packed(a_exe=b"MZ"), 415, "压缩包"),
        (files.HEIC, 415, "截个屏"),
        (files.mp4(b"vide"), 415, "视频"),
        (files.picture()[:500], 422, "打不开"),
        (files.declared_picture(30_000, 30_000), 413, "尺寸太大"),
        (files.bomb(), 413, "打开后太大"),
        (files.picture() + bytes(10 * 1024 * 1024), 413, "最多 10 MB"),
    ],
)
def test_what_is_not_taken_is_refused_with_a_sentence(
    worker: httpx.Client, gateway: tuple[str, Settings], content: bytes, status: int, says: str
) -> None:
    before = kept_files(gateway)
    response = send(worker, content, "photo.jpg", "image/jpeg")
    assert response.status_code == status
    assert says in response.json()["error"]["message"]
    assert kept_files(gateway) == before
    assert worker.get("/chat/api/messages").json()["messages"] == []


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"", 400),
        (b"{", 400),
        (b"[" * 20_000, 400),
        (b"null", 422),
        (b"{}", 422),
        (b'{"location": null}', 422),
        (b'{"location": {"lat": 1}}', 422),
        (b'{"location": {"lat": "1", "lon": 2}}', 422),
        (b'{"location": {"lat": 91, "lon": 2}}', 422),
        (b'{"location": {"lat": 1, "lon": -181}}', 422),
        (b'{"location": {"lat": NaN, "lon": 2}}', 422),
        (b'{"location": {"lat": 1e999, "lon": 2}}', 422),
        (b'{"location": {"lat": true, "lon": 2}}', 422),
        (b'{"id": "", "location": {"lat": 1, "lon": 2}}', 422),
        (b" " * 70_000, 413),
    ],
)
def test_a_malformed_place_is_refused(worker: httpx.Client, body: bytes, status: int) -> None:
    response = worker.post(ROUTE, content=body, headers={"Content-Type": "application/json"})
    assert (response.status_code, bool(response.json()["error"]["message"])) == (status, True)


@pytest.mark.parametrize(
    ("body", "kind", "status"),
    [
        (b"", "multipart/form-data", 400),
        (b"", FORM, 422),
        (b"--x\r\nbroken", FORM, 422),
        (b"--x\r\nContent-Disposition: form-data\r\n\r\na\r\n--x--\r\n", FORM, 400),
        (
            b'--x\r\nContent-Disposition: form-data; name="file"\r\n\r\na\r\n--x--\r\n',
            "multipart/form-data; boundary=x",
            422,
        ),
        (files.PDF, "application/pdf", 415),
        (files.PDF, "", 415),
        (b"text=a", "application/x-www-form-urlencoded", 415),
    ],
)
def test_a_malformed_form_is_refused(worker: httpx.Client, body: bytes, kind: str, status: int) -> None:
    response = worker.post(ROUTE, content=body, headers={"Content-Type": kind})
    assert (response.status_code, bool(response.json()["error"]["message"])) == (status, True)


def test_fields_of_the_form_are_checked(worker: httpx.Client) -> None:
    assert send(worker, files.PDF, id="x" * 65).status_code == 422
    assert send(worker, files.PDF, id="空").status_code == 422
    assert send(worker, files.PDF, text="话" * 2001).status_code == 422
    assert send(worker, files.PDF, text="话" * 20_000).status_code == 400
    two = [("file", ("a.pdf", files.PDF)), ("file", ("b.pdf", files.PDF))]
    assert worker.post(ROUTE, files=two).status_code == 400
    assert worker.post(ROUTE, files={"other": ("a.pdf", files.PDF)}).status_code == 422


def _memory() -> int:
    """Return the bytes that this process, in which the gateway runs too, holds in memory."""
    return int(Path("/proc/self/statm").read_text().split()[1]) * resource.getpagesize()


def test_a_file_without_end_is_never_held(address: str) -> None:
    memory: list[int] = []

    def endless() -> Iterator[bytes]:
        yield b'--x\r\nContent-Disposition: form-data; name="file"; filename="a.pdf"\r\n\r\n%PDF-1.7\n'
        for _piece in range(256):
            memory.append(_memory())
            yield bytes(1024 * 1024)

    kind = {"Content-Type": "multipart/form-data; boundary=x"}
    with visitor(address) as client:
        response = client.post(ROUTE, content=endless(), headers=kind)
        assert response.status_code == 413
        assert "最多 20 MB" in response.json()["error"]["message"]
        assert max(memory) - memory[0] < 80 * 1024 * 1024
        assert client.get("/chat/api/messages").json()["messages"] == []


def test_a_file_that_says_to_be_enormous_is_refused_before_it_comes(address: str) -> None:
    host, port = address.removeprefix("http://").split(":")
    head = f"POST {ROUTE} HTTP/1.1\r\nHost: x\r\nContent-Type: multipart/form-data; boundary=x\r\n"
    with socket.create_connection((host, int(port)), timeout=5) as line:
        line.sendall(f"{head}Content-Length: {2**40}\r\n\r\n".encode())
        assert line.recv(4096).startswith(b"HTTP/1.1 413 ")


def test_a_file_is_never_on_the_disk_as_it_came(
    worker: httpx.Client, gateway: tuple[str, Settings], monkeypatch: pytest.MonkeyPatch
) -> None:
    made: list[object] = []

    def make(*given: object, **_named: object) -> io.BytesIO:
        made.append(given)
        return io.BytesIO()

    monkeypatch.setattr(tempfile, "TemporaryFile", make)
    secret = b"%PDF-1.7 " + b"SECRET-OF-WANG-FANG" * 200_000
    assert send(worker, secret).status_code == 200
    assert made == []
    for path in gateway[1].var_dir.rglob("*"):
        assert not path.is_file() or b"SECRET-OF-WANG" not in path.read_bytes()


def test_ten_a_minute_are_enough(address: str) -> None:
    with visitor(address) as client, visitor(address) as other:
        codes = [client.post(ROUTE, json={"location": {"lat": 1, "lon": 2}}).status_code for _ in range(11)]
        assert codes == [200] * 10 + [429]
        refused = send(client, files.PDF)
        assert (refused.status_code, refused.headers["retry-after"]) == (429, "10")
        assert send(other, files.PDF).status_code == 200
        assert client.post("/chat/api/messages", json={"text": "在吗"}).status_code == 200


def test_erasing_takes_the_files(worker: httpx.Client, gateway: tuple[str, Settings], database: Database) -> None:
    before = kept_files(gateway)
    send(worker, files.PDF)
    send(worker, files.picture())
    assert kept_files(gateway) == before + 2
    assert worker.post("/chat/api/erase").status_code == 204
    assert kept_files(gateway) == before


def test_with_people_a_photo_goes_to_them_in_silence(
    worker: httpx.Client, database: Database, engine: ScriptedEngine
) -> None:
    union = Union(database)
    received = worker.post("/chat/api/messages", json={"text": "你好"}).json()["received"]
    with database.write() as session:
        conversation = session.get_one(Conversation, session.get_one(Message, int(received)).conversation_id)
        open_hand_off(session, conversation, Opening("asked_for"))
        number = conversation.id
    asked = len(engine.asked)
    waiting = send(worker, files.picture()).json()
    assert (waiting["status"], waiting["messages"]) == ("staff", [])
    assert waiting["conversation"]["state"] == "open"
    assert waiting["conversation"]["queue"] >= 1
    with database.write() as session:
        session.get_one(Conversation, number).assignee_id = union.hire(f"小陈{received}").id
    talking = send(worker, files.PDF).json()
    assert (talking["status"], talking["messages"]) == ("staff", [])
    assert talking["conversation"]["assigned"] == f"小陈{received}"
    assert len(engine.asked) == asked


def say(database: Database, conversation_id: int, author: str, text: str) -> int:
    with database.write() as session:
        conversation = session.get_one(Conversation, conversation_id)
        return add_bubble(session, conversation, Bubble(text), author=author, purpose="message").id


def delivered(database: Database, message_id: int) -> bool:
    """Tell whether a message is marked, waiting for the mark, which comes after the answer."""
    deadline = time.monotonic() + 20
    while True:
        with database.read() as session:
            if session.get_one(Message, message_id).delivered_at is not None:
                return True
        if time.monotonic() > deadline:
            return False
        time.sleep(0.05)


def test_what_people_said_is_marked_once_the_page_has_it(worker: httpx.Client, database: Database) -> None:
    first = worker.post("/chat/api/messages", json={"text": "你好"}).json()
    notice = next(message for message in first["messages"] if message["author"] == "system")
    assert delivered(database, int(notice["id"])), "in the answer of its request"
    with database.read() as session:
        conversation = session.get_one(Message, int(first["received"])).conversation_id
    staff = say(database, conversation, "staff", "我是小陈")
    bot = say(database, conversation, "bot", "机器人")
    with database.read() as session:
        assert session.get_one(Message, staff).delivered_at is None
    worker.get("/chat/api/messages", params={"after": staff})
    with database.read() as session:
        assert session.get_one(Message, staff).delivered_at is None, "this answer did not hold it"
    worker.get("/chat/api/messages")
    assert delivered(database, staff)
    with database.read() as session:
        at = session.get_one(Message, staff).delivered_at
        assert session.get_one(Message, bot).delivered_at is None
    worker.get("/chat/api/messages")
    with database.read() as session:
        assert session.get_one(Message, staff).delivered_at == at


def test_what_the_stream_hands_over_is_marked(worker: httpx.Client, database: Database) -> None:
    received = worker.post("/chat/api/messages", json={"text": "你好"}).json()["received"]
    with database.read() as session:
        conversation = session.get_one(Message, int(received)).conversation_id
    seen: list[tuple[str, dict[str, Any]]] = []
    with worker.stream("GET", "/chat/api/events", timeout=15) as events:
        kind = ""
        lines = events.iter_lines()  # kept: when it goes, the line is closed, maybe before the server has made its mark
        for line in lines:
            if line.startswith("event:"):
                kind = line.removeprefix("event:").strip()
            elif line.startswith("data:"):
                seen.append((kind, json.loads(line.removeprefix("data:"))))
                if kind == "message":
                    break
                threading.Thread(target=say, args=(database, conversation, "staff", "我是小陈")).start()
        assert delivered(database, int(seen[-1][1]["id"]))
    assert seen[0] == ("state", {"state": "pending"})
    assert seen[1][1]["text"] == "我是小陈"


def test_a_second_mark_changes_nothing_and_tells_nobody(sqlite: Database, keyring: Keyring) -> None:
    conversations = Conversations(sqlite, keyring)
    one = conversations.receive("web", "wang", "1", text="你好").conversation_id
    other = conversations.receive("web", "li", "1x", text="你好").conversation_id
    staff = say(sqlite, one, "staff", "我是小陈")
    version = _version(sqlite)
    conversations.delivered(other, [staff])
    conversations.delivered(one, [])
    assert _version(sqlite) == version, "not hers, or nothing"
    conversations.delivered(one, [staff])
    marked = _version(sqlite)
    assert marked != version
    conversations.delivered(one, [staff])
    assert _version(sqlite) == marked


def _version(database: Database) -> tuple[int, list[object]]:
    with database.read() as session:
        events = session.scalars(select(ConversationEvent.id)).all()
        return len(events), list(session.scalars(select(Message.delivered_at)))


def test_a_thousand_malformed_uploads_never_break_the_route(tmp_path: Path) -> None:
    """Damaged forms, damaged files, lying headers: 2xx or 4xx, never 5xx, and nothing is left of what was refused."""
    chance = random.Random(3)
    engine = ScriptedEngine()
    with running_gateway(tmp_path, engine, messages_per_minute=100_000) as (address, settings):
        for _visitor in range(100):
            with visitor(address) as client:
                for _request in range(10):  # more are too many
                    response = _malformed(chance, client)
                    assert response.status_code < 500, response.text
                    assert response.status_code == 200 or response.json()["error"]["message"]
        database = Database(settings.database)
        with database.read() as session:
            rows = set(session.scalars(select(Attachment.path)))
        database.close()
        on_disk = {path.relative_to(settings.files_dir).as_posix() for path in settings.files_dir.glob("*/*")}
        assert on_disk == rows


SMALL = [files.picture(size=(40, 30)), files.PDF, files.office(), *files.VOICES.values()]


def _malformed(chance: random.Random, client: httpx.Client) -> httpx.Response:
    content = bytearray(chance.choice(SMALL))
    for _hit in range(chance.randrange(6)):
        content[chance.randrange(len(content))] = chance.randrange(256)
    name = chance.choice(["a.jpg", "../../x", "a\u202egpj.exe", "", "x" * 3000, "a\r\nX: y", '"', "空" * 200])
    form = httpx.Request("POST", "http://x", files={"file": (name, bytes(content))}, data={"text": "a", "id": "b" * 70})
    body = bytearray(form.read())
    for _hit in range(chance.randrange(4)):
        body[chance.randrange(len(body))] = chance.randrange(256)
    if chance.random() < 0.3:
        del body[chance.randrange(len(body)) :]
    kind = form.headers["content-type"]
    if chance.random() < 0.3:
        kind = chance.choice([kind + "; charset=hex", kind + "; charset=utf-16", kind[:-3], "multipart/form-data", "x"])
    return client.post(ROUTE, content=bytes(body), headers={"Content-Type": kind})
