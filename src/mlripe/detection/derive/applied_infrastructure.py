"""Infrastructure code that automation applies: what it sets up (alarms, capture of requests) runs as deployed."""

from __future__ import annotations

from collections.abc import Iterator

from mlripe.detection.observations import Observation
from mlripe.evidence import Hop
from mlripe.facts import Unit
from mlripe.kinds import Role
from mlripe.readers.infrastructure.code_pipelines import APPLYING
from mlripe.readers.store import FactStore
from mlripe.wiring import Place, StartKind, Wiring
from mlripe.wiring.terraform import TERRAFORM

__all__ = ["applied"]

# a workflow that deploys, whoever starts it
_DEPLOYED = frozenset((StartKind.PUSH, StartKind.TAG, StartKind.RELEASE, StartKind.DISPATCH))
_AFTER = frozenset((StartKind.EVENT, StartKind.UPSTREAM))  # of a pipeline that deploys: a model that was approved
_DETECTOR = "applied-infrastructure"
_SOURCES = (".py", ".ts", ".js")  # programs that describe what is set up


def applied(observations: list[Observation], store: FactStore, wiring: Wiring) -> Iterator[Observation]:
    """Makes roots of what a `terraform apply`, `sam deploy` and their like of a workflow work on; a plan sets nothing
    up. Where that runs the repository's own code, the command deploys it."""
    released = _Released(observations, store, wiring)
    for place in sorted(wiring.reached()):
        unit = wiring.edges.units.unit(place)
        if unit is None or not wiring.kinds(place) & (_DEPLOYED | (_AFTER if _steps(unit) else frozenset())):
            continue
        lines = {c.line for c in unit.commands if wiring.words.applies(wiring.words.unwrapped(c.argv))}
        if _steps(unit):
            lines.add(unit.line)
        for target, hop, _ in wiring.following(place) if lines else ():
            if hop.line in lines and _describes(target, store):
                wiring.add_root(target, StartKind.DEPLOYMENT, hop, via=place)
                yield from released.by(place, hop, target)


class _Released:
    """What runs code of the repository among what infrastructure code describes, and what applying it releases."""

    def __init__(self, observations: list[Observation], store: FactStore, wiring: Wiring) -> None:
        self.wiring = wiring
        workloads = {o.place for o in observations if o.role == Role.WORKLOAD and store.role(o.path) is None}
        self.images = {workload: _images(workload, wiring) for workload in sorted(workloads)}
        self.uses = {o.place for o in observations if o.role in (Role.MODEL_USE, Role.LLM)}
        self.trains = {o.place for o in observations if o.capability == "training-code"}
        for workload, own in self.images.items():  # what is described is a target of deployment, as a manifest is
            unit = wiring.edges.units.unit(workload)
            if unit and not wiring.edges.off(workload):
                hop = Hop(workload.path, unit.line, unit.says or unit.id)
                for target in (workload, *own):
                    wiring.add_root(target, StartKind.MANIFEST, hop)

    def by(self, place: Place, hop: Hop, target: Place) -> Iterator[Observation]:
        """What a place releases that applies the description `target`: a model's service, or another program."""
        for workload in sorted(self.wiring.below([target]) & self.images.keys()):
            own = self.images[workload]
            for image in own:
                self.wiring.add_root(image, StartKind.DEPLOYMENT, hop, via=workload)
            if own or _runs_code(workload, self.wiring):
                below = self.wiring.below([workload, *own])
                serves = not self.uses.isdisjoint(below) and self.trains.isdisjoint(below)
                says = f"applies what runs the repository's code: {workload.unit} in {workload.path}"
                yield Observation.of_role(Role.DEPLOY if serves else Role.PUBLISH, _DETECTOR, place, hop.line, says)


def _runs_code(workload: Place, wiring: Wiring) -> bool:
    return any(not following.path.endswith((*TERRAFORM, "/")) for following, _, _ in wiring.following(workload))


def _images(workload: Place, wiring: Wiring) -> list[Place]:
    """The images of the repository that a workload runs; the only one, where its name tells nothing."""
    unit, own, terraform = wiring.edges.units.unit(workload), wiring.edges.images, wiring.edges.terraform
    names = [*(unit.uses if unit else ()), *terraform.images(workload)]
    alone = len(own.running) == 1 and terraform.runs_image(workload)
    return own.named(names, own.running) or (own.running if alone else [])


def _steps(unit: Unit) -> bool:
    return any(used.startswith(APPLYING) for used in unit.uses)


def _describes(place: Place, store: FactStore) -> bool:
    """Whether a place is a description of infrastructure: a folder of it, a template, a program that makes stacks."""
    if place.path.endswith("/"):
        return place.unit == "terraform"
    facts = store.of(place.path)
    return place.path.endswith(_SOURCES) or any(unit.kind in ("resource", "module", "workflow") for unit in facts.units)
