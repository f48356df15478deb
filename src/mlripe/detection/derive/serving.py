"""What is deployed and what it serves: online-serving, model-packaging, releases and deployments."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator, Mapping, Sequence

from msgspec.structs import replace

from mlripe.detection.derive.hugging_face_spaces import space_programs
from mlripe.detection.observations import Observation
from mlripe.evidence import Hop, Strength
from mlripe.facts import Unit
from mlripe.kinds import DeployedPart, Names, Role
from mlripe.readers.infrastructure.kubernetes import WORKLOADS
from mlripe.readers.store import FactStore
from mlripe.snapshot.paths import folders_of
from mlripe.wiring import Place, StartKind, Wiring
from mlripe.wiring.image_names import bare, chart_images, like, run_images
from mlripe.wiring.places import MAIN
from mlripe.wiring.terraform import TERRAFORM

__all__ = ["deployments", "jobs", "packaging", "releases", "serving"]

_NOT_APPLIED = frozenset((StartKind.MANIFEST, StartKind.PULL_REQUEST))
_PUSHED = frozenset((StartKind.PUSH, StartKind.TAG, StartKind.RELEASE))
_RUN_TIME = (StartKind.DEPLOYMENT, StartKind.MANIFEST)
_WORKLOADS = frozenset(("Deployment", "StatefulSet", "DaemonSet", "Rollout", "DeploymentConfig"))
_OF_IMAGES = frozenset(("image", "build", "service"))  # a Makefile has targets called build and run as well
_JOBS = frozenset(("job", "job-spec", "resource", "stage"))
_RUNS = frozenset(("job", "step", "script", "target", "task", "timer"))  # units whose commands may run an image
_WEB = (Role.WEB, Role.UI)
_SERVES = frozenset((Role.MODEL_USE, Role.LLM, "online-serving"))


def deployments(observations: list[Observation], store: FactStore, wiring: Wiring) -> Iterator[Observation]:
    """Makes roots of what is deployed: images that a deploying workflow builds, or what lies where it deploys from."""
    images = wiring.edges.images.running
    names = wiring.edges.images.names if images else {}
    for observation in observations:
        if observation.role == Role.DEPLOY and wiring.kinds(observation.place):
            hop = Hop(observation.path, observation.line, observation.says)
            if observation.path.endswith(".py") and wiring.kinds(observation.place) & _PUSHED:
                # what a deploying program sets up beside is deployed too
                wiring.add_root(observation.place, StartKind.DEPLOYMENT, hop, via=observation.place)
            programs = space_programs(store) if observation.deploys == DeployedPart.SPACE else []
            for place in programs or _deployed(observation, images, names, wiring):
                wiring.add_root(place, StartKind.DEPLOYMENT, hop, via=observation.place)
        elif observation.role == Role.DEPLOY and observation.deploys == DeployedPart.BLUEPRINT:
            for unit in store.of(observation.path).units:
                for place, hop, _ in (
                    wiring.following(Place(observation.path, unit.id)) if unit.kind == "service" else ()
                ):
                    wiring.add_root(place, StartKind.MANIFEST, hop)
    for path, facts in list(store.loaded()):
        if store.role(path) is None:
            for unit in facts.units:
                if unit.kind == "resource" and unit.id.split("/", 1)[0] in _WORKLOADS:
                    hop, own = Hop(path, unit.line, unit.says or unit.id), Place(path, unit.id)
                    applied = wiring.kinds(own) - _NOT_APPLIED
                    wiring.add_root(own, StartKind.MANIFEST, hop)
                    found = _images_of(unit.uses, images, wiring)
                    if not unit.uses and (charted := [*chart_images(path, store)]):
                        made = [image for image in images if wiring.kinds(Place(image.path, "image"))]
                        found = _images_of(charted, images, wiring) or (made if len(made) == 1 else [])
                    for place in found:
                        wiring.add_root(place, StartKind.MANIFEST, hop)
                        if applied:  # what CI or a controller applies is deployed
                            wiring.add_root(place, StartKind.DEPLOYMENT, hop, via=own)
    return iter(())


def jobs(observations: list[Observation], store: FactStore, wiring: Wiring) -> Iterator[Observation]:
    """Makes roots of the images that jobs run: a job specification or CronJob that is started starts its image,
    and so does a command that runs one (`docker run`), unless it is left serving."""
    serves = {observation.place for observation in observations if observation.role in _WEB}
    for place in sorted(wiring.reached()):
        unit = wiring.edges.units.unit(place) if not place.path.endswith((".py", ".ipynb")) else None
        used = [*_run_in(place, unit, wiring)] if unit else []
        if unit is None or not used:
            continue
        names = wiring.edges.images.names
        hop = Hop(place.path, unit.line, unit.says or unit.id)
        alike = like([bare(name) for name in used], wiring.edges.images.running) if unit.kind == "stage" else []
        built = {image for name in used for image in names.get(bare(name), ())}
        for image in sorted(built or (alike if len(alike) == 1 else [])):
            if unit.kind in _RUNS and not serves.isdisjoint(wiring.below([image])):
                continue
            for kind in sorted(wiring.kinds(place)):
                wiring.add_root(image, kind, hop, via=place)
    return iter(())


def _run_in(place: Place, unit: Unit, wiring: Wiring) -> Iterator[str]:
    """The images that a job runs in, or that a unit's commands run."""
    if unit.kind in _JOBS and not _replaced(place, unit, wiring):
        yield from unit.uses
        if any(used.startswith("$") for used in unit.uses):
            yield from chart_images(place.path, wiring.store)
        if place.path.endswith(TERRAFORM):
            yield from wiring.edges.terraform.images(place)
    if unit.kind in _RUNS:
        yield from run_images(unit, wiring.words)


