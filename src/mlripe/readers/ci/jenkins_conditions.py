"""Whether a stage of a Jenkinsfile runs where nobody chooses parameters: its `when` block, by their defaults.

Only comparisons of parameters are worked out; whatever else a condition asks for may be so or not.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from mlripe.lazy_regex import lazy_regex
from mlripe.readers.ci.groovy import Token, named, string_at

__all__ = ["PARAMETERS", "default_of", "holds_by_default"]

PARAMETERS: Final = ("booleanParam", "choice", "string", "text")
_ALL: Final = ("allOf", "anyOf", "not", "expression", "equals", "environment", "branch")
_PARAMETER: Final = lazy_regex(r"(?:\$\{?)?params\.(\w+)\}?")
_DEEPEST: Final = 20


def default_of(kind: str, arguments: Sequence[Token]) -> tuple[str, str] | None:
    """The name of a declared parameter, and its value where nobody chooses one."""
    name, _ = string_at(arguments, named(arguments, "name"))
    if not name or kind not in PARAMETERS:
        return None
    if kind == "choice":  # the first of the list, or of the lines of a text
        at = named(arguments, "choices")
        first = next((token for token in arguments[at:] if token.kind == "string"), None) if at >= 0 else None
        return (name, first.text.strip().split("\n")[0]) if first else None
    at = named(arguments, "defaultValue")
    if kind == "booleanParam":
        return name, arguments[at].text if at >= 0 else "false"
    default, line = string_at(arguments, at)
    return (name, default) if line or at < 0 else None


def holds_by_default(block: Sequence[Token], defaults: Mapping[str, str]) -> bool | None:
    """Whether the conditions of a `when` block hold for these values of parameters; None where more decides it."""
    return _all(_parts([token for token in block if token.kind != "newline" and token.text != ";"], defaults, 0))


def _parts(found: Sequence[Token], defaults: Mapping[str, str], depth: int) -> list[bool | None]:
    """What each condition that stands in a block comes to."""
    parts: list[bool | None] = []
    at = 0
    while at < len(found):
        word = found[at].text if found[at].kind == "word" else ""
        end = _end(found, at)
        inside = found[at + 2 : end - 1] if at + 1 < len(found) and found[at + 1].text == "{" else None
        if inside is None or depth > _DEEPEST:
            parts.append(_equal(found[at + 1 : end], defaults) if word == "equals" else None)
        elif word == "expression":
            parts.append(_expression(inside, defaults))
        else:
            parts.append(_joined(word, _parts(inside, defaults, depth + 1)))
        at = end
    return parts


def _joined(word: str, parts: list[bool | None]) -> bool | None:
    whole = _all(parts) if word in ("allOf", "not") else None
    if word == "anyOf":
        return True if True in parts else None if None in parts else False
    return None if whole is None else not whole if word == "not" else whole


def _all(parts: list[bool | None]) -> bool | None:
    return False if False in parts else None if None in parts or not parts else True


def _end(found: Sequence[Token], at: int) -> int:
    """Where the condition ends that begins at a word: behind its block, or before the word of the next one."""
    depth = 0
    for index in range(at + 1, len(found)):
        token = found[index]
        if token.kind == "word" and not depth and token.text in _ALL and found[index - 1].text not in (".", "!"):
            return index
        depth += (token.text in "{([") - (token.text in "})]") if token.kind == "mark" else 0
        if token.kind == "mark" and token.text == "}" and depth <= 0:
            return index + 1
    return len(found)


def _equal(arguments: Sequence[Token], defaults: Mapping[str, str]) -> bool | None:
    values = [
        _value(arguments[at : at + 3], defaults) if (at := named(arguments, key)) >= 0 else None
        for key in ("expected", "actual")
    ]
    return None if None in values else values[0] == values[1]


def _expression(inside: Sequence[Token], defaults: Mapping[str, str]) -> bool | None:
    """What an expression comes to: one parameter, or one held against a text; `&&` joins several."""
    terms: list[list[Token]] = [[]]
    for token in inside[1:] if inside and inside[0].text == "return" else inside:
        if token.text in ("|", "?"):
            return None
        if token.text == "&":
            terms.append([])
        else:
            terms[-1].append(token)
    return _all([_term(term, defaults) for term in terms if term])


def _term(term: Sequence[Token], defaults: Mapping[str, str]) -> bool | None:
    negated = term[0].text == "!"
    signs = "".join(token.text for token in term[1:] if token.kind == "mark" and token.text in "=!")
    if signs in ("==", "!=") and not negated:
        at = next(index for index, token in enumerate(term) if token.text in ("=", "!"))
        values = [_value(part, defaults) for part in (term[:at], term[at + 2 :])]
        return None if None in values else (values[0] == values[1]) == (signs == "==")
    value = _value(term[1:] if negated else term, defaults)
    return None if value not in ("true", "false") else (value == "true") != negated


def _value(part: Sequence[Token], defaults: Mapping[str, str]) -> str | None:
    """What an operand is: a text, `true` or `false`, or the default of a parameter; None where it may be anything."""
    text = "".join(token.text for token in part[:3]).rstrip(",")
    if asked := _PARAMETER.fullmatch(text):
        return defaults.get(asked[1])
    if len(part) != 1 and not (part and part[0].kind == "string" and len(part) > 1 and part[1].text == ","):
        return None
    if part[0].kind == "string":
        return None if "$" in part[0].text else part[0].text
    return text if text in ("true", "false") else None
