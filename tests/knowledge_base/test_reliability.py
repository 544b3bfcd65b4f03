"""The reliability diagram is a picture of its bins."""

from __future__ import annotations

from xml.etree import ElementTree

from knowledge_base.reliability import MARGIN, SIDE, drawn


def test_a_bin_stands_where_its_chance_and_its_share_say() -> None:
    root = ElementTree.fromstring(drawn([(0.25, 0.5, 9), (1.0, 1.0, 3)]))
    first, second = root.findall(".//{*}circle")
    assert (first.get("cx"), first.get("cy")) == (f"{MARGIN + SIDE / 4:.1f}", f"{MARGIN + SIDE / 2:.1f}")
    assert float(first.get("r", 0)) > float(second.get("r", 0))
    assert (second.get("cx"), second.get("cy")) == (f"{MARGIN + SIDE:.1f}", f"{MARGIN:.1f}")


def test_nothing_measured_is_an_empty_square() -> None:
    assert "<circle" not in drawn([])
