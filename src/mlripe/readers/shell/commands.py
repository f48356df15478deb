"""POSIX shell text to simple commands: each with its words, its line, where it runs and whether its failure matters."""

from __future__ import annotations

import posixpath
import re
from bisect import bisect_right
from collections.abc import Iterable, Sequence
from typing import Final

from mlripe.facts import Command, FileFacts, Unit
from mlripe.readers.shell.directory import Directory
from mlripe.readers.shell.lexer import Lexer, Token
from mlripe.readers.shell.tree import Compound, Item, Pipeline, Simple, parse

__all__ = ["commands", "read_script", "read_shell", "words"]

LIMIT: Final = 2000  # commands of one text
SIZE: Final = 200_000  # characters of one text that are read
TEXT: Final = 2000  # characters of a command's text that are kept
DEPTH: Final = 50  # lists in lists: compound commands, substitutions and texts in arguments (`bash -c`) together

CONTINUATION = re.compile(r"[ \t]*(?:[\\^]\r?\n|`[ \t]*\r?\n)[ \t]*")
SHELL = re.compile(r"(?:.*/)?(?:ba|da|z|k)?sh\Z")
SHELL_OPTION = re.compile(r"[-+][A-Za-z]+\Z")
MACRO = re.compile(r"[A-Za-z_]\w*(?:\.\w+)+\Z")  # $(Build.SourcesDirectory): a variable of Azure Pipelines
SSH_VALUED: Final = frozenset("-i -p -o -l -F -J -L -R -D -b -c -m -S -W".split())
HARD: Final = frozenset(("exit", "return", "false"))
KEPT = re.compile(r"\b(?:exit|return)[ \t]+\"?\$\{?(\w+)\}?")  # statuses that a text ends with
STATUS = re.compile(r"(\w+)=\"?\$(?:\?|\{\?\})\"?\Z")
SHEBANG = re.compile(rb"#![ \t]*(?:\S*/)?(?:env[ \t]+(?:-S[ \t]+)?)?(?:ba|da|z|k)?sh\b")
SHEBANG_STRICT = re.compile(r"#![^\n]*\s-[a-z]*e")


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
    reading = _Reading(text[:SIZE], line, strict, pipefail, Directory(directory, script))
    reading.items(parse(reading.lexer.tokens()), tolerant=False, final=True)
    return tuple(reading.found)


def read_shell(path: str, content: bytes) -> FileFacts:
    """A shell script as one unit of kind `script`; it runs where it is called."""
    text = content.decode("utf-8", "replace")
    strict = SHEBANG_STRICT.match(text) is not None
    found = commands(text, strict=strict, script=posixpath.dirname(path))
    return FileFacts(units=(Unit("script", "script", 1, f"script {posixpath.basename(path)}", commands=found),))


def read_script(path: str, content: bytes) -> FileFacts:
    """A script without an ending, if its first line says that a shell runs it."""
    return read_shell(path, content) if SHEBANG.match(content) else FileFacts()


