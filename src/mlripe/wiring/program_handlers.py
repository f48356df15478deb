"""Handlers: for each program a function from its command line to the places that it starts.

A handler is given the words after the program's name, and the folders from which paths in them are seen.
"""

from __future__ import annotations

import posixpath
from collections.abc import Iterator, Sequence

from mlripe.lazy_regex import lazy_regex
from mlripe.wiring.command_words import arguments, option
from mlripe.wiring.commands import RUNNABLE, Handler, Launcher
from mlripe.wiring.compiled_languages import go, jvm
from mlripe.wiring.containers import compose, docker
from mlripe.wiring.javascript_programs import application, bun, deno, moon, node, packages, tests, workspace
from mlripe.wiring.pipeline_files import databricks_workflow, definition, mage, nextflow
from mlripe.wiring.places import EVERYTHING, MAIN, Place
from mlripe.wiring.platforms import (
    ampx,
    asks,
    aws,
    azd,
    cdk,
    dagster,
    deploys,
    gcloud,
    kubectl,
    prefect,
    systemctl,
    terraform,
    tfx,
)
from mlripe.wiring.r_programs import quarto, rscript
from mlripe.wiring.served_programs import flask, served, worker
from mlripe.wiring.started_by_name import DAG, WORKFLOW
from mlripe.wiring.task_runners import TASKFILES, doit, earthly, functions, just, make, named_targets, nox, tox

__all__ = ["HANDLERS"]


_EXPRESSION = lazy_regex(r"\$\{\{[^{}]*\}\}")  # what a CI service fills in before any shell sees the command


def _inline(launcher: Launcher, code: str, bases: Sequence[str]) -> Iterator[Place]:
    """What code on a command line runs: `python -c "from pkg.train import main; main()"`."""
    from mlripe.readers import Unreadable
    from mlripe.readers.python.source import read_python

    try:
        facts = read_python("", _EXPRESSION.sub("0", code).encode())
    except Unreadable:
        return
    for imported in facts.imports:
        if path := launcher.tree.module(imported.module, bases):
            yield Place(path)
    for call in facts.calls:
        parts = call.name.split(".")
        for end in range(len(parts) - 1, 0, -1):
            if path := launcher.tree.module(".".join(parts[:end]), bases):
                yield Place(path, ".".join(parts[end:]))
                break


def _python(launcher: Launcher, words: Sequence[str], bases: Sequence[str]) -> Iterator[Place]:
    at = next((number for number, w in enumerate(words) if not w.startswith("-")), 0)
    if at and words[at - 1] == "-c":
        yield from _inline(launcher, words[at], bases)
        return
    script = next((w for w in words if not w.startswith("-")), "")
    path = launcher.tree.file(script, bases) if script else None
    if path and path.endswith(".py"):
        yield from launcher.run_program(path, words[at + 1 :], bases=bases)
        if not _TESTING.get(posixpath.basename(path), frozenset()).isdisjoint(words[at + 1 :]):
            for tests in launcher.tree.tests([posixpath.dirname(path)]):
                yield Place(tests)
        elif posixpath.basename(path) == "manage.py":
            yield from _django(launcher, words[at + 1 :], bases)
    elif (
        script
        and (folder := launcher.tree.folder(script, bases))
        and (main := launcher.tree.named(folder, "__main__.py"))
    ):
        yield Place(main, MAIN)
    yield from launcher.given_modules(words[1:], bases)
    # a script that is handed another script or a specification (`python launch.py --config job.yaml train.py`)
    for word in words[1:]:
        yield from launcher.run_word(word.split("=", 1)[-1], bases, RUNNABLE)


# words with which the program of a whole project runs its tests: of Django, of setuptools and its plugins
_TESTING = {"manage.py": frozenset(("test",)), "setup.py": frozenset(("test", "pytest", "nosetests", "ptr"))}


def _django(launcher: Launcher, words: Sequence[str], bases: Sequence[str]) -> Iterator[Place]:
    """`manage.py fit_model`: the command of that name, in whichever application of the project it is."""
    name = next(iter(arguments(words)), "")
    for path in launcher.tree.everywhere(f"{name}.py") if name else ():
        if posixpath.dirname(path).endswith("management/commands"):
            yield Place(path)
            yield Place(path, "Command")


