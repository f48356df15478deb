"""Landmarks of a service and of how it comes into use: the endpoint, the manifest, the host, the job that deploys."""

from __future__ import annotations

import posixpath
import re
import shlex
from collections.abc import Callable, Iterator, Mapping
from fnmatch import fnmatchcase
from typing import Final

from mlripe.assessment import Found
from mlripe.catalog.tool_schema import KnownTool
from mlripe.detection.observations import Observation
from mlripe.facts import Call, Unit
from mlripe.kinds import Role, ToolKind
from mlripe.landmark_kinds import Landmark
from mlripe.lazy_regex import lazy_regex
from mlripe.planning.ci_landmarks import deploying, job_of, training_workflow
from mlripe.planning.python_home import command, guessed_home, module, tests_home
from mlripe.planning.sight import Sight, at
from mlripe.readers.budgets import nearest

__all__ = ["SERVICE_FINDERS", "service"]

_ROUTES: Final = (".post", ".get", ".put", ".route", ".api_route")
_ADDRESS: Final = lazy_regex(r"/[\w/.-]*")  # of a route without parameters
# how a route is called that answers with a model: of a model of its own, and of a language model
_PREDICTS: Final = lazy_regex(r"predict|scor|infer|classif|recommend|forecast|detect")
_ASKS: Final = lazy_regex(r"chat|ask|answer|generate|query|complet")
_COMPOSE: Final = lazy_regex(r"(?:\A|/)(?:docker-)?compose[^/]*\.ya?ml\Z")
_DEVELOPED: Final = lazy_regex(r"(?i)[._-](?:dev\w*|debug|test\w*|local|override|ci|monitor\w*)\.ya?ml\Z")
_TRIED: Final = lazy_regex(r"(?i)test|stag|dry|nightly|dev")
_WORKLOADS: Final = ("kubernetes:Deployment", "kubernetes:StatefulSet")
_HEAD: Final = 2000  # bytes of such a file that are looked at
_DEPLOYS: Final = (Role.DEPLOY, "deployment-automation")


def service(sight: Sight) -> Observation | None:
    """What shows the program that answers requests."""
    return sight.best("online-serving") or sight.best(Role.WEB) or sight.best(Role.UI)


def _service_file(sight: Sight) -> str | None:
    """The service's program; what shows it may also be a manifest."""
    seen = service(sight)
    if seen is not None and seen.path.endswith(".py"):
        return seen.path
    other = [each for each in sight.shown if each.shows in (Role.WEB, Role.UI) and each.path.endswith(".py")]
    return min((each.path for each in other), key=nearest, default=None)


def _service_module(sight: Sight) -> Found | None:
    path = _service_file(sight)
    name = module(path, guessed_home(sight, path)) if path else None
    return None if path is None or name is None else Found(name, path)


def _service_home(sight: Sight) -> Found | None:
    """Where the folder of the service's tests belongs."""
    path = _service_file(sight)
    return None if path is None else Found(tests_home(sight, path), path)


def _endpoint(sight: Sight) -> tuple[str, Call] | None:
    """The route of a Python service that answers with what its model says: the one that is called so, else the one
    POST that there is."""
    first = _service_file(sight)
    paths = {each.path for each in sight.shown if each.shows == Role.WEB and each.path.endswith(".py")}
    rows = []
    for path in sorted(paths | ({first} if first else set())):
        for call in sight.store.of(path).calls:
            address = call.args[0] if call.args else call.keywords.get("path")
            if (
                call.decorator
                and call.name.endswith(_ROUTES)
                and isinstance(address, str)
                and _ADDRESS.fullmatch(address)
            ):
                predicts = _PREDICTS.search(f"{address} {call.scope}".lower())
                asks = 2 if predicts else 1 if _ASKS.search(address.lower()) else 0
                if asks or call.name.endswith(".post"):
                    rows.append(
                        (-asks, path != first, call.name.endswith(".get"), nearest(path), call.line, path, call)
                    )
    called = [row for row in rows if row[0]] or (rows if len(rows) == 1 else [])
    chosen = min(called, key=lambda row: row[:5], default=None)
    return None if chosen is None else (chosen[5], chosen[6])


def _of_endpoint(told: Callable[[str, Call], str]) -> Callable[[Sight], Found | None]:
    def find(sight: Sight) -> Found | None:
        found = _endpoint(sight)
        return None if found is None else Found(told(*found), found[0], found[1].line)

    return find


def _route(path: str, call: Call) -> str:
    address = call.args[0] if call.args else call.keywords.get("path")
    return str(address)


