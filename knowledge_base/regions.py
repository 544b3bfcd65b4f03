"""Which region a worker names in her words: those of the entries, and China's provinces and prefectures. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import lru_cache
from pathlib import Path

NATIONAL = "全国"
DIVISIONS = Path(__file__).with_name("regions.txt")
"""Regions that are understood even where no entry is of them."""

_SUFFIX = re.compile(r"(?<=..)[市区州]$|地区$|新区$")
_STREET = re.compile(r"[东西南北中]?[一二三四五六七八九]?(?:路|街|大街|大道|拉面|烤鸭|火锅|银行)")
_ORIGIN_BEFORE = re.compile(r"(?:老家|户口|户籍|籍贯|来自|出生)(?:是|在|于)?$")
_ORIGIN_AFTER = re.compile(r"(?:省|市|县|区)?(?:人(?!社|力|民|事|才|大)|籍|老乡|老家|户口|户籍|口音)")

_AROUND = re.compile(
    r"(?:我|我们|俺|咱|人|公司|单位|厂|现在|目前|就|是|也|在|那|呢|的|省|市|区|县|这边|那边|这里|这儿"
    r"|上班|打工|干活|工作|做工|[\s，。,.!！？?])*"
)


def known_regions(regions: Iterable[str]) -> dict[str, str]:
    """Return the names by which regions are called, with the region each stands for.

    `江苏/无锡` gives 江苏 and 无锡; a name that two of these regions share (鼓楼) stands for neither. China's divisions
    add the names that none of the regions has.
    """
    local = [region for region in regions if region != NATIONAL]
    names = _unshared(local)
    taken = {part for region in local for part in region.split("/")}
    return {**{name: path for name, path in divisions().items() if name not in taken}, **names}


def named_in(text: str, names: dict[str, str]) -> str | None:
    """Return the narrowest region named in a text; None when none is, or when two are that exclude each other.

    A street (南京东路) and where somebody comes from (江苏人, 老家河南) do not count: rules follow the place of work.
    """
    found = sorted({names[name] for name in _places(text, names)}, key=len, reverse=True)
    if not found:
        return None
    narrowest = found[0]
    return narrowest if all(f"{narrowest}/".startswith(f"{path}/") for path in found) else None


def names_only_region(text: str, region: str) -> bool:
    """Tell whether a text that names a region says nothing else: 徐州, 我在江苏徐州上班."""
    rest = text
    for name in sorted(region.split("/"), key=len, reverse=True):
        rest = rest.replace(name, "")
    return rest != text and _AROUND.fullmatch(rest) is not None


@lru_cache(maxsize=1)
def divisions() -> dict[str, str]:
    """Return the names of China's divisions, those with 市, 区 or 州 for clearness also in the path without it."""
    paths = []
    for line in DIVISIONS.read_text("utf-8").splitlines():
        region, colon, below = line.partition(":")
        if colon and not line.startswith("#"):
            paths += [(region.split("/")[-1], region), *((name, f"{region}/{_plain(name)}") for name in below.split())]
    return dict(paths)


def _plain(name: str) -> str:
    return _SUFFIX.sub("", name)


def _unshared(regions: Iterable[str]) -> dict[str, str]:
    names: dict[str, str] = {}
    shared: set[str] = set()
    for region in regions:
        parts = region.split("/")
        for depth, name in enumerate(parts, start=1):
            path = "/".join(parts[:depth])
            if names.setdefault(name, path) != path:
                shared.add(name)
    return {name: path for name, path in names.items() if name not in shared}


def _places(text: str, names: dict[str, str]) -> Iterator[str]:
    """Yield the names of places in a text from left to right, the longest at each; parts of others are none."""
    longest = max(map(len, names), default=0)
    start = 0
    while start < len(text):
        sizes = range(min(longest, len(text) - start), 0, -1)
        size = next((size for size in sizes if text[start : start + size] in names), 0)
        end = start + size
        if size and not (
            _STREET.match(text, end) or _ORIGIN_AFTER.match(text, end) or _ORIGIN_BEFORE.search(text[:start])
        ):
            yield text[start:end]
        start += size or 1
