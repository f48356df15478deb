"""training-pipeline and continuous-training: several steps with training among them, and what makes them recur."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator, Mapping

from mlripe.detection.observations import Observation
from mlripe.evidence import Strength
from mlripe.facts import Trigger, Unit
from mlripe.kinds import Role
from mlripe.lazy_regex import lazy_regex
from mlripe.readers.cron_times import never_comes
from mlripe.readers.store import FactStore
from mlripe.wiring import MAIN, Place, StartKind, Wiring
from mlripe.wiring.chosen_by_words import scope_of, together

__all__ = ["continuous_training", "training_pipeline"]

_STEPS = {
    "training-code": 1,
    "data-ingestion": 2,
    "data-validation": 2,
    "model-evaluation": 4,
    "model-validation-gate": 4,
    "model-registry": 8,
    "deployment-automation": 8,
}
_TRAINS = 1
_SERVES = 16
_CHAINS = frozenset("workflow target script job step environment job-spec service build timer".split())
# a script that calls itself a training is one step, however many modules it is written in
_ONE_STEP = lazy_regex(r"(?:pre)?train(?:_(?!.*(?:pipeline|flow|all)).*)?\.py|fine_?tun\w*\.py")
_TRAINING_STEP = lazy_regex(r"(?i)(?:^|[^a-z])(?:re|pre)?train(?:ed|ing|er)?(?:[^a-z]|$)")
_STEP = lazy_regex(r"_(?:op|task|step|component|job)\Z")
_AUTOMATIC = (
    StartKind.SCHEDULE, StartKind.EVENT, StartKind.UPSTREAM, StartKind.PUSH, StartKind.PULL_REQUEST, StartKind.TAG,
    StartKind.RELEASE, StartKind.DISPATCH, StartKind.OUTSIDE,
)  # fmt: skip
_RECURS = frozenset((StartKind.SCHEDULE, StartKind.EVENT, StartKind.UPSTREAM))
_SIGNALLED = frozenset((StartKind.SCHEDULE, StartKind.EVENT, StartKind.UPSTREAM, StartKind.DEPLOYMENT))


def _own(observations: list[Observation], store: FactStore) -> dict[Place, int]:
    """The steps that each place is itself, as bits."""
    own: dict[Place, int] = {}
    for observation in observations:
        bit = _SERVES if observation.role == Role.WEB else _STEPS.get(observation.capability, 0)
        if bit and observation.strength >= Strength.present and store.role(observation.path) is None:
            own[observation.place] = own.get(observation.place, 0) | bit
    return own


def training_pipeline(observations: list[Observation], store: FactStore, wiring: Wiring) -> Iterator[Observation]:
    """Pipeline definitions that train, and hand-made chains of at least two steps with training among them."""
    yield from _recurring(observations, wiring)
    own = _own(observations, store)
    definitions = [p for p in wiring.reached() if wiring.is_root(p, StartKind.PIPELINE)]
    yield from _named_steps(definitions, observations, wiring)
    if not any(bits & _TRAINS for bits in own.values()):
        return
    chains = list(_candidates(store))
    chosen = [choice for place in chains for choice in _chosen(place, wiring)]
    below = wiring.gathered(own, [*definitions, *chains, *chosen])
    trained = (_training_stage(place, below, wiring) for place in sorted(definitions) if below[place] & _TRAINS)
    for place, line in dict(trained).items():
        says = f"a pipeline definition with training: {_named(place, wiring)}"
        yield Observation("training-pipeline", "pipelines", place, line, says)
    for place in chains:
        following, steps = _with_bits(_steps(place, wiring), below)
        if _is_pipeline(place) and own.get(place, 0) & _TRAINS and len({bits for bits in steps if bits}) > 1:
            following, steps = [place, *following], [_TRAINS, *steps]  # it fits between what others load and judge
        training = [number for number, bits in enumerate(steps) if bits & _TRAINS]
        others = [number for number, bits in enumerate(steps) if bits & ~_TRAINS and number not in training[:1]]
        if training and others and not _alternatives(place, following, training, others, store, wiring):
            lines = {step: hop.line for step, hop, _ in reversed(wiring.following(place))}
            line = lines.get(following[training[0]]) or next(iter(lines.values()), 1)
            says = f"a chain of {len(steps)} steps with training among them"
            only = _AUTOMATIC if place.path.endswith(".py") else ()
            yield Observation("training-pipeline", "pipelines", place, line, says, only=only)


def _training_stage(place: Place, below: Mapping[Place, int], wiring: Wiring) -> tuple[Place, int]:
    """The stage of a definition, or a part of that stage, in which its training stands, with its line.

    A stage around it, one that needs it and a condition on which it runs tell less of it.
    """
    line = wiring.root_line(place)
    seen = {place}
    while not place.path.endswith((".py", ".ipynb")):
        parts = (p for p, _, _ in wiring.following(place) if p.path == place.path and p.unit)
        part = next((p for p in parts if below.get(p, 0) & _TRAINS and p not in seen), None)
        unit = wiring.edges.units.unit(part) if part else None
        if part is None or unit is None or unit.kind not in ("stage", "task"):
            break
        seen.add(part)
        place, line = part, unit.line
    return place, line


def _recurring(observations: list[Observation], wiring: Wiring) -> Iterator[Observation]:
    """A training that a schedule or an event starts is a pipeline, of however many programs it consists."""
    for observation in observations:
        trains = observation.capability == "training-code" and observation.strength >= Strength.present
        if trains and wiring.kinds(observation.place) & _RECURS:
            says = f"training that starts by itself: {observation.says}"
            yield Observation(
                "training-pipeline", "pipelines", observation.place, observation.line, says, only=tuple(sorted(_RECURS))
            )


def _named_steps(definitions: list[Place], observations: list[Observation], wiring: Wiring) -> Iterator[Observation]:
    """Definitions of several steps of which one is called a training: present, whatever of it can be followed."""
    known = {observation.path for observation in observations if observation.capability == "training-pipeline"}
    steps: dict[str, set[str]] = {}
    for place in definitions:
        steps.setdefault(place.path, set()).update(_step_names(place, wiring))
    for place in sorted(definitions):
        names = steps[place.path]
        named = sorted(name for name in _step_names(place, wiring) if _TRAINING_STEP.search(name))
        if named and len(names) > 1 and place.path not in known:
            says = f"a pipeline definition with a step {named[0]}"
            yield Observation(
                "training-pipeline", "pipelines", place, wiring.root_line(place), says, most=Strength.present
            )


def _step_names(place: Place, wiring: Wiring) -> Iterator[str]:
    """What the steps of a definition are called: it may be a step itself, or a module that makes several."""
    if not place.path.endswith(".py"):
        yield place.unit
        return
    facts = wiring.store.of(place.path)
    if place.unit:
        yield place.unit
    for call in facts.calls:
        if call.scope == place.unit and not call.decorator:
            name, last = call.keywords.get("task_id"), call.name.rpartition(".")[2]
            if isinstance(name, str):
                yield name
            elif place.unit and _STEP.search(last):  # a function makes its pipeline of steps: `train_op(rows)`
                yield last


def _named(place: Place, wiring: Wiring) -> str:
    """What a definition is called; of one that is told by a stage of it, that stage as well."""
    unit = wiring.edges.units.unit(place)
    around = wiring.edges.units.unit(Place(place.path, unit.parent)) if unit and unit.parent else None
    return f"{unit.says} of {around.says}" if unit and around else place.unit or place.path


def _chosen(place: Place, wiring: Wiring) -> list[Place]:
    """The choices of a Python scope that one word of the command line takes together."""
    facts = wiring.store.of(place.path)
    numbers = together(facts, place.unit) if facts.choices else []
    return [Place(place.path, scope_of(facts.choices[number], number)) for number in numbers]


def _steps(place: Place, wiring: Wiring) -> list[tuple[object, Place]]:
    """What a place starts as its steps, each with what makes it one step with others.

    Of a Python scope a step is a file other than its own, and no mere import; a class that calls itself a pipeline has
    its steps in its methods. Elsewhere it is what one command starts in one file.
    """
    following = [(hop.line, step) for step, hop, _ in wiring.following(place)]
    if not place.path.endswith(".py"):
        return [((line, step.path) if step.path.endswith(".py") else step, step) for line, step in following]
    steps = [step for _, step in following]
    steps += [step for choice in _chosen(place, wiring) for step, _, _ in wiring.following(choice)]
    methods = place.unit.split(".", 1)[0] + "."
    own = [p for p in steps if p.path == place.path and p.unit.startswith(methods)]
    if "pipeline" in methods.lower():
        steps += [step for method in own for step, _, _ in wiring.following(method)]
    return [(p.path, p) for p in steps if p.path != place.path and (p.unit or not p.path.endswith(".py"))]


def _is_pipeline(place: Place) -> bool:
    """Whether a function of Python calls itself a pipeline, or its file does."""
    named = f"{posixpath.basename(place.path)}/{place.unit}".lower()
    return place.path.endswith(".py") and bool(place.unit) and "pipeline" in named


def _with_bits(steps: list[tuple[object, Place]], below: Mapping[Place, int]) -> tuple[list[Place], list[int]]:
    """The steps with what each does; a service that trains does so when somebody asks it to."""
    found: dict[object, tuple[Place, int]] = {}
    for key, step in steps:
        found[key] = (step, found.get(key, (step, 0))[1] | below[step])
    does = [bits & ~(_TRAINS | _SERVES) if bits & _SERVES else bits for _, bits in found.values()]
    return [step for step, _ in found.values()], does


def _alternatives(
    place: Place, steps: list[Place], training: list[int], others: list[int], store: FactStore, wiring: Wiring
) -> bool:
    """Whether a Python scope runs its training or its other steps, never both: a switch between modes."""
    branches = [branch for branch in store.of(place.path).branches if branch.other]
    if not branches:
        return False
    lines: dict[str, set[int]] = {}
    for step, hop, _ in wiring.following(place):
        lines.setdefault(step.path, set()).add(hop.line)
    pairs = [
        (one, two)
        for t in training
        for o in others
        if t != o
        for one in lines.get(steps[t].path, ())
        for two in lines.get(steps[o].path, ())
    ]
    return bool(pairs) and all(any(branch.parts(one, two) for branch in branches) for one, two in pairs)


def _candidates(store: FactStore) -> Iterator[Place]:
    """Units, and Python scopes that are run: where a chain of steps may be written."""
    for path, facts in list(store.loaded()):
        if store.role(path) is not None:
            continue
        of_stages = {unit.parent for unit in facts.units if unit.kind == "stage"}
        for unit in facts.units:
            if unit.kind in _CHAINS or (unit.kind == "resource" and unit.id in of_stages):
                yield Place(path, unit.id)
        if path.endswith(".py") and not _ONE_STEP.fullmatch(posixpath.basename(path)):
            for name in dict.fromkeys(d.name for d in facts.definitions):
                if (
                    name == MAIN
                    or "pipeline" in name.lower()
                    or name.rsplit(".", 1)[-1] in ("main", "run", "run_pipeline")
                ):
                    yield Place(path, name)


def _idle(wiring: Wiring, path: str, unit: Unit, trigger: Trigger) -> bool:
    """Whether a schedule never comes, is switched off by what its own file does not say, or installed by nothing."""
    place = Place(path, unit.id)
    if never_comes(trigger.detail):
        return True
    if trigger.kind == "timer":
        return not wiring.kinds(place)
    return wiring.edges.off(place) or wiring.edges.schedule_disabled(place)


def continuous_training(observations: list[Observation], store: FactStore, wiring: Wiring) -> Iterator[Observation]:
    """Training that something starts; only a schedule or an event raises it beyond present."""
    for observation in observations:
        if observation.capability != "training-code" or observation.strength < Strength.present:
            continue
        if wiring.kinds(observation.place) & frozenset(_AUTOMATIC):
            yield Observation(
                "continuous-training",
                "pipelines",
                observation.place,
                observation.line,
                f"training that recurs: {observation.says}",
            )
    for observation in observations:  # what drift or decay starts recurs without a clock
        signals = observation.capability == "automated-retraining" and observation.strength >= Strength.present
        if signals and wiring.kinds(observation.place) & _SIGNALLED:
            says = f"training on a signal: {observation.says}"
            yield Observation(
                "continuous-training",
                "pipelines",
                observation.place,
                observation.line,
                says,
                only=tuple(sorted(_SIGNALLED)),
            )
    disabled = {
        Place(path, unit.id): trigger.line
        for path, facts in list(store.loaded())
        if store.role(path) is None
        for unit in facts.units
        for trigger in unit.triggers
        if trigger.kind in ("schedule", "timer") and (not trigger.active or _idle(wiring, path, unit, trigger))
    }
    disabled |= {
        observation.place: observation.line for observation in observations if observation.role == Role.DISABLED
    }
    below = wiring.gathered(_own(observations, store), disabled)
    for place, line in disabled.items():
        if below[place] & _TRAINS:
            says = "a schedule for training that is switched off"
            yield Observation("continuous-training", "pipelines", place, line, says, most=Strength.present)
