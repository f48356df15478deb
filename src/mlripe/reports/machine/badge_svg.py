"""A badge as a picture, drawn here: it fetches no font, and says its text to who cannot see it."""

from __future__ import annotations

from typing import Final
from xml.sax.saxutils import escape, quoteattr

from mlripe.reports import Options, Told
from mlripe.reports.machine.badge import LABEL, colour, message

__all__ = ["render"]

_FILLS: Final = {
    "brightgreen": "#2e7d32",
    "green": "#4b7a1f",
    "yellow": "#8a6100",
    "orange": "#b04a00",
    "red": "#b3261e",
    "lightgrey": "#5f6368",
}  # white text on each has a contrast of at least 4.5 to 1
_NARROW: Final = frozenset("fijlrt.,:;!|'()[]1 I")
_PADDING: Final = 6


def render(told: Told, options: Options) -> str:
    """Twenty pixels high; as wide as its text takes, which is set to the width that is reckoned with in any font."""
    left, right = LABEL, message(told)
    left_width, right_width = _width(left), _width(right)
    total, says = left_width + right_width, f"{left}: {right}"
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{total}" height="20" viewBox="0 0 {total} 20" role="img" '
        f"aria-label={quoteattr(says)}>\n"
        f" <title>{escape(says)}</title>\n"
        f' <clipPath id="edge"><rect width="{total}" height="20" rx="3"/></clipPath>\n'
        f' <g clip-path="url(#edge)">\n'
        f'  <rect width="{left_width}" height="20" fill="#444"/>\n'
        f'  <rect x="{left_width}" width="{right_width}" height="20" fill="{_FILLS[colour(told)]}"/>\n'
        " </g>\n"
        ' <g fill="#fff" font-family="Verdana,DejaVu Sans,Geneva,sans-serif" font-size="11" aria-hidden="true">\n'
        f"  {_text(left, 0, left_width)}\n"
        f"  {_text(right, left_width, right_width)}\n"
        " </g>\n"
        "</svg>\n"
    )


def _width(text: str) -> int:
    return round(sum(4.2 if char in _NARROW else 7.2 for char in text)) + 2 * _PADDING


def _text(text: str, start: int, width: int) -> str:
    length = width - 2 * _PADDING
    return f'<text x="{start + _PADDING}" y="14" textLength="{length}">{escape(text)}</text>'
