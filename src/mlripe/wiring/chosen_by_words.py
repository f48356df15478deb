"""What a Python program does of all that it could: the choices that the words on its command line decide."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property

from msgspec import Struct

from mlripe.facts import UNKNOWN, Call, Choice, FileFacts
from mlripe.lazy_regex import lazy_regex
from mlripe.readers.python.choices import PARSER
from mlripe.wiring.places import MAIN

__all__ = ["chosen", "scope_of", "together"]

_OPEN = lazy_regex(r"[$`{%*]")  # what a shell or a CI service fills in
_FLAGS = ("store_true", "store_false", "store_const", "count", "append_const", "help", "version")
_POSITION = lazy_regex(r"argv (\d+)")
_MARK = "#"


def scope_of(choice: Choice, number: int) -> str:
    """The name of a choice as a place in its file."""
    return f"{choice.scope}{_MARK}{number}"


def chosen(facts: FileFacts, words: Sequence[str] | None, starts: Sequence[str] = ("", MAIN)) -> Iterator[int]:
    """The numbers of the choices of a file that these words take, on the way from the scopes in which it begins.

    `words` are those behind the program's name; None where they are not known, so that every choice may be taken.
    """
    if not facts.choices:
        return
    command = _Command(facts, words)
    mentions = {definition.name: definition.mentions for definition in facts.definitions}
    waiting, seen, taken = [scope for scope in starts if scope in mentions], set(starts), set[int]()
    while waiting:
        scope = waiting.pop()
        named = dict.fromkeys(mentions[scope])
        for number, choice in enumerate(facts.choices):
            outside = choice.within < 0 or choice.within in taken
            if choice.scope == scope and outside and command.takes(choice):
                taken.add(number)
                named |= dict.fromkeys(choice.mentions)
                yield number
        for name in named:
            head = name.partition(".")[0]
            inside = (each for each in mentions if each and f"{each}.".startswith((f"{name}.", f"{head}.")))
            fresh = [each for each in inside if each not in seen]
            seen.update(fresh)
            waiting += fresh


def together(facts: FileFacts, scope: str) -> list[int]:
    """The numbers of the most choices of a scope that one word takes: `all` beside `fit` and beside `evaluate`."""
    own = [(number, choice) for number, choice in enumerate(facts.choices) if choice.scope == scope and choice.values]
    words = {(choice.asks, word) for _, choice in own if not choice.otherwise for word in choice.values}
    most: list[int] = []
    for asks, word in sorted(words):
        taken: list[int] = []
        for number, choice in own:
            outside = choice.within < 0 or choice.within in taken
            if outside and choice.asks == asks and (word in choice.values) != choice.otherwise:
                taken.append(number)
        most = max(most, taken, key=len)
    return most if len(most) > 1 else []


class _Argument(Struct, frozen=True):
    """One argument of an argparse parser."""

    names: tuple[str, ...]  # options, () for a position
    flag: bool
    default: object


class _Command:
    """The words of a command, as the program's own parser would read them."""

    def __init__(self, facts: FileFacts, words: Sequence[str] | None) -> None:
        self.facts = facts
        self.words = words

    def takes(self, choice: Choice) -> bool:
        """Whether a choice is taken, or may be."""
        at = _POSITION.fullmatch(choice.asks)
        # what stands behind a position cannot move the word that stands at it
        words = self.words if self.words is None or at is None else self.words[: int(at[1])]
        if words is None or (any(_OPEN.search(word) for word in words) and not self._given_plainly(choice)):
            return True
        known = self._value(choice)
        if known is UNKNOWN:
            return True
        given = _texts(known)
        holds = bool(given & set(choice.values)) if choice.values else bool(given)
        return holds != choice.otherwise

    def _given_plainly(self, choice: Choice) -> bool:
        """Whether the option that a choice asks for has a value that is written out, whatever others have.

        A word that is open and the value of no option may hold any option itself.
        """
        argument, words = self._arguments.get(choice.asks), self.words or ()
        if argument is None or not argument.names or argument.flag:
            return False
        values = [at for at in range(1, len(words)) if words[at - 1].startswith("-") and "=" not in words[at - 1]]
        alone = (w for at, w in enumerate(words) if _OPEN.search(w) and at not in values and not w.startswith("--"))
        if next(alone, None) is not None:
            return False
        value = self._option(argument) if any(w.partition("=")[0] in argument.names for w in words) else UNKNOWN
        return isinstance(value, str) and not _OPEN.search(value)

    def _value(self, choice: Choice) -> object:
        """What the command line gives to a choice: a text, texts, a truth; None for nothing, UNKNOWN if open."""
        words = self.words or ()
        if at := _POSITION.fullmatch(choice.asks):
            number = int(at[1]) - 1
            return words[number] if number < len(words) else None
        if choice.asks == PARSER:
            return tuple(words)
        argument = self._arguments.get(choice.asks)
        if argument is None:
            return UNKNOWN
        if not argument.names:
            places = [name for name, each in self._arguments.items() if not each.names]
            plain, number = self._plain, places.index(choice.asks)
            return plain[number] if number < len(plain) else argument.default
        return self._option(argument)

    def _option(self, argument: _Argument) -> object:
        words = self.words or ()
        for number, word in enumerate(words):
            name, equals, value = word.partition("=")
            if name in argument.names:
                if argument.flag:
                    return True
                return value if equals else words[number + 1] if number + 1 < len(words) else UNKNOWN
        return argument.default

    @cached_property
    def _arguments(self) -> Mapping[str, _Argument]:
        """The arguments that the file's parsers take, by the names that the program knows them under."""
        found: dict[str, _Argument] = {}
        for call in self.facts.calls:
            if call.name.endswith(".add_subparsers") and isinstance(call.keywords.get("dest"), str):
                found.setdefault(str(call.keywords["dest"]), _Argument((), False, None))
            elif call.name.endswith(".add_argument"):
                names = tuple(name for name in call.args if isinstance(name, str))
                if names:
                    found.setdefault(_destination(call, names), _argument(call, names))
        return found

    @cached_property
    def _plain(self) -> tuple[str, ...]:
        """The words that are neither options nor their values."""
        found: list[str] = []
        valued = {name for each in self._arguments.values() if not each.flag for name in each.names}
        skip = False
        for word in self.words or ():
            if skip:
                skip = False
            elif word.startswith("-") and len(word) > 1:
                skip = word in valued
            else:
                found.append(word)
        return tuple(found)


def _destination(call: Call, names: Sequence[str]) -> str:
    given = call.keywords.get("dest")
    long = next((name for name in names if name.startswith("--")), names[0])
    return given if isinstance(given, str) else long.lstrip("-").replace("-", "_")


def _argument(call: Call, names: tuple[str, ...]) -> _Argument:
    action = call.keywords.get("action")
    options = tuple(name for name in names if name.startswith("-"))
    default = call.keywords.get("default", False if action == "store_true" else None)
    # several values, an action of one's own, a flag that switches off: more than is held against a text
    other = "nargs" in call.keywords or action == "store_false" or not isinstance(action, (str, type(None)))
    return _Argument(options, action in _FLAGS, UNKNOWN if other else default)


def _texts(value: object) -> set[str]:
    """A value as the texts that a choice holds it against; none where it is false or absent."""
    if isinstance(value, tuple):
        return {str(part) for part in value}
    return set() if value in (None, False, "") else {str(value)}