def _replaced(place: Place, unit: Unit, wiring: Wiring) -> bool:
    """Whether the commands of a job take the place of what its image runs; options alone are given to that.

    Where a job is no stage it may have several containers, or words for the image's own program: it must have one
    image, and its command must start something of the repository.
    """
    if not any(not command.argv[0].startswith("-") for command in unit.commands):
        return False
    return unit.kind == "stage" or (len(unit.uses) == 1 and bool(wiring.following(place)))


def _deployed(
    observation: Observation, images: list[Place], names: Mapping[str, set[Place]], wiring: Wiring
) -> list[Place]:
    started = [place for place, hop, _ in wiring.following(observation.place) if hop.line == observation.line]
    remote = observation.deploys == DeployedPart.COMMANDS  # what a shell on the serving machine starts is what serves
    services = [
        p for p in started if p.unit and (remote or not p.path.endswith(".py")) and p.unit not in ("build", "image")
    ]
    roots = {start.places[0] for start in wiring.starts(observation.place)}
    built = {Place(p.path, "run") for p in wiring.below(roots) if p.unit == "image"}
    found = [image for image in images if image in built]
    named = _named(observation, names, wiring)
    if named:  # of several images that are built, the command says which it deploys
        found = [image for image in found if image in named] or found
    unit = wiring.edges.units.unit(observation.place)
    if not found and remote and unit:  # `docker run -d backend` of what was built on the machine itself
        found = like([bare(name) for name in run_images(unit, wiring.words)], images)
    if not found:  # a platform that builds by itself what lies where it is called
        folder = unit.directory if unit else ""
        here = [image for image in images if posixpath.dirname(image.path) == folder]
        here = here or (images if len(images) == 1 else [])
        found = [Place(image.path, part) for image in here for part in ("build", "image", "run")]
    return services + found


def _named(observation: Observation, names: Mapping[str, set[Place]], wiring: Wiring) -> set[Place]:
    """What runs in the images that a deploying command or action names."""
    unit = wiring.edges.units.unit(observation.place)
    words = [word for c in unit.commands if c.line == observation.line for word in c.argv] if unit else []
    words += [value for value in unit.inputs.values() if isinstance(value, str)] if unit else []
    return {place for word in words[:200] for place in names.get(bare(word.split("=", 1)[-1]), ())}


def _images_of(uses: Sequence[str], images: list[Place], wiring: Wiring) -> list[Place]:
    """The repository's own images that a workload runs; the only one, where the names tell nothing."""
    return wiring.edges.images.named(uses, images) or (images if len(images) == 1 and uses else [])


def serving(observations: list[Observation], store: FactStore, wiring: Wiring) -> Iterator[Observation]:
    """A web application behind whose routes a model is used."""
    uses = {
        observation.place
        for observation in observations
        if observation.role in (Role.MODEL_USE, Role.LLM) and store.role(observation.path) is None
    }
    seen = set()
    for observation in observations:
        if observation.role not in _WEB or observation.path in seen or store.role(observation.path) is not None:
            continue
        below = wiring.below([Place(observation.path), observation.place])
        if observation.path in wiring.edges.python.unimportable:  # it starts nothing, and is written all the same
            below |= {place for place in uses if place.path == observation.path}
        used = sorted(below & uses)
        if not used:
            continue
        seen.add(observation.path)
        says = f"{observation.says}, with a model behind it in {used[0].path}"
        most = Strength.enforced
        yield Observation(
            "online-serving", "serving", Place(observation.path, ""), observation.line, says, most=most, only=_RUN_TIME
        )


