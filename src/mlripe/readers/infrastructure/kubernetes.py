"""Kubernetes manifests: resources, container images, and the workloads with what their containers run.

Custom resources of the machine-learning world are read by the same few rules: a pod is wherever `containers` stand, a
schedule is `spec.schedule`, a job's text is `spec.entrypoint`. Argo and Tekton have modules of their own.
"""

from __future__ import annotations

from collections.abc import Iterator

from mlripe.facts import Command, Document, FileFacts, Resource, Trigger, Unit
from mlripe.lazy_regex import lazy_regex
from mlripe.readers.ci.common import settings
from mlripe.readers.ci.tekton import TEKTON, tekton_units
from mlripe.readers.formats.cursor import Node, beside, images, run_by, unique
from mlripe.readers.pipelines.argo import argo_units, is_argo
from mlripe.readers.shell.commands import commands

__all__ = ["OPEN_VALUES", "kubernetes_facts"]

OPEN_VALUES = "Values."  # how a template of a chart names what its values give

WORKLOADS = frozenset(
    """
    Deployment StatefulSet DaemonSet ReplicaSet Job CronJob Pod Rollout InferenceService InferenceGraph
    LLMInferenceService SeldonDeployment Model BentoDeployment RayCluster RayJob RayService RayCronJob
    SparkApplication ScheduledSparkApplication ScheduledWorkflow PyTorchJob TFJob MPIJob XGBoostJob PaddleJob
    JAXJob TrainJob Experiment ScaledJob
    """.split()
)
REMOTE = lazy_regex(r"[a-z+]+://|git@|git::|[\w-]+(?:\.[\w-]+)*\.[a-z]{2,6}/[\w.-]+/")  # a base of another repository
GITOPS = frozenset("Application ApplicationSet Kustomization HelmRelease GitRepository OCIRepository HelmChart".split())


def kubernetes_facts(path: str, document: Document) -> FileFacts:
    """The facts of one manifest, or of every item of a `kind: List`; nothing for a document that is no manifest.

    `path` is the file's, relative to the repository's root; a `kustomization.yaml` is known by its name too.
    """
    root = Node.root(document)
    if path.rsplit("/", 1)[-1].lower() in ("kustomization.yaml", "kustomization.yml") and "spec" not in root:
        return _kustomization(path, root)
    if root["kind"].text == "List" and "apiVersion" in root:
        return sum((_manifest(path, item) for item in root["items"].items()), FileFacts())
    return _manifest(path, root)


def _manifest(path: str, node: Node) -> FileFacts:
    kind, version = node["kind"].text, node["apiVersion"].text
    if not kind or not version or not kind.isidentifier():
        return FileFacts()
    name = node.at("metadata.name").text or node.at("metadata.generateName").text.rstrip("-")
    units = tuple(_units(path, node, kind, f"{kind}/{name}"))
    unit = units[0].id if units else ""
    line = node["kind"].line
    resources = [Resource(f"kubernetes:{kind}", name, line, unit)]
    group = version.rpartition("/")[0]
    if "." in group:
        resources.append(Resource(f"kubernetes:{group}/{kind}", name, line, unit))
    if kind != "ConfigMap":
        resources.extend(images(node["spec"], unit))
    chart = node.at("spec.source.chart").text
    if chart:
        resources.append(Resource(f"helm:{chart}", name, node.at("spec.source.chart").line, unit))
    return FileFacts(units=units, resources=tuple(resources))


def _units(path: str, node: Node, kind: str, id: str) -> Iterator[Unit]:
    group = node["apiVersion"].text.rpartition("/")[0]
    if group.startswith("tekton.dev") or group == "triggers.tekton.dev":
        if kind in TEKTON:
            yield from tekton_units(node, kind, id)
    elif is_argo(group, kind) or (kind == "ScheduledWorkflow" and node.at("spec.workflow.spec.templates")):
        yield from argo_units(node, kind, id, schedule_triggers(node["spec"]))
    elif kind in GITOPS and "." in group:
        yield _gitops_unit(path, node, kind, id)
    elif kind in WORKLOADS or any(key == "containers" for key, _ in node["spec"].walk()):
        yield _workload(node, kind, id)


def _workload(node: Node, kind: str, id: str) -> Unit:
    spec = node["spec"]
    return Unit(
        id=id,
        kind="resource",
        line=node["kind"].line,
        says=f"{kind} {id.split('/', 1)[1]}".strip(),
        triggers=(*schedule_triggers(spec), *_scaler_triggers(spec, kind)),
        commands=(*_container_commands(spec), *_job_commands(spec)),
        uses=unique(*(resource.name for resource in images(spec))),
        inputs={"suspend": spec["suspend"].text} if spec["suspend"].text.startswith(f"${OPEN_VALUES}") else {},
        variables={
            name: value for container in _containers(spec) for name, value in settings(container["env"]).items()
        },
    )


