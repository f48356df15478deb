"""Starts that a function or a class of the repository makes: `make_dag("late", "@daily", fit)`, `TeamDAG("late", ...)`.

A detector's pattern matches the tool's own call: in a function that is a template, whose schedule is what callers give.
So the callers are looked for, and each is held against the pattern with the arguments that the tool's call would have.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Final

from msgspec import structs

from mlripe.catalog.languages import PYTHON, names_of
from mlripe.catalog.schema import Detector, Root
from mlripe.detection.dotted_names import name_matches
from mlripe.detection.matching import Match
from mlripe.detection.patterns import Found, call_fits, given_any
from mlripe.facts import UNKNOWN, Call
from mlripe.readers import Unreadable
from mlripe.readers.python.forwarding import Given, Signature, Template, signature, template
from mlripe.readers.python.source import parse
from mlripe.readers.store import FactStore
from mlripe.wiring import MAIN, Place, Wiring

__all__ = ["with_own_makers"]

MOST: Final = 50  # makers of one repository
FILES: Final = 3000  # in which their callers are looked for
DEPTH: Final = 3  # makers that call makers
UNPACKED: Final = "**"
_INIT: Final = "__init__"


@dataclass(frozen=True, slots=True)
class _Maker:
    """A function or class that makes what `patterns` match: what it takes, and the tool's call that it comes to."""

    place: Place
    detector: Detector
    patterns: tuple[Root, ...]
    name: str  # of the tool's call
    takes: Signature
    call: Template
    held: tuple[Match, ...] = field(default=(), compare=False)  # what callers decide


def with_own_makers(
    matches: Sequence[Match], detectors: Iterable[Detector], store: FactStore, wiring: Wiring
) -> list[Match]:
    """The matches, those of schedules in a maker replaced by those of its callers, where it has any."""
    search = _Search(store, wiring)
    found: list[Match] = []
    dropped: set[int] = set()
    waiting = [(maker, 0) for maker in [*search.functions(matches), *search.classes(detectors)][:MOST]]
    seen: set[tuple[Place, str]] = set()
    while waiting and len(seen) < MOST:
        maker, depth = waiting.pop(0)
        if (maker.place, maker.name) in seen:
            continue
        seen.add((maker.place, maker.name))
        for path, call, given in search.callers(maker):
            dropped.update(id(match) for match in maker.held)
            inner = search.onward(maker, path, call, given) if depth < DEPTH else None
            if inner:
                waiting.append((inner, depth + 1))
            else:
                found += _matching(maker, path, call, given)
    return [match for match in matches if id(match) not in dropped] + found


def _matching(maker: _Maker, path: str, call: Call, given: Template) -> Iterator[Match]:
    """The patterns that a caller's call fits, as the tool's own would."""
    made = structs.replace(call, name=maker.name, args=(), keywords=_worked_out(maker, given))
    for pattern in maker.patterns:
        if call_fits(pattern, made):
            disabled = given_any(pattern.disabled, made)
            said = call.name.lstrip(".")
            yield Match(maker.detector, pattern, path, Found(call.line, call.scope, said, disabled=disabled))


def _worked_out(maker: _Maker, given: Template) -> dict[str, object]:
    """The keywords of the tool's call, with what the caller gives in their places."""
    values: dict[str, object] = dict(maker.takes.defaults)
    values |= dict(zip(maker.takes.names, given.args, strict=False))
    values |= {name: value for name, value in given.keywords.items() if name in maker.takes.names}
    if given.taken:  # a dictionary of which only a run knows the entries
        values |= {name: UNKNOWN for name in maker.takes.names if name not in given.keywords}
    made: dict[str, object] = {}
    for name in maker.call.taken:
        known = values.get(name)
        if name and name == maker.takes.rest:
            made |= {key: value for key, value in given.keywords.items() if key not in maker.takes.names}
        elif isinstance(known, Mapping):
            made |= {str(key): value for key, value in known.items()}
    for key, value in maker.call.keywords.items():
        made[key] = _one(value, values)
    return made


def _one(value: object, values: Mapping[str, object]) -> object:
    if not isinstance(value, Given):
        return value
    known = values.get(value.name, UNKNOWN)
    if not value.key:
        return known
    return known.get(value.key) if isinstance(known, Mapping) else UNKNOWN


