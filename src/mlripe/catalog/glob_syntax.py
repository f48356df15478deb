r"""How a glob is written, and how one segment of a path, or one word, is held against it.

`*`, `?`, `[...]` and `\` are as in `.gitignore`, `{a,b}` as in a shell:

- `[...]` is one character. A `]` that comes first is one of them, `!` or `^` before all others turns it round, `a-z` is
  a range, `[:alpha:]` a class of POSIX. A `[` without its `]` stands for itself.
- `{a,b}` is either. Without a comma it stands for itself: folders may be called `{{cookiecutter.name}}`.
- `\` takes the next character as it is.

No match tries many ways, whatever somebody writes: a piece between two stars has one length, and the first place where
it fits is as good as any other.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import Final, NamedTuple

from mlripe.lazy_regex import lazy_regex

__all__ = [
    "MOST_ALTERNATIVES",
    "SPECIAL",
    "alternatives",
    "fits",
    "has_too_many",
    "joint",
    "literals",
    "segments",
    "translate",
]

SPECIAL: Final = lazy_regex(r"[*?\[\\]")  # what a segment does not hold that stands for itself
MOST_ALTERNATIVES: Final = 200  # globs that the braces of one may stand for; beyond, they stand for themselves
_POSIX: Final = {
    "alnum": ("09", "AZ", "az"), "alpha": ("AZ", "az"), "blank": ("  ", "\t\t"), "cntrl": ("\0\x1f", "\x7f\x7f"),
    "digit": ("09",), "graph": ("!~",), "lower": ("az",), "print": (" ~",), "punct": ("!/", ":@", "[`", "{~"),
    "space": ("  ", "\t\r"), "upper": ("AZ",), "xdigit": ("09", "AF", "af"),
}  # fmt: skip
_CLASS: Final = rf"\[[!^]?+\]?+(?:\\.|\[:(?:{'|'.join(_POSIX)}):\]|[^\]\\])*+\]"
_PATH: Final = lazy_regex(rf"\\.|{_CLASS}|.", re.DOTALL)
_WORD: Final = lazy_regex(rf"{_CLASS}|.", re.DOTALL)
_ITEM: Final = lazy_regex(rf"\[:({'|'.join(_POSIX)}):\]|(\\.|.)(?:-(\\.|[^\]]))?", re.DOTALL)
_ANY: Final = "[^/]"
_NONE: Final = f"[^\0-{chr(0x10FFFF)}]"  # what no character matches
_IN_CLASS: Final = lazy_regex(r"[\\\]\[^&~|]")

# --- from one glob to those that it stands for, and to segments ------------------------------------------------------


def alternatives(glob: str) -> tuple[str, ...]:
    """The globs without braces that a path's glob stands for."""
    if "{" not in glob:
        return (glob,)
    done: dict[str, None] = {}
    waiting = [glob]
    while waiting:
        written = waiting.pop()
        choices = _choices(_PATH.findall(written))
        if not choices:
            done[written] = None
        waiting += reversed(choices)
        if len(done) + len(waiting) > MOST_ALTERNATIVES:
            return (glob,)
    return tuple(done)


def has_too_many(glob: str) -> bool:
    """Whether its braces stand for more globs than are written out."""
    return alternatives(glob) == (glob,) and bool(_choices(_PATH.findall(glob)))


def _choices(written: list[str]) -> list[str]:
    """The same with one pair of braces written out, the first that holds no other; empty where none is left."""
    opened = None
    for at, each in enumerate(written):
        if each == "{":
            opened = at
        elif each == "}" and opened is not None:
            options = _divided(written[opened + 1 : at], ",")
            if len(options) > 1:
                head, tail = "".join(written[:opened]), "".join(written[at + 1 :])
                return [f"{head}{''.join(option)}{tail}" for option in options]
            opened = None
    return []


def _divided(written: Iterable[str], by: str) -> list[list[str]]:
    parts: list[list[str]] = [[]]
    for each in written:
        if each == by:
            parts.append([])
        else:
            parts[-1].append(each)
    return parts


@lru_cache(maxsize=8192)
def segments(glob: str) -> tuple[str, ...]:
    """A path's glob as globs of the path's segments; `**` stands for any number of them, also for none.

    A glob without a slash, or with one only at its end, begins anywhere. A slash at its end, and `**` there, stand for
    what lies below.
    """
    if "[" in glob or "\\" in glob:
        parts = ["".join(part) for part in _divided((each.replace("\\/", "/") for each in _PATH.findall(glob)), "/")]
    else:
        parts = glob.split("/")
    below = len(parts) > 1 and parts[-1] == ""
    if below:
        parts.pop()
    start = ("**",) if len(parts) == 1 else ()
    if len(parts) > 1 and parts[0] == "":
        del parts[0]
    if parts[-1] == "**":
        parts[-1:] = ["*", "**"]
    return (*start, *parts, *(("*", "**") if below else ()))


# --- one segment, or one word ----------------------------------------------------------------------------------------


class _Piece(NamedTuple):
    """What stands between two stars: so many characters, as an expression for each, and as a text if they are one."""

    width: int
    expression: str
    text: str | None
    compiled: re.Pattern[str] | None

    def stands(self, name: str, at: int) -> bool:
        """Whether it matches the name at that place."""
        if self.text is not None:
            return name.startswith(self.text, at)
        return self.compiled is None or self.compiled.match(name, at) is not None

    def end(self, name: str, at: int, most: int) -> int:
        """Where the first match in `name[at:most]` ends; -1 for none."""
        if self.text is not None:
            found = name.find(self.text, at, most)
            return -1 if found < 0 else found + self.width
        match = self.compiled.search(name, at, most) if self.compiled else None
        return match.end() if match else -1


