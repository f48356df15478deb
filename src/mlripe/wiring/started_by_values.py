"""What calls start by values that stand elsewhere: `PythonScriptStep(script_name=settings.train_script)`."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator, Sequence
from typing import Final

from mlripe.facts import UNKNOWN, Call
from mlripe.lazy_regex import lazy_regex
from mlripe.readers.python.command_calls import RUNNING
from mlripe.readers.python.held_values import Text
from mlripe.wiring.places import EVERYTHING, Edge, Place
from mlripe.wiring.python_values import Environment, PythonValues
from mlripe.wiring.started_by_calls import CODE_FOLDERS, COMMANDS, HandedOver, only_reads

__all__ = ["ValueStarts"]

# arguments under whose names a call is told what to run
_KEYS: Final = lazy_regex(
    r"(?:^|_)(?:scripts?|entry|entry_?point|module|commands?|cmds?|notebook|code|source_dir(?:ectory)?|program|runner|"
    r"handler|main|python_?file|args|arguments|path|file)(?:$|_)"
)
_IMPORTS: Final = ("importlib.import_module", "__import__")
_RUNS: Final = lazy_regex(
    r"(?:^|[._])(?:run|execute|exec|launch|start|submit|spawn|step|job|task)(?:$|_)", re.IGNORECASE
)
_MOST_CALLS: Final = 50  # of one scope
_MOST_MODULES: Final = 20  # of one package
_ANY: Final = lazy_regex(r"(\w+(?:\.\w+)*)\.\{\}")
_OF_WORDS: Final = (".parse_args", ".parse_known_args", "click.command", "typer.run", "fire.Fire")

Given = tuple[Call, dict[str, list[tuple[Text, ...]]]]


class ValueStarts:
    """The edges from the calls of one scope to what they are given by values that the file does not write out."""

    def __init__(self, values: PythonValues, handed_over: HandedOver) -> None:
        self.values = values
        self.handed_over = handed_over
        self._modules: dict[str, list[str]] = {}  # of a package, by its folder
        self._of_words: dict[str, bool] = {}
        self._given: dict[Place, list[Given]] = {}

    def edges(self, place: Place, calls: Sequence[Call], environment: Environment) -> Iterator[Edge]:
        """What the calls of a scope start, where `environment` gives what a variable of the environment holds."""
        for call, given in self._of(place, calls):
            yield from self._started(place.path, call, given, environment)
        for call in calls:
            if call.name in _IMPORTS and place.unit:
                yield from self._any_of_a_package(place.path, call)

    def asked(self, place: Place, calls: Sequence[Call]) -> frozenset[str]:
        """The variables of the environment that decide what the calls of a scope start."""
        texts = (
            text for _, given in self._of(place, calls) for each in given.values() for words in each for text in words
        )
        return frozenset(name for text in texts for name in self.values.asked(place.path, text))

    def _of(self, place: Place, calls: Sequence[Call]) -> list[Given]:
        if place not in self._given:
            found: list[Given] = []
            for call in [call for call in calls if _is_open(call)][:_MOST_CALLS]:
                given: dict[str, list[tuple[Text, ...]]] = {}
                for key, words in self.values.store.holding(place.path).given(call):
                    if not key or _KEYS.search(key):
                        given.setdefault(key, []).append(words)
                if given:
                    found.append((call, given))
            self._given[place] = found
        return self._given[place]

    def _started(
        self, path: str, call: Call, given: dict[str, list[tuple[Text, ...]]], environment: Environment
    ) -> Iterator[Edge]:
        own = self.handed_over.bases(path, call)
        folders = [
            folder
            for key in CODE_FOLDERS
            for words in given.get(key, ())
            for text in self.values.texts(path, words[0], environment)
            if (folder := self.handed_over.tree.folder(text, [posixpath.dirname(path), ""])) is not None
        ]
        bases = [*folders, *own]
        runs = call.name.startswith(RUNNING)
        for key, several in given.items():
            for words in several if key not in CODE_FOLDERS else ():
                forms: Sequence[object] = self.values.texts(path, words[0], environment)
                if len(words) > 1:
                    forms = self.values.words(path, words, environment)
                for form in forms:
                    if call.name in _IMPORTS:
                        yield from self._imported(str(form), path, call)
                    else:
                        yield from self.handed_over.value(form, bases, call, runs or key in COMMANDS)
        for value in call.keywords.values() if folders else ():  # written out, but seen from a folder that is not
            yield from self.handed_over.value(value, bases, call)

    def _imported(self, name: str, path: str, call: Call) -> Iterator[Edge]:
        """The module that is imported by a computed name; what of it is called, is called by that name too."""
        if target := self.handed_over.tree.module(name, [posixpath.dirname(path), ""]):
            yield Edge(Place(target, EVERYTHING), call.line, f"imports {name} by its name")

    def _any_of_a_package(self, path: str, call: Call) -> Iterator[Edge]:
        """The modules of a package of which one is imported by a name that comes at run time: `f"app.kinds.{kind}"`.

        Not of a program that takes the name from its command line: there the words tell.
        """
        name = call.args[0] if call.args else None
        parts = _ANY.fullmatch(name) if isinstance(name, str) else None
        tree, store = self.handed_over.tree, self.values.store
        if not parts or self._takes_words(path):
            return
        init = tree.module(parts[1], [posixpath.dirname(path), ""]) or ""
        folder = posixpath.dirname(init) if init.endswith("/__init__.py") else ""
        if folder not in self._modules:
            beside = (entry for entry in store.entries if folder and posixpath.dirname(entry) == folder)
            self._modules[folder] = [e for e in beside if e.endswith(".py") and not e.startswith(f"{folder}/_")]
        modules = self._modules[folder]
        for module in modules if len(modules) <= _MOST_MODULES else ():
            yield Edge(Place(module, EVERYTHING), call.line, f"imports one of {parts[1]} by its name")

    def _takes_words(self, path: str) -> bool:
        """Whether a program asks its command line for anything."""
        if path not in self._of_words:
            calls = self.values.store.of(path).calls
            self._of_words[path] = any(known.name.endswith(_OF_WORDS) for known in calls)
        return self._of_words[path]


def _is_open(call: Call) -> bool:
    """Whether a call may start something by a value that its file does not write out."""
    if call.decorator or only_reads(call):
        return False
    runs = call.name in _IMPORTS or call.name.startswith(RUNNING) or _RUNS.search(call.name)
    named = (value for key, value in call.keywords.items() if _KEYS.search(key))
    return any(map(_is_unknown, (*(call.args if runs else ()), *named)))


def _is_unknown(value: object) -> bool:
    if isinstance(value, tuple):
        return any(map(_is_unknown, value))
    return value is UNKNOWN or (isinstance(value, str) and "{}" in value)
