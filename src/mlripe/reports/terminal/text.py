"""Plain text for people: what a repository says made harmless, fitted to columns, and coloured where that is wanted."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterable
from dataclasses import dataclass

from mlripe.evidence import Evidence, Strength
from mlripe.lazy_regex import lazy_regex

__all__ = ["Paint", "cut", "one_line", "place", "proof_line", "wrapped"]

# What CI systems obey in a log: GitHub's runner at the start of a line, which any place may become where lines are
# broken, and the older form anywhere; Azure's agent anywhere.
_COMMAND = lazy_regex(
    "::(?=(?:add-(?:mask|matcher|path)|remove-matcher|debug|echo|(?:end)?group|error|notice|save-state|set-(?:env|output)"
    "|stop-commands|warning)[ :])|(?<=##)\\[|(?<=##vso)\\[",
    re.IGNORECASE,
)
_CODES = {"bold": 1, "dim": 2, "red": 31, "green": 32, "yellow": 33, "cyan": 36}
_OF_STRENGTH = {"enforced": ("green", "bold"), "automated": ("green",), "present": ("yellow",), "declared": ("dim",)}


@dataclass(frozen=True, slots=True)
class Paint:
    """Colours text, or leaves it as it is. Pad before painting: the codes take columns that nobody sees."""

    on: bool

    def __call__(self, text: str, *looks: str) -> str:
        if not self.on or not looks:
            return text
        return f"\x1b[{';'.join(str(_CODES[look]) for look in looks)}m{text}\x1b[0m"

    def strength(self, strength: Strength, text: str) -> str:
        """`text` in the colour of that strength."""
        return self(text, *_OF_STRENGTH.get(strength.name, ()))


def one_line(text: str) -> str:
    """`text` on one line, with what a terminal or a CI log would obey written out: escape codes, controls, text
    direction, and what opens a workflow command (`::name::`, `##[name]`, `##vso[name]`).
    """
    plain = text if text.isprintable() else "".join(c if c.isprintable() else _written_out(c) for c in text)
    return _COMMAND.sub(lambda found: f"\\x{ord(found[0][0]):02x}{found[0][1:]}", plain)


def _written_out(char: str) -> str:
    code = ord(char)
    if 0xDC80 <= code <= 0xDCFF:  # a byte of a path that is not UTF-8
        return f"\\x{code - 0xDC00:02x}"
    return char.encode("unicode_escape").decode("ascii")


def cut(text: str, width: int) -> str:
    """`text` in at most `width` columns, with three dots where something is left out."""
    return text if len(text) <= width else text[: max(width - 3, 0)].rstrip() + "..."


def wrapped(text: str, width: int, first: str, rest: str = "") -> list[str]:
    """`text` broken at spaces into lines of at most `width` columns; `first` leads the first one, `rest` the others."""
    indent = rest or " " * len(first)
    return textwrap.wrap(
        one_line(text), width, initial_indent=first, subsequent_indent=indent, break_on_hyphens=False
    ) or [first.rstrip()]


def place(path: str, line: int) -> str:
    """`path:line`, or the path alone for a file as a whole."""
    return one_line(f"{path}:{line}" if line else path)


def proof_line(proof: Evidence, width: int) -> str:
    """A proof and its chain in one line: the place, what runs it, what runs that, up to what starts it all.

    Where it is too long, hops inside the code go first (commands tell more), then those in the middle.
    """
    here = place(proof.path, proof.line)
    if not proof.chain:
        says = one_line(proof.says)
        return cut(f"{here}  {says}" if says else here, width)
    hops = [one_line(hop.says) for hop in reversed(proof.chain)]
    line = _joined([here, *hops])
    if len(line) > width:
        outside = [one_line(hop.says) for hop in reversed(proof.chain) if not hop.path.endswith((".py", ".ipynb"))]
        if 1 < len(outside) < len(hops):
            line, hops = _joined([here, "...", *outside]), outside
            here = f"{here} <- ..."
    for kept in range(len(hops) - 2, -1, -1):
        if len(line) <= width:
            break
        gap = [] if not kept and here.endswith("...") else ["..."]
        line = _joined([here, *hops[:kept], *gap, hops[-1]])
    return cut(line, width)


def _joined(parts: Iterable[str]) -> str:
    return " <- ".join(parts)
