"""The roots of the wiring that structured files give: CI triggers, schedules, stages of pipeline definitions."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from mlripe.catalog.knowledge import above_home
from mlripe.catalog.tool_schema import CiService
from mlripe.evidence import Hop
from mlripe.facts import FileFacts, Trigger, Unit
from mlripe.kinds import StartKind
from mlripe.readers.cron_times import never_comes
from mlripe.readers.infrastructure.code_pipelines import DESCRIBED, MADE_IN
from mlripe.readers.store import FactStore
from mlripe.wiring.graph import Wiring
from mlripe.wiring.places import Place

__all__ = ["add_described_roots", "add_structured_roots"]

# folders of what was set aside: no service runs a definition of CI there
_SET_ASIDE = frozenset(("archive", "archived", "_archive", "attic", "deprecated", "obsolete", "superseded"))
_PERSONAL = ("issue", "discussion", "label", "milestone", "watch", "fork", "star", "pull_request_review", "project")


def add_structured_roots(store: FactStore, wiring: Wiring) -> None:
    """Adds every root that a structured file declares by itself."""
    upstream: list[tuple[Place, Trigger]] = []
    names: dict[str, Place] = {}
    pipelines: dict[str, list[Place]] = {}  # those that something else than another pipeline starts, by service
    templates = _Templates(store)
    for path, facts in list(store.loaded()):
        service = store.service(path)
        aside = service is not None and not _SET_ASIDE.isdisjoint(path.split("/")[:-1])
        if store.role(path) is not None or aside or path in templates or path in wiring.edges.child_pipelines:
            continue
        for unit in facts.units:
            place = Place(path, unit.id)
            if unit.id.startswith(DESCRIBED):
                continue  # only where an app makes it
            if unit.kind == "workflow":
                names[unit.says.removeprefix("workflow ")] = place
                if service and any(trigger.kind != StartKind.UPSTREAM for trigger in unit.triggers):
                    pipelines.setdefault(service.id, []).append(place)
            for trigger in (
                _live(unit) if not (wiring.edges.off(place) or wiring.edges.schedule_disabled(place)) else ()
            ):
                if trigger.kind == StartKind.UPSTREAM:
                    upstream.append((place, trigger))
                else:
                    _add(wiring, place, trigger)
            if unit.kind == "workflow" and service and service.submitted and not unit.triggers:
                # whoever submits it, the service runs its steps
                wiring.add_root(place, StartKind.DISPATCH, Hop(path, unit.line, f"{unit.says}, when it is submitted"))
        for unit in _stages(facts):
            hop = Hop(path, unit.line, unit.says or f"stage {unit.id}")
            if not wiring.edges.off(Place(path, unit.id)):
                wiring.add_root(Place(path, unit.id), StartKind.PIPELINE, hop)
    for place, hop in wiring.edges.procedures.scheduled():
        wiring.add_root(place, StartKind.SCHEDULE, hop)
    for place, trigger in upstream:
        follows = store.service(place.path)
        known = pipelines.get(follows.id, []) if follows and follows.named_on_service else []
        for name in map(str.strip, trigger.detail.split(",")):
            _follow(wiring, names.get(name) or _likeliest(known, name, place), name, place, trigger)


def add_described_roots(store: FactStore, wiring: Wiring) -> None:
    """Adds the roots that programs describe: pipelines in constructs that something is known to make."""
    for path, facts in list(store.loaded()):
        for unit in facts.units if store.role(path) is None else ():
            scope = next((used.removeprefix(MADE_IN) for used in unit.uses if used.startswith(MADE_IN)), None)
            if scope is not None and wiring.kinds(Place(path, scope)):
                for trigger in _live(unit):
                    _add(wiring, Place(path, unit.id), trigger)


def _add(wiring: Wiring, place: Place, trigger: Trigger) -> None:
    wiring.add_root(place, _kind(trigger), Hop(place.path, trigger.line, _says(trigger)))


class _Templates:
    """The files of CI that no service runs where they lie: they stand where it looks, but below another folder.

    Where a template generates such a file, or a service's own place at the root holds none, it counts all the same.
    """

    def __init__(self, store: FactStore) -> None:
        self.store = store
        self._has_own: dict[str, bool] = {}

    def __contains__(self, path: str) -> bool:
        service = self.store.service(path)
        above = above_home(service, path) if service and service.elsewhere else ""
        if service is None or not above:
            return False
        return not self.store.from_template(path) if service.elsewhere == "ignored" else self._own(service)

    def _own(self, service: CiService) -> bool:
        """Whether the repository runs files of this service itself, and is no template of them."""
        if service.id not in self._has_own:
            above = {path: above_home(service, path) for path in self.store.ci_files}
            generated = any(found and self.store.from_template(path) for path, found in above.items())
            self._has_own[service.id] = "" in above.values() and not generated
        return self._has_own[service.id]


def _kind(trigger: Trigger) -> str:
    """What a trigger comes to: talk on an issue is a person's doing, a dispatch that of whoever sends it."""
    if trigger.kind == StartKind.EVENT:
        if trigger.detail.startswith(_PERSONAL):
            return StartKind.DISPATCH
        if trigger.detail.startswith("repository_dispatch"):
            return StartKind.OUTSIDE
    return trigger.kind


