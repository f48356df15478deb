"""What is started by its name, from wherever that name is sent: workflows, dispatches, DAGs, flows, pipelines, jobs.

A request, a command or a call rarely names a file; it names what an orchestrator knows. Here that name leads back to
the file that defines it. Where a program does not write the name out, it means the only one of its kind there is.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator, Mapping
from functools import cached_property

from mlripe.facts import Call, Unit
from mlripe.lazy_regex import lazy_regex
from mlripe.readers.store import FactStore
from mlripe.wiring.places import Place

__all__ = [
    "ASSET",
    "ASSET_JOB",
    "COMPILED",
    "DAG",
    "DISPATCH",
    "FLOW",
    "JENKINS",
    "KUBEFLOW",
    "RESOURCE",
    "SAGEMAKER",
    "SERVICE",
    "TFX",
    "TIMER",
    "WORKFLOW",
    "Named",
]

WORKFLOW, DISPATCH, DAG, FLOW, JENKINS, SAGEMAKER, KUBEFLOW, TFX, RESOURCE, TIMER, SERVICE, ROUTE, COMPILED = (
    "workflow", "dispatch", "dag", "flow", "jenkins", "sagemaker", "kubeflow", "tfx", "resource", "timer", "service",
    "route", "compiled",
)  # fmt: skip
ASSET, ASSET_JOB = "asset", "asset-job"  # of Dagster: `asset_selections.py` finds them
_MANIFESTS = ("WorkflowTemplate/", "ClusterWorkflowTemplate/", "Task/", "ClusterTask/", "Pipeline/", "TriggerTemplate/")
# kinds of which a request without a name means the only one that the repository has
_ALONE = frozenset((JENKINS, SAGEMAKER, KUBEFLOW, COMPILED))
_EACH = frozenset((DISPATCH, TFX))  # kinds of which it may mean each
_REQUESTS = (
    (WORKFLOW, lazy_regex(r"/actions/workflows/((?:[\w.%-]|\{\}){1,100})/dispatches\b")),
    (WORKFLOW, lazy_regex(r"createWorkflowDispatch\b[^;]{0,400}?workflow_id[\"']?\s{0,5}:\s{0,5}[\"']([\w.-]{1,100})")),
    (DAG, lazy_regex(r"/dags/([\w.-]{1,200}|\{\})/dagRuns\b")),
    (JENKINS, lazy_regex(r"/job/([\w.%-]{1,200}|\{\})/build(?:WithParameters)?\b")),
)
_DISPATCHES = lazy_regex(r"/repos/[^/\s]{1,200}/[^/\s]{1,200}/dispatches\b|/dispatches[\"']?\Z|createDispatchEvent\b")
_EVENT_TYPE = lazy_regex(r"event[_-]type[\"'\\]{0,3}\s{0,5}[:=]\s{0,5}[\"'\\]{0,3}([\w.-]{1,100})")
_MOST = 50  # places of one name
_LONGEST = 4000  # characters of a text that are searched


class Named:
    """The starts of one repository by kind and name."""

    def __init__(self, store: FactStore) -> None:
        self.store = store

    def find(self, kind: str, name: object) -> list[Place]:
        """The places that a name of this kind means; `name` is no text where the program does not write it out."""
        known = self._known.get(kind, {})
        if isinstance(name, str) and name and name != "{}":
            if kind == WORKFLOW and "{}" in name:  # a part of the name comes at run time: `deploy-{}.yml`
                begin, _, end = name.partition("{}")
                like = (key for key in sorted(known) if key.startswith(begin) and key.endswith(end.rpartition("{}")[2]))
                return [place for key in like for place in known[key]][:_MOST]
            return known.get(_plain(kind, name), [])[:_MOST]
        if kind in _EACH:
            return [place for places in known.values() for place in places][:_MOST]
        alone = {place for places in known.values() for place in places} if kind in _ALONE else set()
        if kind == JENKINS and len(alone) > 1:
            alone = {place for place in alone if "/" in place.path}  # every push starts the one at the root
        return list(alone) if len(alone) == 1 else []

    def asked_for(self, text: str, event_type: object = None) -> list[Place]:
        """What a text asks an orchestrator to start: the address of a request, a command or a script with one."""
        text = text[:_LONGEST]
        found = [
            place for kind, sought in _REQUESTS for name in sought.findall(text) for place in self.find(kind, name)
        ]
        if "ispatch" in text and "/actions/workflows/" not in text and _DISPATCHES.search(text):
            written = _EVENT_TYPE.search(text)
            found += self.find(DISPATCH, written[1] if written else event_type)
        return found

    def called(self, path: str, call: Call) -> list[Place]:
        """What a call in a file starts by its name."""
        last = call.name.rsplit(".", 1)[-1]
        if call.name.endswith(_TEMPLATED):  # the template is what a pipeline of the repository was compiled to
            return self.find(KUBEFLOW, None) or self.find(COMPILED, None) or self._sent(path)
        if last in _CALLS:
            kind, keyword, position = _CALLS[last]
            given = call.keywords.get(keyword, call.args[position] if len(call.args) > position else None)
            return self.find(kind, given)
        texts = [value for value in (*call.args, *call.keywords.values()) if isinstance(value, str) and "/" in value]
        return [place for text in texts for place in self.asked_for(text, _event_type(call))]

    def used(self, unit: Unit) -> list[Place]:
        """What an action of a step starts by the name among its inputs."""
        found = []
        for used in unit.uses:
            if used.startswith(_MANIFESTS):
                found += self.find(RESOURCE, used)
            elif used.startswith("sagemaker:"):
                found += self.find(SAGEMAKER, used.removeprefix("sagemaker:"))
            elif used.startswith("route:"):
                found += self._answering(used.removeprefix("route:"))
            elif used.startswith("jenkins:"):
                found += self.find(JENKINS, posixpath.basename(used.removeprefix("jenkins:")))
            elif "repository-dispatch" in used:
                found += self.find(DISPATCH, unit.inputs.get("event-type"))
            elif ("workflow" in used and "dispatch" in used) or "trigger-workflow" in used:
                found += self.find(WORKFLOW, unit.inputs.get("workflow") or unit.inputs.get("workflow_file_name"))
        script = unit.inputs.get("script")
        return found + self.asked_for(script) if isinstance(script, str) else found

    def _answering(self, address: str) -> list[Place]:
        """The functions of own web applications that answer at an address, by its longest known end."""
        parts = address.strip("/").split("/")
        return next((found for at in range(len(parts)) if (found := self.find(ROUTE, "/".join(parts[at:])))), [])

    def _sent(self, path: str) -> list[Place]:
        """The pipelines of which a message names one to the function that it starts."""
        handles = any(call.name == _DECODES for call in self.store.of(path).calls)
        known = (self._known.get(kind, {}) for kind in (KUBEFLOW, TFX, COMPILED)) if handles else ()
        pipelines: Mapping[str, list[Place]] = next(filter(None, known), {})
        return [place for places in pipelines.values() for place in places][:_MOST]

    # --- what there is -----------------------------------------------------------------------------------------------

    @cached_property
    def _known(self) -> Mapping[str, Mapping[str, list[Place]]]:
        known: dict[str, dict[str, list[Place]]] = {}
        for path, facts in list(self.store.loaded()):
            if self.store.role(path) is None:
                for kind, name, place in (*self._of_units(path, facts.units), *_of_calls(path, facts.calls)):
                    known.setdefault(kind, {}).setdefault(_plain(kind, name), []).append(place)
        return known

    def _of_units(self, path: str, units: tuple[Unit, ...]) -> Iterator[tuple[str, str, Place]]:
        name = posixpath.basename(path)
        service = self.store.service(path)
        named_as = service.named_as if service else ""
        if service and named_as == JENKINS and units:
            usual = "|".join(re.escape(home) for home in service.home)
            stem = re.sub(rf"(?i)\.?(?:{usual})\.?", "", name) or posixpath.basename(posixpath.dirname(path))
            yield JENKINS, stem or name, Place(path)
        for unit in units:
            place = Place(path, unit.id)
            if unit.kind == "workflow" and named_as == WORKFLOW:
                for trigger in unit.triggers:
                    if trigger.kind == "dispatch":
                        yield WORKFLOW, name, place
                        yield WORKFLOW, posixpath.basename(unit.says.removeprefix("workflow ")), place
                    if trigger.detail.startswith("repository_dispatch"):
                        types = trigger.detail.partition("types ")[2].partition(";")[0]
                        for event_type in types.split(",") or [""]:
                            yield DISPATCH, event_type.strip(), place
            elif unit.kind == "pipeline" and unit.id.startswith("pipeline/") and not path.endswith(".py"):
                yield COMPILED, unit.id, place
            elif unit.kind == "resource" and "/" in unit.id and not unit.parent:
                yield RESOURCE, unit.id, place
            elif unit.id.startswith(("timer/", "service/")) and re.search(r"\.(?:timer|service)\b", name):
                kind, _, stem = unit.id.partition("/")
                yield kind, f"{stem}.{kind}", place


_TEMPLATED = (
    "aiplatform.PipelineJob", "aiplatform.pipeline_jobs.PipelineJob", "AIPlatformClient.create_run_from_job_spec",
)  # fmt: skip
_DECODES = "base64.b64decode"  # of a message of Pub/Sub, in the function that is told of it
# a call's last name -> what it starts, and the keyword or position of the name
_CALLS = {
    "TriggerDagRunOperator": (DAG, "trigger_dag_id", 1),
    "trigger_dag": (DAG, "dag_id", 0),
    "run_deployment": (FLOW, "name", 0),
    "get_workflow": (WORKFLOW, "id_or_file_name", 0),
    "create_repository_dispatch": (DISPATCH, "event_type", 0),
    "start_pipeline_execution": (SAGEMAKER, "PipelineName", 0),
    "run_pipeline": (KUBEFLOW, "pipeline_name", 9),
}


def _plain(kind: str, name: str) -> str:
    """A name as it is compared: orchestrators write the same one in several ways."""
    if kind == FLOW:
        name = name.partition("/")[0]
    if kind in (FLOW, JENKINS):
        return re.sub(r"[\W_]+|%20", "-", name).strip("-").lower()
    if kind == RESOURCE:
        return name.lower()
    return posixpath.basename(name) if kind == WORKFLOW else name


def _event_type(call: Call) -> object:
    """The event type in the body of a request; None where it is not written out."""
    for value in (*call.args, *call.keywords.values()):
        if isinstance(value, Mapping) and "event_type" in value:
            return value["event_type"]
        if isinstance(value, str) and (written := _EVENT_TYPE.search(value[:_LONGEST])):
            return written[1]
    return None


def _of_calls(path: str, calls: tuple[Call, ...]) -> Iterator[tuple[str, str, Place]]:
    for call in calls:
        root, _, last = call.name.rpartition(".")
        if call.decorator and last in _ROUTES and call.args and isinstance(call.args[0], str):
            yield ROUTE, call.args[0].strip("/"), Place(path, call.scope)
        kind = _DEFINED.get((root.split(".", 1)[0], last))
        if kind:
            first = call.args[0] if call.args and not call.decorator else None
            given = next((call.keywords[key] for key in ("dag_id", "name") if key in call.keywords), first)
            named = given if isinstance(given, str) else call.scope.rsplit(".", 1)[-1] if call.decorator else ""
            if named or kind in _ALONE or kind in _EACH:
                yield kind, named, Place(path, call.scope)


_ROUTES = frozenset("get post put patch delete route api_route".split())
_DEFINED = {
    ("airflow", "DAG"): DAG,
    ("airflow", "dag"): DAG,
    ("prefect", "flow"): FLOW,
    ("sagemaker", "Pipeline"): SAGEMAKER,
    ("kfp", "pipeline"): KUBEFLOW,
    ("tfx", "Pipeline"): TFX,
}