class _Reading:
    """The state that a shell would have while it runs the text."""

    def __init__(self, text: str, line: int, strict: bool, pipefail: bool, place: Directory) -> None:
        self.lexer = Lexer(text)
        self.text = text
        self.line = line
        self.strict = strict
        self.pipefail = pipefail
        self.place = place
        self.depth = 0
        self.found: list[Command] = []
        self.hard: set[str] = set(HARD)  # commands that end the text in failure, functions among them
        self.kept = frozenset(KEPT.findall(text))
        self._newlines = [match.start() for match in re.finditer("\n", text)]

    # --- what a failure does -----------------------------------------------------------------------------------------

    def items(self, items: Sequence[Item], *, tolerant: bool, final: bool) -> None:
        """Lists; `tolerant`: nothing depends on their failure; `final`: the last one's status is the text's."""
        if self.depth >= DEPTH or len(self.found) >= LIMIT:
            return
        self.depth += 1
        called = _last_command(items) if final else ""
        for index, item in enumerate(items):
            kept = index + 1 < len(items) and self._keeps(items[index + 1])
            self._item(item, tolerant or item.background, kept or (final and index == len(items) - 1), called)
        self.depth -= 1

    def _item(self, item: Item, tolerant: bool, last: bool, called: str) -> None:
        chunks = _alternatives(item)
        for chunk, fallback in zip(chunks, [*chunks[1:], None], strict=True):
            caught = fallback is not None and not any(self._is_hard(s) for p in fallback for s in p.simples())
            for pipeline in chunk:
                counts = self.strict or last or fallback is not None or pipeline is not chunk[-1]
                self._pipeline(pipeline, tolerant or caught or pipeline.negated, counts, called)

    def _keeps(self, item: Item) -> bool:
        """Whether a list keeps the status before it for the end of the text: `status=$?`, and later `exit $status`."""
        first = item.pipelines[0].parts[0]
        assigned = first.assignments if isinstance(first, Simple) and self.kept else ()
        return any((kept := STATUS.match(token.value)) and kept[1] in self.kept for token in assigned)

    def _is_hard(self, simple: Simple) -> bool:
        argv = simple.argv
        return bool(argv) and argv[0] in self.hard and argv[1:2] != ("0",)

    def _pipeline(self, pipeline: Pipeline, tolerant: bool, counts: bool, called: str) -> None:
        """`counts`: its status is not lost by what simply follows; `called`: the last command of the text around it."""
        start = self.place
        for part in pipeline.parts:
            ignored = tolerant or (part is not pipeline.parts[-1] and not self.pipefail)
            if isinstance(part, Simple):
                self._simple(part, ignored or not (counts or part.argv[:1] == ("exit",)), caught=tolerant)
            elif part.kind == "function":
                self._function(part, counts or part.name == called)
            else:
                self._compound(part, ignored, counts)
            if len(pipeline.parts) > 1:  # each part of a pipe is a subshell
                self.place = start

    def _function(self, function: Compound, final: bool) -> None:
        start = self.place
        if any(self._is_hard(simple) for simple in function.simples()):
            self.hard.add(function.name)
        for section in function.sections:
            self.items(section.items, tolerant=False, final=final)
        self.place = start

    def _compound(self, compound: Compound, tolerant: bool, final: bool) -> None:
        start = self.place
        self._substitutions(compound.header, tolerant=True)
        for index, section in enumerate(compound.sections):
            if section.condition and self._gates(compound, index):
                self.items(section.items, tolerant=tolerant, final=True)
            else:
                self.items(section.items, tolerant=tolerant or section.condition, final=final)
            if compound.kind != "group" and not section.condition:
                self.place = start

    def _gates(self, compound: Compound, index: int) -> bool:
        """Whether a failing condition ends the text: `if ! check; then exit 1; fi`, and `else exit 1`."""
        condition, following = compound.sections[index], compound.sections[index + 1 :]
        if compound.kind != "branch" or not condition.items:
            return False
        deciding = condition.items[-1].pipelines[-1]
        branches = following[:1] if deciding.negated else following[1:]
        gates = any(self._is_hard(simple) for simple in Compound("group", branches).simples())
        deciding.negated = deciding.negated and not gates  # the negation has been taken into account
        return gates

    # --- one command -------------------------------------------------------------------------------------------------

    def _simple(self, simple: Simple, tolerant: bool, caught: bool = False) -> None:
        # The status of `x=$(command)` is the command's; in an argument it is lost.
        self._substitutions(simple.tokens, tolerant=tolerant or bool(simple.words))
        for token in simple.assignments:
            self.place = self.place.assign(token.value)
        if not simple.words or len(self.found) >= LIMIT:
            return
        first, argv = simple.tokens[0], simple.argv
        text = CONTINUATION.sub(" ", self.text[first.start : min(simple.tokens[-1].end, first.start + TEXT)])
        line = self._line_at(simple.words[0].start)
        self.found.append(Command(text.strip(), argv, line, str(self.place), tolerant, caught))
        if argv[0] == "set":
            self._set(argv[1:])
        elif argv[0] in ("export", "local", "readonly", "declare"):
            for word in argv[1:]:
                self.place = self.place.assign(word)
        else:
            self.place = self.place.after(argv)
        self._shell_in_arguments(simple, tolerant)
        for operator in simple.heredocs:
            self._heredoc(operator, argv, tolerant)

    def _set(self, options: Sequence[str]) -> None:
        for index, option in enumerate(options):
            on = option.startswith("-")
            if option[:1] not in ("-", "+") or option.startswith("--"):
                continue
            named = options[index + 1] if option.endswith("o") and index + 1 < len(options) else ""
            if "e" in option or named == "errexit":
                self.strict = on
            if named == "pipefail":
                self.pipefail = on

    def _substitutions(self, tokens: Iterable[Token], *, tolerant: bool) -> None:
        for token in tokens:
            for inner in token.inner:
                if token.kind == "word" and not (len(inner) == 1 and MACRO.match(inner[0].value)):
                    start = self.place
                    self.items(parse(inner), tolerant=tolerant, final=True)
                    self.place = start

    # --- shells in a shell -------------------------------------------------------------------------------------------

    def _shell_in_arguments(self, simple: Simple, tolerant: bool) -> None:
        """The commands of `bash -c "..."` and `eval "..."`, wherever in the arguments a shell stands, and of `ssh`."""
        found = _script_argument(simple.argv) or _remote_argument(simple.argv)
        if found is None:
            return
        index, options = found
        token = simple.words[index]
        raw = self.text[token.start : token.end]
        if raw.startswith("--") and "=" in raw:
            raw = raw.split("=", 1)[1]
        if len(raw) > 1 and raw[0] == raw[-1] == "'":
            raw = raw[1:-1]
        elif len(raw) > 1 and raw[0] == raw[-1] == '"':
            raw = re.sub(r'\\(["$`\\])', r"\1", raw[1:-1])
        line = self._line_at(token.start)
        reading = _Reading(raw, line, "e" in options, "pipefail" in options, self.place)
        reading.depth = self.depth
        reading.items(parse(reading.lexer.tokens()), tolerant=tolerant, final=True)
        self.found += reading.found[: max(0, LIMIT - len(self.found))]

    def _heredoc(self, operator: int, argv: tuple[str, ...], tolerant: bool) -> None:
        """The commands of a here-document that a shell reads."""
        body = self.lexer.bodies.get(operator)
        if body is None or not any(SHELL.match(word) for word in argv) or _script_argument(argv):
            return
        saved = self.place, self.strict, self.pipefail
        self.strict = any(SHELL_OPTION.match(word) and "e" in word for word in argv)
        self.pipefail = "pipefail" in argv
        self.items(parse(self.lexer.tokens(*body)), tolerant=tolerant, final=True)
        self.place, self.strict, self.pipefail = saved

    def _line_at(self, offset: int) -> int:
        return self.line + bisect_right(self._newlines, offset - 1)