def _live(unit: Unit) -> Iterator[Trigger]:
    for trigger in unit.triggers:
        never = trigger.kind == StartKind.SCHEDULE and never_comes(trigger.detail)
        if trigger.active and trigger.kind not in ("call", "timer") and not never:
            yield trigger


def _stages(facts: FileFacts) -> Iterator[Unit]:
    """Stages of a file that is a pipeline definition, rather than a CI file whose stages hang on its triggers.

    One whose schedule is switched off is a definition all the same, for whoever starts it by hand.
    """
    if any(unit.kind in ("workflow", "job") or any(t.active for t in unit.triggers) for unit in facts.units):
        return
    stages = {unit.id for unit in facts.units if unit.kind == "stage"}
    for unit in facts.units:
        if unit.id in stages and unit.parent not in stages and not unit.disabled:
            yield unit


def _follow(wiring: Wiring, source: Place | None, name: str, place: Place, trigger: Trigger) -> None:
    """A workflow that another one starts by finishing is started as that one is."""
    hop = Hop(place.path, trigger.line, f"after workflow {name}")
    kinds = wiring.kinds(source) if source else frozenset((StartKind.EVENT,))
    for kind in sorted(kinds):
        wiring.add_root(place, kind, hop, via=source)


def _likeliest(pipelines: Iterable[Place], name: str, follower: Place) -> Place | None:
    """The pipeline that a name of the service's own means: no file says it, but files are called like pipelines.

    The one that shares the most words with the name, and of such the one with the fewest words beside them; None where
    that is none, or several are alike.
    """
    wanted = _words(name)
    others = [(place, _words(place.path)) for place in pipelines if place != follower]
    ranked = sorted(
        ((-len(words & wanted), len(words - wanted), place) for place, words in others), key=lambda r: r[:2]
    )
    alone = len(ranked) == 1 or (len(ranked) > 1 and ranked[0][0] < 0 and ranked[0][:2] < ranked[1][:2])
    return ranked[0][2] if alone else None


def _words(text: str) -> frozenset[str]:
    """The words of a name or a path, without those that every pipeline's has."""
    found = re.findall(r"[a-z]+|[0-9]+", text.lower())
    return frozenset(found) - {"azure", "pipeline", "pipelines", "yml", "yaml", "azuredevops", "devops"}


def _says(trigger: Trigger) -> str:
    detail = " ".join(trigger.detail.split())
    return f"{trigger.kind.replace('_', ' ')} {detail[:60]}".strip()
