"""Clouds, clusters and orchestrators: manifests that they are handed, and what they know by its name."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from mlripe.wiring.command_words import arguments, option
from mlripe.wiring.commands import Handler, Launcher
from mlripe.wiring.places import EVERYTHING, Place
from mlripe.wiring.started_by_name import ASSET, ASSET_JOB, FLOW, RESOURCE, SAGEMAKER, SERVICE, TFX

__all__ = [
    "ampx",
    "asks",
    "aws",
    "azd",
    "cdk",
    "dagster",
    "deploys",
    "gcloud",
    "kubectl",
    "prefect",
    "systemctl",
    "terraform",
    "tfx",
]


def kubectl(launcher: Launcher, words: Sequence[str], bases: Sequence[str]) -> Iterator[Place]:
    """Manifests handed over by `-f`/`-k` or as arguments, files or whole folders; what `--from` copies, by its name."""
    yield from launcher.tree.by_name(RESOURCE, option(words, "--from"))
    for word in words:
        value = word.split("=", 1)[-1]
        if value.startswith("-"):
            continue
        path = launcher.tree.file(value, bases)
        if path:
            yield Place(path)
        elif "/" in value or value in (".", "k8s", "kubernetes", "manifests", "deploy", "helm", "chart", "charts"):
            yield from _folder(launcher, value, bases)


def _folder(launcher: Launcher, word: str, bases: Sequence[str], of: str = "") -> Iterator[Place]:
    folder = launcher.tree.folder(word.rstrip("/"), bases)
    if folder is not None:
        yield Place(folder + "/", of)


def terraform(launcher: Launcher, words: Sequence[str], bases: Sequence[str]) -> Iterator[Place]:
    yield from _folder(launcher, option(words, "-chdir", "--working-dir") or ".", bases, "terraform")


def prefect(launcher: Launcher, words: Sequence[str], bases: Sequence[str]) -> Iterator[Place]:
    if tuple(words[:2]) == ("deployment", "run"):
        for name in arguments(words[2:], ("-p", "--param"))[:1]:
            yield from launcher.tree.by_name(FLOW, name)
        return
    if words and words[0] in ("deploy", "deployment", "flow", "flow-run"):
        for base in bases:
            if path := launcher.tree.named(base, "prefect.yaml"):
                yield Place(path)
                break
    for word in words:
        name = word.split(":", 1)[0]
        yield from launcher.run_word(name, bases, (".py", ".yaml", ".yml"))


def dagster(launcher: Launcher, words: Sequence[str], bases: Sequence[str]) -> Iterator[Place]:
    """`dagster asset materialize --select churn_model`, `dagster job execute -j churn`; the module or file it loads."""
    if tuple(words[:1]) == ("asset",):
        yield from launcher.tree.by_name(ASSET, option(words, "--select", "-s"))
    elif tuple(words[:1]) == ("launch",):
        yield from launcher.tree.by_name(ASSET, option(words, "--assets"))
    elif tuple(words[:1]) == ("job",):
        yield from launcher.tree.by_name(ASSET_JOB, option(words, "-j", "--job"))
    if path := launcher.tree.module(option(words, "-m", "--module-name") or "-", bases):
        yield Place(path)
    for base in bases if not option(words, "-m", "--module-name", "-f", "--python-file", "-w", "--workspace") else ():
        if path := launcher.tree.named(base, "workspace.yaml"):
            yield Place(path)
    yield from launcher.named_files(words, bases)


_SUBMITTED = ("cloudbuild.yaml", "cloudbuild.yml", "cloudbuild.json")  # what `gcloud builds submit` looks for


def gcloud(launcher: Launcher, words: Sequence[str], bases: Sequence[str]) -> Iterator[Place]:
    if list(words[:2]) == ["builds", "submit"] and not option(words, "--config", "--tag", "-t"):
        for base in bases:
            if path := launcher.tree.named(base, *_SUBMITTED):
                yield Place(path)
                return
    yield from launcher.named_files(words, bases)


def asks(verbs: tuple[str, ...], kind: str, *options: str) -> Handler:
    """A program that starts what an orchestrator knows by its name: `airflow dags trigger churn`."""

    def handler(launcher: Launcher, words: Sequence[str], bases: Sequence[str]) -> Iterator[Place]:
        count = len(verbs)
        if tuple(words[:count]) == verbs:
            names = [option(words, *options)] if options else arguments(words[count:], _NAMES_VALUED)[:1]
            yield from (place for name in names for place in launcher.tree.by_name(kind, name))
        else:
            yield from launcher.tree.asked_for(" ".join(words))

    return handler


def tfx(launcher: Launcher, words: Sequence[str], bases: Sequence[str]) -> Iterator[Place]:
    """`tfx run create`: a pipeline under the name that its settings give it, so that each may be meant."""
    if tuple(words[:2]) == ("run", "create"):
        yield from launcher.tree.by_name(TFX, "")


def aws(launcher: Launcher, words: Sequence[str], bases: Sequence[str]) -> Iterator[Place]:
    if tuple(words[:1]) == ("cloudformation",):
        yield from deploys("deploy create-stack update-stack")(launcher, words, bases)
    else:
        yield from asks(("sagemaker", "start-pipeline-execution"), SAGEMAKER, "--pipeline-name")(launcher, words, bases)


_NAMES_VALUED = ("-r", "--ref", "-f", "-F", "--field", "--raw-field", "-R", "--repo", "-c", "--conf", "-e", "--run-id")


def cdk(launcher: Launcher, words: Sequence[str], bases: Sequence[str]) -> Iterator[Place]:
    """`cdk deploy` runs the program that its configuration names, or that it is given; else an `app.py`."""
    if words[:1] and words[0] == "deploy":
        if program := option(words, "--app", "-a"):
            yield from launcher.places(program.split(), bases)
            return
        for base in bases:
            if path := launcher.tree.named(base, "cdk.json"):
                yield Place(path)
                return
        yield from deploys("deploy", "app.py")(launcher, words, bases)


def ampx(launcher: Launcher, words: Sequence[str], bases: Sequence[str]) -> Iterator[Place]:
    """`ampx pipeline-deploy` runs the program that describes the backend of Amplify."""
    if words[:1] and words[0] == "pipeline-deploy":
        found = (launcher.tree.script("amplify/backend", [base]) for base in bases)
        if path := next(filter(None, found), None):
            yield Place(path, EVERYTHING)


def deploys(verbs: str, *names: str) -> Handler:
    """A program that finds its own file where it is called, unless it is given one."""

    def handler(launcher: Launcher, words: Sequence[str], bases: Sequence[str]) -> Iterator[Place]:
        if not {*words} & {*verbs.split()}:
            return
        given = list(launcher.named_files(words, bases))
        found = (launcher.tree.named(base, name) for base in bases for name in names)
        yield from given or [
            place for path in [next(filter(None, found), "")] if path for place in launcher.run_file(path)
        ]

    return handler


def azd(launcher: Launcher, words: Sequence[str], bases: Sequence[str]) -> Iterator[Place]:
    """`azd up`, `azd deploy api`: the services of the azure.yaml where it is called."""
    if words[:1] and words[0] in ("up", "deploy"):
        paths = (
            launcher.tree.named(base, "azure.yaml", "azure.yml") for base in (option(words, "-C", "--cwd"), *bases)
        )
        path = next(filter(None, paths), "")
        known = launcher.tree.units(path, ("service",)) if path else []
        asked = [unit for unit in known if unit.partition("/")[2] in words[1:]]
        yield from (Place(path, unit) for unit in asked or known)


def systemctl(launcher: Launcher, words: Sequence[str], bases: Sequence[str]) -> Iterator[Place]:
    """`systemctl restart churn`: the service of that name; a timer is only wound up."""
    if any(word in ("start", "restart", "--now") for word in words):
        for name in arguments(words[1:]):
            if not name.endswith(".timer"):
                yield from launcher.tree.by_name(SERVICE, f"{name.removesuffix('.service')}.service")
