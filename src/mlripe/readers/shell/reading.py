"""One shell text read as a shell would run it: which commands, in which folder, and what a failure of each does."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from textwrap import dedent
from typing import Final

from msgspec.structs import replace

from mlripe.facts import Command
from mlripe.lazy_regex import lazy_regex
from mlripe.readers.shell.arguments import SHELL, SHELL_OPTION, remote_argument, remote_words, script_argument
from mlripe.readers.shell.cron_lines import cron_lines
from mlripe.readers.shell.directory import Directory
from mlripe.readers.shell.lexer import Lexer, Token
from mlripe.readers.shell.tree import Compound, Item, Pipeline, Section, Simple, parse
from mlripe.readers.shell.variables import Variables, matches

__all__ = ["SIZE", "Reading"]

LIMIT: Final = 2000  # commands of one text
SIZE: Final = 200_000  # characters of one text that are read
TEXT: Final = 2000  # characters of a command's text that are kept
DEPTH: Final = 50  # lists in lists: compound commands, substitutions and texts in arguments (`bash -c`) together

CONTINUATION = lazy_regex(r"[ \t]*(?:[\\^]\r?\n|`[ \t]*\r?\n)[ \t]*")
MACRO = lazy_regex(r"[A-Za-z_]\w*(?:\.\w+)+\Z")  # $(Build.SourcesDirectory): a variable of Azure Pipelines
HARD: Final = frozenset(("exit", "return", "false"))
KEPT = lazy_regex(r"\b(?:exit|return)[ \t]+\"?\$\{?(\w+)\}?")  # statuses that a text ends with
STATUS = lazy_regex(r"(\w+)=\"?\$(?:\?|\{\?\})\"?\Z")
CALLS: Final = 20  # of one function
TAKING: Final = frozenset("trap xargs parallel time command eval retry".split())  # programs that call a function
FIRST = lazy_regex(r"\$(?:1|\{1(?::?[-=?]([^}]*))?\})\Z")  # the first argument of a script, and its default
ARGUMENT: Final = lazy_regex(r"\$(?:[1-9*@]|\{[1-9*@]\})\Z")
INTERPRETER = lazy_regex(r"(?:.*/)?python[\d.]*\Z")
ENDS: Final = (("exit",), ("return",))
ASSIGNING: Final = ("export", "local", "readonly", "declare", "typeset")


class Reading:
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
        self.variables = Variables()
        self.branches = 0  # how many branches and loops the reading is in
        self.functions: dict[str, tuple[Compound, bool]] = {}  # and whether its last status is the text's
        self.calls: dict[str, int] = {}
        self.asked: dict[str, list[Command]] | None = None  # of a script: what one first argument runs
        self._newlines = [match.start() for match in re.finditer("\n", text)]

    # --- what a failure does -----------------------------------------------------------------------------------------

    def items(self, items: Sequence[Item], *, allow_failure: bool, final: bool) -> None:
        """Lists; `allow_failure`: nothing depends on their failure; `final`: the last one's status is the text's."""
        if self.depth >= DEPTH or len(self.found) >= LIMIT:
            return
        self.depth += 1
        called = _last_command(items) if final else ""
        for index, item in enumerate(items):
            kept = index + 1 < len(items) and self._keeps(items[index + 1])
            self._item(item, allow_failure or item.background, kept or (final and index == len(items) - 1), called)
            if _leaves(item):
                break
        self.depth -= 1

    def _item(self, item: Item, allow_failure: bool, last: bool, called: str) -> None:
        chunks = _alternatives(item)
        for chunk, fallback in zip(chunks, [*chunks[1:], None], strict=True):
            allowed_explicitly = fallback is not None and not any(
                self._is_hard(s) for p in fallback for s in p.simples()
            )
            for pipeline in chunk:
                counts = self.strict or last or fallback is not None or pipeline is not chunk[-1]
                self._pipeline(pipeline, allow_failure or allowed_explicitly or pipeline.negated, counts, called)
                if len(item.pipelines) > 1 and self._decided(pipeline) is False:
                    break
            if len(chunk) == 1 and fallback is not None and self._decided(chunk[0]):
                break

    def _keeps(self, item: Item) -> bool:
        """Whether a list keeps the status before it for the end of the text: `status=$?`, and later `exit $status`."""
        first = item.pipelines[0].parts[0]
        assigned = first.assignments if isinstance(first, Simple) and self.kept else ()
        return any((kept := STATUS.match(token.value)) and kept[1] in self.kept for token in assigned)

    def _is_hard(self, simple: Simple) -> bool:
        argv = simple.argv
        return bool(argv) and argv[0] in self.hard and argv[1:2] != ("0",)

    def _pipeline(self, pipeline: Pipeline, allow_failure: bool, counts: bool, called: str) -> None:
        """`counts`: its status is not lost by what simply follows; `called`: the last command of the text around it."""
        start = self.place
        for part in pipeline.parts:
            ignored = allow_failure or (part is not pipeline.parts[-1] and not self.pipefail)
            if isinstance(part, Simple):
                self._simple(
                    part, ignored or not (counts or part.argv[:1] == ("exit",)), allowed_explicitly=allow_failure
                )
            elif part.kind == "function":
                self._function(part, counts or part.name == called)
            else:
                self._compound(part, ignored, counts)
            if len(pipeline.parts) > 1:  # each part of a pipe is a subshell
                self.place = start

    def _function(self, function: Compound, final: bool) -> None:
        if any(self._is_hard(simple) for simple in function.simples()):
            self.hard.add(function.name)
        self.functions[function.name] = function, final

    def _called(self, words: Sequence[str]) -> None:
        """The commands of the functions that a command names, with the arguments that it gives."""
        for at, word in enumerate(words if words[0] in TAKING else words[:1]):
            if word in self.functions and self.calls.get(word, 0) < CALLS:
                self.calls[word] = self.calls.get(word, 0) + 1
                function, final = self.functions.pop(word)  # not again from within
                self._body(function, final, words[at + 1 :])
                self.functions.setdefault(word, (function, final))

    def _body(self, function: Compound, final: bool, arguments: Sequence[str]) -> None:
        start = self.place
        before = self.variables.with_arguments(arguments)
        for section in function.sections:
            self.items(section.items, allow_failure=False, final=final)
        self.variables.restore(before)
        self.place = start

    def uncalled(self) -> Iterator[tuple[str, list[Command]]]:
        """The functions that the text defines and does not call, each with its commands."""
        for name in [name for name in self.functions if name not in self.calls]:
            self.found, kept = [], self.found
            self._body(*self.functions[name], ())
            self.found, found = kept, self.found
            yield name, found

    def _compound(self, compound: Compound, allow_failure: bool, final: bool) -> None:
        start = self.place
        self._substitutions(compound.header, allow_failure=True)
        if compound.kind == "loop" and len(compound.header) > 3 and compound.header[2].value == "in":
            items = self.variables.items(compound.header[3:])
            name = compound.header[1].value
            if items:
                self.variables.give(name, items, maybe=False)
            else:
                self.variables.forget(name)
        self.branches += compound.kind in ("branch", "loop")
        subject = compound.header[1].value if compound.kind == "branch" and len(compound.header) > 1 else ""
        asked: list[int] = []  # the numbers of the commands that are conditions
        for index, section in self._entered(compound, subject):
            kept = self._aside(compound, section, index, subject)
            before = len(self.found)
            if section.condition and self._gates(compound, index):
                self.items(section.items, allow_failure=allow_failure, final=True)
            else:
                self.items(section.items, allow_failure=allow_failure or section.condition, final=final)
            if section.condition and compound.kind == "branch" and len(self.found) > before:
                asked.append(len(self.found) - 1)
            if kept is not None:
                self.found, found = kept, self.found
                self._ask_for(section, subject, found)
            if compound.kind != "group" and not section.condition:
                self.place = start
        self.branches -= compound.kind in ("branch", "loop")
        for number in asked:
            if number < len(self.found):
                self.found[number] = replace(self.found[number], guards=len(self.found) - number - 1)

    def _entered(self, compound: Compound, subject: str) -> Iterator[tuple[int, Section]]:
        """The parts of a compound command that can be entered, by what the text says of its conditions."""
        word = self.variables.constant(subject) if subject else None
        outcome: bool | None = None
        for index, section in enumerate(compound.sections):
            if section.labels and word is not None:
                if matches(word, section.labels):
                    yield index, section
                    return
                continue
            if section.condition:
                yield index, section
                only = section.items[0].pipelines if len(section.items) == 1 else []
                outcome = self._decided(only[0]) if len(only) == 1 else None
            elif outcome is False and compound.sections[index - 1].condition:
                outcome = None  # what comes after it is another branch
            else:
                yield index, section
                if outcome and compound.kind == "branch":
                    return

    def _decided(self, pipeline: Pipeline) -> bool | None:
        """Whether a pipeline always succeeds or always fails, by what the text says."""
        only = pipeline.parts[0]
        if len(pipeline.parts) > 1 or not isinstance(only, Simple):
            return None
        outcome = self.variables.decided(only.argv)
        return outcome if outcome is None or not pipeline.negated else not outcome

    # --- what a script is asked for ----------------------------------------------------------------------------------

    def _aside(self, compound: Compound, section: Section, index: int, subject: str) -> list[Command] | None:
        """Puts what was found aside where a part runs for one first argument only; gives what is put aside."""
        if self.asked is None or not self._label_of(compound, section, subject):
            return None
        self.found, kept = [], self.found
        return kept

    def _label_of(self, compound: Compound, section: Section, subject: str) -> bool:
        given = self._first(subject)
        labels = [label for part in compound.sections for label in part.labels]
        return given is not None and "*" not in section.labels and not any(label.startswith("-") for label in labels)

    def _first(self, subject: str) -> str | None:
        """The default of a script's first argument ("" without one) if a word stands for it, None for other words."""
        known = self.variables.known.get(subject.strip("${}"), (subject,))
        found = FIRST.match(known[0]) if len(known) == 1 else None
        return None if found is None else found[1] or ""

    def _ask_for(self, section: Section, subject: str, found: list[Command]) -> None:
        default = self._first(subject)
        for label in section.labels:
            if self.asked is not None and (label in self.asked or len(self.asked) < CALLS * 5):
                self.asked.setdefault(label, []).extend(found)
        if default and matches(default, section.labels):
            self.found += found

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

    def _simple(self, simple: Simple, allow_failure: bool, allowed_explicitly: bool = False) -> None:
        # The status of `x=$(command)` is the command's; in an argument it is lost.
        self._substitutions(simple.tokens, allow_failure=allow_failure or bool(simple.words))
        for token in simple.assignments:
            self.place = self.place.assign(token.value)
            if not simple.words:
                self.variables.assign(token.value, maybe=self.branches > 0)
        if not simple.words or len(self.found) >= LIMIT:
            return
        first, argv = simple.tokens[0], simple.argv
        text = CONTINUATION.sub(" ", self.text[first.start : min(simple.tokens[-1].end, first.start + TEXT)])
        line = self._line_at(simple.words[0].start)
        forms = self.variables.forms(simple.words)
        own = argv[0] in self.functions or argv[0] in self.calls  # from within, it is not among the functions
        for words in forms:
            self.found.append(
                Command(text.strip(), words, line, str(self.place), allow_failure, allowed_explicitly, own=own)
            )
        if argv[0] == "set":
            self._set(argv[1:])
        elif argv[0] in ASSIGNING:
            for word in argv[1:]:
                self.place = self.place.assign(word)
                self.variables.assign(word, maybe=self.branches > 0)
        elif argv[0] == "read":
            for word in argv[1:]:
                self.variables.forget(word)
        else:
            self.place = self.place.after(argv)
        for words in forms if self.functions else ():
            self._called(words)
        self._shell_in_arguments(simple, allow_failure, forms)
        for operator in simple.heredocs:
            self._heredoc(operator, argv, allow_failure)

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

    def _substitutions(self, tokens: Iterable[Token], *, allow_failure: bool) -> None:
        for token in tokens:
            for inner in token.inner:
                if token.kind == "word" and not (len(inner) == 1 and MACRO.match(inner[0].value)):
                    start = self.place
                    self.items(parse(inner), allow_failure=allow_failure, final=True)
                    self.place = start

    # --- shells in a shell -------------------------------------------------------------------------------------------

    def _shell_in_arguments(self, simple: Simple, allow_failure: bool, forms: Sequence[tuple[str, ...]]) -> None:
        """The commands of `bash -c "..."` and `eval "..."`, wherever in the arguments a shell stands, and of `ssh`."""
        found = script_argument(simple.argv) or remote_argument(simple.argv)
        if found is None:
            if words := remote_words(simple.argv):
                line = self._line_at(simple.words[0].start)
                self.found.append(Command(" ".join(words), words, line, str(self.place), allow_failure))
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
        if ARGUMENT.match(raw) and len(forms) == 1:
            raw = " ".join(forms[0][index:])  # what a function of the text was called with
        line = self._line_at(token.start)
        reading = Reading(raw, line, "e" in options, "pipefail" in options, self.place)
        reading.depth = self.depth
        reading.items(parse(reading.lexer.tokens()), allow_failure=allow_failure, final=True)
        self.found += reading.found[: max(0, LIMIT - len(self.found))]

    def _heredoc(self, operator: int, argv: tuple[str, ...], allow_failure: bool) -> None:
        """The commands of a here-document that a shell reads, and the program that Python reads there."""
        body = self.lexer.bodies.get(operator)
        if body is not None and any(map(INTERPRETER.match, argv)) and all(w[:1] == "-" for w in _after_python(argv)):
            program = dedent(self.text[slice(*body)])
            line = self._line_at(body[0])
            self.found.append(Command(" ".join(argv), ("python", "-c", program), line, str(self.place), allow_failure))
            return
        if body is not None and any(cron_lines(text := self.text[slice(*body)])):
            self.found[-1] = replace(self.found[-1], argv=(*argv, text))  # what `cat` hands on to `crontab -`
        if body is None or not any(SHELL.match(word) for word in argv) or script_argument(argv):
            return
        saved = self.place, self.strict, self.pipefail
        self.strict = any(SHELL_OPTION.match(word) and "e" in word for word in argv)
        self.pipefail = "pipefail" in argv
        self.items(parse(self.lexer.tokens(*body)), allow_failure=allow_failure, final=True)
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


def _after_python(argv: Sequence[str]) -> Sequence[str]:
    at = next(number for number, word in enumerate(argv) if INTERPRETER.match(word))
    return argv[at + 1 :]


def _leaves(item: Item) -> bool:
    """Whether a list is `exit` or `return` alone, so that what follows it never runs."""
    only = item.pipelines[0].parts[0]
    alone = len(item.pipelines) == 1 and len(item.pipelines[0].parts) == 1 and not item.background
    return alone and isinstance(only, Simple) and only.argv[:1] in ENDS and len(only.argv) < 3


def _last_command(items: Sequence[Item]) -> str:
    simples = list(items[-1].pipelines[-1].simples()) if items else []
    return simples[-1].argv[0] if simples and simples[-1].words else ""
