"""What starts what: from a trigger through make, tox, images and scripts to a function."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from mlripe.catalog import load
from mlripe.evidence import Hop
from mlripe.readers.store import FactStore
from mlripe.snapshot.memory import MemorySnapshot
from mlripe.wiring import Place, Wiring
from mlripe.wiring.modules import Modules
from mlripe.wiring.roots import add_structured_roots

if TYPE_CHECKING:
    from tests.conftest import Assess

TRAIN = "def main():\n    pass\nif __name__ == '__main__':\n    main()\n"
GOAL = Place("src/train.py", "main")


def wired(files: dict[str, str]) -> Wiring:
    store = FactStore(MemorySnapshot(files), (), lambda *_: True)
    store.load()
    wiring = Wiring(store)
    add_structured_roots(store, wiring)
    return wiring


def workflow(*steps: str, on: str = "push") -> str:
    lines = "".join(f"      - {step}\n" for step in steps)
    return f"on: {on}\njobs:\n  build:\n    runs-on: ubuntu-latest\n    steps:\n{lines}"


@pytest.mark.parametrize(
    ("command", "files"),
    [
        ("python src/train.py", {}),
        ("python -m src.train", {}),
        ("poetry run python -m src.train", {}),
        ("uv run --frozen src/train.py", {}),
        ("torchrun --nproc_per_node 2 src/train.py", {}),
        ("deepspeed --module src.train --epochs 3", {}),
        ("accelerate launch src/train.py", {}),
        ("cd src && python train.py", {}),
        ("python src/train.py -c config.yaml --version 3", {}),
        ("python -c 'from src.train import main; print(main())'", {}),
        ("uv run python -c 'import src.train; src.train.main()'", {}),
        ("uv run python -c 'from src.train import main; main(n=${{ inputs.n || 3 }})'", {}),
        ("modal run --detach -m src.train --config=a.yml", {"src/__init__.py": ""}),
        ("modal run src/train.py::main", {}),
        ("make train", {"Makefile": "train: data\n\tpython src/train.py\ndata:\n\techo\n"}),
        ("make all", {"Makefile": "all: train\ntrain:\n\tpython src/train.py\n"}),
        ("make -C ml train", {"ml/Makefile": "train:\n\tpython ../src/train.py\n"}),
        ("just train", {"justfile": "train:\n    python src/train.py\n"}),
        ("just train", {"justfile": "import 'tasks/ml.just'\n", "tasks/ml.just": "train:\n    python src/train.py\n"}),
        ("tox -e train", {"tox.ini": "[testenv:train]\ncommands = python src/train.py\n"}),
        ("poetry poe train", {"pyproject.toml": "[tool.poe.tasks]\ntrain = 'python src/train.py'\n"}),
        ("npm run train", {"package.json": '{"scripts": {"train": "python src/train.py"}}'}),
        ("bash run.sh", {"run.sh": "python src/train.py\n"}),
        ("python go.py", {"go.py": "import subprocess, sys\nsubprocess.run([sys.executable, '-m', 'src.train', '--fast'])\n"}),
        ("python go.py", {"go.py": "import subprocess, sys\ndef go(name):\n    command = [sys.executable, '-m', 'src.train', name]\n    subprocess.run(command, check=True)\ngo('a')\n"}),
        ("python go.py", {"go.py": "from jobs import run_module\nrun_module('src.train', args=['--fast'])\n"}),
        ("python go.py", {"go.py": "from jobs import submit\nsubmit('train.py', 'nightly')\n"}),
        ("./run.sh", {"run.sh": "python src/train.py\n"}),
        ("pwsh -File ./run.ps1", {"run.ps1": "$Out = Get-Date\npython src/train.py `\n    --out $Out\n"}),
        ("sbatch run.sh", {"run.sh": "#!/bin/bash\n#SBATCH --gres=gpu:1\npython src/train.py\n"}),
        ("dvc repro", {"dvc.yaml": "stages:\n  train:\n    cmd: python src/train.py\n"}),
        ("dvc exp run --pull", {"dvc.yaml": "stages:\n  train:\n    cmd: python src/train.py\n"}),
        ("ploomber build", {"pipeline.yaml": "tasks:\n  - source: src/train.py\n    product: m.pkl\n"}),
        ("ploomber build -e p.yaml", {"p.yaml": "tasks:\n  - source: src/train.py\n    product: m.pkl\n"}),
        (
            "mage run . churn",
            {"pipelines/churn/metadata.yaml": "blocks:\n- type: custom\n  uuid: go\n  upstream_blocks: []\n", "custom/go.py": "from src.train import main\nmain()\n"},
        ),
        ("mlflow run .", {"MLproject": "entry_points:\n  main:\n    command: python src/train.py\n"}),
        ("docker build -t x .", {"Dockerfile": "FROM python:3.11\nCOPY . .\nRUN python src/train.py\n"}),
        ("docker compose up trainer", {"docker-compose.yml": "services:\n  trainer:\n    command: python src/train.py\n"}),
        ("vendor submit job.yaml", {"job.yaml": "image: x\nentrypoint: python src/train.py\n"}),
        ("az ml job create --file job.yml", {"job.yml": "image: x\nentrypoint: bash run.sh\n", "run.sh": "python src/train.py\n"}),
        ("kubectl apply -f k8s/", {"k8s/job.yaml": "apiVersion: batch/v1\nkind: Job\nmetadata: {name: t}\nspec:\n  template:\n    spec:\n      containers:\n        - name: c\n          image: x\n          command: [python, /app/src/train.py]\n"}),
        ("train-model", {"pyproject.toml": '[project]\nname = "x"\n[project.scripts]\ntrain-model = "src.train:main"\n'}),
    ],
)  # fmt: skip
def test_a_push_reaches_the_function_through(command: str, files: dict[str, str]) -> None:
    wiring = wired({".github/workflows/ci.yml": workflow(f"run: {command}"), "src/train.py": TRAIN, **files})
    assert wiring.kinds(GOAL) - {"pipeline"} == {"push"}


@pytest.mark.parametrize(
    "command", ["python src/train.py --help", "python -m src.train --version", "python -c 'import os'"]
)
def test_a_program_that_only_says_what_it_is_runs_nothing(command: str) -> None:
    wiring = wired({".github/workflows/ci.yml": workflow(f'run: "{command}"'), "src/train.py": TRAIN})
    assert not wiring.kinds(GOAL)


def test_the_chain_names_every_hop_with_its_place() -> None:
    files = {
        ".github/workflows/ci.yml": workflow("run: make train", on="\n  schedule:\n    - cron: '0 3 * * *'"),
        "Makefile": "train:\n\tpython -m src.train\n",
        "src/train.py": TRAIN,
    }
    (start,) = wired(files).starts(GOAL)
    assert [(hop.path, hop.line) for hop in start.chain] == [
        (".github/workflows/ci.yml", 3),
        (".github/workflows/ci.yml", 5),
        (".github/workflows/ci.yml", 8),
        (".github/workflows/ci.yml", 8),
        ("Makefile", 2),
        ("src/train.py", 4),
    ]
    assert start.kind == "schedule"


def test_an_import_runs_the_module_but_not_its_functions() -> None:
    files = {
        ".github/workflows/ci.yml": workflow("run: python app.py"),
        "app.py": "from src import train\n",
        "src/train.py": TRAIN,
    }
    wiring = wired(files)
    assert wiring.kinds(Place("src/train.py")) == {"push"}
    assert not wiring.kinds(GOAL)


def test_a_class_that_is_made_brings_its_methods_through_what_a_package_exports() -> None:
    files = {
        ".github/workflows/ci.yml": workflow("run: python app.py"),
        "app.py": "from pkg import Trainer\nTrainer().run()\n",
        "pkg/__init__.py": "from .core import Trainer\n",
        "pkg/core.py": "class Trainer:\n    def run(self):\n        pass\n",
    }
    assert wired(files).kinds(Place("pkg/core.py", "Trainer.run")) == {"push"}


@pytest.mark.parametrize(
    ("step", "strict"),
    [
        ("run: python src/train.py", True),
        ("run: python src/train.py || true", False),
        ("{run: python src/train.py, continue-on-error: true}", False),
    ],
)
def test_a_failure_is_passed_on_or_swallowed(step: str, strict: bool) -> None:
    wiring = wired({".github/workflows/ci.yml": workflow(step), "src/train.py": TRAIN})
    assert [start.strict for start in wiring.starts(GOAL)] == [strict]


@pytest.mark.parametrize(
    ("on", "kinds"),
    [
        ("push", {"push"}),
        ("[push, pull_request]", {"push", "pull_request"}),
        ("workflow_dispatch", {"dispatch"}),
        ("workflow_call", set()),
        ("{push: {tags: ['v*']}}", {"tag"}),
        ("{issue_comment: {types: [created]}}", {"dispatch"}),
        ("{repository_dispatch: {types: [retrain]}}", {"outside"}),
    ],
)
def test_kinds_of_start(on: str, kinds: set[str]) -> None:
    wiring = wired({".github/workflows/ci.yml": workflow("run: python src/train.py", on=on), "src/train.py": TRAIN})
    assert wiring.kinds(GOAL) == kinds


@pytest.mark.parametrize(("sent", "kinds"), [("x", {"outside", "schedule"}), ("y", {"outside"}), ("", {"outside"})])
def test_a_dispatch_is_started_as_its_sender_is(sent: str, kinds: set[str]) -> None:
    nightly = workflow("run: python monitor.py", on="\n  schedule:\n    - cron: '0 3 * * *'")
    body = f"{{'event_type': '{sent}'}}"
    files = {
        ".github/workflows/train.yml": workflow("run: python src/train.py", on="{repository_dispatch: {types: [x]}}"),
        "monitor.py": f"import requests\nrequests.post('https://api.github.com/repos/a/b/dispatches', json={body})\n",
        "src/train.py": TRAIN,
    }
    assert wired(files | ({".github/workflows/watch.yml": nightly} if sent else {})).kinds(GOAL) == kinds


def test_a_workflow_after_another_is_started_as_that_one_is() -> None:
    files = {
        ".github/workflows/a.yml": "name: First\n" + workflow("run: echo", on="\n  schedule:\n    - cron: '0 3 * * *'"),
        ".github/workflows/b.yml": workflow("run: python src/train.py", on="\n  workflow_run:\n    workflows: [First]"),
        "src/train.py": TRAIN,
    }
    assert wired(files).kinds(GOAL) == {"schedule"}


@pytest.mark.parametrize("own", ["./", "$/"])
def test_reusable_workflows_and_composite_actions_are_followed(own: str) -> None:
    action = "runs:\n  using: composite\n  steps:\n    - run: python src/train.py\n      shell: bash\n"
    files = {
        ".github/workflows/a.yml": f"on: push\njobs:\n  x:\n    uses: {own}.github/workflows/b.yml\n",
        ".github/workflows/b.yml": workflow(f"uses: {own}.github/actions/t", on="workflow_call"),
        ".github/actions/t/action.yml": action,
        "src/train.py": TRAIN,
    }
    assert wired(files).kinds(GOAL) == {"push"}
    files = {".github/workflows/a.yml": workflow(f"uses: {own}"), "action.yml": action, "src/train.py": TRAIN}
    assert wired(files).kinds(GOAL) == {"push"}


def test_a_pipeline_definition_starts_its_stages_whoever_starts_it() -> None:
    files = {"dvc.yaml": "stages:\n  train:\n    cmd: python src/train.py\n", "src/train.py": TRAIN}
    assert wired(files).kinds(GOAL) == {"pipeline"}


@pytest.mark.parametrize(
    "files",
    [
        {"Makefile": "train:\n\tpython src/train.py\n"},
        {"run.sh": "python src/train.py\n"},
        {"docker-compose.yml": "services:\n  t:\n    command: python src/train.py\n"},
        {".github/workflows/ci.yml": workflow("run: echo python src/train.py")},
        {".github/workflows/ci.yml": workflow("{run: python src/train.py, if: false}")},
        {"README.md": "run `python src/train.py`"},
    ],
)
def test_what_only_a_person_starts_is_not_started(files: dict[str, str]) -> None:
    assert not wired({"src/train.py": TRAIN, **files}).kinds(GOAL)


def test_a_workflow_below_a_folder_counts_only_where_the_root_has_none() -> None:
    nested = {"seed/.github/workflows/ci.yml": workflow("run: python src/train.py"), "src/train.py": TRAIN}
    assert wired(nested).kinds(GOAL) == {"push"}
    assert not wired({**nested, ".github/workflows/docs.yml": workflow("run: echo")}).kinds(GOAL)


def test_relative_imports_are_followed() -> None:
    files = {
        ".github/workflows/ci.yml": workflow("run: python -m pkg.run"),
        "pkg/__init__.py": "",
        "pkg/run.py": "from .steps import fit\nfrom . import other\ndef main():\n    fit()\n    other.go()\nmain()\n",
        "pkg/steps.py": "def fit():\n    pass\n",
        "pkg/other.py": "def go():\n    pass\n",
    }
    wiring = wired(files)
    assert wiring.kinds(Place("pkg/steps.py", "fit")) == {"push"}
    assert wiring.kinds(Place("pkg/other.py", "go")) == {"push"}


@pytest.mark.parametrize(
    ("command", "files"),
    [
        ("npx tsx evals/run.ts", {}),
        ("npm run eval", {"package.json": '{"scripts": {"eval": "node evals/run.ts"}}'}),
        ("npx next start", {"package.json": "{}"}),
    ],
)
def test_scripts_of_node_reach_what_they_import(command: str, files: dict[str, str]) -> None:
    scripts = {"evals/run.ts": "import { judge } from '../lib/judge'\n", "lib/judge.ts": "export const judge = 1\n"}
    wiring = wired({".github/workflows/ci.yml": workflow(f"run: {command}"), **scripts, **files})
    assert "push" in wiring.kinds(Place("lib/judge.ts"))


@pytest.mark.parametrize(
    ("command", "program", "runs"),
    [
        ("coverage run --source=hc manage.py test", "manage.py", True),
        ("python setup.py test", "setup.py", True),
        ("python setup.py -q pytest --addopts=-x", "setup.py", True),
        ("python setup.py sdist", "setup.py", False),
    ],
)
def test_programs_that_run_the_tests_of_a_whole_project(command: str, program: str, runs: bool) -> None:
    files = {
        ".github/workflows/ci.yml": workflow(f"run: {command}"),
        program: "import sys\n",
        "hc/api/tests/test_ping.py": "def test_ping():\n    assert True\n",
    }
    store = FactStore(MemorySnapshot(files), load().roles, lambda *_: True)
    store.load()
    wiring = Wiring(store)
    add_structured_roots(store, wiring)
    assert bool(wiring.kinds(Place("hc/api/tests/test_ping.py"))) == runs


def test_the_workflows_that_a_template_generates_run_beside_its_own() -> None:
    files = {
        ".github/workflows/tests.yml": workflow("run: pytest"),
        "{{cookiecutter.name}}/.github/workflows/ci.yml": (
            "on: push\nconcurrency:\n  group: {% raw %}${{ github.ref }}{% endraw %}\njobs:\n  b:\n"
            "    runs-on: ubuntu-latest\n    steps:\n      - run: python src/train.py\n"
        ),
        "{{cookiecutter.name}}/src/train.py": TRAIN,
    }
    assert wired(files).kinds(Place("name/src/train.py", "main")) == {"push"}


CLI = """\
import typer
from src.train import main
app = typer.Typer()
train_app = typer.Typer()
deploy_app = typer.Typer()
app.add_typer(train_app, name="train")
app.add_typer(deploy_app, name="deploy")
@train_app.command("local")
def train_local():
    main()