def _method(path: str, call: Call) -> str:
    methods = call.keywords.get("methods")
    if call.name.endswith((".route", ".api_route")):
        asked = isinstance(methods, list | tuple) and any(str(each).upper() == "POST" for each in methods)
        return "post" if asked else "get"
    return call.name.rpartition(".")[2]


# --- how it comes into use -------------------------------------------------------------------------------------------


def _workload(sight: Sight) -> tuple[str, Unit] | None:
    """What a cluster runs: the Deployment of the service, before others."""
    serving = {each.path for each in sight.shown if each.shows in ("deployment-automation", "online-serving")}
    rows = []
    for path, facts in sight.store.loaded():
        if sight.store.role(path) is not None:
            continue
        named = {each.unit for each in facts.resources if each.type in _WORKLOADS and each.unit}
        rows += [
            (path not in serving, nearest(path), unit.line, path, unit) for unit in facts.units if unit.id in named
        ]
    chosen = min(rows, key=lambda row: row[:3], default=None)
    return None if chosen is None else (chosen[3], chosen[4])


def _manifest(sight: Sight) -> Found | None:
    found = _workload(sight)
    return None if found is None else Found(found[0], found[0], found[1].line)


def _workload_name(sight: Sight) -> Found | None:
    found = _workload(sight)
    if found is None or not re.fullmatch(r"\w+/[a-z0-9-]+", found[1].id):
        return None
    return Found(found[1].id.lower(), found[0], found[1].line)


def _image(sight: Sight) -> Found | None:
    found = _workload(sight)
    for image in found[1].uses if found else ():
        plain = re.fullmatch(r"([a-z0-9][\w.-]*(?::\d+)?(?:/[\w.-]+)+)(?::[\w.-]+)?", image)
        if found and plain:
            return Found(plain[1], found[0], found[1].line)
    return None


def _built(sight: Sight) -> Iterator[tuple[str, Unit]]:
    """The services of compose files that are built from this repository, the nearest to the root first."""
    for path in sorted((each for each in sight.own if _COMPOSE.search(each)), key=nearest):
        yield from ((path, unit) for unit in sight.store.of(path).units if any(use[:2] == "./" for use in unit.uses))


def _compose(sight: Sight) -> Found | None:
    paths = [each for each in sight.own if _COMPOSE.search(each) and not _DEVELOPED.search(each)]
    path = min(paths, key=nearest, default=None)
    return None if path is None else Found(path, path)


def _compose_service(sight: Sight) -> Found | None:
    found = _compose(sight)
    rows = [unit for path, unit in _built(sight) if found and path == found.path and not _is_platform(sight, unit.id)]
    named = [unit for unit in rows if re.search(r"api|app|serv|web|backend|model|predict", unit.id.lower())]
    unit = next(iter(named or (rows if len(rows) == 1 else [])), None)
    return None if unit is None or found is None else Found(unit.id, found.path, unit.line)


def _is_platform(sight: Sight, service: str) -> bool:
    """Whether a service is called as a platform, a store or what watches, which run beside a model."""
    known = sight.store.knowledge.landmarks.get(ToolKind.PLATFORM, ())
    return any(fnmatchcase(service.lower(), glob) for each in known for glob in each.files)


def _host(sight: Sight) -> Found | None:
    return next((Found(name, name) for name, _ in _hosts(sight)), None)


def _host_deploy(sight: Sight) -> Found | None:
    return next((Found(host.command, name) for name, host in _hosts(sight)), None)


def _hosts(sight: Sight) -> Iterator[tuple[str, KnownTool]]:
    """The files by which a platform builds and runs what the repository holds."""
    for host in sight.store.knowledge.landmarks.get(ToolKind.HOST, ()):
        for name in host.files:
            if sight.has(name) and host.holds.encode() in sight.store.text(name)[:_HEAD]:
                yield name, host


def _terraform(sight: Sight) -> Found | None:
    paths = sorted({each.path for each in sight.shown if each.path.endswith(".tf")}, key=nearest)
    return Found(posixpath.dirname(paths[0]) or ".", paths[0]) if paths else None


def _cdk(sight: Sight) -> Found | None:
    path = min((each for each in sight.own if posixpath.basename(each) == "cdk.json"), key=nearest, default=None)
    return None if path is None else Found(path, path)


def _cdk_folder(sight: Sight) -> Found | None:
    found = _cdk(sight)
    return None if found is None else Found(shlex.quote(posixpath.dirname(found.path) or "."), found.path)


def _deploying_places(sight: Sight) -> list[Observation]:
    rows = [each for each in sight.shown if each.shows in _DEPLOYS]
    return sorted(rows, key=lambda each: (each.path in sight.store.ci_files, nearest(each.path), each.line))


