"""The texts that a value of a Python program may be: constants of other modules, variables of the environment.

`script_name=settings.train_script` is what the class of `settings` says; where that reads the environment, it is what
the job sets that starts the program, or the default. A bounded set of texts each time.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import islice, product
from typing import Final

from mlripe.readers.python.held_values import OWN, Elsewhere, Text, Variable
from mlripe.readers.store import FactStore

__all__ = ["PythonValues"]

MOST: Final = 24  # texts of one value
DEPTH: Final = 5  # constants that are other constants
LENGTH: Final = 2000

Environment = Callable[[str], Iterable[str]]
Split = Callable[[str, str], tuple[str, str] | None]


class PythonValues:
    """Answers for one repository. `split` gives of a dotted name, seen from a file, its module's path and the rest."""

    def __init__(self, store: FactStore, split: Split) -> None:
        self.store = store
        self.split = split

    def texts(self, path: str, text: Text, environment: Environment) -> list[str]:
        """What a value of a file may be, where `environment` gives what a variable of the environment holds."""
        return list(islice(dict.fromkeys(self._texts(path, text, environment, DEPTH)), MOST))

    def words(self, path: str, words: Sequence[Text], environment: Environment) -> list[tuple[str, ...]]:
        """What a list of values may be; a word of which nothing is known is empty."""
        known = [self.texts(path, word, environment) or [""] for word in words]
        return list(islice(product(*known), MOST))

    def asked(self, path: str, text: Text) -> set[str]:
        """The names of the variables of the environment that a value is made of."""
        found: set[str] = set()

        def asks(name: str) -> Iterable[str]:
            found.add(name)
            return ("?",)

        self.texts(path, text, asks)
        return found

    def _texts(self, path: str, text: Text, environment: Environment, depth: int) -> Iterator[str]:
        parts: list[list[str]] = []
        for part in text:
            if isinstance(part, str):
                parts.append([part])
            else:
                known = dict.fromkeys(self._part(path, part, environment, depth)) if depth else {}
                parts.append(list(known)[:MOST])
        for chosen in islice(product(*parts), MOST) if parts else ():
            yield "".join(chosen)[:LENGTH]

    def _part(self, path: str, part: Variable | Elsewhere, environment: Environment, depth: int) -> Iterator[str]:
        if isinstance(part, Variable):
            yield from islice(environment(part.name), MOST)
            yield from self._texts(path, part.default, environment, depth - 1)
            return
        found = self._defined(path, part.name)
        if found is not None:
            yield from self._texts(*found, environment, depth - 1)

    def _defined(self, path: str, name: str) -> tuple[str, Text] | None:
        """The file that defines a dotted name, and what it holds there, through what modules import from others."""
        for _ in range(DEPTH):
            if not name.startswith(OWN):
                split = self.split(name, path)
                if split is None or not split[1]:
                    return None
                path, name = split[0], OWN + split[1]
            holding = self.store.holding(path)
            if text := holding.constant(name.removeprefix(OWN)):
                return path, text
            head, dot, rest = name.removeprefix(OWN).partition(".")
            imported = holding.alias(head) or holding.made(head)
            if not imported:
                return None
            name = f"{imported}{dot}{rest}"
        return None