class _Search:
    """Looks for makers and their callers in one repository."""

    def __init__(self, store: FactStore, wiring: Wiring) -> None:
        self.store = store
        self.wiring = wiring
        self._trees: dict[str, ast.Module | None] = {}
        self._texts: list[tuple[str, bytes]] | None = None

    # --- makers ------------------------------------------------------------------------------------------------------

    def functions(self, matches: Sequence[Match]) -> Iterator[_Maker]:
        """The functions in which a tool's call stands that gets what the function is given."""
        by_call: dict[tuple[str, str, int], list[Match]] = {}
        for match in matches:
            scope = match.found.unit
            if isinstance(match.pattern, Root) and match.path.endswith(".py") and scope not in ("", MAIN):
                by_call.setdefault((match.path, scope, match.found.line), []).append(match)
        for (path, scope, line), found in by_call.items():
            name = found[0].found.what
            calls = (c for c in self.store.of(path).calls if c.scope == scope and c.line == line and not c.decorator)
            last = next((c.name for c in calls if c.name.rsplit(".", 1)[-1] == name.rsplit(".", 1)[-1]), "")
            tree = self._tree(path) if last and self.store.role(path) is None else None
            takes = signature(tree, scope) if tree else None
            made = template(tree, scope, last.rsplit(".", 1)[-1], line) if tree else None
            if takes and made and scope.rsplit(".", 1)[-1] != _INIT:
                held = tuple(m for m in found if isinstance(m.pattern, Root) and m.pattern.kind != "pipeline")
                yield _Maker(
                    Place(path, scope), found[0].detector, _patterns(found[0].detector, name), name, takes, made, held
                )

    def classes(self, detectors: Iterable[Detector]) -> Iterator[_Maker]:
        """The classes that extend one of a tool's."""
        starting = [detector for detector in detectors if any(root.call for root in detector.starts)]
        extended: dict[str, list[Detector]] = {}
        for path, facts in list(self.store.loaded()):
            roots = {imported.module.split(".", 1)[0] for imported in facts.imports}
            for definition in facts.definitions if path.endswith(".py") else ():
                for base in (base for base in definition.bases if "." in base and base.split(".", 1)[0] in roots):
                    if base not in extended:
                        extended[base] = [detector for detector in starting if _patterns(detector, base)]
                    for detector in extended[base] if self.store.role(path) is None else ():
                        yield self._extending(Place(path, definition.name), detector, base)

    def _extending(self, place: Place, detector: Detector, base: str) -> _Maker:
        tree = self._tree(place.path)
        init = f"{place.unit}.{_INIT}"
        takes = signature(tree, init) if tree else None
        lines = [c.line for c in self.store.of(place.path).calls if c.scope == init and c.name.endswith(_INIT)]
        made = template(tree, init, _INIT, lines[0]) if tree and lines else None
        if takes is None or made is None:  # it hands on what it is given as it is
            takes, made = Signature(rest=UNPACKED), Template(taken=(UNPACKED,))
        return _Maker(place, detector, _patterns(detector, base), base, takes, made)

    # --- callers -----------------------------------------------------------------------------------------------------

    def callers(self, maker: _Maker) -> Iterator[tuple[str, Call, Template]]:
        """The calls of a maker: the file, the call, and what it is given."""
        last = maker.place.unit.rsplit(".", 1)[-1]
        for path in self._naming(last):
            for call in self.store.of(path).calls:
                if call.name.rsplit(".", 1)[-1] == last and maker.place in self.wiring.edges.python.defined(
                    path, call.name
                ):
                    tree = self._tree(path)
                    given = template(tree, call.scope, last, call.line) if tree else None
                    if given:
                        yield path, call, _filled(given, call)

    def onward(self, maker: _Maker, path: str, call: Call, given: Template) -> _Maker | None:
        """The caller as a maker, where it hands on what it is given itself."""
        values = [*given.args, *given.keywords.values()]
        tree = self._tree(path)
        takes = signature(tree, call.scope) if tree and call.scope not in ("", MAIN) else None
        if not takes or not (any(isinstance(value, Given) for value in values) or any(given.taken)):
            return None
        made = Template(keywords=_worked_out(maker, given), taken=given.taken)
        return replace(maker, place=Place(path, call.scope), takes=takes, call=made, held=())

    def _naming(self, word: str) -> Iterator[str]:
        """The Python files in which a word stands, without tests and the like."""
        if self._texts is None:
            paths = [path for path in self.store.entries if path.endswith(".py") and self.store.role(path) is None]
            self._texts = [(path, self.store.text(path)) for path in paths[:FILES]]
        yield from (path for path, text in self._texts if word.encode() in text)

    def _tree(self, path: str) -> ast.Module | None:
        if path not in self._trees:
            try:
                self._trees[path] = parse(self.store.text(path))
            except Unreadable:
                self._trees[path] = None
        return self._trees[path]


def _filled(given: Template, call: Call) -> Template:
    """What a caller gives, with the values that its facts know: constants of its module, dictionaries."""
    args = tuple(
        call.args[at] if value is UNKNOWN and at < len(call.args) else value for at, value in enumerate(given.args)
    )
    keywords = {key: value for key, value in call.keywords.items() if key != UNPACKED}
    keywords |= {key: value for key, value in given.keywords.items() if value is not UNKNOWN}
    return structs.replace(given, args=args, keywords=keywords, taken=given.taken if UNPACKED in call.keywords else ())


def _patterns(detector: Detector, name: str) -> tuple[Root, ...]:
    """The patterns of a tool's starts that a call of this name may match."""
    wanted: Iterable[Root] = detector.starts
    return tuple(root for root in wanted if name_matches(name, names_of((*root.call, *root.decorator), PYTHON)))
