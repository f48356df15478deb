"""After which outcome of what came before a condition may hold, by the functions and results that it asks for.

GitHub and Azure write conditions as expressions. An expression is evaluated for a supposed outcome - all before it
succeeded, or one unit that it waits for failed - as far as the outcome decides it: what else it asks for (a branch, an
input) may be true or false. So the answer is what the condition may come to, never what it does.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Final

from msgspec import Struct, field

from mlripe.kinds import RunsAfter
from mlripe.lazy_regex import lazy_regex

__all__ = ["Language", "Supposed", "may_hold", "needed", "runs_after", "with_ancestors"]

LONGEST: Final = 1000  # characters of a condition; a longer one may hold
DEEPEST: Final = 30  # levels of parentheses
MANY: Final = 300  # jobs of a file
# letters that a dot, bracket or hyphen joins: `needs.test.result`, `variables['Build.Reason']`, `needs.*.result`
_TOKEN = lazy_regex(
    r"\s*(&&|\|\||==|!=|<=|>=|[!<>(),]|'(?:[^']|'')*'|\"[^\"]*\"|[\w$][\w$*-]*(?:\.[\w*-]+|\[[^\]]*\])*|[\d.]+)"
)
Outcome = frozenset[bool]  # what a term may come to

TRUE: Final[Outcome] = frozenset((True,))
FALSE: Final[Outcome] = frozenset((False,))
EITHER: Final[Outcome] = frozenset((True, False))


class Supposed(Struct, frozen=True):
    """An outcome that is supposed: `failed` is the name of what failed, "" where all before it succeeded.

    `known` are names that the condition may ask for by themselves, with their values; of `needs` results are asked for.
    """

    failed: str = ""
    needs: tuple[str, ...] = ()
    known: Mapping[str, str] = field(default_factory=dict)
    anything: bool = False  # something before it failed, whatever it was

    @property
    def failure(self) -> bool:
        """Whether anything failed."""
        return self.anything or bool(self.failed)


class Language(Struct, frozen=True):
    """How a service writes conditions.

    `functions` give for a function whether it holds after a success and after a failure of what its arguments name, or
    of all that came before. `implicit`: a condition without any of them holds after success alone. `result`: how the
    result of a unit is asked for by its name, and `succeeded` and `failed` the words for it, in small letters.
    """

    functions: Mapping[str, tuple[bool, bool]]
    implicit: bool
    result: re.Pattern[str]
    succeeded: str
    failed: str


def runs_after(condition: str, language: Language) -> RunsAfter:
    """After which outcome of the earlier steps of a job a step with this condition may run; "" is no condition."""
    if not condition.strip():
        return RunsAfter.SUCCESS
    after = may_hold(condition, language, Supposed()), may_hold(condition, language, Supposed(anything=True))
    return _said(*after)


def needed(condition: str, needs: Sequence[str], language: Language) -> tuple[tuple[str, ...], RunsAfter]:
    """Of what a unit waits for that which must succeed, and after which outcome of the rest it may run."""
    if not condition.strip():
        return tuple(needs), RunsAfter.SUCCESS
    waits = tuple(needs)
    kept = tuple(name for name in waits if not may_hold(condition, language, Supposed(name, waits, anything=True)))
    if waits and kept == waits:
        return kept, RunsAfter.SUCCESS
    after = may_hold(condition, language, Supposed(needs=waits)), may_hold(condition, language, Supposed(anything=True))
    return kept, _said(*after)


def with_ancestors(
    waits: Mapping[str, tuple[str, ...]], needs: Mapping[str, tuple[str, ...]]
) -> dict[str, tuple[str, ...]]:
    """What must succeed before each unit of a service where a failure stops all that comes after it.

    `waits` are what each unit waits for, and `needs` what of it must succeed. A unit all of whose `waits` must succeed
    does not run either where something before these failed, though it was waited for by a unit that runs anyway.
    """
    if len(waits) > MANY:
        return dict(needs)
    before, must = _closed(waits), _closed(needs)
    strict = {id for id, names in waits.items() if set(names) <= set(needs[id])}
    return {id: (*names, *sorted(before[id] - must[id] if id in strict else ())) for id, names in needs.items()}


def _closed(edges: Mapping[str, tuple[str, ...]]) -> dict[str, set[str]]:
    """For each unit all that it leads to."""
    found: dict[str, set[str]] = {}
    for id in edges:
        seen: set[str] = set()
        queue = list(edges[id])
        while queue:
            name = queue.pop()
            if name not in seen:
                seen.add(name)
                queue += edges.get(name, ())
        found[id] = seen
    return found


def _said(after_success: bool, after_failure: bool) -> RunsAfter:
    if not after_failure:
        return RunsAfter.SUCCESS
    return RunsAfter.ANY if after_success else RunsAfter.FAILURE


def may_hold(condition: str, language: Language, supposed: Supposed) -> bool:
    """Whether a condition may hold where the outcome before it is the supposed one."""
    text = condition.replace("${{", "(").replace("}}", ")")
    reading = _Reading(text[:LONGEST], language, supposed)
    found = reading.expression()
    if reading.lost or reading.left() or len(text) > LONGEST:
        return not supposed.failure or _names_failure(text[:LONGEST], language)
    if language.implicit and not reading.asked and supposed.failure:
        return False
    return True in found


def _names_failure(text: str, language: Language) -> bool:
    """Whether a text that is no expression that can be read looks as if it held after a failure."""
    named = {name: re.search(rf"\b{name}\s*\(", text, re.IGNORECASE) for name in language.functions}
    loose = any(named[name] for name, (_, after_failure) in language.functions.items() if after_failure)
    return loose or not (language.implicit or any(named.values()))


class _Reading:
    """One pass over a condition; `asked` is set where it asks for an outcome, `lost` where it is no expression."""

    def __init__(self, text: str, language: Language, supposed: Supposed) -> None:
        self.language = language
        self.supposed = supposed
        self.tokens = list(_tokens(text))
        self.at = 0
        self.depth = 0
        self.asked = False
        self.lost = "" in self.tokens

    def left(self) -> bool:
        return self.at < len(self.tokens)

    def _next(self, *wanted: str) -> str:
        """The next token, taken where it is one of these; "" else."""
        if self.left() and self.tokens[self.at] in wanted:
            self.at += 1
            return self.tokens[self.at - 1]
        return ""

    def expression(self) -> Outcome:
        found = self._all()
        while self._next("||"):
            found = _either(found, self._all())
        return found

    def _all(self) -> Outcome:
        found = self._compared()
        while self._next("&&"):
            found = _both(found, self._compared())
        return found

    def _compared(self) -> Outcome:
        start = self.at
        found = self._term()
        sign = self._next("==", "!=", "<", ">", "<=", ">=")
        if not sign:
            return found
        one, middle = (start, self.at - 1), self.at
        self._term()
        same = self._same(one, [(middle, self.at)]) if sign in ("==", "!=") else EITHER
        return same if sign == "==" else _not(same)

    def _term(self) -> Outcome:
        self.depth += 1
        if self.depth > DEEPEST or not self.left():
            self.lost = True
            return EITHER
        try:
            if self._next("!"):
                return _not(self._term())
            if self._next("("):
                found = self.expression()
                self.lost = self.lost or not self._next(")")
                return found
            word = self.tokens[self.at]
            self.at += 1
            if self._next("("):
                return self._function(word.lower())
            return {"true": TRUE, "false": FALSE}.get(word.lower(), EITHER)
        finally:
            self.depth -= 1

    def _function(self, name: str) -> Outcome:
        arguments: list[Outcome] = []
        places: list[tuple[int, int]] = []
        while self.left() and not self._next(")"):
            start = self.at
            arguments.append(self.expression())
            places.append((start, self.at))
            if not self._next(",") and self.tokens[self.at : self.at + 1] != [")"]:
                self.lost = True
                return EITHER
        if name in self.language.functions:
            self.asked = True
            return self._status(name, places)
        if name in _JOINS and arguments:
            return _JOINS[name](arguments)
        if name in ("eq", "ne", "in", "notin") and len(places) > 1:
            same = self._same(places[0], places[1:])
            return same if name in ("eq", "in") else _not(same)
        return self._contains(*places) if name == "contains" and len(places) == 2 else EITHER

    def _status(self, name: str, places: list[tuple[int, int]]) -> Outcome:
        """What `succeeded()` and its kin come to; those with arguments ask for the units that these name."""
        after_success, after_failure = self.language.functions[name]
        named = [self._literal(*place) for place in places]
        if named and self.supposed.failed:
            return frozenset((after_failure if self.supposed.failed.lower() in named else after_success,))
        if named and self.supposed.anything:
            return frozenset((after_success, after_failure))
        return frozenset((after_failure if self.supposed.failure else after_success,))

    def _same(self, one: tuple[int, int], others: list[tuple[int, int]]) -> Outcome:
        """Whether one value is among others, as far as all of them are known."""
        value, known = self._value(*one), [self._value(*place) for place in others]
        if value is None or not all(each is not None for each in known):
            return EITHER
        return frozenset((value in known,))

    def _contains(self, first: tuple[int, int], second: tuple[int, int]) -> Outcome:
        """`contains(needs.*.result, 'failure')`: whether any of them came out so."""
        word = self._literal(*second)
        if "".join(self.tokens[slice(*first)]) != "needs.*.result" or word is None:
            return EITHER
        if self.supposed.failure:
            return TRUE if word == self.language.failed else EITHER
        return frozenset((word == self.language.succeeded,))

    def _literal(self, start: int, end: int) -> str | None:
        """The text that stands there by itself, in small letters; None for anything else."""
        text = self.tokens[start] if end - start == 1 else ""
        return text[1:-1].lower() if text[:1] in "'\"" and text else None

    def _value(self, start: int, end: int) -> str | None:
        """A text, a known name's value or a unit's result; None for what the outcome does not decide."""
        literal = self._literal(start, end)
        if literal is not None:
            return literal
        name = self.tokens[start] if end - start == 1 else ""
        if name in self.supposed.known:
            return self.supposed.known[name].lower()
        asked = self.language.result.fullmatch(name)
        if asked is None or asked[1] not in self.supposed.needs:
            return None
        if not self.supposed.failure:
            return self.language.succeeded
        return self.language.failed if asked[1] == self.supposed.failed else None


def _tokens(text: str) -> Iterator[str]:
    """The words and marks of a condition; "" where something stands that is neither."""
    at = 0
    while text[at:].strip():
        found = _TOKEN.match(text, at)
        yield found[1] if found else ""
        if found is None:
            return
        at = found.end()


def _not(one: Outcome) -> Outcome:
    return frozenset(not value for value in one)


def _both(one: Outcome, two: Outcome) -> Outcome:
    return frozenset(a and b for a in one for b in two)


def _either(one: Outcome, two: Outcome) -> Outcome:
    return frozenset(a or b for a in one for b in two)


def _folded(join: Callable[[Outcome, Outcome], Outcome]) -> Callable[[Iterable[Outcome]], Outcome]:
    def fold(parts: Iterable[Outcome]) -> Outcome:
        first, *rest = parts
        for part in rest:
            first = join(first, part)
        return first

    return fold


# functions that join their arguments, as Azure writes what GitHub writes with marks
_JOINS: Final[Mapping[str, Callable[[Sequence[Outcome]], Outcome]]] = {
    "and": _folded(_both),
    "or": _folded(_either),
    "not": lambda parts: _not(parts[0]),
}