def _module(launcher: Launcher, words: Sequence[str], bases: Sequence[str]) -> Iterator[Place]:
    if not words:
        return
    name, rest = words[0], words[1:]
    known = launcher.words.programs.followed_as(name.split(".", 1)[0])
    if known in launcher.handlers and not launcher.tree.module(name, bases):
        yield from launcher.places([name, *rest], bases)
        return
    yield from launcher.run_module(name, bases, rest)


def _shell(launcher: Launcher, words: Sequence[str], bases: Sequence[str]) -> Iterator[Place]:
    if text := option(words, "--wrap"):  # sbatch
        words = ["-c", text]
    if "-c" in words or any(w.startswith("-") and w.endswith("c") and len(w) <= 4 for w in words[:2]):
        from mlripe.readers.shell.commands import commands

        for word in words:
            if not word.startswith("-"):
                for command in commands(word):
                    yield from launcher.places(command.argv, bases)
                return
    for word in words:
        if not word.startswith("-"):
            path = launcher.tree.file(word, bases)
            if path:
                yield from launcher.run_script(path, words[words.index(word) + 1 :])
                yield from launcher.named_files(words[words.index(word) + 1 :], bases)
            return


def _dvc(launcher: Launcher, words: Sequence[str], bases: Sequence[str]) -> Iterator[Place]:
    if not words or (
        words[0] not in ("repro", "reproduce") and tuple(words[:2]) not in (("exp", "run"), ("queue", "start"))
    ):
        return
    rest = words[1:] if words[0] in ("repro", "reproduce") else words[2:]
    folder = option(rest, "-C", "--cd")
    where = [folder, *bases] if folder else bases
    files: list[str | None] = [launcher.tree.file(word.partition(":")[0], bases) for word in arguments(rest)]
    files = [path for path in files if path]
    goals = arguments(rest, ("-n", "--name", "-S", "--set-param", "-m", "--message", "-r", "--rev", "--cd", "-j"))
    for path in files[:1] or [launcher.tree.named(base, "dvc.yaml", "dvc.yml") for base in where]:
        if path:
            known = launcher.tree.units(path, ("stage",))
            wanted = [goal.rsplit(":", 1)[-1] for goal in goals]
            for stage in known:
                if (
                    not [w for w in wanted if w in known]
                    or stage in wanted
                    or any(stage.startswith(f"{w}@") for w in wanted)
                ):
                    yield Place(path, stage)
            return


def _kedro(launcher: Launcher, words: Sequence[str], bases: Sequence[str]) -> Iterator[Place]:
    """Kedro finds its pipelines by itself: the registry's, and those that modules called `pipeline` create.

    One that is asked for by name is that of the folder of this name, where there is one.
    """
    if tuple(words[:1]) != ("run",):
        return
    asked = option(words, "--pipeline", "-p")
    paths = launcher.tree.everywhere("pipeline_registry.py", "pipeline.py")
    named = [path for path in paths if path.endswith((f"/{asked}/pipeline.py", f"/pipelines/{asked}.py"))]
    for path in named or paths:
        yield Place(path, EVERYTHING)


def _tests(launcher: Launcher, words: Sequence[str], bases: Sequence[str]) -> Iterator[Place]:
    named = [
        w.split("::")[0]
        for w in arguments(words, ("-k", "-m", "-c", "-n", "-p", "-o", "--cov", "--junitxml", "--maxfail", "--timeout"))
    ]
    at = [p for n in named if (p := launcher.tree.folder(n, bases) or launcher.tree.file(n, bases)) is not None]
    out = [
        p.rstrip("/")
        for name in _values(words, "--ignore")
        if (p := launcher.tree.folder(name, bases) or launcher.tree.file(name, bases))
    ]
    for path in [p for p in at if p.endswith(".py")] or launcher.tree.tests(at or list(bases[:1])):
        left_out = any(path == each or path.startswith(f"{each}/") for each in out)
        if not left_out and not launcher.tree.skipped(path):
            yield Place(path)


def _values(words: Sequence[str], *names: str) -> Iterator[str]:
    """Every value of options that may be given several times."""
    for index, word in enumerate(words):
        name, assigned, value = word.partition("=")
        if name in names and (assigned or index + 1 < len(words)):
            yield value if assigned else words[index + 1]


def _pre_commit(launcher: Launcher, words: Sequence[str], bases: Sequence[str]) -> Iterator[Place]:
    if words and words[0] in ("run", "try-repo"):
        path = launcher.tree.file(".pre-commit-config.yaml", [*bases, ""])
        valued = ("--hook-stage", "--files", "-c", "--config", "--from-ref", "--to-ref", "--color")
        asked = next(iter(arguments(words[1:], valued)), "") if words[0] == "run" else ""
        if path:
            yield Place(path, asked)


