"""Which passwords staff may have, and how they are kept."""

from __future__ import annotations

import re

import pytest
from argon2 import PasswordHasher
from hypothesis import given
from hypothesis import strategies as st

from casework.errors import Invalid
from casework.passwords import LONGEST, Passwords, check_password, random_password

QUICK = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)


@pytest.mark.parametrize(
    ("password", "reason"),
    [
        ("", "太短"),
        ("a1!b2@c3#", "太短"),
        ("好记又难猜的密码吧", "太短"),
        ("x" * LONGEST + "y", "太长"),
        ("xiaochen.li", "用户名"),
        ("XiaoChen.Li", "用户名"),
        ("xiaochen.li2026", "用户名"),
        ("123xiaochen.li!", "用户名"),
        ("xiaochen.lixiaochen.li", "用户名"),
        ("ｘｉａｏｃｈｅｎ.ｌｉ１", "用户名"),
        ("20260302091500", "数字"),
        ("1234567890", "常见"),
        ("1qaz2wsx3edc", "常见"),
        ("PassWord123", "常见"),
        ("ｐａｓｓｗｏｒｄ１２３", "常见"),
        ("woaini1314520", "常见"),
        ("aaaaaaaaaaaa", "常见"),
        ("哈哈哈哈哈哈哈哈哈哈", "常见"),
    ],
)
def test_what_is_easily_guessed_is_refused_with_the_reason(password: str, reason: str) -> None:
    with pytest.raises(Invalid) as refused:
        check_password(password, "xiaochen.li")
    assert reason in refused.value.message
    assert not password or password not in refused.value.message


@pytest.mark.parametrize("password", ["correct horse", "周五下午三点去食堂呀", "x" * 190 + "0123456789"])
def test_what_is_hard_to_guess_is_accepted(password: str) -> None:
    check_password(password, "xiaochen.li")


def test_made_up_passwords_are_accepted_and_differ() -> None:
    made = {random_password() for _ in range(50)}
    assert len(made) == 50
    for password in made:
        assert re.fullmatch(r"([a-hjkmnp-z2-9]{4}-){3}[a-hjkmnp-z2-9]{4}", password)
        check_password(password, "admin")


def test_a_password_fits_what_was_kept_of_it_and_nothing_else() -> None:
    passwords = Passwords(QUICK)
    kept = passwords.hash("correct horse")
    assert kept.startswith("$argon2id$")
    assert "correct" not in kept
    assert passwords.fits(kept, "correct horse")
    assert passwords.fits(kept, "ｃｏｒｒｅｃｔ　ｈｏｒｓｅ")  # full-width, as a Chinese keyboard may type it
    assert not passwords.fits(kept, "correct horsE")
    assert not passwords.fits("no hash at all", "correct horse")
    assert kept != passwords.hash("correct horse")


@given(st.text(max_size=40))
def test_nobodys_password_is_never_right(password: str) -> None:
    assert not NOBODYS.fits(None, password)


NOBODYS = Passwords(QUICK)


def test_weaker_hashes_are_known() -> None:
    kept = Passwords(QUICK).hash("correct horse")
    assert not Passwords(QUICK).is_outdated(kept)
    assert Passwords(PasswordHasher(time_cost=2, memory_cost=8, parallelism=1)).is_outdated(kept)


def test_by_default_hashing_is_as_slow_as_is_recommended() -> None:
    kept = Passwords().hash("correct horse")
    assert kept.startswith("$argon2id$v=19$m=65536,t=3,p=4$")
