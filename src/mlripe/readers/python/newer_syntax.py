"""Syntax that is newer than the interpreter that reads it, told in older words, line by line as it stood.

Python 3.12 lets a field of an f-string hold its quotes, backslashes and line breaks (PEP 701), gives functions and
classes type parameters, and knows `type` statements (PEP 695). A repository is read whatever runs this program.
"""

from __future__ import annotations

import re

from mlripe.lazy_regex import lazy_regex

__all__ = ["older"]

_ALIAS = lazy_regex(r"(?m)^([ \t]*)type[ \t]+(\w+)[ \t]*(?:\[[^\n=]*\][ \t]*)?=(?!=)")
_PARAMETERS = lazy_regex(r"(?m)^([ \t]*(?:async[ \t]+def|def|class)[ \t]+\w+)\[[^\n]*?\](?=[ \t]*[(:])")
_TOKEN = lazy_regex(r"#[^\n]*|(?<![\w\"'])(?P<prefix>[A-Za-z]{0,2})(?P<quote>\"\"\"|'''|\"|')")
_INSIDE = lazy_regex(r"[{}()\[\]:]|#[^\n]*|(?P<prefix>(?<!\w)[A-Za-z]{0,2})(?P<quote>\"\"\"|'''|\"|')")
_SPEC = lazy_regex(r"[^{}\n]*(?:\{[^{}\n]*\}[^{}\n]*)*\}")
_ENDS = {quote: lazy_regex(rf"(?s)(?:[^\\]|\\.)*?{quote}") for quote in ('"""', "'''")}
_ENDS |= {quote: lazy_regex(rf"(?s)(?:[^\\\n]|\\.)*?{quote}") for quote in ('"', "'")}


def older(source: str) -> str:
    """The source as an older interpreter may read it; what it cannot say so becomes a plain text or nothing."""
    return _PARAMETERS.sub(r"\1", _ALIAS.sub(r"\1\2 =", _f_strings(source)))


def _f_strings(source: str) -> str:
    out: list[str] = []
    at = 0
    while found := _TOKEN.search(source, at):
        out.append(source[at : found.end()])
        at = found.end()
        quote = found["quote"]
        if quote and "f" in found["prefix"].lower():
            written, at = _text(source, at, quote)
            out.append(written)
        elif quote:
            if not (end := _ENDS[quote].match(source, at)):
                break  # never closed: no Python of any version; and to look on at each quote would take quadratic time
            out.append(end[0])
            at = end.end()
    return "".join((*out, source[at:]))


def _text(source: str, at: int, quote: str) -> tuple[str, int]:
    """The rest of an f-string, its closing quote included, and where it ends."""
    out: list[str] = []
    breaks = 0
    while at < len(source):
        if source.startswith(quote, at):
            return "".join((*out, quote)) + "\\\n" * breaks, at + len(quote)
        if source[at] == "\n" and len(quote) == 1:
            break  # not closed: no f-string after all
        if source[at] == "\\" or source.startswith(("{{", "}}"), at):
            out.append(source[at : at + 2])
            at += 2
        elif source[at] == "{":
            field, at = _field(source, at + 1, quote)
            if len(quote) == 1:
                breaks += field.count("\n")
                field = field.replace("\n", " ")
            out.append("{" + field)
        else:
            out.append(source[at])
            at += 1
    return "".join(out), at


def _field(source: str, at: int, quote: str) -> tuple[str, int]:
    """The rest of a replacement field, its closing brace included, and where it ends."""
    out: list[str] = []
    depth = 0
    while found := _INSIDE.search(source, at):
        out.append(source[at : found.start()].replace("\\", " "))
        at = found.end()
        token = found[0]
        if inner := found["quote"]:
            end = _ENDS[inner].match(source, at)
            at = end.end() if end else len(source)
            out.append(_plain(end[0][: -len(inner)] if end else "", quote))
        elif token == "}" and depth == 0:
            return "".join((*out, token)), at
        elif token == ":" and depth == 0:  # how the value is written: as good as text
            end = _SPEC.match(source, at)
            return "".join((*out, "}")), end.end() if end else len(source)
        elif not token.startswith("#"):
            depth += (token in "{([") - (token in "})]")
            out.append(token)
    return "".join(out), len(source)


def _plain(text: str, quote: str) -> str:
    """A text within a field, in quotes that the f-string itself does not use."""
    other = "'" if quote[0] == '"' else '"'
    return other + re.sub(r"[\\'\"\n{}]", " ", text) + other