def _alternatives(item: Item) -> list[list[Pipeline]]:
    """The pipelines of a list in groups joined by `&&`: when one of a group fails, the next group runs instead."""
    groups = [[item.pipelines[0]]]
    for join, pipeline in zip(item.joins, item.pipelines[1:], strict=True):
        if join == "||":
            groups.append([])
        groups[-1].append(pipeline)
    return groups


def _last_command(items: Sequence[Item]) -> str:
    simples = list(items[-1].pipelines[-1].simples()) if items else []
    return simples[-1].argv[0] if simples and simples[-1].words else ""


def _remote_argument(argv: Sequence[str]) -> tuple[int, str] | None:
    """Where in the words the script stands that a remote shell is given: after `ssh HOST`, or as `--command`."""
    if argv[0] == "ssh":
        at = 1
        while at < len(argv) and argv[at].startswith("-"):
            at += 2 if argv[at] in SSH_VALUED else 1
        return (at + 1, "") if at + 1 < len(argv) and " " in argv[at + 1] else None
    if "ssh" in argv[1:4]:
        for index, word in enumerate(argv):
            if word == "--command" and index + 1 < len(argv):
                return index + 1, ""
            if word.startswith("--command="):
                return index, ""
    return None


def _script_argument(argv: Sequence[str]) -> tuple[int, str] | None:
    """Where in the words a shell's script stands (`sh -c SCRIPT`, `eval SCRIPT`), and the shell's options."""
    if argv[0] == "eval" and len(argv) > 1:
        return 1, ""
    for index, word in enumerate(argv):
        if not SHELL.match(word):
            continue
        options: list[str] = []
        for position in range(index + 1, len(argv) - 1):
            option = argv[position]
            if not (SHELL_OPTION.match(option) or option in ("pipefail", "errexit")):
                break
            options.append(option)
            if option[0] == "-" and option.endswith("c"):
                return position + 1, " ".join(options)
    return None