def _option_module(*options: str) -> Handler:
    def handler(launcher: Launcher, words: Sequence[str], bases: Sequence[str]) -> Iterator[Place]:
        named = option(words, *options)
        for word in [named] if named else []:
            module = word.split(":", 1)[0]
            if path := launcher.tree.file(module, bases) or launcher.tree.module(module.removesuffix(".py"), bases):
                yield Place(path)
        yield from launcher.other(["", *words], bases)

    return handler


def _mlflow(launcher: Launcher, words: Sequence[str], bases: Sequence[str]) -> Iterator[Place]:
    if not words or words[0] not in ("run", "recipes"):
        return
    folder = launcher.tree.folder(next(iter(arguments(words[1:], ("-e", "-P", "-v", "--experiment-name"))), "."), bases)
    path = launcher.tree.named(folder, "MLproject") if folder is not None else None
    if path:
        known = launcher.tree.units(path)
        entry = option(words, "-e", "--entry-point") or "main"
        if entry in known:
            yield Place(path, entry)


def _nbconvert(launcher: Launcher, words: Sequence[str], bases: Sequence[str]) -> Iterator[Place]:
    if tuple(words[:1]) == ("execute",) or any(w.startswith(("--execute", "--ExecutePre")) for w in words):
        yield from _files(".ipynb")(launcher, words, bases)


def _jupytext(launcher: Launcher, words: Sequence[str], bases: Sequence[str]) -> Iterator[Place]:
    """`jupytext --execute fit.py` runs what it turns into a notebook; without, it only writes one."""
    if "--execute" in words:
        yield from _files(".py", ".ipynb")(launcher, words, bases)


def _find(launcher: Launcher, words: Sequence[str], bases: Sequence[str]) -> Iterator[Place]:
    """`find jobs -name 'fit*.py' -exec python {} ;`: the command, for each file that it finds."""
    at = next((n for n, word in enumerate(words) if word in ("-exec", "-execdir", "-ok")), len(words))
    command = [word for word in words[at + 1 :] if word not in (";", "\\;", "+")]
    named = option(words, "-name", "-iname", "-path")
    folders = [word for word in words[:1] if not word.startswith("-")] or ["."]
    wanted = posixpath.normpath(posixpath.join(folders[0], named)) if named else ""
    for path in launcher.tree.matching(wanted, bases) if command and wanted else ():
        yield from launcher.places([path if word == "{}" else word for word in command], ["", *bases])


def _luigi(launcher: Launcher, words: Sequence[str], bases: Sequence[str]) -> Iterator[Place]:
    """`luigi --module steps Train`: a task of a module."""
    if path := launcher.tree.module(option(words, "--module"), bases):
        yield Place(path)
        for name in arguments(words, ("--module", "--workers", "--scheduler-host", "--scheduler-port")):
            yield Place(path, name)


def _modal(launcher: Launcher, words: Sequence[str], bases: Sequence[str]) -> Iterator[Place]:
    """`modal run src/train.py::main`, `modal run -m src.train`: a file or module, and what it is given."""
    if not words or words[0] not in ("run", "serve", "deploy"):
        return
    target, _, function = next(iter(arguments(words[1:], ("-n", "--name", "-e", "--env"))), "").partition("::")
    path = launcher.tree.file(target, bases) or launcher.tree.module(target, bases)
    if path:
        yield from [Place(path, function)] if function else launcher.run_file(path)
        yield from launcher.named_files([w for w in words[1:] if not w.startswith(target)], bases)


def _files(*endings: str) -> Handler:
    def handler(launcher: Launcher, words: Sequence[str], bases: Sequence[str]) -> Iterator[Place]:
        for word in words:
            yield from launcher.run_word(word.split("=", 1)[-1], bases, endings)

    return handler


def _interpreter(launcher: Launcher, words: Sequence[str], bases: Sequence[str]) -> Iterator[Place]:
    """An interpreter of another language: the script that it is given."""
    script = next((word for word in words if not word.startswith("-")), "")
    if script and (path := launcher.tree.file(script, bases)):
        yield Place(path)


