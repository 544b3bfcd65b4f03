"""Photos, files, recordings and places on the chat page: looked at once more, sent, seen, never lost in silence."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import BrowserContext, Dialog, FilePayload, Page, Route, expect

from casework.file_kinds import prepare
from tests.bot.test_web_page_access import axe_faults, in_view, overflow
from tests.bot.web_page_phone import OpenPage, ask, bubbles
from tests.bot.web_page_server import ChatServer, Refusal
from tests.casework import files
from tests.conftest import CHROMIUM, FLAGS

NewContext = Callable[..., BrowserContext]
PHOTO: FilePayload = {"name": "工资条.jpg", "mimeType": "image/jpeg", "buffer": files.picture()}
PDF: FilePayload = {"name": "王芳的合同.pdf", "mimeType": "application/pdf", "buffer": files.PDF}


def choose(page: Page, file: FilePayload, of: str = "photo-file") -> None:
    page.get_by_test_id("attach").click()
    page.get_by_test_id(of).set_input_files(file)
    expect(page.get_by_test_id("attach-dialog")).to_be_visible()


def send(page: Page, file: FilePayload = PHOTO, of: str = "photo-file") -> None:
    choose(page, file, of)
    page.get_by_test_id("attach-send").click()


def test_a_photo_is_looked_at_sent_and_seen(server: ChatServer, open_chat: OpenPage) -> None:
    page = open_chat()
    choose(page, PHOTO)
    expect(page.get_by_test_id("preview")).to_be_visible()
    page.get_by_test_id("attach-text").fill("这是工资条")
    page.get_by_test_id("attach-send").click()
    expect(page.get_by_test_id("attach-dialog")).to_be_hidden()
    own = bubbles(page, "worker")
    expect(own).to_have_attribute("data-id", re.compile(r"\d+"))
    expect(own.get_by_test_id("text")).to_have_text("这是工资条")
    expect(bubbles(page, "bot")).to_have_count(1)
    expect(page.get_by_test_id("upload")).to_have_count(0)
    (upload,) = server.uploads
    assert (upload["name"], upload["text"], upload["content"]) == ("工资条.jpg", "这是工资条", PHOTO["buffer"])
    page.reload()
    expect(own.get_by_test_id("text")).to_have_text("这是工资条")
    image = page.get_by_test_id("photo").locator("img")
    expect(image).to_have_attribute("src", "/chat/api/attachments/1")
    assert image.evaluate("async (image) => { await image.decode(); return image.naturalWidth; }") == 800


def test_a_photo_is_made_large_and_small_again(server: ChatServer, open_chat: OpenPage) -> None:
    page = open_chat()
    send(page)
    photo = page.get_by_test_id("photo")
    expect(photo).to_have_attribute("aria-expanded", "false")
    small = photo.evaluate("photo => photo.offsetWidth")
    photo.click()
    expect(photo).to_have_attribute("aria-expanded", "true")
    assert photo.evaluate("photo => photo.offsetWidth") > small
    photo.press("Enter")
    expect(photo).to_have_attribute("aria-expanded", "false")


def test_a_large_photo_is_made_small_before_it_goes(server: ChatServer, open_chat: OpenPage) -> None:
    page = open_chat()
    large = files.picture(size=(4000, 3000), exif=exif_with_place())
    send(page, PHOTO | {"buffer": large})
    expect(bubbles(page, "bot")).to_have_count(1)
    content = server.uploads[0]["content"]
    assert len(content) < len(large)
    assert files.SECRET_PLACE not in content
    size = "async (photo) => { const i = photo.querySelector('img'); await i.decode(); return i.naturalWidth; }"
    assert page.get_by_test_id("photo").evaluate(size) == 2560


def exif_with_place() -> Image.Exif:
    exif = Image.Exif()
    exif[0x010F] = files.SECRET_PLACE.decode()
    return exif


def test_nothing_goes_without_being_looked_at(server: ChatServer, open_chat: OpenPage) -> None:
    page = open_chat()
    choose(page, PHOTO)
    page.get_by_test_id("attach-cancel").click()
    expect(page.get_by_test_id("attach-dialog")).to_be_hidden()
    expect(page.get_by_test_id("attach")).to_be_focused()
    choose(page, PHOTO)
    page.keyboard.press("Escape")
    expect(page.get_by_test_id("attach-dialog")).to_be_hidden()
    assert server.uploads == []
    expect(bubbles(page)).to_have_count(0)


def test_a_document_shows_its_name_and_size_and_can_be_fetched_again(server: ChatServer, open_chat: OpenPage) -> None:
    page = open_chat()
    choose(page, PDF, "other-file")
    expect(page.get_by_test_id("attach-words")).to_have_text("王芳的合同.pdf（1 KB）")
    page.get_by_test_id("attach-send").click()
    expect(bubbles(page, "bot")).to_have_count(1)
    page.reload()
    with page.expect_download() as download:
        page.get_by_test_id("file").click()
    assert Path(download.value.path()).read_bytes() == files.PDF


def test_a_photo_chosen_as_a_file_is_a_photo(server: ChatServer, open_chat: OpenPage) -> None:
    page = open_chat()
    send(page, PHOTO, "other-file")
    expect(page.get_by_test_id("photo")).to_be_visible()


@pytest.mark.parametrize(
    ("file", "says"),
    [
        (PDF | {"buffer": b""}, "空的"),
        (PDF | {"buffer": bytes(20 * 1024 * 1024 + 1)}, "最多 20 MB"),
        ({"name": "a.mp3", "mimeType": "audio/mpeg", "buffer": bytes(5 * 1024 * 1024 + 1)}, "最多 5 MB"),
    ],
)
def test_what_cannot_be_sent_is_refused_at_once(
    server: ChatServer, open_chat: OpenPage, file: FilePayload, says: str
) -> None:
    page = open_chat()
    page.get_by_test_id("attach").click()
    page.get_by_test_id("other-file").set_input_files(file)
    expect(page.get_by_test_id("error")).to_contain_text(says)
    assert server.uploads == []


def test_what_the_server_refuses_is_said_in_its_words(server: ChatServer, open_chat: OpenPage) -> None:
    page = open_chat()
    server.upload_refusals.append(Refusal(415, "这种照片（HEIC）这里打不开。请截个屏再发。"))
    choose(page, {"name": "IMG.heic", "mimeType": "image/heic", "buffer": files.HEIC})
    page.get_by_test_id("attach-text").fill("工资条")
    page.get_by_test_id("attach-send").click()
    expect(page.get_by_test_id("error")).to_have_text("这种照片（HEIC）这里打不开。请截个屏再发。")
    expect(bubbles(page)).to_have_count(0)
    expect(page.get_by_test_id("input")).to_have_value("工资条")


def test_while_a_file_goes_words_go_too(server: ChatServer, open_chat: OpenPage) -> None:
    page = open_chat()
    server.uploading.clear()
    send(page)
    expect(page.get_by_test_id("upload")).to_contain_text(re.compile("先别关页面|正在存"))
    ask(page, "我不想活了")
    expect(bubbles(page, "bot")).to_have_text([re.compile("收到：我不想活了")])
    expect(page.get_by_test_id("upload")).to_be_visible()
    server.uploading.set()
    expect(page.get_by_test_id("upload")).to_have_count(0)
    expect(bubbles(page, "bot")).to_have_count(2)
    expect(bubbles(page, "worker")).to_have_count(2)
    texts = [message["text"] for message in server.visitor.messages if message["author"] == "worker"]
    assert texts == ["我不想活了", "〔照片〕"]
    order = bubbles(page).evaluate_all("all => all.map((one) => Number(one.dataset.id))")
    assert order == sorted(order)


def test_an_upload_is_cancelled(server: ChatServer, open_chat: OpenPage) -> None:
    page = open_chat()
    server.uploading.clear()
    page.route("**/chat/api/attachments", lambda _route: None)  # it never arrives
    send(page)
    page.get_by_test_id("upload-cancel").click()
    expect(bubbles(page)).to_have_count(0)
    expect(page.get_by_test_id("welcome")).to_be_visible()
    page.unroute("**/chat/api/attachments")
    server.uploading.set()
    page.wait_for_timeout(300)
    assert server.uploads == []


def test_a_file_that_did_not_get_through_goes_again_as_one(server: ChatServer, open_chat: OpenPage) -> None:
    page = open_chat()

    def lose(route: Route) -> None:
        route.fetch()
        route.abort("connectionreset")

    page.route("**/chat/api/attachments", lose, times=1)
    send(page)
    expect(bubbles(page, "bot")).to_have_count(1)
    expect(page.get_by_test_id("upload")).to_have_count(0)
    expect(bubbles(page, "worker")).to_have_count(1)
    page.wait_for_timeout(2500)
    assert len({upload["id"] for upload in server.uploads}) == 1
    assert len(bubbles(page, "worker").all()) == 1


def test_without_network_a_file_waits_and_says_so(server: ChatServer, open_chat: OpenPage) -> None:
    page = open_chat()
    page.context.set_offline(True)
    send(page)
    expect(page.get_by_test_id("upload")).to_contain_text("没网，连上后自动传")
    page.context.set_offline(False)
    expect(bubbles(page, "bot")).to_have_count(1)
    assert server.visitor.messages[0]["text"] == "〔照片〕"


def test_a_limit_of_the_server_is_waited_for_and_holds_no_words_up(server: ChatServer, open_chat: OpenPage) -> None:
    page = open_chat()
    server.upload_refusals.append(Refusal(429, "发得太快了，请等一会儿再发。", wait=2))
    send(page)
    expect(page.get_by_test_id("upload")).to_contain_text("等一会儿自动传")
    ask(page, "在吗")
    expect(bubbles(page, "bot")).to_have_text([re.compile("收到：在吗")])
    expect(bubbles(page, "bot")).to_have_count(2)
    expect(page.get_by_test_id("error")).to_be_empty()


def test_a_file_lost_with_the_page_is_owned_up_to(
    server: ChatServer, open_chat: OpenPage, new_context: NewContext
) -> None:
    phone = new_context()
    page = open_chat(phone)
    phone.set_offline(True)
    send(page)
    expect(page.get_by_test_id("upload")).to_be_visible()
    asked: list[str] = []

    def leave(dialog: Dialog) -> None:
        asked.append(dialog.type)
        dialog.accept()

    page.on("dialog", leave)
    page.close(run_before_unload=True)
    page.wait_for_event("close")
    assert asked == ["beforeunload"]
    phone.set_offline(False)
    page = open_chat(phone)
    expect(page.get_by_test_id("error")).to_contain_text("没传完")
    expect(bubbles(page)).to_have_count(0)
    page.reload()
    expect(page.get_by_test_id("log")).to_have_attribute("aria-busy", "false")
    expect(page.get_by_test_id("error")).to_be_empty()


def test_a_place_is_sent_after_she_said_yes_twice(
    server: ChatServer, new_context: NewContext, open_chat: OpenPage
) -> None:
    phone = new_context(geolocation={"latitude": 34.2611, "longitude": 117.1859}, permissions=["geolocation"])
    page = open_chat(phone)
    page.get_by_test_id("attach").click()
    page.get_by_test_id("choose-place").click()
    expect(page.get_by_test_id("attach-words")).to_contain_text("只有接待你的工作人员看得到")
    assert server.uploads == []
    page.get_by_test_id("attach-send").click()
    expect(bubbles(page, "bot")).to_have_count(1)
    assert server.uploads[0]["location"] == {"lat": 34.2611, "lon": 117.1859}
    expect(bubbles(page, "worker")).to_contain_text("位置（只有工作人员看得到）")
    assert "117.1859" not in page.content()
    kept = page.evaluate("JSON.stringify(localStorage)")
    assert "117" not in kept


def test_a_place_that_is_not_given_is_no_trouble(server: ChatServer, open_chat: OpenPage) -> None:
    page = open_chat()  # no permission: the browser refuses
    page.get_by_test_id("attach").click()
    page.get_by_test_id("choose-place").click()
    page.get_by_test_id("attach-send").click()
    expect(page.get_by_test_id("error")).to_contain_text("也可以打字说在哪儿")
    expect(page.get_by_test_id("attach-dialog")).to_be_hidden()
    assert server.uploads == []


def test_a_microphone_that_is_not_given_is_no_trouble(server: ChatServer, open_chat: OpenPage) -> None:
    page = open_chat()
    page.get_by_test_id("attach").click()
    page.get_by_test_id("choose-voice").click()
    expect(page.get_by_test_id("error")).to_contain_text("打字说也一样")
    expect(page.get_by_test_id("attach-dialog")).to_be_hidden()


def test_a_recording_is_made_heard_and_sent(server: ChatServer, new_context: NewContext) -> None:
    browser = new_context().browser
    assert browser is not None
    flags = [*FLAGS, "--use-fake-device-for-media-stream", "--use-fake-ui-for-media-stream"]
    speaking = browser.browser_type.launch(executable_path=CHROMIUM, args=flags)
    try:
        page = speaking.new_context(viewport={"width": 360, "height": 740}, permissions=["microphone"]).new_page()
        page.goto(server.url)
        expect(page.get_by_test_id("log")).to_have_attribute("aria-busy", "false")
        page.get_by_test_id("attach").click()
        page.get_by_test_id("choose-voice").click()
        expect(page.get_by_test_id("attach-words")).to_contain_text("0:02，最长 3:00")
        page.get_by_test_id("attach-send").click()
        expect(page.get_by_test_id("preview")).to_be_visible()
        assert server.uploads == []
        page.get_by_test_id("attach-send").click()
        expect(bubbles(page, "bot")).to_have_count(1)
        expect(page.get_by_test_id("voice")).to_be_visible()
        upload = server.uploads[0]
        assert (upload["kind"], upload["name"]) == ("voice", "录音.webm")
        assert prepare(upload["content"], upload["name"]).media_type == "audio/webm"
    finally:
        speaking.close()


def test_the_menu_opens_closes_and_is_used_with_the_keyboard(server: ChatServer, open_chat: OpenPage) -> None:
    page = open_chat()
    page.on("filechooser", lambda _chooser: None)  # asked for in time: a key press is faster than the browser's consent
    opener, menu = page.get_by_test_id("attach"), page.get_by_test_id("attach-menu")
    opener.focus()
    page.keyboard.press("Enter")
    expect(page.get_by_test_id("choose-photo")).to_be_focused()
    expect(opener).to_have_attribute("aria-expanded", "true")
    page.keyboard.press("Tab")
    expect(page.get_by_test_id("choose-file")).to_be_focused()
    page.keyboard.press("Escape")
    expect(menu).to_be_hidden()
    expect(opener).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.get_by_test_id("choose-photo")).to_be_focused()
    with page.expect_file_chooser() as chooser:
        page.keyboard.press("Enter")
    chooser.value.set_files(PHOTO)
    expect(page.get_by_test_id("attach-send")).to_be_focused()
    page.keyboard.press("Enter")
    expect(bubbles(page, "bot")).to_have_count(1)
    expect(opener).to_be_focused()


def test_everything_fits_on_a_small_screen_with_huge_type(server: ChatServer, open_chat: OpenPage) -> None:
    page = open_chat(viewport={"width": 320, "height": 568})
    for _press in range(2):
        page.get_by_test_id("size").click()
    page.get_by_test_id("attach").click()
    assert overflow(page) <= 0
    for name in ("choose-photo", "choose-file", "choose-voice", "choose-place", "attach", "send"):
        control = page.get_by_test_id(name)
        assert in_view(control, page)
        assert control.evaluate("part => Math.min(part.offsetHeight, part.offsetWidth)") >= 44
    page.get_by_test_id("photo-file").set_input_files(PHOTO)
    expect(page.get_by_test_id("attach-dialog")).to_be_visible()
    assert overflow(page) <= 0
    server.uploading.clear()
    page.get_by_test_id("attach-send").click()
    expect(page.get_by_test_id("upload")).to_be_visible()
    assert overflow(page) <= 0
    server.uploading.set()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_serious(server: ChatServer, open_chat: OpenPage, scheme: str) -> None:
    page = open_chat(color_scheme=scheme)
    page.get_by_test_id("attach").click()
    assert axe_faults(page) == [], "menu"
    page.get_by_test_id("photo-file").set_input_files(PHOTO)
    expect(page.get_by_test_id("preview")).to_be_visible()
    assert axe_faults(page) == [], "preview"
    server.uploading.clear()
    page.get_by_test_id("attach-send").click()
    expect(page.get_by_test_id("upload")).to_be_visible()
    assert axe_faults(page) == [], "on its way"
    server.uploading.set()
    send(page, PDF, "other-file")
    send(page, {"name": "a.mp3", "mimeType": "audio/mpeg", "buffer": files.VOICES["audio/mpeg"]}, "other-file")
    expect(bubbles(page, "bot")).to_have_count(3)
    assert axe_faults(page) == [], "sent"
    page.get_by_test_id("attach").click()
    page.get_by_test_id("choose-place").click()
    assert axe_faults(page) == [], "place"
