"""Where the truth of comparisons goes, from function to function and from file to file.

The reader says of each function what its truths come from and where they go. Here the comparisons that tell of a model
are the beginning, and what is true of them spreads along those flows until nothing new is found: over what functions
return, what they are given, and what is kept under a key or attribute. Only files in which such a comparison stands,
and those that it reaches, are looked at.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from functools import cache, cached_property
from typing import Any, Final, NamedTuple

from mlripe.catalog.tool_schema import Decision
from mlripe.detection.own_functions import OwnFunctions
from mlripe.detection.patterns import words_of
from mlripe.facts import Flow, Held, Origin
from mlripe.readers.store import FactStore
from mlripe.wiring import Wiring

__all__ = ["Source", "Spreading", "compares", "judged"]

MOST_VISITS: Final = 400  # readings of a file's flows
MOST_KEYS: Final = 40  # keys that are looked for in other files
SHORTEST_KEY: Final = 4  # characters
_WORDS = ("measures", "scores", "rivals", "limits", "others", "differences", "verdicts")  # keys of a decision


class Source(NamedTuple):
    """The comparison that a truth comes from; `weak`: it may be of something else, or reach here by chance."""

    path: str
    line: int
    weak: bool


class _Node(NamedTuple):
    """What a truth can be in: what a function returns or is given, or a key of a file (of any file: path "")."""

    kind: str
    path: str
    function: str = ""
    name: str = ""
    at: int = -1


class Spreading:
    """The truths of a repository that come from comparisons about a model, as `decision` describes them."""

    def __init__(
        self, store: FactStore, wiring: Wiring, decision: Decision, ships: Callable[[str], bool], *, trains: bool
    ) -> None:
        """`ships`: whether a call of a name ships a model; `trains`: whether the repository trains one."""
        self.trains = trains
        self.ships = ships
        self.store = store
        self.wiring = wiring
        self.decision = decision
        self.visited: dict[str, None] = {}
        self._true: dict[_Node, Source] = {}
        self._judged: dict[tuple[str, int], bool | None] = {}
        self.functions = OwnFunctions(store, wiring, lambda path, name: store.decisions(path).defines(name))
        self._names: dict[str, set[bytes]] = {}  # by file, what functions of interest mention, or are called
        self._verdicts: dict[str, bool] = {}
        self._keys: set[str] = set()
        self._all = _sets(decision)

    def spread(self, paths: Iterable[str]) -> None:
        """Follows the truths that begin in these files."""
        waiting = deque(paths)
        for _ in range(MOST_VISITS):
            if not waiting:
                return
            path = waiting.popleft()
            self._look(path)
            self.visited[path] = None
            for flow in self.store.decisions(path).flows:
                goes_on = flow.kind in ("returns", "keeps") or (flow.kind == "gives" and self.defined(path, flow.name))
                if goes_on and (source := self.source(path, flow)):
                    for node in self._goes(path, flow, source):
                        before = self._true.get(node)
                        if before is None or (before.weak and not source.weak):
                            self._true[node] = source
                            name = (node.function or node.name).encode()
                            for asking in self._asking(node):
                                self._names.setdefault(asking, set()).add(name)
                                if asking not in waiting:
                                    waiting.append(asking)

    def _look(self, path: str) -> None:
        """Looks at the functions that compare something about a model, or may meet a truth that is known."""
        names = self._names.pop(path, ())
        search = None if path in self.visited else compares(self.decision).search
        if names or search:
            self.store.decisions(path).look(
                lambda source: any(name in source for name in names) or bool(search and search(source))
            )

    def source(self, path: str, flow: Flow) -> Source | None:
        """The comparison that a flow's truth comes from, None where it tells of no model."""
        found = [source for origin in sorted(flow.origins) if (source := self._source(path, flow, origin))]
        return min(found, key=lambda source: (source.weak, source.path != path, source.line)) if found else None

    def returned(self, path: str, function: str) -> Source | None:
        """The comparison that a function tells of by what it returns."""
        return self._true.get(_Node("returned", path, function))

    def is_verdict(self, name: str) -> bool:
        """Whether a name tells by itself of a decision about a model: `metrics_passed`, `beats_champion`."""
        known = self._verdicts.get(name)
        if known is None:
            words = words_of(frozenset((name.lower(),)))
            about = (self._all[key] for key in ("measures", "scores", "rivals"))
            known = not self._all["verdicts"].isdisjoint(words) and not all(map(words.isdisjoint, about))
            self._verdicts[name] = known
        return known

    def defined(self, path: str, name: str) -> list[tuple[str, str]]:
        """The functions of the repository, as (path, name), that a call in a file may mean."""
        return self.functions.called(path, name)

    # --- nodes -------------------------------------------------------------------------------------------------------

    def _source(self, path: str, flow: Flow, origin: Origin) -> Source | None:
        if origin.kind == "held":
            told = self._tells(path, origin.at)
            return Source(path, self.store.decisions(path).held[origin.at].line, told) if told is not None else None
        defined = self.defined(path, origin.name) if origin.kind == "returned" else []
        found = (self._true.get(node) for node in self._nodes(path, flow, origin, defined))
        known = next(filter(None, found), None)
        if known is None and not defined and self.is_verdict(origin.name):
            return Source(path, flow.line, False)
        return known

    @staticmethod
    def _nodes(path: str, flow: Flow, origin: Origin, defined: list[tuple[str, str]]) -> Iterator[_Node]:
        """What a truth of that origin is in."""
        if origin.kind == "given":
            yield _Node("given", path, flow.function, origin.name)
        elif origin.kind == "kept":
            yield from (_Node("kept", where, "", origin.name) for where in (path, ""))
        for where, function in defined:
            yield from (_Node("returned", where, function, "", at) for at in dict.fromkeys((origin.at, -1)))

    def _goes(self, path: str, flow: Flow, source: Source) -> Iterator[_Node]:
        if flow.kind == "returns":
            yield _Node("returned", path, flow.function, "", flow.at)
        elif flow.kind == "keeps":
            yield _Node("kept", path, "", flow.name)
            if len(flow.name) >= SHORTEST_KEY and len(self._keys) < MOST_KEYS:
                self._keys.add(flow.name)
                yield _Node("kept", "", "", flow.name)
        elif flow.kind == "gives":
            for where, function in self.defined(path, flow.name):
                parameters = self.store.decisions(where).parameters(function)
                named = parameters[flow.at] if 0 <= flow.at < len(parameters) else flow.key
                if named in parameters:
                    yield _Node("given", where, function, named)

    def _asking(self, node: _Node) -> list[str]:
        """The files whose flows may change because a node is true."""
        if node.kind == "returned":
            return self.functions.calling(node.path, node.function)
        if node.kind == "given" or node.path:
            return [node.path]
        key = node.name.encode()
        return [path for path in self._deciding if key in self.store.text(path)]

    # --- the repository ----------------------------------------------------------------------------------------------

    @property
    def own(self) -> list[str]:
        """The Python files whose decisions count: the repository's own, and its tests."""
        return self.functions.paths

    @cached_property
    def _deciding(self) -> list[str]:
        """The files that ship, where anything is decided in them."""
        shipping = (known for known, named in self.functions.naming.items() for _, name in named if self.ships(name))
        found = {
            path for last in dict.fromkeys(shipping) for path, name in self.functions.naming[last] if self.ships(name)
        }
        return sorted(path for path in found if self.store.role(path) is None and self.store.of(path).branches)

    # --- comparisons -------------------------------------------------------------------------------------------------

    def _tells(self, path: str, number: int) -> bool | None:
        """What `judged` says of a comparison of a file."""
        if (path, number) not in self._judged:
            self._judged[path, number] = judged(
                self.store.decisions(path).held[number], self.decision, trains=self.trains
            )
        return self._judged[path, number]