def _containers(spec: Node) -> Iterator[Node]:
    for key, node in spec.walk():
        if key in ("containers", "initContainers") and node.is_list:
            yield from node.items()


def _container_commands(spec: Node) -> Iterator[Command]:
    for container in _containers(spec):
        yield from container_commands(container)


def container_commands(container: Node) -> tuple[Command, ...]:
    """What a container runs instead of, or with, its image's own entry point."""
    words = [node for key in ("command", "args") for node in _words(container[key])]
    line = container["command" if "command" in container else "args"].line
    return run_by(words, line)


def _words(node: Node) -> list[Node]:
    return list(node.items()) if node.is_list else [node] if node.text else []


def _job_commands(spec: Node) -> Iterator[Command]:
    """Entry points that operators know beside containers: of Ray, Spark and Kubeflow's TrainJob."""
    entrypoint = spec["entrypoint"]
    if entrypoint.text:
        yield from commands(entrypoint.text, entrypoint.text_line, strict=False)
    for application in (spec, spec["template"]):
        main = application["mainApplicationFile"]
        if main.text:
            argv = (
                "spark-submit",
                main.text.removeprefix("local://"),
                *(a.text for a in application["arguments"].items()),
            )
            yield Command(" ".join(argv), argv, main.line)
    if spec["trainer"].is_mapping:
        yield from container_commands(spec["trainer"])


def schedule_triggers(spec: Node) -> tuple[Trigger, ...]:
    """The schedules of a spec: `schedule` or `schedules`, and Kubeflow's `trigger`; off where it is suspended."""
    active = spec["suspend"].text != "true" and spec["enabled"].text != "false"
    found = [spec["schedule"], *spec["schedules"].items()]
    found += [spec.at("trigger.cronSchedule.cron"), spec.at("trigger.periodicSchedule.intervalSecond")]
    return tuple(Trigger("schedule", node.line, node.text, active) for node in found if node.text)


def _scaler_triggers(spec: Node, kind: str) -> Iterator[Trigger]:
    if kind == "ScaledJob":
        for trigger in spec["triggers"].items():
            yield Trigger("event", trigger.line, trigger["type"].text)


# --- what keeps a cluster like a repository --------------------------------------------------------------------------


def _gitops_unit(path: str, node: Node, kind: str, id: str) -> Unit:
    """A controller's order to follow a branch: to the repository it is like a workflow that every push starts."""
    spec = node.at("spec.template.spec") if kind == "ApplicationSet" else node["spec"]
    sources = [spec["source"], *spec["sources"].items()]
    charts = [spec.at("chart.spec.chart"), spec["chart"]]
    watched = [source["path"] for source in sources] + [spec["path"]]
    watched += [chart for chart in charts if "/" in chart.text or chart.text.startswith(".")]
    paths = (beside("", place.text) for place in watched)
    branch = next((s["targetRevision"].text for s in sources if s["targetRevision"]), "") or spec.at("ref.branch").text
    address = next((s["repoURL"].text for s in sources if s["repoURL"]), "") or spec["url"].text
    controller = "Argo CD" if kind.startswith("Application") else "Flux"
    line, detail = node["kind"].line, f"{controller} follows {branch or 'the repository'}"
    if controller == "Flux":
        trigger = Trigger("push", line, detail, active=spec["suspend"].text != "true")
    else:  # without automated sync a person presses the button
        trigger = Trigger("push" if "automated" in spec["syncPolicy"] else "dispatch", line, detail)
    return Unit(
        id=id,
        kind="resource",
        line=line,
        says=f"{controller} {kind} {id.split('/', 1)[1]}",
        triggers=(trigger,),
        uses=unique(*paths),
        inputs={"repository": address},
        gitops=True,
    )


def _kustomization(path: str, root: Node) -> FileFacts:
    id = "Kustomization"
    entries = [node for key in ("resources", "bases", "components", "helmCharts") for node in root[key].items()]
    patches = [node["path"] for node in root["patches"].items()]
    resources = [Resource("kubernetes:kustomize.config.k8s.io/Kustomization", id, 1, id)]
    for image in root["images"].items():
        name = image["newName"].text or image["name"].text
        resources.append(Resource(f"image:{name}", name, image.line, id))
    unit = Unit(
        id=id,
        kind="resource",
        line=1,
        says="kustomization",
        uses=unique(
            *(node.text if REMOTE.match(node.text) else beside(path, node.text) for node in [*entries, *patches])
        ),
    )
    return FileFacts(units=(unit,), resources=tuple(resources))
