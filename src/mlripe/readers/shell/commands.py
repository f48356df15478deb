"""POSIX shell text to simple commands: each with its words, its line, where it runs and whether its failure matters."""

from __future__ import annotations

import posixpath

from mlripe.facts import Command, FileFacts, Unit
from mlripe.lazy_regex import lazy_regex
from mlripe.readers.shell.directory import Directory
from mlripe.readers.shell.lexer import Lexer
from mlripe.readers.shell.reading import SIZE, Reading
from mlripe.readers.shell.tree import parse

__all__ = ["commands", "read_script", "read_shell", "words"]

SHEBANG = lazy_regex(rb"#![ \t]*(?:\S*/)?(?:env[ \t]+(?:-S[ \t]+)?)?(?:ba|da|z|k)?sh\b")
SHEBANG_STRICT = lazy_regex(r"#![^\n]*\s-[a-z]*e")


def words(text: str) -> tuple[str, ...]:
    """The words of a shell text with quotes removed and variables as written; operators and comments are left out."""
    return tuple(token.value for token in Lexer(text[:SIZE]).tokens() if token.kind == "word")


def commands(
    text: str, line: int = 1, *, strict: bool = True, directory: str = "", pipefail: bool = False, script: str = ""
) -> tuple[Command, ...]:
    """The simple commands of a shell text in the order in which they run.

    `line` is the line of the text's beginning in its file. `strict` says whether the shell stops at the first failure
    (`set -e`), `pipefail` whether a pipe fails with any of its parts; `set` in the text switches both. `directory`
    is where the text starts, `script` the folder of the script that it is: both relative to the repository's root.
    """
    reading = Reading(text[:SIZE], line, strict, pipefail, Directory(directory, script))
    reading.items(parse(reading.lexer.tokens()), allow_failure=False, final=True)
    return tuple(reading.found)


def read_shell(path: str, content: bytes) -> FileFacts:
    """A shell script as one unit of kind `script`; it runs where it is called.

    What runs only for one first argument (`case "$1" in train)`) is a unit `script/train` of kind `target`. A function
    that the script itself does not call is a unit `function/NAME`: who sources the script may call it.
    """
    text = content.decode("utf-8", "replace")[:SIZE]
    strict = SHEBANG_STRICT.match(text) is not None
    reading = Reading(text, 1, strict, False, Directory("", posixpath.dirname(path)))
    reading.asked = {}
    reading.items(parse(reading.lexer.tokens()), allow_failure=False, final=True)
    name = posixpath.basename(path)
    defines = tuple(sorted({*reading.functions, *reading.calls}))
    units = [Unit("script", "script", 1, f"script {name}", commands=tuple(reading.found), defines=defines)]
    asked = ((f"script/{word}", found) for word, found in reading.asked.items())
    uncalled = ((f"function/{word}", found) for word, found in reading.uncalled())
    for id, found in (*asked, *uncalled):
        if found:
            says = f"{name} {id.partition('/')[2]}"
            units.append(Unit(id, "target", found[0].line, says, commands=tuple(found)))
    return FileFacts(units=tuple(units))


def read_script(path: str, content: bytes) -> FileFacts:
    """A script without an ending, if its first line says that a shell runs it."""
    return read_shell(path, content) if SHEBANG.match(content) else FileFacts()
