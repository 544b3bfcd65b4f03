"""Limits on what comes in hold whatever a request's header says."""

from __future__ import annotations

import pytest

from bot.channels.web_errors import MAX_BODY, _declared_length


@pytest.mark.parametrize(
    ("value", "length"),
    [(b"12", 12), (b"0" * 5000 + b"7", 7), (b"9" * 5000, MAX_BODY + 1), (b"-1", 0), (b"\xb2", 0)],
)
def test_a_declared_length_is_read_however_long_the_number_is(value: bytes, length: int) -> None:
    assert _declared_length({"type": "http", "headers": [(b"content-length", value)]}, MAX_BODY) == length
