"""Files that hand one program to a tool: what it serves, sweeps, packages or deploys; a unit that uses the program."""

from __future__ import annotations

from collections.abc import Iterator

from mlripe.facts import Command, FileFacts, Resource, Unit
from mlripe.readers.formats.cursor import Node, beside, code_beside, from_above, run_by, unique
from mlripe.readers.shell.commands import commands

__all__ = [
    "bento_facts",
    "cdk_facts",
    "cog_facts",
    "dbt_facts",
    "mlmodel_facts",
    "pulumi_facts",
    "ray_serve_facts",
    "sweep_facts",
    "truss_facts",
]


def cog_facts(path: str, root: Node) -> FileFacts:
    """Replicate's cog.yaml: `build`, with the predictor and the training function."""
    if not root["build"].is_mapping or not (root["predict"].text or root["train"].text):
        return FileFacts()
    facts = FileFacts()
    for key in ("predict", "train"):
        if root[key].text:
            kind = "service" if key == "predict" else "job"
            unit = Unit(key, kind, root[key].line, f"cog {key}", uses=unique(code_beside(path, root[key].text)))
            facts += _fact(unit, f"cog:{key}")
    return facts


def bento_facts(path: str, root: Node) -> FileFacts:
    """BentoML's bentofile.yaml: the service that a Bento serves."""
    service = root["service"]
    name = path.rsplit("/", 1)[-1]
    if not service.text or not (name.startswith("bentofile") or (":" in service.text and "include" in root)):
        return FileFacts()
    reference = service.text
    place = code_beside(
        path, reference if reference.partition(":")[0].endswith(".py") or ":" in reference else f"{reference}.py"
    )
    return _fact(Unit("service", "service", service.line, f"bento {reference}", uses=unique(place)), "bentoml:bento")


def truss_facts(path: str, root: Node) -> FileFacts:
    """Baseten's Truss, config.yaml: the model class that a server loads."""
    marks = ("model_class_name", "model_class_filename", "model_module_dir")
    named = (
        root["model_name"].text
        and root["resources"].is_mapping
        and ("python_version" in root or "requirements" in root)
    )
    if not (named or any(key in root for key in marks)):
        return FileFacts()
    folder = root["model_module_dir"].text or "model"
    place = beside(path, f"{folder}/{root['model_class_filename'].text or 'model.py'}")
    line = root["model_name"].line
    return _fact(Unit("model", "service", line, f"truss {root['model_name'].text}", uses=unique(place)), "truss:model")


def ray_serve_facts(path: str, root: Node) -> FileFacts:
    """A Ray Serve configuration, also inside an Anyscale service: applications by their import path."""
    serve = root["ray_serve_config"] if root["ray_serve_config"].is_mapping else root
    applications = [node for node in (serve, *serve["applications"].items()) if node["import_path"].text]
    facts = FileFacts()
    for index, node in enumerate(applications):
        reference = node["import_path"].text
        dotted = reference if ":" in reference else reference.rpartition(".")[0]
        uses = from_above(path, code_beside("", dotted))
        name = node["name"].text or root["name"].text or str(index)
        unit = Unit(f"service/{name}", "service", node["import_path"].line, f"service {name}", uses=uses)
        facts += _fact(unit, "ray:serve", name)
    return facts


def sweep_facts(path: str, root: Node) -> FileFacts:
    """A W&B sweep: the program that it runs with parameters chosen by a method."""
    program, command = root["program"], root["command"]
    if not (root["method"].text and root["parameters"].is_mapping and (program.text or command.is_list)):
        return FileFacts()
    words = list(command.items())
    found = run_by(words, command.line) if words else ()
    if (program.text and "${program}" in (word.text for word in words)) or not words:
        argv = ("python", program.text)
        found = (Command(" ".join(argv), argv, program.line),)
    uses = from_above(path, program.text)
    line = (program if program.text else command).line
    return _fact(
        Unit("sweep", "sweep", line, f"sweep of {program.text or 'a command'}", commands=found, uses=uses),
        "wandb:sweep",
    )


def mlmodel_facts(path: str, root: Node) -> FileFacts:
    """An MLmodel file: a model that MLflow packaged, with its flavours."""
    marks = ("mlflow_version", "model_uuid", "utc_time_created", "artifact_path", "run_id")
    if not root["flavors"].is_mapping or not any(key in root for key in marks):
        return FileFacts()
    name = root["artifact_path"].text
    resources = [Resource("mlflow:model", "" if "/" in name else name, root["flavors"].line)]
    resources += [Resource(f"mlflow:flavor.{name}", name, node.line) for name, node in root["flavors"].entries()]
    return FileFacts(resources=tuple(resources))


def dbt_facts(path: str, root: Node) -> FileFacts:
    """A dbt_project.yml."""
    marks = ("model-paths", "source-paths", "models", "profile", "config-version")
    if not path.endswith(("dbt_project.yml", "dbt_project.yaml")) or not any(key in root for key in marks):
        return FileFacts()
    return FileFacts(resources=(Resource("dbt:project", root["name"].text, root["name"].line),))


def cdk_facts(path: str, root: Node) -> FileFacts:
    """A cdk.json: the command that builds the stacks."""
    app = root["app"]
    if not app.text or path.rsplit("/", 1)[-1] != "cdk.json":
        return FileFacts()
    folder = path.rpartition("/")[0]
    unit = Unit("cdk", "resource", app.line, "CDK app", commands=commands(app.text, app.text_line), directory=folder)
    return _fact(unit, "cdk:app")


def pulumi_facts(path: str, root: Node) -> FileFacts:
    """A Pulumi.yaml: the program of the project, or its resources where they are written in YAML."""
    runtime = root["runtime"].text or root.at("runtime.name").text
    if not runtime or not root["name"].text or not path.rsplit("/", 1)[-1].startswith("Pulumi."):
        return FileFacts()
    main = root["main"].text or "."
    uses = unique(*_pulumi_program(path, main, runtime))
    unit = Unit("pulumi", "resource", root["name"].line, f"Pulumi project {root['name'].text}", uses=uses)
    declared = (Resource(f"pulumi:{n['type'].text}", name, n.line, unit.id) for name, n in root["resources"].entries())
    return _fact(unit, "pulumi:project", root["name"].text) + FileFacts(resources=tuple(declared))


def _pulumi_program(path: str, main: str, runtime: str) -> Iterator[str]:
    if main.endswith((".py", ".ts", ".js", ".go")):
        yield beside(path, main)
    elif runtime == "python":
        yield beside(path, f"{main}/__main__.py")
    elif runtime == "nodejs":
        yield from (beside(path, f"{main}/{name}") for name in ("index.ts", "index.js"))


def _fact(unit: Unit, type: str, name: str = "") -> FileFacts:
    return FileFacts(units=(unit,), resources=(Resource(type, name, unit.line, unit.id),))