def packaging(observations: list[Observation], store: FactStore, wiring: Wiring) -> Iterator[Observation]:
    """An image that holds a model, or code that loads one."""
    loads = {
        observation.place
        for observation in observations
        if observation.shows in _SERVES
        and observation.strength >= Strength.present < observation.most
        and store.role(observation.path) is None
    }
    commanded = _commanded(store, wiring)
    endings = store.knowledge.named(Names.MODEL_FILES)
    models = _folders_of_models(store, endings)
    for path, facts in list(store.loaded()):
        if store.role(path) is not None:
            continue
        units = {unit.id: unit for unit in facts.units if unit.kind in _OF_IMAGES}
        if units.keys().isdisjoint(("run", "build", "image")):
            continue
        folder = posixpath.dirname(path)  # a build may have it as its context, or the root
        reads = [each for unit in units.values() for r in unit.reads for each in (r, posixpath.join(folder, r))]
        holds = any(read.endswith(endings) for read in reads) or not models.isdisjoint(reads)
        started = [Place(path, "run"), *commanded.get(path, ())] if "run" in units else commanded.get(path, ())
        started = started or [Place(program, MAIN) for program in _called_by_name(reads, store)]
        runs = wiring.below(started) & loads
        if holds or runs:
            what = f"code that uses a model ({sorted(runs)[0].path})" if runs else "a model file"
            place = Place(path, "image" if "image" in units else "build")
            yield Observation(
                "model-packaging", "serving", place, next(iter(units.values())).line, f"an image with {what}"
            )


def _called_by_name(reads: Sequence[str], store: FactStore) -> list[str]:
    """The programs of an image without a command, which a platform starts by their names."""
    words = store.knowledge.named(Names.IMAGE_PROGRAMS)
    programs = (store.known(f"{read}/{word}") for read in reads for word in words)
    return [program for program in programs if program]


def _folders_of_models(store: FactStore, endings: tuple[str, ...]) -> frozenset[str]:
    """The folders with model files below them, be it as pointers of DVC."""
    files = (path for path in store.entries if path.removesuffix(".dvc").endswith(endings))
    return folders_of(path for path in files if store.role(path) is None) - {""}


def _commanded(store: FactStore, wiring: Wiring) -> dict[str, list[Place]]:
    """For each file that defines an image, the services of compose files that run it with a command of theirs."""
    found: dict[str, list[Place]] = {}
    for path, facts in list(store.loaded()):
        for unit in facts.units if store.role(path) is None else ():
            if unit.kind == "service" and unit.commands:
                service = Place(path, unit.id)
                for place, _, _ in wiring.following(service):
                    if place.unit == "image":
                        found.setdefault(place.path, []).append(service)
    return found


def releases(observations: list[Observation], store: FactStore, wiring: Wiring) -> Iterator[Observation]:
    """release-automation from whatever ships; deployment-automation too where a model's service is what is deployed."""
    model_service = any(
        observation.capability == "online-serving" and observation.strength >= Strength.present
        for observation in observations
    )
    elsewhere = _elsewhere(observations, store, wiring) if model_service else set()
    for observation in observations:
        if observation.role not in (Role.DEPLOY, Role.PUBLISH) or store.role(observation.path) is not None:
            continue
        yield _as("release-automation", observation)
        if observation.role == Role.DEPLOY and model_service and observation.place not in elsewhere:
            yield _as("deployment-automation", observation)


def _elsewhere(observations: list[Observation], store: FactStore, wiring: Wiring) -> set[Place]:
    """Orders of GitOps controllers to follow folders of this repository that hold no workload."""
    following = set()
    for place in dict.fromkeys(
        observation.place
        for observation in observations
        if observation.role == Role.DEPLOY and not observation.path.endswith(".py")
    ):
        unit = wiring.edges.units.unit(place)
        if unit and unit.gitops and wiring.following(place):
            following.add(place)
    if not following:
        return following
    loads = {
        Place(path, unit.id): 1
        for path, facts in list(store.loaded())
        for unit in facts.units
        if unit.id.split("/", 1)[0] in WORKLOADS
    }
    held = wiring.gathered(loads, following)
    return {place for place in following if not held.get(place)}


def _as(capability: str, observation: Observation) -> Observation:
    return replace(observation, capability=capability, role="", deploys=DeployedPart.IMAGE)
