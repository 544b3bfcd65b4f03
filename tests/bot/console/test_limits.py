"""How often one address may try."""

from __future__ import annotations

import pytest

from bot.console.limits import AddressLimit


class Seconds:
    now = 0.0

    def __call__(self) -> float:
        return self.now


def test_tries_come_back_when_their_minute_is_over() -> None:
    clock = Seconds()
    limit = AddressLimit(3, 60, clock)
    allowed = []
    for moment in (0, 10, 20, 30, 59.9, 60.1, 61, 70.1):
        clock.now = moment
        allowed.append(limit.take("203.0.113.7"))
    assert allowed == [True, True, True, False, False, True, False, True]


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("203.0.113.7", "203.0.113.8", False),
        ("203.0.113.7", "::ffff:203.0.113.7", True),
        ("2001:db8::1", "2001:db8::ffff:1", True),
        ("2001:db8::1", "2001:db8:0:1::1", False),
        ("fe80::1%eth0", "fe80::2%eth0", True),
        ("", "", True),
        ("no address", "no address", True),
    ],
)
def test_a_client_is_its_address_or_its_network(one: str, other: str, same: bool) -> None:
    limit = AddressLimit(1, 60, Seconds())
    assert limit.take(one)
    assert limit.take(other) is not same


def test_a_flood_of_addresses_is_forgotten_again() -> None:
    clock = Seconds()
    limit = AddressLimit(1, 60, clock)
    for number in range(10_001):
        limit.take(f"2001:db8:{number // 65536:x}:{number % 65536:x}::1")
    clock.now = 61
    limit.take("203.0.113.7")
    assert len(limit._tries) == 1
