"""Text in GitHub-flavoured Markdown that stays text: what a repository says is shown, and never obeyed.

Nothing of it becomes HTML, a link, an image, a mention, a reference to an issue, or the end of a table's cell.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Final

from mlripe.evidence import Evidence, Strength
from mlripe.lazy_regex import lazy_regex
from mlripe.reports import Told
from mlripe.reports.machine.findings import address
from mlripe.reports.terminal.text import cut, one_line, place, proof_line

__all__ = ["code", "details", "link", "linked", "named", "proof", "prose", "sentence", "table"]

WIDEST: Final = 160  # characters of one piece of code
LONGEST: Final = 400  # characters of one piece of prose
_SPECIAL: Final = lazy_regex(r"[\\`*_\[\]~$!{}]")
_HTML: Final = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;", "|": "&#124;"})
# mentions, references and bare links: forges look for them in what is shown, so that no escape of Markdown ends them
_ACTS: Final = lazy_regex(r"@(?=\w)|#(?=\d)|://|\bw(?=ww\.)|(?<=\bGH)-(?=\d)", re.IGNORECASE)
_BLOCK: Final = lazy_regex(r"^(?:(?=[-#+=])|\d+(?=[.)]))")  # what opens a heading or a list where a line begins
_APART: Final = "\u200b"


def prose(text: str) -> str:
    """`text` as a part of a sentence."""
    plain = cut(one_line(text).strip(), LONGEST)
    apart = _ACTS.sub(lambda found: found[0][0] + _APART + found[0][1:], plain)
    return _BLOCK.sub(r"\g<0>\\", _SPECIAL.sub(r"\\\g<0>", apart)).translate(_HTML)


def code(text: str) -> str:
    """`text` as code, also in a table, where a bar would end the cell: it is written out."""
    plain = cut(one_line(text), WIDEST).replace("|", r"\x7c")
    if not plain.strip():
        return ""
    fence = "`" * (max((len(run) for run in re.findall("`+", plain)), default=0) + 1)
    space = " " if plain[0] in "` " or plain[-1] in "` " else ""
    return f"{fence}{space}{plain}{space}{fence}"


def sentence(text: str) -> str:
    """A sentence of the catalogue: what stands between backticks is code."""
    pieces = text.strip().split("`")
    if len(pieces) % 2 == 0:
        return prose(text)
    return "".join(code(piece) if number % 2 else _spaced(piece) for number, piece in enumerate(pieces))


def _spaced(text: str) -> str:
    """As prose that keeps the space to the code before and behind it."""
    before, after = " " * text.startswith(" "), " " * text.endswith(" ")
    return f"{before}{prose(text)}{after}" if text.strip() else text


def named(strength: Strength) -> str:
    """A strength in words."""
    return "not detected" if strength is Strength.none else strength.name


def linked(found: Evidence, told: Told) -> str:
    """A proof in one line, its place linked to its forge where that shows it as it was read."""
    return proof(found, told.link(found.path, found.line))


def link(shown: str, target: str) -> str:
    """What is shown (Markdown already) as a link, where the target is a web address."""
    return f"[{shown}]({target.replace('(', '%28').replace(')', '%29')})" if address(target) else shown


def proof(found: Evidence, target: str = "") -> str:
    """A proof and its chain in one line, its place linked to `target` where that is known."""
    here, line = place(found.path, found.line), proof_line(found, WIDEST)
    if not target or not line.startswith(here):
        return code(line)
    return f"{link(code(here), target)} {code(line[len(here) :].strip())}".rstrip()


def table(heads: Sequence[str], rows: Iterable[Sequence[str]]) -> list[str]:
    """Lines of a table whose cells are Markdown already; none where there are no rows."""
    lines = [f"| {' | '.join(row)} |" for row in rows]
    return [f"| {' | '.join(heads)} |", f"|{' --- |' * len(heads)}", *lines, ""] if lines else []


def details(summary: str, lines: Sequence[str]) -> list[str]:
    """Lines that are shown when they are asked for; none where there are none. The summary is plain text."""
    return [f"<details><summary>{prose(summary)}</summary>", "", *lines, "", "</details>", ""] if lines else []
