"""PowerShell text to the commands in it: programs and cmdlets with their words; expressions and blocks are none.

It is read statement by statement, not as a tree: a branch that is never taken, or a loop, changes no word of a command.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from msgspec.structs import replace

from mlripe.facts import Command, FileFacts, Unit
from mlripe.lazy_regex import lazy_regex
from mlripe.readers.formats.documents import text_of
from mlripe.readers.shell.lexer import Lexer
from mlripe.readers.shell.reading import SIZE

__all__ = ["POWERSHELLS", "powershell_commands", "read_powershell"]

POWERSHELLS: Final = ("pwsh", "powershell")
_MOST: Final = 3000  # commands of a text
_LONGEST: Final = 5000  # characters of a statement
_DEEPEST: Final = 4  # assignments of one value

# the parts of a text in which nothing ends a statement, and what ends one
_PARTS = lazy_regex(
    r"<#.*?(?:#>|\Z)"  # a comment of several lines
    r"|@\"[ \t]*\n.*?(?:\n\"@|\Z)|@'[ \t]*\n.*?(?:\n'@|\Z)"  # a text of several lines
    r"|\"(?:[^\"`]|`.)*(?:\"|`?\Z)|'[^']*(?:'|\Z)"
    r"|`[ \t]*\r?\n"  # the line goes on
    r"|(?<![\w`$])#[^\n]*"
    r"|(?P<end>\|\||&&|[\n;|{}])"
    r"|\$\{[^{}\n]*\}|[^\"'`#\n;|{}<@$&]+|.",
    re.DOTALL,
)
_FUNCTION = lazy_regex(r"function\s+(?:\w+:)?([\w-]+)", re.IGNORECASE)
_ASSIGNED = lazy_regex(r"(?:\[[^\[\]]*\]\s*)*\$[\w:.\[\]$'\"-]+\s*(?:\+|-)?=(?!=)\s*")
_WORDS_OF_ITS_OWN = lazy_regex(
    r"(?:if|elseif|else|foreach|for|while|do|until|switch|try|catch|finally|param|function|filter|break|continue|begin"
    r"|process|end|class|enum|using|in|trap|data|not)\b",
    re.IGNORECASE,
)
_RETURNS = lazy_regex(r"(?:return|exit|throw)\b\s*", re.IGNORECASE)
_CALLS = lazy_regex(r"(?:&|\.)\s+|&(?=[\"'$])")
_EXPRESSION = lazy_regex(r"[$\[@\-+*/=<>,.!%:?)\d\"']")


def powershell_commands(text: str, line: int = 1, *, strict: bool = False, directory: str = "") -> tuple[Command, ...]:
    """The commands of a PowerShell text, in the order in which they are written.

    `line` is the line of the text's beginning in its file; `strict` says whether the first failure ends it. Without,
    only the last one's outcome is the text's.
    """
    text = text[:SIZE]
    own = frozenset(name.lower() for name in _FUNCTION.findall(text))
    found: list[Command] = []
    for at, statement in _statements(text):
        if len(found) >= _MOST:
            break
        called, rest = _called(statement)
        if not called and _EXPRESSION.match(rest):
            continue
        words = tuple(token.value for token in Lexer(rest.replace("\\", "/")).tokens() if token.kind == "word")
        if words:
            number = line + text.count("\n", 0, at)
            found.append(Command(rest, words, number, directory, not strict, own=words[0].lower() in own))
    if found and not strict:
        found[-1] = replace(found[-1], allow_failure=False)
    return tuple(found)


def read_powershell(path: str, content: bytes) -> FileFacts:
    """A PowerShell script as one unit of kind `script`; it runs where it is called."""
    name = path.rpartition("/")[2]
    found = powershell_commands(text_of(content))
    return FileFacts(units=(Unit("script", "script", 1, f"script {name}", commands=found),))


def _statements(text: str) -> Iterator[tuple[int, str]]:
    """What stands between ends of statements, pipes and braces, with the place at which each begins."""
    parts: list[str] = []
    start = -1
    for part in _PARTS.finditer(text):
        if part["end"]:
            if parts:
                yield start, "".join(parts).strip()
            parts, start = [], -1
        elif part[0].startswith(("#", "<#")) or (not parts and not part[0].strip()):
            continue
        else:
            if not parts:
                start = part.start() + len(part[0]) - len(part[0].lstrip())
            parts.append(" " if part[0].startswith("`") and part[0].endswith("\n") else part[0])
    if parts:
        yield start, "".join(parts).strip()


def _called(statement: str) -> tuple[bool, str]:
    """What a statement runs, without what it is assigned to; and whether it says so by the operator of a call."""
    rest = statement[:_LONGEST]
    for _ in range(_DEEPEST):
        assigned = _ASSIGNED.match(rest)
        rest = rest[assigned.end() :] if assigned else rest
    rest = rest.lstrip("($@ \t") if rest.startswith(("(", "$(", "@(")) else rest
    rest = _RETURNS.sub("", rest, count=1)
    if _WORDS_OF_ITS_OWN.match(rest):
        return False, ""
    called = _CALLS.match(rest)
    return bool(called), rest[called.end() :] if called else rest
