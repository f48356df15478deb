"""model-validation-gate: a comparison about a model stops a run, or chooses whether the model goes on.

Where the truth of a comparison goes is followed by `detection/spreading.py`; here is told where it ends in a decision.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Final

from mlripe.catalog.globs import matches
from mlripe.catalog.tool_schema import Decision
from mlripe.detection.dotted_names import name_matches
from mlripe.detection.observations import Observation
from mlripe.detection.patterns import glob_words
from mlripe.detection.shipping import Shipping
from mlripe.detection.spreading import Source, Spreading, compares
from mlripe.evidence import Strength
from mlripe.facts import Flow
from mlripe.lazy_regex import lazy_regex
from mlripe.readers.store import FactStore
from mlripe.wiring import Place, Wiring

__all__ = ["decisions"]

MOST_SIGNS: Final = 200
MOST_SEEDS: Final = 200  # files in which comparisons are looked at
_CHECKS_ARGUMENTS = lazy_regex(r"(?:^|\.)(?:__init__|__post_init__|_?validate_(?:config|args|params|settings)\w*)\Z")
_ENDS = frozenset(("stops", "guards", "sets", "writes"))  # the kinds of flow that may decide something
_LONGEST_CONDITION: Final = 500  # characters


def decisions(observations: list[Observation], store: FactStore, wiring: Wiring) -> Iterator[Observation]:
    """An observation for each decision about a model."""
    for capability, decision in store.knowledge.decisions.items():
        shipping = Shipping(decision, store, wiring, observations)
        trains = any(s.shows in decision.trains_by and s.strength >= Strength.present for s in observations)
        spreading = Spreading(store, wiring, decision, shipping.is_call, trains=trains)
        ends = _Ends(capability, decision, spreading, shipping)
        seeds = [path for path in spreading.own if compares(decision).search(store.text(path)) and ends.may(path)]
        if seeds:
            spreading.spread(seeds[:MOST_SEEDS])
            yield from islice(ends.observations(), MOST_SIGNS)


class _Ends:
    """Tells where the outcome of a comparison about a model ends: in a stop, a branch or an output of a step."""

    def __init__(self, capability: str, decision: Decision, spreading: Spreading, shipping: Shipping) -> None:
        self.capability = capability
        self.decision = decision
        self.spreading = spreading
        self.shipping = shipping
        self.store, self.wiring = spreading.store, spreading.wiring

    def may(self, path: str) -> bool:
        """Whether what a file compares may decide about a model: a test does where it measures one."""
        return self.store.role(path) is None or self._tests_model(path)

    def observations(self) -> Iterator[Observation]:
        for path in sorted(self.spreading.visited):
            for flow in self.store.decisions(path).flows:
                ends = flow.kind in _ENDS or (flow.kind == "gives" and flow.key in self.decision.flags)
                source = self.spreading.source(path, flow) if ends else None
                if source and (says := self._ends(path, flow, source)):
                    made = self._stop if flow.kind == "stops" else self._guard
                    yield from made(path, flow, source.line if source.path == path else flow.line, says)
                    yield from self._promotions(path, flow)
        yield from self._branches()

    def _guard(self, path: str, flow: Flow, line: int, says: str) -> Iterator[Observation]:
        yield Observation(
            self.capability, self.decision.detector, Place(path, flow.scope), line, says, gates=True, guards=True
        )

    def _promotions(self, path: str, flow: Flow) -> Iterator[Observation]:
        """What a decision makes the model in use: by an attribute, or at a place that is named so."""
        sets = flow.kind == "sets"
        line = flow.line if sets else self.shipping.pointed(path, flow.spans) if flow.kind == "guards" else 0
        if line and self.decision.promotes:
            says = "a metric decides which model is in use"
            yield Observation(
                self.decision.promotes, self.decision.detector, Place(path, flow.scope), line, says, gates=True
            )

    def _stop(self, path: str, flow: Flow, line: int, says: str) -> Iterator[Observation]:
        """A stop decides where something ships after it; where no run has both, that a run fails is what it decides.

        A test of the model is a gate only before something that ships, else it tells of the tests.
        """
        place = Place(path, flow.scope)
        order = self.shipping.after(place, line)
        late = order == {False}
        if True not in order and self.store.role(path) is not None:
            return
        most = Strength.automated if late else Strength.enforced
        allow_failure = self._swallowed(place, flow.name)
        yield Observation(
            self.capability,
            self.decision.detector,
            place,
            line,
            says,
            most=most,
            gates=True,
            allow_failure=allow_failure,
        )

    def _ends(self, path: str, flow: Flow, source: Source) -> str:
        """What a flow decides, in a few words; "" where it only goes on."""
        tests = self.store.role(path) is not None
        if flow.kind == "stops":
            if (
                source.weak
                or posixpath.dirname(path) in self.shipping.apart
                or _CHECKS_ARGUMENTS.search(flow.scope)
                or matches(path, self.decision.alarms)
            ):
                return ""
            return "a metric below its limit stops" if self.may(path) else ""
        if tests:
            return ""
        if flow.kind == "guards" and self.shipping.within(path, flow.scope, flow.spans):
            return "a metric decides about the model"
        if flow.kind == "sets" and flow.name in self.decision.sets:
            return "a metric decides which model is in use"
        if flow.kind == "gives" and flow.key in self.decision.flags:
            return "a metric decides how the model is registered"
        if flow.kind == "writes" and not source.weak and self._asked_for(path, flow):
            return "a metric is an output that a later step asks for"
        return ""

    def _tests_model(self, path: str) -> bool:
        """Whether a test measures a model that was trained elsewhere, and trains none itself."""
        last = [call.name.rpartition(".")[2] for call in self.store.of(path).calls]
        loads, trains = (glob_words(known).fullmatch for known in (self.decision.loads, self.decision.trains))
        return any(map(loads, last)) and not any(map(trains, last))

    def _swallowed(self, place: Place, raised: str) -> bool:
        """Whether what is raised at a place is caught on every way to it, and not passed on."""
        catching = {raised, "BaseException", "" if raised == "SystemExit" else "Exception"}
        starts = self.wiring.starts(place)
        chains = (((hop.path, hop.line) for hop in start.chain) for start in starts)
        return bool(starts) and all(any(self._allowed_explicitly(*hop, catching) for hop in chain) for chain in chains)

    def _allowed_explicitly(self, path: str, line: int, catching: set[str]) -> bool:
        if not path.endswith(".py"):
            return False
        deciding = self.store.decisions(path)
        deciding.look(_catches)
        spans = (
            span
            for flow in deciding.flows
            if flow.kind == "swallows" and not catching.isdisjoint(flow.key.split())
            for span in flow.spans
        )
        return any(first <= line <= last for first, last in spans)

    # --- what others ask for -----------------------------------------------------------------------------------------

    def _asked_for(self, path: str, flow: Flow) -> bool:
        """Whether a step or job of the CI file that runs this asks for the output by its name, before it runs."""
        asks = re.compile(rf"(?:outputs?|variables)\b.{{0,80}}\b{re.escape(flow.name)}\b")
        for start in self.wiring.starts(Place(path, flow.scope)):
            for where in dict.fromkeys(place.path for place in start.places):
                units = (unit for unit in self.store.of(where).units if unit.condition)
                if any(asks.search(unit.condition[:_LONGEST_CONDITION]) for unit in units):
                    return True
        return False

    def _branches(self) -> Iterator[Observation]:
        """Functions of which a framework asks what runs next."""
        decision = self.decision
        asked = (*decision.branches, *decision.decorators, *decision.blocking)
        roots = {name.split(".", 1)[0] for name in asked}
        for path in self.spreading.own:
            imported = {found.module.split(".", 1)[0] for found in self.store.of(path).imports}
            if self.store.role(path) is None and not roots.isdisjoint(imported):
                yield from self._handed(path)

    def _handed(self, path: str) -> Iterator[Observation]:
        """The operators and decorators of a file that run what follows by what a function returns."""
        deciding = self.store.decisions(path)
        deciding.look(_hands_on)
        for flow in deciding.flows:
            if flow.kind == "hands" and self._asks(flow):
                defined = self.spreading.defined(path, flow.key)
                texts = [text for where, name in defined for text in self.store.decisions(where).texts.get(name, ())]
                told = any(self.spreading.returned(where, name) for where, name in defined)
                if (told or (not defined and self.spreading.is_verdict(flow.key))) and self._chooses(path, texts):
                    yield from self._guard(path, flow, flow.line, "a metric decides which tasks run")

    def _asks(self, flow: Flow) -> bool:
        decision = self.decision
        blocking = decision.blocking if flow.at > 0 else ()
        return name_matches(flow.name, (*decision.branches, *decision.decorators, *blocking))

    def _chooses(self, path: str, tasks: Iterable[str]) -> bool:
        """Whether what follows a branch hangs on it: a task that it names ships, or none runs whatever was chosen."""
        if any(map(self.shipping.is_named, tasks)):
            return True
        return not any("trigger_rule" in call.keywords for call in self.store.of(path).calls)


def _catches(source: bytes) -> bool:
    return b"except" in source


def _hands_on(source: bytes) -> bool:
    return b"python_callable" in source or b"@" in source