def _given_module(launcher: Launcher, words: Sequence[str], bases: Sequence[str]) -> Iterator[Place]:
    """A program that runs the module which its first argument names, with or without a class of it."""
    for word in arguments(words)[:1]:
        if path := launcher.tree.module(word, bases) or launcher.tree.module(word.rpartition(".")[0], bases):
            yield Place(path)


def _given_modules(launcher: Launcher, words: Sequence[str], bases: Sequence[str]) -> Iterator[Place]:
    """`zenml pipeline run churn.pipelines.nightly`: modules and functions by their dotted names, and files."""
    yield from launcher.given_modules(words, bases)
    yield from launcher.named_files(words, bases)


def _spark(launcher: Launcher, words: Sequence[str], bases: Sequence[str]) -> Iterator[Place]:
    """`spark-submit train.py`, `spark-submit --class a.b.Train x.jar`."""
    yield from list(jvm(launcher, words, bases)) or _python(launcher, words, bases)


# by the program that rules/programs.yaml says they are followed as
HANDLERS: dict[str, Handler] = {
    "gh": asks(("workflow", "run"), WORKFLOW),
    "airflow": asks(("dags", "trigger"), DAG),
    "aws": aws,
    "nextflow": nextflow,
    "azd": azd,
    "systemctl": systemctl,
    "curl": asks(("",), WORKFLOW),
    "-m": _module,
    "python": _python,
    "sh": _shell,
    "make": make,
    "just": just,
    "task": named_targets(TASKFILES, default=True),
    "npm": packages,
    "turbo": workspace,
    "node": node,
    "next": application,
    "jest": tests,
    "bun": bun,
    "deno": deno,
    "moon": moon,
    "poe": named_targets(("pyproject.toml", "pixi.toml"), "run"),
    "tox": tox,
    "nox": nox,
    "doit": doit,
    "duty": functions("duties.py"),
    "earthly": earthly,
    "mise": named_targets(("mise.toml", ".mise.toml"), "run", "r"),
    "dvc": _dvc,
    "docker": docker,
    "docker-compose": compose,
    "pytest": _tests,
    "pre-commit": _pre_commit,
    "uvicorn": served,
    "celery": _option_module("-A", "--app", "--worker-class"),
    "arq": worker,
    "flask": flask,
    "django-admin": _django,
    "mlflow": _mlflow,
    "kubectl": kubectl,
    "terraform": terraform,
    "prefect": prefect,
    "dagster": dagster,
    "zenml": _given_modules,
    "papermill": _files(".ipynb"),
    "jupyter": _nbconvert,
    "invoke": functions("tasks.py", "tasks/__init__.py", "fabfile.py"),
    "kedro": _kedro,
    "dbx": databricks_workflow,
    "databricks": deploys("deploy run submit create reset", "databricks.yml", "databricks.yaml"),
    "sam": deploys("deploy sync", "template.yaml", "template.yml"),
    "serverless": deploys("deploy", "serverless.yml", "serverless.yaml"),
    "ampx": ampx,
    "cdk": cdk,
    "pulumi": deploys("up", "__main__.py"),
    "snakemake": definition("Snakefile", "workflow/Snakefile", asked=("-s", "--snakefile")),
    "ploomber": definition("pipeline.yaml", asked=("-e", "--entry-point"), verbs=("build", "task")),
    "mage": mage,
    "tfx": tfx,
    "gcloud": gcloud,
    "modal": _modal,
    "jupytext": _jupytext,
    "find": _find,
    "luigi": _luigi,
    "java": jvm,
    "spark-submit": _spark,
    "go": go,
    "Rscript": rscript,
    "quarto": quarto,
    "perl": _interpreter,
    "seldon-core-microservice": _given_module,
    "dbt": definition("dbt_project.yml", asked=(), verbs=("run", "build", "test", "seed", "snapshot")),
    "feast": definition("feature_store.yaml", asked=(), verbs=("apply", "materialize", "materialize-incremental")),
    "bentoml": definition("bentofile.yaml", asked=(), verbs=("build", "serve", "deploy", "containerize")),
    "cog": definition("cog.yaml", asked=(), verbs=("push", "predict", "train", "build", "run")),
    "truss": definition("config.yaml", asked=(), verbs=("push",)),
    "flyctl": definition("fly.toml", asked=("-c", "--config"), verbs=("deploy", "launch")),
    "promptfoo": definition("promptfooconfig.yaml", asked=("-c", "--config"), verbs=("eval",)),
    "helmfile": definition("helmfile.yaml", asked=("-f", "--file"), verbs=("apply", "sync")),
}
