"""Draw a reliability diagram: what chance was given, and how often it was right (DeGroot and Fienberg 1983)."""

from __future__ import annotations

from collections.abc import Sequence

SIDE = 320
"""Of the square, in pixels; a margin for the labels comes on top."""
MARGIN = 48


def drawn(bins: Sequence[tuple[float, float, int]]) -> str:
    """Return an SVG: a circle a bin, its area in proportion to the number of questions, and the diagonal."""
    most = max((count for _, _, count in bins), default=1)
    circles = [
        f'<circle cx="{_across(chance):.1f}" cy="{_up(right):.1f}" r="{3 + 11 * (count / most) ** 0.5:.1f}">'
        f"<title>{chance:.2f} given, {right:.2f} right, {count} questions</title></circle>"
        for chance, right, count in bins
    ]
    ticks = [
        f'<text x="{_across(at):.0f}" y="{SIDE + MARGIN + 18}" text-anchor="middle">{at:g}</text>'
        f'<text x="{MARGIN - 8}" y="{_up(at) + 4:.0f}" text-anchor="end">{at:g}</text>'
        for at in (0.0, 0.5, 1.0)
    ]
    size = SIDE + 2 * MARGIN
    return "\n".join(
        (
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {size} {size}" width="{size}" height="{size}"'
            ' font-family="sans-serif" font-size="12" role="img" aria-label="Reliability diagram">',
            f'<rect width="{size}" height="{size}" fill="#fff"/>',
            f'<rect x="{MARGIN}" y="{MARGIN}" width="{SIDE}" height="{SIDE}" fill="none" stroke="#888"/>',
            f'<path d="M{_across(0):.0f} {_up(0):.0f}L{_across(1):.0f} {_up(1):.0f}" stroke="#888"'
            ' stroke-dasharray="4 4"/>',
            '<g fill="#b3261e" fill-opacity="0.75">',
            *circles,
            "</g>",
            *ticks,
            f'<text x="{size / 2:.0f}" y="{size - 8}" text-anchor="middle">chance given to the first hit</text>',
            f'<text x="14" y="{size / 2:.0f}" text-anchor="middle" transform="rotate(-90 14 {size / 2:.0f})">'
            "share that was right</text>",
            "</svg>",
            "",
        )
    )


def _across(share: float) -> float:
    return MARGIN + SIDE * share


def _up(share: float) -> float:
    return MARGIN + SIDE * (1 - share)
