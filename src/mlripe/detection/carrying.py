"""Where the values of certain calls go, from function to function and from file to file.

The reader says of each function where its values come from and go. What begins at the calls that are asked for spreads
along these flows until nothing new is found: over what functions return, and over what they are given.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator
from io import StringIO
from typing import Final, NamedTuple

from mlripe.detection.dotted_names import name_matches
from mlripe.detection.own_functions import OwnFunctions
from mlripe.facts import Flow, Origin
from mlripe.readers.store import FactStore
from mlripe.wiring import Wiring

__all__ = ["Carrying", "Source"]

MOST_VISITS: Final = 400  # readings of a file's flows
MOST_FILES: Final = 150  # files that are looked at
# a method of anything that has one of these names is more likely that of a list or a file than one of the repository
_OF_BUILTINS: Final = frozenset(
    f".{name}" for type in (str, bytes, list, dict, set, StringIO) for name in dir(type) if not name.startswith("_")
)


class Source(NamedTuple):
    """The call that a value comes from."""

    path: str
    line: int


class _Node(NamedTuple):
    """What a value can be in: what a function returns, or is given as `name`."""

    path: str
    function: str
    name: str = ""


class Carrying:
    """The values of a repository that come from calls with certain names."""

    def __init__(self, store: FactStore, wiring: Wiring, calls: tuple[str, ...]) -> None:
        self.store = store
        self.calls = calls
        self.visited: dict[str, None] = {}
        self.functions = OwnFunctions(store, wiring, lambda path, name: name in store.carried(path).parameters)
        self._held: dict[_Node, Source] = {}
        self._asked: dict[str, bool] = {}

    def begins(self, path: str) -> bool:
        """Whether a file has one of the calls."""
        return any(self._is_asked(call.name) for call in self.store.of(path).calls)

    def spread(self, paths: Iterable[str]) -> None:
        """Follows the values that begin in these files."""
        waiting = deque(paths)
        for _ in range(MOST_VISITS):
            if not waiting:
                return
            path = waiting.popleft()
            if path not in self.visited and len(self.visited) >= MOST_FILES:
                continue
            self.visited[path] = None
            for flow in self.store.carried(path).flows:
                if source := self.source(path, flow):
                    for node in self._goes(path, flow):
                        if node not in self._held:
                            self._held[node] = source
                            asking = [node.path] if node.name else self.functions.calling(node.path, node.function)
                            waiting.extend(where for where in asking if where not in waiting)

    def source(self, path: str, flow: Flow) -> Source | None:
        """The call that a flow's value comes from, None where it comes from none that is asked for."""
        found = (self._source(path, flow, origin) for origin in sorted(flow.origins))
        return next(filter(None, found), None)

    def _source(self, path: str, flow: Flow, origin: Origin) -> Source | None:
        if origin.kind == "given":
            return self._held.get(_Node(path, flow.function, origin.name))
        if self._is_asked(origin.name):
            return Source(path, flow.line)
        nodes = (_Node(where, name) for where, name in self._called(path, origin.name))
        return next(filter(None, (self._held.get(node) for node in nodes)), None)

    def _called(self, path: str, name: str) -> list[tuple[str, str]]:
        return [] if name in _OF_BUILTINS else self.functions.called(path, name)

    def _is_asked(self, name: str) -> bool:
        known = self._asked.get(name)
        if known is None:
            known = self._asked[name] = name_matches(name, self.calls)
        return known

    def _goes(self, path: str, flow: Flow) -> Iterator[_Node]:
        if flow.kind == "returns":
            yield _Node(path, flow.function)
            return
        for where, function in self._called(path, flow.name):
            given = self.store.carried(where).parameters.get(function, ())
            name = given[flow.at] if 0 <= flow.at < len(given) else flow.key
            if name in given:
                yield _Node(where, function, name)