def _deploy(sight: Sight) -> Found | None:
    """The command by which a person deploys: of a script, a make target or a program."""
    for seen in _deploying_places(sight):
        name = posixpath.basename(seen.path)
        if seen.path in sight.store.ci_files:
            continue
        if name == "Makefile" and "/" not in seen.path and re.fullmatch(r"[\w.-]+", seen.place.unit):
            return Found(f"make {seen.place.unit}", seen.path, seen.line)
        if name.endswith((".sh", ".bash")):
            return Found(f"bash {shlex.quote(seen.path)}", seen.path, seen.line)
        if name.endswith(".py") and re.search(r"deploy|release|publish", name):
            return Found(command(sight, seen.path), seen.path, seen.line)
    return None


def _deploy_program(sight: Sight) -> Found | None:
    found = _deploy(sight)
    return found if found and found.path.endswith(".py") else None


def _deploy_workflow(sight: Sight) -> Found | None:
    found = deploying(sight)
    return None if found is None else Found(found.path, found.path, found.line)


def _releasing(sight: Sight) -> Found | None:
    shown = [each for each in sight.shown if each.shows == "release-automation"]
    jobs = [job for each in shown if (job := job_of(sight, sight.starting(each.place)))]
    # one that tries a release out, before none
    return min(jobs, key=lambda job: bool(_TRIED.search(job.text)), default=None)


def _release_workflow(sight: Sight) -> Found | None:
    found = _releasing(sight)
    return None if found is None else Found(found.path, found.path, found.line)


def _beside(ships: Found | None, sight: Sight) -> Found | None:
    """The job of the tests, where it stands in the file of the job that ships."""
    tested = [place for each in sight.shown if each.shows == "code-testing" for place in sight.starting(each.place)]
    found = job_of(sight, (place for place in tested if ships and place.path == ships.path))
    return found if found and ships and found.text != ships.text else None


def _training_name(sight: Sight) -> Found | None:
    found = training_workflow(sight)
    return None if found is None else Found(posixpath.basename(found.path), found.path, found.line)


def _signal_workflow(sight: Sight) -> Found | None:
    shown = [each for each in sight.shown if each.shows in ("drift-detection", "performance-monitoring")]
    found = job_of(sight, (place for each in shown for place in sight.starting(each.place)))
    return None if found is None else Found(found.path, found.path, found.line)


def _released(sight: Sight) -> Found | None:
    shown = [each for each in sight.shown if each.shows in (Role.PUBLISH, "release-automation")]
    return job_of(sight, (place for each in shown for place in sight.starting(each.place)))


SERVICE_FINDERS: Final[Mapping[Landmark, Callable[[Sight], Found | None]]] = {
    Landmark.SERVICE_MODULE: _service_module,
    Landmark.SERVICE_HOME: _service_home,
    Landmark.ENDPOINT: _of_endpoint(lambda path, call: call.scope),
    Landmark.ENDPOINT_FILE: _of_endpoint(lambda path, call: path),
    Landmark.ROUTE: _of_endpoint(_route),
    Landmark.METHOD: _of_endpoint(_method),
    Landmark.MANIFEST: _manifest,
    Landmark.WORKLOAD: _workload_name,
    Landmark.IMAGE: _image,
    Landmark.COMPOSE: _compose,
    Landmark.COMPOSE_SERVICE: _compose_service,
    Landmark.HOST: _host,
    Landmark.HOST_DEPLOY: _host_deploy,
    Landmark.TERRAFORM: _terraform,
    Landmark.CDK: _cdk,
    Landmark.CDK_FOLDER: _cdk_folder,
    Landmark.DEPLOY: _deploy,
    Landmark.DEPLOY_PROGRAM: _deploy_program,
    Landmark.DEPLOY_WORKFLOW: _deploy_workflow,
    Landmark.TEST_JOB_BESIDE: lambda sight: _beside(deploying(sight), sight),
    Landmark.RELEASING: _releasing,
    Landmark.RELEASE_WORKFLOW: _release_workflow,
    Landmark.TEST_JOB_BESIDE_RELEASE: lambda sight: _beside(_releasing(sight), sight),
    Landmark.TRAINING_WORKFLOW_NAME: _training_name,
    Landmark.SIGNAL_WORKFLOW: _signal_workflow,
    Landmark.ENDPOINT_FOLDER: _of_endpoint(lambda path, call: path[: path.rfind("/") + 1]),
    Landmark.STREAM: lambda sight: at(sight.best(Role.CONSUME)),
    Landmark.STORED: lambda sight: at(sight.best("prediction-logging")),
    Landmark.RELEASED: _released,
}
