"""Which of the regions that the entries know a worker names in her words. Pure."""

from __future__ import annotations

from collections.abc import Iterable

NATIONAL = "全国"


def known_regions(regions: Iterable[str]) -> dict[str, str]:
    """Return the names by which regions are called, with the region each stands for.

    `江苏/无锡` gives 江苏 and 无锡; a name that two regions share (鼓楼) stands for neither.
    """
    names: dict[str, str] = {}
    shared: set[str] = set()
    for region in regions:
        if region == NATIONAL:
            continue
        parts = region.split("/")
        for depth, name in enumerate(parts, start=1):
            path = "/".join(parts[:depth])
            if names.setdefault(name, path) != path:
                shared.add(name)
    return {name: path for name, path in names.items() if name not in shared}


def named_in(text: str, names: dict[str, str]) -> str | None:
    """Return the narrowest region named in a text; None when none is, or when two are that exclude each other."""
    found = sorted({path for name, path in names.items() if name in text}, key=len, reverse=True)
    if not found:
        return None
    narrowest = found[0]
    return narrowest if all(f"{narrowest}/".startswith(f"{path}/") for path in found) else None
