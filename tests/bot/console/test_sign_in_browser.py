"""Signing in with a real browser and real HTTP: keyboard, narrow screens, axe, and a proxy before it."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import httpx
import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import BrowserContext, Page, expect

from bot.console.app import SIGN_INS_PER_MINUTE
from bot.console.security import COOKIE
from tests.bot.console.conftest import PASSWORD, Console
from tests.bot.console.server import running

NEW = "another good one"


@pytest.fixture
def address(console: Console) -> Iterator[str]:
    with running(console.app) as address:
        yield address


def faults(page: Page) -> list[str]:
    """Return axe's serious findings."""
    found = Axe().run(page).response["violations"]
    return [
        f"{each['id']}: {each['nodes'][0]['target']}" for each in found if each["impact"] in {"serious", "critical"}
    ]


def fits(page: Page) -> bool:
    """Tell whether nothing stands out at the side."""
    return bool(page.evaluate("document.documentElement.scrollWidth <= innerWidth"))


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [390, 1280])
def test_every_page_of_the_frame_is_for_everybody(
    console: Console, address: str, new_context: Callable[..., BrowserContext], width: int, scheme: str
) -> None:
    made_up = console.accounts.add("xiaochen", "editor", display_name="阿卜杜拉·买买提")
    assert made_up is not None
    page = new_context(viewport={"width": width, "height": 800}, color_scheme=scheme).new_page()

    def check(name: str) -> None:
        assert faults(page) == [], name
        assert fits(page), name

    page.goto(address)
    check("login")
    page.get_by_test_id("login-username").fill("xiaochen")
    page.get_by_test_id("login-password").fill("wrong password")
    page.get_by_test_id("login-submit").click()
    expect(page.get_by_test_id("login-error")).to_be_visible()
    check("wrong password")
    page.get_by_test_id("login-password").fill(made_up)
    page.get_by_test_id("login-submit").click()
    expect(page.get_by_test_id("password-first")).to_be_visible()
    check("first password")
    for control, value in (("old", made_up), ("new", NEW), ("repeat", NEW + "!")):
        page.get_by_test_id(f"password-{control}").fill(value)
    page.get_by_test_id("password-submit").click()
    expect(page.get_by_test_id("password-error")).to_be_visible()
    check("passwords that differ")
    for control, value in (("old", made_up), ("new", NEW), ("repeat", NEW)):
        page.get_by_test_id(f"password-{control}").fill(value)
    page.get_by_test_id("password-submit").click()
    expect(page.get_by_test_id("start")).to_be_visible()
    check("start of an editor")
    page.goto(f"{address}/nowhere")
    expect(page.get_by_test_id("error-message")).to_be_visible()
    check("error")


def test_the_keyboard_alone_signs_in_goes_away_and_signs_out(
    console: Console, address: str, new_context: Callable[..., BrowserContext]
) -> None:
    username = console.add_staff("agent")
    page = new_context(viewport={"width": 1280, "height": 800}).new_page()
    page.goto(f"{address}/login?next=/password")
    expect(page.get_by_test_id("login-username")).to_be_focused()
    page.keyboard.type(username)
    page.keyboard.press("Tab")
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")
    expect(page.get_by_test_id("nav-name")).to_contain_text(username)

    def press(control: str) -> None:
        page.keyboard.press("Tab")
        for _ in range(20):
            if page.evaluate("document.activeElement.dataset.testid") == control:
                page.keyboard.press("Enter")
                return
            page.keyboard.press("Tab")
        pytest.fail(f"no way to {control} with the keyboard")

    press("availability")
    expect(page.get_by_test_id("availability")).to_have_attribute("data-available", "no")
    assert page.url.endswith("/password")
    press("logout")
    expect(page.get_by_test_id("login-username")).to_be_focused()
    page.go_back()
    page.reload()
    expect(page.get_by_test_id("login-username")).to_be_visible()


def test_who_works_in_a_page_stays_signed_in(
    console: Console, address: str, new_context: Callable[..., BrowserContext]
) -> None:
    username = console.add_staff("agent")
    page = new_context().new_page()
    page.clock.install()
    page.goto(f"{address}/login?next=/password")
    page.get_by_test_id("login-username").fill(username)
    page.get_by_test_id("login-password").fill(PASSWORD)
    page.get_by_test_id("login-submit").click()
    expect(page.get_by_test_id("password-old")).to_be_visible()
    sent: list[str] = []
    page.on("request", lambda request: sent.append(request.url.removeprefix(address)))
    page.keyboard.press("a")
    page.clock.fast_forward(61_000)
    assert sent == []  # an open page alone says nothing
    with page.expect_response(f"{address}/presence") as answer:
        page.keyboard.press("a")
    assert answer.value.status == 204
    page.keyboard.press("b")
    page.mouse.move(10, 10)
    assert sent == ["/presence"]


def test_a_proxy_says_who_asks_and_by_https(console: Console, address: str) -> None:
    form = {"username": console.add_staff(), "password": PASSWORD}

    def through_proxy(client: str) -> dict[str, str]:
        return {"X-Forwarded-For": client, "X-Forwarded-Proto": "https", "Host": "staff.example.org"}

    with httpx.Client(base_url=address) as browser:
        done = browser.post("/login", data=form, headers=through_proxy("203.0.113.7"))
        assert done.status_code == 303
        assert done.headers["set-cookie"].startswith(f"__Host-{COOKIE}=")
        assert done.headers["set-cookie"].endswith("; Secure")
        assert done.headers["strict-transport-security"] == "max-age=31536000"
        assert browser.get("/metrics", headers=through_proxy("203.0.113.7")).status_code == 404
        wrong = {"username": "nobody", "password": "wrong password"}
        codes = {
            browser.post("/login", data=wrong, headers=through_proxy(f"10.0.0.{number}, 203.0.113.7")).status_code
            for number in range(SIGN_INS_PER_MINUTE)
        }
        assert codes == {401, 429}  # what a client itself puts before its address changes nothing
        assert browser.post("/login", data=form, headers=through_proxy("203.0.113.8")).status_code == 303


def test_the_server_does_not_say_what_it_is_made_of(address: str) -> None:
    page = httpx.get(f"{address}/login")
    assert "server" not in page.headers
    assert len(page.content) < 10_000
