"""The card's one picture: how often the model was right at each confidence. Plain SVG, so that training needs no plotter."""

from collections.abc import Mapping, Sequence
from typing import Any

FILE = "reliability.svg"

_SIZE = 300
"""Side of the plotted square, in the picture's own units."""
_LEFT, _TOP = 56, 18
_WIDTH, _HEIGHT = _LEFT + _SIZE + 20, _TOP + _SIZE + 52
_LARGEST = 13.0
"""Radius of a bin that holds all lines: the area of a dot is its share of them."""


def reliability_svg(bins: Sequence[Mapping[str, Any]]) -> str:
    """An SVG picture of reliability bins as a manifest has them: `confidence` and `right` (0 to 1), and `lines`."""
    total = sum(one["lines"] for one in bins) or 1
    ticks = (0, 0.2, 0.4, 0.6, 0.8, 1)
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {_HEIGHT}" width="{_WIDTH}" height="{_HEIGHT}" '
        'role="img" font-family="sans-serif" font-size="12" fill="#1f2328">',
        "<title>Reliability: share of lines that are right, by the model's confidence</title>",
        # White under it: cards are read on dark pages too.
        f'<rect width="{_WIDTH}" height="{_HEIGHT}" fill="#fff"/>',
    ]
    for tick in ticks:
        x, y = _place(tick, tick)
        parts.append(f'<path d="M{x} {_TOP}V{_TOP + _SIZE}M{_LEFT} {y}H{_LEFT + _SIZE}" stroke="#d0d7de"/>')
        parts.append(f'<text x="{x}" y="{_TOP + _SIZE + 18}" text-anchor="middle">{tick:.0%}</text>')
        parts.append(f'<text x="{_LEFT - 8}" y="{y + 4}" text-anchor="end">{tick:.0%}</text>')
    (x0, y0), (x1, y1) = _place(0, 0), _place(1, 1)
    parts.append(f'<path d="M{x0} {y0}L{x1} {y1}" stroke="#57606a" stroke-dasharray="5 4"/>')
    for one in bins:
        x, y = _place(one["confidence"], one["right"])
        radius = round(max(2.5, _LARGEST * (one["lines"] / total) ** 0.5), 1)
        told = f"{one['lines']} lines at {one['confidence']:.0%}: {one['right']:.0%} right"
        parts.append(f'<circle cx="{x}" cy="{y}" r="{radius}" fill="#0b5cad" fill-opacity=".8"><title>{told}</title></circle>')
    middle = _LEFT + _SIZE / 2
    parts.append(f'<text x="{middle}" y="{_HEIGHT - 12}" text-anchor="middle">confidence of the likeliest label</text>')
    turned = f'transform="rotate(-90 14 {_TOP + _SIZE / 2})"'
    parts.append(f'<text x="14" y="{_TOP + _SIZE / 2}" text-anchor="middle" {turned}>share of lines right</text>')
    return "\n".join([*parts, "</svg>", ""])


def _place(across: float, up: float) -> tuple[float, float]:
    return round(_LEFT + across * _SIZE, 1), round(_TOP + (1 - up) * _SIZE, 1)