def fits(glob: str, name: str, *, word: bool = False) -> bool:
    """Whether a segment of a path matches its glob; a `word`, in which a slash is a character like any other, its."""
    first, *rest = _pieces(glob, word)
    if not rest:
        return len(name) == first.width and first.stands(name, 0)
    last = rest.pop()
    at, most = first.width, len(name) - last.width
    if most < at or not first.stands(name, 0) or not last.stands(name, most):
        return False
    for piece in rest:
        at = piece.end(name, at, most)
        if at < 0:
            return False
    return True


@lru_cache(maxsize=8192)
def _pieces(glob: str, word: bool) -> tuple[_Piece, ...]:
    """The pieces between the stars of a glob; one where there are none. Only the first and the last may be empty."""
    written = _divided((_WORD if word else _PATH).findall(glob), "*")
    kept = [written[0], *(part for part in written[1:-1] if part), *written[1:][-1:]]
    return tuple(_piece(part, word) for part in kept)


def _piece(written: list[str], word: bool) -> _Piece:
    expression = "".join(_character(each, word) for each in written)
    plain = [_itself(each, word) for each in written]
    if None not in plain:
        return _Piece(len(plain), expression, "".join(filter(None, plain)), None)
    return _Piece(len(written), expression, None, re.compile(expression, re.DOTALL))


def _itself(written: str, word: bool) -> str | None:
    """The character that is meant; None where it may be one of several."""
    if written == "?" or (len(written) > 1 and written[0] == "["):
        return None
    return written if word else written[-1]


def _character(written: str, word: bool) -> str:
    """The expression of one character of a glob."""
    if written == "?":
        return "." if word else _ANY
    itself = _itself(written, word)
    return _class(written, word) if itself is None else re.escape(itself)


def _class(written: str, word: bool) -> str:
    """The expression of `[...]`, in the order that it is written in; a slash of a path is in none."""
    inner = written[1:-1]
    turned = inner[:1] in ("!", "^")
    ranges = [each for item in _ITEM.finditer(inner[turned:]) for each in _ranges(item)]
    if not word and not turned:
        ranges = [part for low, high in ranges for part in _without_slash(low, high)]
    elif not word:
        ranges.append(("/", "/"))
    shown = "".join(_shown(low, high) for low, high in ranges if (low, high) != ("-", "-"))
    shown += "-" if ("-", "-") in ranges else ""
    if not shown:
        return "." if turned else _NONE
    return f"[{'^' if turned else ''}{shown}]"


def _ranges(item: re.Match[str]) -> Iterator[tuple[str, str]]:
    posix, low, high = item.groups()
    if posix:
        yield from ((each[0], each[1]) for each in _POSIX[posix])
    elif high is None:
        yield low[-1], low[-1]
    elif low[-1] <= high[-1]:
        yield low[-1], high[-1]
    else:
        yield low[-1], low[-1]  # git tries the first of a range by itself, and nothing lies between the two


def _without_slash(low: str, high: str) -> Iterator[tuple[str, str]]:
    if not low <= "/" <= high:
        yield low, high
        return
    if low < "/":
        yield low, "."
    if high > "/":
        yield "0", high


def _shown(low: str, high: str) -> str:
    ends = (_IN_CLASS.sub(r"\\\g<0>", each) for each in (low, high))
    return next(ends) if low == high else "-".join(each.replace("-", r"\-") for each in ends)


def literals(glob: str) -> list[str]:
    """The texts that stand in whatever a glob on a word matches; none may be there."""
    found = [""]
    for each in _WORD.findall(glob):
        if each in "*?" or len(each) > 1:
            found.append("")
        else:
            found[-1] += each
    return [text for text in found if text]


# --- a whole path ----------------------------------------------------------------------------------------------------


def translate(glob: str) -> str:
    """The expression of a path's glob, for `fullmatch`, as any engine takes it."""
    return "|".join(_translated(segments(each)) for each in alternatives(glob))


def _translated(parts: tuple[str, ...]) -> str:
    out = ""
    for at, part in enumerate(parts):
        if parts[at:] == ("*", "**"):
            return f"{out}.*"
        out += "(?:.*/)?" if part == "**" else _simple(part) + "/" * (at < len(parts) - 1)
    return out


def _simple(segment: str) -> str:
    return f"{_ANY}*".join(piece.expression for piece in _pieces(segment, False))


def joint(globs: Iterable[str]) -> re.Pattern[str]:
    """The expression of several, for `fullmatch`: what was matched once is never tried otherwise (atomic groups)."""
    return re.compile("|".join(_linear(segments(glob)) for glob in globs), re.DOTALL)


def _linear(parts: tuple[str, ...]) -> str:
    tail = parts[-2:] == ("*", "**")
    first, *groups = _divided(parts[:-2] if tail else parts, "**")
    out = "/".join(map(_atomic, first)) + "/" * bool(first and (groups or tail))
    for number, group in enumerate(groups, 1):
        text = "/".join(map(_atomic, group))
        if group and (tail or number < len(groups)):
            out += f"(?>(?:[^/]*+/)*?{text}/)"
        elif group:
            out += f"(?:[^/]*+/)*{text}"
    return f"{out}.+" if tail else out


def _atomic(segment: str) -> str:
    first, *rest = _pieces(segment, False)
    if not rest:
        return first.expression
    between = "".join(f"(?>{_ANY}*?{piece.expression})" for piece in rest[:-1])
    return f"{first.expression}{between}{_ANY}*{rest[-1].expression}"