@deploy_app.command("local")
def deploy_local():
    pass
@app.command()
def check_data():
    pass
"""


@pytest.mark.parametrize(
    ("command", "starts"),
    [
        ("ml train local --epochs 3", True),
        ("ml deploy local", False),
        ("ml check-data", False),
        ("python -m src.cli train local", True),
        ("python src/cli.py check-data", False),
        ("ml", True),  # nothing says which
    ],
)
def test_a_subcommand_is_not_the_whole_program(command: str, starts: bool) -> None:
    files = {
        "src/__init__.py": "",
        "src/train.py": TRAIN,
        "src/cli.py": CLI,
        "pyproject.toml": '[project]\nname = "ml"\n[project.scripts]\nml = "src.cli:app"\n',
        ".github/workflows/a.yml": workflow(f"run: {command}"),
    }
    assert bool(wired(files).kinds(GOAL)) == starts


def test_a_console_script_runs_its_module_on_the_way_to_its_function() -> None:
    files = {
        "app/web.py": "from app.model import load\nmodel = load()\ndef start():\n    serve()\n",
        "app/model.py": "def load():\n    pass\n",
        "pyproject.toml": '[project]\nname = "app"\n[project.scripts]\nasr = "app.web:start"\n',
        ".github/workflows/a.yml": workflow("run: asr --port 80"),
    }
    assert wired(files).kinds(Place("app/model.py", "load"))


@pytest.mark.parametrize(
    ("command", "applied"),
    [
        ("terraform -chdir=infra apply -auto-approve", True),
        ("terraform -chdir=infra plan", False),
        ("terraform fmt -check -recursive infra", False),
        ("terraform -chdir=infra validate", False),
        ("kubectl apply -f infra/job.yaml", True),
        ("kubectl -n ml get -f infra/job.yaml", False),
        ("helm lint infra/", False),
    ],
)
def test_looking_at_infrastructure_starts_nothing(command: str, applied: bool) -> None:
    files = {
        "infra/main.tf": 'resource "aws_s3_bucket" "b" {}\n',
        "infra/job.yaml": "apiVersion: batch/v1\nkind: Job\nmetadata: {name: a}\nspec: {template: {spec: {containers: []}}}\n",
        ".github/workflows/a.yml": workflow(f"run: {command}"),
    }
    found = wired(files)
    assert bool(found.kinds(Place("infra/main.tf")) or found.kinds(Place("infra/job.yaml"))) == applied


def test_terraform_applies_its_own_files_and_no_other_manifest() -> None:
    files = {
        "main.tf": 'resource "aws_s3_bucket" "b" {}\n',
        "canary.yaml": "apiVersion: v1\nkind: Pod\nmetadata: {name: a}\n",
        ".github/workflows/a.yml": workflow("run: terraform apply"),
    }
    found = wired(files)
    assert found.kinds(Place("main.tf"))
    assert not found.kinds(Place("canary.yaml"))


WORKSPACE = {
    "package.json": '{"workspaces": ["apps/*"], "scripts": {"all": "turbo run train"}}',
    "apps/ml/package.json": '{"name": "@x/ml", "scripts": {"train": "python ../../src/train.py"}}',
    "apps/web/package.json": '{"name": "@x/web", "scripts": {"train": "echo none", "lint": "eslint ."}}',
    "apps/ml/moon.yml": "tasks:\n  fit:\n    command: python\n    args: [../../src/train.py]\n",
    "apps/web/moon.yml": "tasks:\n  dev:\n    command: python ../../src/train.py\n    preset: server\n",
}


@pytest.mark.parametrize(
    ("command", "starts"),
    [
        ("npx turbo run train", True),
        ("pnpm turbo train lint", True),
        ("npm run all", True),
        ("pnpm -r train", True),
        ("pnpm --filter @x/ml train", True),
        ("pnpm --filter @x/web train", False),
        ("yarn workspace @x/ml train", True),
        ("npm run train -w apps/ml", True),
        ("npm run train --workspaces", True),
        ("npx nx run-many -t train", True),
        ("npx nx run ml:train", True),
        ("lerna run train", True),
        ("bun run --filter '*' train", True),
        ("bun test", False),
        ("npx turbo run lint", False),
        ("moon ci", True),
        ("moon run ml:fit", True),
        ("moon run web:dev", False),
    ],
)
def test_a_workspace_runs_the_scripts_of_its_packages(command: str, starts: bool) -> None:
    files = {**WORKSPACE, "src/train.py": TRAIN, ".github/workflows/a.yml": workflow(f'run: "{command}"')}
    assert bool(wired(files).kinds(GOAL)) == starts


def test_typescript_imports_its_sources_by_the_names_that_they_are_built_to() -> None:
    files = {
        "package.json": "{}",
        "src/app.ts": "import { ask } from './services.js'\n",
        "src/services.ts": "export const ask = 1\n",
        ".github/workflows/a.yml": workflow("run: npx tsx src/app.ts"),
    }
    assert wired(files).kinds(Place("src/services.ts"))


@pytest.mark.parametrize("folder", ["/app/src", "/srv/app/src/", "src", "${HOME}/app/src"])
def test_a_server_is_found_in_the_folder_that_it_is_told_of_wherever_an_image_puts_it(folder: str) -> None:
    wiring = wired(
        {
            ".github/workflows/ci.yml": workflow(f"run: python -m uvicorn serving.app:app --app-dir {folder}"),
            "src/serving/app.py": "app = object()\n",
        }
    )
    assert wiring.starts(Place("src/serving/app.py"))


def test_a_module_is_looked_for_from_a_folder_outside_the_repository_without_end() -> None:
    assert (
        Modules(["src/serving/app.py", "lib/serving/app.py"]).file("serving.app", "/elsewhere/x.py")
        == "src/serving/app.py"
    )


def test_a_repository_that_is_a_package_is_imported_by_any_name() -> None:
    paths = ["__init__.py", "app/__init__.py", "app/main.py", "app/services/llm.py", "metrics.py"]
    assert Modules(paths).file("rag.app.services.llm", "app/main.py") == "app/services/llm.py"
    assert Modules(paths).split("rag.app.services.llm.ask", "app/main.py") == ("app/services/llm.py", "ask")
    assert Modules(paths).file("sklearn.metrics", "app/main.py") is None
    assert Modules(paths[1:]).file("rag.app.services.llm", "app/main.py") is None


def test_a_script_is_handed_the_specification_that_it_submits() -> None:
    wiring = wired(
        {
            ".github/workflows/ci.yml": workflow(
                "{run: 'bash -x ../ci/run_job.sh train.sh nightly', working-directory: jobs}"
            ),
            "ci/run_job.sh": "submit $1\n",
            "jobs/train.sh": "python ../src/train.py\n",
            "src/train.py": TRAIN,
        }
    )
    assert wiring.starts(GOAL)


@pytest.mark.parametrize(
    "session",
    [
        "session.run('poetry', 'run', 'pytest', *session.posargs, 'tests/test_a.py')",
        "session.run('python', '-m', 'pytest', 'tests/test_a.py')",
    ],
)
def test_what_a_session_runs_by_words_is_started(session: str) -> None:
    wiring = wired(
        {
            ".github/workflows/ci.yml": workflow("run: nox"),
            "noxfile.py": f"import nox\n\n@nox.session(python=['3.12'])\ndef tests(session):\n    {session}\n",
            "tests/test_a.py": "def test_a():\n    assert 1\n",
        }
    )
    assert wiring.starts(Place("tests/test_a.py"))


@pytest.mark.parametrize(
    "tasks",
    [
        "[Task(notebook_task=NotebookTask(notebook_path=f'{home}/02_fit'))]",
        "[Task(notebook_task=NotebookTask(notebook_path=paths['fit']))]",
        "[{'notebook_task': {'notebook_path': '/Workspace/Repos/me/ml/02_fit'}}]",
    ],
)
def test_a_job_defined_in_code_runs_the_notebooks_that_it_names(tasks: str) -> None:
    wiring = wired(
        {
            "ml/09_job.py": (
                "from databricks.sdk import WorkspaceClient\nfrom databricks.sdk.service.jobs import *\n"
                f"paths = {{'fit': f'{{home}}/02_fit'}}\nw = WorkspaceClient()\nw.jobs.create(name='j', tasks={tasks})\n"
            ),
            "ml/02_fit.py": "# Databricks notebook source\nprint(1)\n",
        }
    )
    wiring.add_root(Place("ml/09_job.py"), "pipeline", Hop("ml/09_job.py", 5, "a job"))
    assert wiring.starts(Place("ml/02_fit.py"))


def test_a_notebook_runs_another_by_its_path_without_an_ending() -> None:
    wiring = wired(
        {
            ".github/workflows/ci.yml": workflow("run: python jobs/all.py"),
            "jobs/all.py": "dbutils.notebook.run('../src/train', 600)\nsession.run('train')\n",
            "src/train.py": TRAIN,
            "jobs/train.py": "",
        }
    )
    assert wiring.starts(GOAL)
    assert not wiring.starts(Place("jobs/train.py"))


def test_a_function_may_bear_the_name_of_the_module_that_it_calls(assess: Assess) -> None:
    train = "import joblib\nfrom sklearn.svm import SVC\ndef main():\n    joblib.dump(SVC().fit(x, y), 'm')\n"
    run = "from fit import main\ndef fit():\n    main()\nfit()\n"
    ci = "on: {schedule: [{cron: '0 1 * * *'}]}\njobs:\n  a:\n    steps:\n      - run: python run.py\n"
    files = {"fit.py": train, "run.py": run, ".github/workflows/a.yml": ci}
    assert assess(files).capabilities["training-code"].strength.name == "automated"


def test_a_module_is_not_what_a_file_of_its_name_imports(assess: Assess) -> None:
    train = "import joblib\nfrom sklearn.svm import SVC\ndef run():\n    joblib.dump(SVC().fit(x, y), 'm')\n"
    ci = "on: {schedule: [{cron: '0 1 * * *'}]}\njobs:\n  a:\n    steps:\n      - run: python jobs/train.py\n"
    files = {"train.py": train, "jobs/train.py": "from train import run\nrun()\n", ".github/workflows/a.yml": ci}
    assert assess(files).capabilities["training-code"].strength.name == "automated"


CONTAINED = (
    "from k8s import Container\nContainer(image='fit', command=['python'], args=['-m', 'fitting', '--rows', rows])\n"
)


@pytest.mark.parametrize(
    ("files", "started"),
    [
        ({"images/fit/fitting/__main__.py": "fit()\n"}, "images/fit/fitting/__main__.py"),
        ({"images/fit/fitting.py": "fit()\n"}, "images/fit/fitting.py"),
        ({"a/fitting.py": "fit()\n", "b/fitting.py": "fit()\n"}, ""),
        ({"images/fit/other.py": "fit()\n"}, ""),
    ],
    ids=["a package", "a module", "one of two", "another"],
)
def test_a_container_runs_the_only_module_of_its_name(files: dict[str, str], started: str) -> None:
    found = wired({**files, "jobs/fitting_job.py": CONTAINED}).following(Place("jobs/fitting_job.py"))
    assert [place.path for place, _, _ in found] == ([started] if started else [])


def test_a_module_that_describes_a_container_is_not_what_runs_in_it() -> None:
    files = {"jobs/fitting.py": CONTAINED, "images/fit/fitting/__main__.py": "fit()\n"}
    found = wired(files).following(Place("jobs/fitting.py"))
    assert [place.path for place, _, _ in found] == ["images/fit/fitting/__main__.py"]


@pytest.mark.parametrize(
    ("call", "runs"),
    [
        ("SparkSubmitOperator(task_id='fit', application='s3://code/jobs/fit.py')", True),
        ("CreateBatchOperator(batch={'pyspark_batch': {'main_python_file_uri': '/jobs/fit.py'}})", True),
        ("client.submit_job(job={'pyspark_job': {'main_python_file_uri': 'gs://code/jobs/fit.py'}})", True),
        ("bucket.upload('s3://code/jobs/fit.py')", False),
        ("requests.post('http://api', json={'script': 'gs://code/jobs/fit.py'})", False),
        ("client.submit_job(job={'pyspark_job': {'main_python_file_uri': 'gs://code/jobs/other.py'}})", False),
    ],
)
def test_a_job_is_given_its_script_in_a_storage(call: str, runs: bool) -> None:
    found = wired({"jobs/fit.py": "fit()\n", "start.py": f"{call}\n"}).following(Place("start.py"))
    assert any(place.path == "jobs/fit.py" for place, _, _ in found) is runs


def test_a_package_that_installs_scripts_runs_none_of_them() -> None:
    files = {
        "setup.py": "from setuptools import setup\nsetup(name='churn', scripts=['bin/fit.py'])\n",
        "bin/fit.py": "fit()\n",
        ".github/workflows/a.yml": workflow("run: python setup.py install"),
    }
    found = wired(files)
    assert found.kinds(Place("setup.py"))
    assert not found.kinds(Place("bin/fit.py"))
