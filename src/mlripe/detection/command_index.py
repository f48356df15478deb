"""Finds the entries of the catalogue whose commands (`dvc repro`, `*mutmut* run`) a command line matches."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import lru_cache
from itertools import islice
from typing import Generic, TypeVar

from mlripe.catalog.globs import WordGlobs
from mlripe.wiring.command_words import CommandWords

__all__ = ["CommandIndex", "word_fits", "words_match"]

MOST_WORDS = 200  # of a command that are looked at
_MOST_KEPT = 20_000
T = TypeVar("T")


def words_match(wanted: Sequence[str], words: Sequence[str]) -> bool:
    """Whether a command, as a person would say it, is of the first wanted word and holds the others in their order."""
    return bool(words) and word_fits(_named(words), wanted[0]) and _in_order(wanted[1:], words)


def word_fits(word: str, wanted: str) -> bool:
    """Whether a word is the wanted one, or of its glob."""
    return word == wanted or ("*" in wanted and _glob(wanted).fullmatch(word))


def _named(words: Sequence[str]) -> str:
    """The name of the program of a command."""
    return words[0].rsplit("/", 1)[-1]


def _in_order(wanted: Sequence[str], words: Sequence[str]) -> bool:
    """Whether the words after the program hold the wanted ones in their order, others between them."""
    if not wanted or not words:
        return bool(words)
    rest = islice(words, 1, MOST_WORDS)
    return all(any(map(_glob(piece).fullmatch, rest)) if "*" in piece else piece in rest for piece in wanted)


@lru_cache(maxsize=2048)
def _glob(wanted: str) -> WordGlobs:
    return WordGlobs((wanted,))


class CommandIndex(Generic[T]):
    """Entries by their commands, in the order in which they came."""

    def __init__(self) -> None:
        self._rows: dict[str, list[tuple[list[str], str, T]]] = {}  # by the program's name, "*" where it is a glob

    def add(self, command: str, entry: T) -> None:
        """Takes in an entry under a command of its pattern."""
        words = command.split()
        self._rows.setdefault("*" if "*" in words[0] else words[0], []).append((words, command, entry))

    def asked_with(self, words: CommandWords) -> AskedCommands[T]:
        """The index as it answers for the commands of one repository."""
        return AskedCommands(self._rows, words)


class AskedCommands(Generic[T]):
    """The answers for one repository; repositories say the same command often, and few programs."""

    def __init__(self, rows: dict[str, list[tuple[list[str], str, T]]], words: CommandWords) -> None:
        self._rows = rows
        self._words = words
        self._of_programs: dict[tuple[str, str], list[tuple[list[str], bool, T]]] = {}
        self._known: dict[tuple[str, ...], tuple[T, ...]] = {}

    def find(self, argv: tuple[str, ...]) -> tuple[T, ...]:
        """The entries of which a command is one, once for each of their commands that match."""
        known = self._known.get(argv)
        if known is None:
            known = self._found(argv)
            if len(self._known) < _MOST_KEPT:
                self._known[argv] = known
        return known

    def _found(self, argv: Sequence[str]) -> tuple[T, ...]:
        said = self._words.spoken(tuple(argv))
        # the program that it runs, and the one that it names first, which may only wrap it
        programs = (_named(said) if said else "", _named(argv) if argv else "")
        rows = self._of_programs.get(programs)
        if rows is None:
            rows = self._of_programs[programs] = list(self._possible(*programs))
        return tuple(entry for rest, of_wrapper, entry in rows if _in_order(rest, argv if of_wrapper else said))

    def _possible(self, said: str, named: str) -> Iterable[tuple[list[str], bool, T]]:
        """Of the entries whose first word fits: the other words, and whether they are about the command as written."""
        for program in dict.fromkeys((said, named, "*")):
            for (first, *rest), written, entry in self._rows.get(program, ()):
                of_wrapper = self._words.of_wrapper(written)
                if word_fits(named if of_wrapper else said, first):
                    yield rest, of_wrapper, entry
