"""The data of a repository, followed through each of its programs that fits, parts or resamples anything."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from functools import cache, cached_property
from typing import Any, Final

from mlripe.catalog.knowledge import Knowledge
from mlripe.detection.dotted_names import NameIndex, name_matches
from mlripe.evidence import Defect
from mlripe.problem_kinds import DataUse
from mlripe.readers.python.dataflow.modules import Module
from mlripe.readers.python.dataflow.trail import Trail
from mlripe.readers.python.dataflow.values import Own, Variable
from mlripe.readers.python.dataflow.walk import MOST_STEPS, Walk
from mlripe.readers.python.truth_walk import Function
from mlripe.readers.store import FactStore
from mlripe.wiring import Place, Wiring

__all__ = ["Flows", "Uses"]

MOST_FILES: Final = 120  # programs that are followed
_MOST_CALLERS: Final = 3  # functions that call one another
_FEWEST_CALLED: Final = 2  # functions of others by which a program leads through the steps of training
_MOST_CALLED: Final = 20
_MOST_IMPORTS: Final = 40  # programs that one imports, directly or not
_METHODS: Final = "method-"
# what is followed: something is fitted, parted or resampled in it, or files are listed for training
_LEARNS: Final = rb"\.fit(?:_\w+)?\(|train_test_split|random_split|randomSplit|get_dummies\("
_PREPARES: Final = rb"fit_transform\(|fit_resample\(|fit_on_texts\(|get_dummies\(|(?i:scaler|encoder|imputer)\w*\.fit\("
_TELLS: Final = rb"fit|split|resampl|dummies|listdir|glob|sample\(|dump"
_CATCHES: Final = rb"except[^\n]*:[ \t]*\n(?:[^\n]*\n){0,6}?[ \t]+return[ \t]*(?:[\[{0-9]|[A-Z]\w+\()"
_LISTS: Final = rb"listdir\(|glob\("
_TAKES: Final = rb"\bzip\(|\[:"
_READS: Final = rb"\bread_\w+\("
_INVENTS: Final = rb"(?i)synthetic|dummy|fake|mock|simulated|random\.|make_"
_LIBRARIES: Final = (
    rb"sklearn|imblearn|keras|xgboost|lightgbm|catboost|pyspark|category_encoders|feature_engine|cuml|pandas|torch"
)

# a file without one of these names does nothing to data
_DATA: Final = rb"pandas|numpy|polars|pyspark|sklearn|imblearn|torch|tensorflow|keras|joblib|pickle|xgboost|lightgbm"


class Uses:
    """What the names of libraries do with data, as the catalogue knows them."""

    def __init__(self, names: Mapping[DataUse, tuple[str, ...]]) -> None:
        self.names = names
        self._index: NameIndex[tuple[int, DataUse]] = NameIndex()
        self._known: dict[str, DataUse | None] = {}
        self.methods: dict[str, DataUse] = {}
        for number, use in enumerate(DataUse):
            entry = (number, use)
            for name in names.get(use, ()):
                if use.startswith(_METHODS):
                    self.methods.setdefault(name, use)
                elif not use.startswith("answering-"):
                    self._index.add(name, entry)

    def of(self, name: str) -> DataUse | None:
        """What the thing of a dotted name does with data; None where it is not known."""
        if name not in self._known:
            self._known[name] = min(self._index.find(name), default=(0, None))[1]
        return self._known[name]


class Flows:
    """The trails of a repository's programs, by path."""

    def __init__(self, store: FactStore, wiring: Wiring) -> None:
        self.store = store
        self.wiring = wiring
        self.uses = _uses(store.knowledge)
        self._modules: dict[str, Module | None] = {}
        self._found: dict[tuple[str, str], Own | Variable | None] = {}
        self._trails: dict[str, Trail] = {}

    @cached_property
    def trails(self) -> Mapping[str, Trail]:
        """What each program does with data, by path."""
        return {path: self.trail(path) for path in self.paths}

    @cached_property
    def paths(self) -> list[str]:
        """The repository's own programs that may tell something."""
        known = set(self._telling)
        learning = {path for path in self._telling if _compiled(_PREPARES).search(self.store.text(path))}
        served = [path for path in self.answering if path not in known and not learning.isdisjoint(self.below(path))]
        known.update(served)
        return [*self._telling, *served, *(path for path in self._leading() if path not in known)][:MOST_FILES]

    @cached_property
    def _telling(self) -> list[str]:
        """Those in which it stands itself."""
        return [
            path
            for path, _ in list(self.store.loaded())
            if path.endswith((".py", ".ipynb")) and self.store.role(path) is None and _tells(self.store.text(path))
        ]

    def _leading(self) -> Iterator[str]:
        """Programs that only call one function after another that fit or part data in other files."""
        names = {name.rpartition(".")[2] for _, name in self._worth}
        for path, facts in list(self.store.loaded()):
            if path.endswith(".py") and facts.definitions and self.store.role(path) is None:
                called = {
                    mention
                    for definition in facts.definitions
                    for mention in definition.mentions
                    if "." in mention and mention.rpartition(".")[2] in names
                }
                own = [each for each in sorted(called)[:_MOST_CALLED] if self.wiring.edges.python.split(each, path)]
                if len(own) >= _FEWEST_CALLED:
                    yield path

    def below(self, path: str) -> set[str]:
        """The programs of the repository that a program imports, and those that they import."""
        found: dict[str, None] = {path: None}
        waiting = [path]
        for _ in range(_MOST_IMPORTS):
            if not waiting:
                break
            here = waiting.pop(0)
            for imported in self.store.of(here).imports:
                for target in self.wiring.edges.python.imported_files(here, imported):
                    if target not in found:
                        found[target] = None
                        waiting.append(target)
        return set(found)

    @cached_property
    def answering(self) -> list[str]:
        """The repository's own programs with functions that answer requests."""
        return [
            path
            for path, facts in list(self.store.loaded())
            if facts.definitions
            and self.store.role(path) is None
            and path.endswith(".py")
            and any(True for _ in self.entry_names(path))
        ]

    @cached_property
    def catching(self) -> list[str]:
        """The repository's own programs that may answer where a model failed."""
        search = _compiled(_CATCHES).search
        return [
            path
            for path, facts in list(self.store.loaded())
            if path.endswith(".py") and facts.definitions and self.store.role(path) is None
            if b"predict" in self.store.text(path) and search(self.store.text(path))
        ]

    def function(self, path: str, name: str) -> Function | None:
        """A function or method of a program, by its name in it."""
        module = self.module(path)
        return _function(module, name) if module else None

    @cached_property
    def seeded(self) -> bool:
        """Whether anything in the repository sets a seed."""
        return any(
            call.name.rpartition(".")[2] in self.uses.names[DataUse.SEEDS]
            for _, facts in list(self.store.loaded())
            for call in facts.calls
        )

    def measures_elsewhere(self, path: str) -> bool:
        """Whether another program of the repository measures anything."""
        return any(where != path for where in self._measuring)

    @cached_property
    def _measuring(self) -> list[str]:
        names = ("score", "evaluate", "cross_val_score", "cross_validate")
        return [
            path
            for path, facts in list(self.store.loaded())
            if self.store.role(path) is None
            and any(
                self.uses.of(call.name) == DataUse.METRIC or call.name.rpartition(".")[2] in names
                for call in facts.calls
            )
        ]

    def naming(self, word: bytes) -> list[str]:
        """The repository's own programs in whose text a word stands."""
        return [
            path
            for path, _ in list(self.store.loaded())
            if path.endswith(".py") and self.store.role(path) is None and word in self.store.text(path)
        ]

    def route(self, path: str, name: str) -> str:
        """The path of the first route of a function."""
        for call in self.store.of(path).calls:
            if call.decorator and call.scope == name and call.args and isinstance(call.args[0], str):
                return call.args[0]
        return ""

    def module(self, path: str) -> Module | None:
        """The parsed program."""
        if path not in self._modules:
            self._modules[path] = self.store.program(path)
        return self._modules[path]

    def told(self, defect: Defect) -> Defect:
        """The defect at the lines of its files."""
        beside = tuple(replace(each, line=self._line(each.path, each.line)) for each in defect.beside)
        return replace(defect, line=self._line(defect.path, defect.line), beside=beside)

    def _line(self, path: str, line: int) -> int:
        module = self.module(path)
        return module.at(line) if module else line

    def trail(self, path: str) -> Trail:
        """What a program does with data."""
        if path not in self._trails:
            self._trails[path] = self._walked(path)
        return self._trails[path]

    def _walked(self, path: str) -> Trail:
        module = self.module(path)
        if module is None:
            return Trail()
        walk = Walk(module, self.uses.of, self.uses.methods, self.find, MOST_STEPS)
        if any(name.partition(".")[0] in self.uses.names[DataUse.PAGE] for name in module.imported.values()):
            walk.entry = "page"
        notebook = path.endswith(".ipynb") or path not in self._telling
        walk.program(dict(self.entries(path, module)), lambda name: notebook or (path, name) in self._worth)
        return walk.trail

    @cached_property
    def _worth(self) -> set[tuple[str, str]]:
        """The functions that fit, part or list anything, and those that mention one of them."""
        search = _compiled(_TELLS).search
        functions = []
        worth: set[tuple[str, str]] = set()
        for path in self._telling:
            lines = self.store.text(path).split(b"\n") if path.endswith(".py") else []
            for definition in self.store.of(path).definitions if lines else ():
                if definition.kind == "function":
                    functions.append((path, definition))
                    if search(b"\n".join(lines[definition.line - 1 : definition.end])):
                        worth.add((path, definition.name))
        for _ in range(_MOST_CALLERS):
            names = {name.rpartition(".")[2] for _, name in worth}
            for path, definition in functions:
                if any(mention.rpartition(".")[2] in names for mention in definition.mentions):
                    worth.add((path, definition.name))
        return worth

    def entries(self, path: str, module: Module) -> Iterator[tuple[str, Function]]:
        """The functions and methods of a program that answer requests."""
        for name in self.entry_names(path):
            if function := _function(module, name):
                yield name, function

    def entry_names(self, path: str) -> Iterator[str]:
        """Their names, as the file defines them."""
        names = self.uses.names
        answering: set[str] = set()
        for definition in self.store.of(path).definitions:
            if definition.kind == "class" and _any_of(definition.bases, names[DataUse.ANSWERING_CLASS]):
                answering.add(definition.name)
        for definition in self.store.of(path).definitions:
            owner, _, last = definition.name.rpartition(".")
            if definition.kind == "function" and (
                (owner in answering and last in names[DataUse.ANSWERING_METHOD])
                or definition.name in names[DataUse.ANSWERING_NAME]
                or _any_of(definition.decorators, names[DataUse.ANSWERING_DECORATOR])
            ):
                yield definition.name

    def find(self, path: str, name: str) -> Own | Variable | None:
        """What a dotted name stands for in a file that the repository defines where it may touch data."""
        key = (path, name)
        if key not in self._found:
            self._found[key] = self._defined(path, name)
        return self._found[key]

    def _defined(self, path: str, name: str) -> Own | Variable | None:
        for place in self._places(path, name):
            module = self._touching(place.path)
            if module and (node := module.functions.get(place.unit) or module.classes.get(place.unit)):
                return Own(module, node)
        split = self.wiring.edges.python.split(name, path)
        if split and split[1].isidentifier() and split[0].endswith(".py") and (module := self._touching(split[0])):
            return Variable(module, split[1])
        return None

    def _touching(self, path: str) -> Module | None:
        """A program, where it may do anything to data."""
        return self.module(path) if _compiled(_DATA).search(self.store.text(path)) else None

    def mentioned(self, path: str, name: str) -> Iterator[tuple[str, str, Module, Function]]:
        """The functions and methods of the repository that a function mentions: path, name, and what they are."""
        definition = next((each for each in self.store.of(path).definitions if each.name == name), None)
        for mention in sorted(definition.mentions) if definition else ():
            for place in self._places(path, mention):
                module = self.module(place.path)
                if module and place.unit != name and (function := _function(module, place.unit)):
                    yield place.path, place.unit, module, function

    def _places(self, path: str, name: str) -> Iterator[Place]:
        """Where a dotted name is defined in programs of the repository."""
        for place in self.wiring.edges.python.defined(path, name):
            if place.path.endswith(".py") and place.unit.rpartition(".")[2] == name.rpartition(".")[2]:
                yield place


def _function(module: Module, name: str) -> Function | None:
    owner, _, last = name.rpartition(".")
    if not owner:
        return module.functions.get(last)
    node = module.classes.get(owner)
    return module.methods(node).get(last) if node else None


def _any_of(found: tuple[str, ...], names: tuple[str, ...]) -> bool:
    return any(name_matches(each, names) for each in found)


def _tells(text: bytes) -> bool:
    """Whether a program may fit, part or resample data, take some of the files of a folder, or make data up."""
    has = [bool(_compiled(each).search(text)) for each in (_LEARNS, _LISTS, _READS)]
    if has[0] and _compiled(_LIBRARIES).search(text):
        return True
    return (has[1] and bool(_compiled(_TAKES).search(text))) or (has[2] and bool(_compiled(_INVENTS).search(text)))


@cache
def _uses(knowledge: Knowledge) -> Uses:
    return Uses(knowledge.data_uses)


@cache
def _compiled(expression: bytes) -> Any:
    import re2

    return re2.compile(expression)
