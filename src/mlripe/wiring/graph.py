"""The graph of what starts what, walked from its roots: each place learns by which kinds of start it is reached.

A root is a place and the kind of its start: a CI trigger, a schedule, an event, a pipeline definition. The walk keeps,
for each place and kind, the way it came, preferring a way on which every failure is passed on, then one on which no
condition may pass anything over, then the shortest: what leads to a place by the way tells less of it.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from itertools import pairwise

from msgspec import Struct

from mlripe.evidence import Hop
from mlripe.kinds import StartKind
from mlripe.readers.infrastructure.code_pipelines import BY_RULE, DESCRIBED
from mlripe.readers.store import FactStore
from mlripe.snapshot.paths import is_retired
from mlripe.wiring.edges import Edges
from mlripe.wiring.name_resolution import RepositoryTree
from mlripe.wiring.places import MAIN, Edge, Place
from mlripe.wiring.values import Setting

__all__ = ["Start", "Wiring"]

_MOST_PLACES = 100_000
_LONGEST_CHAIN = 40


class Start(Struct, frozen=True):
    """One way in which a place is started."""

    kind: str
    chain: tuple[Hop, ...]
    places: tuple[Place, ...]  # from the root to the place, both included
    strict: bool  # a failure there fails everything on the way
    allowed_explicitly: bool = (
        False  # somewhere on the way it is said in so many words that a failure is to stop nothing
    )
    conditional: bool = False  # something on the way runs only on a condition


class _Link(Struct):
    """How a place was reached: from which place, itself reached by which kind of start."""

    before: tuple[Place, str] | None
    hop: Hop
    strict: bool
    conditional: bool = False
    length: int = 0  # hops from the root to the place

    @property
    def rank(self) -> tuple[bool, bool, int]:
        """The higher, the better the way."""
        return self.strict, not self.conditional, -self.length


class Wiring:
    """The walked graph of one repository. `add_root` may be called again later, for what turns out to be deployed.

    `broken`: the units that cannot work as committed, once who looks for faults has said which.
    """

    def __init__(self, store: FactStore) -> None:
        self.store = store
        self.tree = RepositoryTree(store)
        self.edges = Edges(store, self.tree)
        self.words = self.edges.launcher.words
        self.broken: frozenset[Place] = frozenset()
        self._reached: dict[Place, dict[str, _Link]] = {}
        self._roots: dict[tuple[Place, str], Hop] = {}
        self._allowed_explicitly: set[tuple[Place, Place]] = set()
        self._led: dict[Place, list[Place]] = {}  # by the place that a start hangs on, where else the walk began
        self._only: dict[tuple[Place, Place], frozenset[str]] = {}  # the kinds of start that pass from one to the next
        self._edges_of: dict[Place, list[tuple[Place, Hop, bool]]] = {}
        self._callers: dict[Place, list[tuple[Place, Hop]]] | None = None
        self._waiting: set[Place] = set()  # places that start more, once it is known what sets their variables
        self._settling = False
        self._below: dict[object, Set[Place]] = {}  # by what sets a variable, the places that it reaches

    def add_root(self, place: Place, kind: str, hop: Hop, via: Place | None = None) -> None:
        """Starts the walk at `place`, for a start of `kind`; `via` is the place that the start itself hangs on.

        Nothing starts by itself what lies in a folder for what is no longer in use.
        """
        if via is None and kind != StartKind.PIPELINE and is_retired(place.path):
            return
        origins = self._reached.get(via, {}) if via else {}
        before = (via, kind if kind in origins else min(origins)) if via and origins else None
        if before is None and kind not in self._reached.get(place, ()):
            self._roots[place, kind] = hop
        if via and via != place:
            self._led.setdefault(via, []).append(place)
        length = self._reached[via][before[1]].length + 1 if via and before else 0
        self._walk(place, kind, _Link(before, hop, True, length=length))

    def kinds(self, place: Place) -> frozenset[str]:
        """The kinds of start that reach a place."""
        return frozenset(self._reached.get(place, ()))

    def is_root(self, place: Place, kind: str) -> bool:
        """Whether a walk of this kind began at the place."""
        return (place, kind) in self._roots

    def root_line(self, place: Place) -> int:
        """The line at which a root says that it is one."""
        roots = (self._roots.get((place, kind)) for kind in self._reached.get(place, ()))
        return next((hop.line for hop in roots if hop), 1)

    def starts(self, place: Place) -> list[Start]:
        """All ways a place is started, one a kind."""
        return [self._start(place, kind) for kind in self._reached.get(place, ())]

    def reached(self) -> Iterator[Place]:
        """Every place that something starts."""
        yield from self._reached

    def following(self, place: Place) -> list[tuple[Place, Hop, bool]]:
        """What a place starts itself: (place, hop, strict)."""
        if place not in self._edges_of:
            self._edges_of[place] = []
            self._add_edges(place, self.edges.of(place))
            if place in self.edges.asks:
                self._waiting.add(place)
        if place in self._waiting and not self._settling:
            self._settle(place)
        return self._edges_of[place]

    def _add_edges(self, place: Place, edges: Sequence[Edge]) -> None:
        self._only.update({(place, edge.place): edge.kinds for edge in edges if edge.kinds is not None})
        heeded = {edge.place for edge in edges if not edge.allowed_explicitly}
        self._allowed_explicitly.update((place, edge.place) for edge in edges if edge.place not in heeded)
        known = {following for following, _, _ in self._edges_of[place]}
        self._edges_of[place] += [
            (edge.place, Hop(place.path, edge.line, edge.says), not edge.allow_failure)
            for edge in edges
            if edge.place not in known
        ]

    def _settle(self, place: Place) -> None:
        """Adds what a place starts by the environment's variables, as those set them that start it."""
        self._waiting.discard(place)
        self._settling = True
        for setting in self.edges.values.setting(self.edges.asks[place]):
            if place in self._started_with(setting):
                self._add_edges(place, self.edges.by_environment(place, setting))
        self._settling = False

    def _started_with(self, setting: Setting) -> Set[Place]:
        """The places that a setting of a variable reaches, where nothing on the way sets it anew."""
        key = (setting.name, setting.path, setting.unit.id, setting.command)
        if key not in self._below:
            replacing = self.edges.values.replacing(setting)
            without = {start for other in replacing for start in self.edges.starting(other)}
            starting = [start for start in self.edges.starting(setting) if start not in without]
            self._below[key] = self.below(starting, without=without)
        return self._below[key]

    def callers(self, place: Place) -> list[tuple[Place, Hop]]:
        """What starts a place directly, whether anything starts that or not; all files are asked the first time."""
        if self._callers is None:
            self._callers = {}
            for path, facts in list(self.store.loaded()):
                main = (MAIN,) if facts.definitions else ()
                ids = ["", *main, *(unit.id for unit in facts.units), *(known.name for known in facts.definitions)]
                for source in dict.fromkeys(Place(path, unit) for unit in ids):
                    for following, hop, _ in self.following(source):
                        self._callers.setdefault(following, []).append((source, hop))
        return self._callers.get(place, [])

    def below(
        self, places: Iterable[Place], *, strictly: bool = False, without: Set[Place] = frozenset()
    ) -> Set[Place]:
        """Everything that these places start, directly or not, themselves included; nothing through those of `without`.

        In an order that is the same on every run: files are read on the way, until as much as may be read has been.
        `strictly`: what must succeed as well; a folder is started as a whole, and tells nothing of its single files.
        """
        seen = dict.fromkeys(sorted(set(places)))
        queue = deque(seen)
        while queue and len(seen) < _MOST_PLACES:
            for following, _, strict in self.following(queue.popleft()):
                if following in seen or following in without:
                    continue
                if not (strictly and (not strict or following.path.endswith("/"))):
                    seen[following] = None
                    queue.append(following)
        return seen.keys()

    def gathered(self, own: Mapping[Place, int], starts: Iterable[Place]) -> dict[Place, int]:
        """For each of `starts`, and all they start, the bits of `own` that lie at or below it.

        What they start in an image or by a service counts as well, which a walk began anew (`via`).
        """
        before: dict[Place, list[Place]] = {}
        reached: dict[Place, None] = {}
        waiting = set(starts)
        while waiting and len(reached) < _MOST_PLACES:
            reached.update(dict.fromkeys(self.below(waiting)))
            waiting = {led for place in reached for led in self._led.get(place, ()) if led not in reached}
        for place in reached:
            for following in (*(each for each, _, _ in self.following(place)), *self._led.get(place, ())):
                before.setdefault(following, []).append(place)
        bits = {place: own.get(place, 0) for place in reached}
        queue = deque(place for place in reached if bits[place])
        while queue:
            place = queue.popleft()
            for earlier in before.get(place, ()):
                if bits[place] & ~bits[earlier]:
                    bits[earlier] |= bits[place]
                    queue.append(earlier)
        return bits

    def _walk(self, root: Place, kind: str, link: _Link) -> None:
        by_rule = root.unit.startswith(DESCRIBED) and BY_RULE in root.unit
        queue: deque[tuple[Place, _Link]] = deque([(root, link)])
        while queue and len(self._reached) < _MOST_PLACES:
            place, link = queue.popleft()
            known = self._reached.setdefault(place, {})
            before = known.get(kind)
            if before is not None and before.rank >= link.rank:
                if self._holds(link, before, place):
                    known[kind] = link
                continue
            known[kind] = link
            for following, hop, strict in self.following(place):
                passing = self._only.get((place, following)) if root.path == place.path else None
                if passing is not None and kind not in passing:
                    continue
                conditional = link.conditional or self._conditional(following) or (by_rule and self._sets_up(following))
                strict = link.strict and strict
                queue.append((following, _Link((place, kind), hop, strict, conditional, link.length + 1)))

    def _conditional(self, place: Place) -> bool:
        unit = None if place.path.endswith((".py", ".ipynb")) else self.edges.units.unit(place)
        return unit is not None and bool(unit.condition)

    def _sets_up(self, place: Place) -> bool:
        """Whether a class describes infrastructure, which is not set up by what starts a pipeline of its stack."""
        name = place.unit.split(".", 1)[0]
        known = (each for each in self.store.of(place.path).definitions if each.name == name)
        return any("aws_cdk" in base or "aws-cdk" in base for each in known for base in each.bases)

    def _holds(self, link: _Link, before: _Link, place: Place) -> bool:
        """Whether a definition that is a root by itself is a part of another one: a flow that another flow calls."""
        kind = StartKind.PIPELINE
        if (
            before.before is not None
            or link.before is None
            or link.before[1] != kind
            or link.rank[:2] < before.rank[:2]
        ):
            return False
        if link.before[0].path == place.path and not place.path.endswith(".py"):  # a stage that another one only needs
            return False
        at: tuple[Place, str] | None = link.before
        for _ in range(_LONGEST_CHAIN):
            if at is None or at[0] == place:
                return at is None
            at = self._reached[at[0]][at[1]].before
        return False

    def _start(self, place: Place, kind: str) -> Start:
        hops: list[Hop] = []
        places: list[Place] = []
        reached = self._reached[place][kind]
        at: tuple[Place, str] | None = (place, kind)
        while at is not None and len(hops) < _LONGEST_CHAIN and at[0] not in places:
            link = self._reached[at[0]][at[1]]
            places.append(at[0])
            hops.append(link.hop)
            at = link.before
        allowed_explicitly = any((earlier, later) in self._allowed_explicitly for later, earlier in pairwise(places))
        return Start(
            kind,
            tuple(reversed(hops)),
            tuple(reversed(places)),
            reached.strict,
            allowed_explicitly,
            reached.conditional,
        )