@cache
def compares(decision: Decision) -> Any:
    """A comparison by order near a word that may be of a model, by a library whose search is linear in the text."""
    import re2

    words = "|".join(sorted({*decision.measures, *decision.scores, *decision.rivals}))
    verdicts = "|".join(decision.verdicts)
    named = rf"(?:{words})_?(?:{verdicts})|(?:{verdicts})_(?:{words})"
    order = r"[^-=<>][<>]=?[^<>]"
    near = rf"(?:{words})[^\n]{{0,200}}{order}|{order}[^\n]{{0,80}}(?:{words})|{named}"
    return re2.compile(f"(?i){near}".encode())


def judged(held: Held, decision: Decision, *, trains: bool = True) -> bool | None:
    """Whether a comparison tells of a model only perhaps (True) or for certain (False); None where it does not."""
    said = words_of(held.names)
    words = said | words_of(held.behind)
    has = {key: not known.isdisjoint(said if key == "others" else words) for key, known in _sets(decision).items()}
    trivial = held.limit is not None and (held.limit <= 0 or held.limit == 1)
    if has["others"] or (trivial and not (held.difference or has["differences"])):
        return None
    limited = has["limits"] or held.limit is not None
    if has["measures"] or len(_sets(decision)["rivals"] & words) > 1 or (trains and has["scores"] and has["limits"]):
        return False
    return True if has["scores"] and limited else None


@cache
def _sets(decision: Decision) -> dict[str, frozenset[str]]:
    return {key: frozenset(getattr(decision, key)) for key in _WORDS}
