"""What cannot work as committed: what is told of it, and that what needs it is present at most."""

from __future__ import annotations

from time import process_time
from typing import TYPE_CHECKING

import pytest

from mlripe.detection.cannot_work import cannot_work
from mlripe.detection.cannot_work.broken import broken_places
from mlripe.readers.store import FactStore
from mlripe.snapshot.memory import MemorySnapshot
from mlripe.wiring import Wiring

if TYPE_CHECKING:
    from tests.conftest import Assess
    from tests.detection.cannot_work.conftest import Faults


def broken(step: str, *before: str, **files: str) -> bool:
    lines = "".join(f"      - {s}\n" for s in (*before, step))
    store = FactStore(
        MemorySnapshot({".github/workflows/x.yml": f"on: push\njobs:\n  a:\n    steps:\n{lines}", **files}),
        (),
        lambda *_: True,
    )
    store.load()
    wiring = Wiring(store)
    return bool(broken_places(cannot_work(store, wiring), store, wiring))


@pytest.mark.parametrize(
    "step",
    [
        "{uses: docker/build-push-action@v6, with: {context: .}}",
        "{uses: docker/build-push-action@v6, with: {context: ./app, file: ./app/Dockerfile}}",
        "run: docker build -t x .",
        "run: docker build -f deploy/Dockerfile .",
    ],
)
def test_without_its_dockerfile(step: str) -> None:
    assert broken(step)


def test_with_its_dockerfile() -> None:
    assert not broken("run: docker build -t x .", Dockerfile="FROM python:3.11\n")


@pytest.mark.parametrize(
    ("step", "before"),
    [
        ("run: docker build -t x $FOLDER", ()),
        ("run: docker build -t x https://example.com/a.git", ()),
        ("run: docker build -t x .", ("run: git clone https://example.com/a .",)),
        ("run: docker build -t x .", ("{uses: actions/checkout@v4, with: {repository: other/images}}",)),
        ("run: docker build - < Other", ()),
    ],
)
def test_what_cannot_be_known_is_not_called_broken(step: str, before: tuple[str, ...]) -> None:
    assert not broken(step, *before)


@pytest.mark.parametrize(
    "step",
    [
        "run: pip install -r requirements.txt",
        "run: python -m pip install -r src/requirements.txt",
        "{run: pytest, working-directory: old/name}",
    ],
)
def test_without_its_requirements_or_folder(step: str) -> None:
    assert broken(step)


@pytest.mark.parametrize(
    ("step", "before"),
    [
        ("run: pip install -r requirements.txt", ("run: echo mlflow > requirements.txt",)),
        ("run: pip install -r $FILE", ()),
        ("run: pip install -r requirements.txt || true", ()),
        ("{run: mkdir -p out, working-directory: out}", ()),
        ("{run: pytest, working-directory: '${{ matrix.folder }}'}", ()),
    ],
)
def test_what_may_be_made_on_the_way_is_not_called_broken(step: str, before: tuple[str, ...]) -> None:
    assert not broken(step, *before)


def test_with_its_requirements_and_folder() -> None:
    files = {"ml/requirements.txt": "mlflow==2.0\n"}
    assert not broken("{run: pip install -r requirements.txt, working-directory: ml}", **files)


ROWS = {"churn/__init__.py": "", "churn/rows.py": "def load():\n    pass\n"}


@pytest.mark.parametrize(
    "step",
    [
        'run: python -c "from churn.rows import fetch; fetch()"',
        "run: python run.py",
        "run: make rows",
    ],
)
def test_a_program_that_imports_what_is_not_there(step: str) -> None:
    files = {**ROWS, "run.py": "from churn.columns import names\n", "Makefile": "rows:\n\tpython run.py\n"}
    assert broken(step, "run: curl -O https://example.org/rows.csv", **files)


@pytest.mark.parametrize(
    "step",
    [
        'run: python -c "from churn.rows import load; load()"',
        'run: python -c "from churn.rows import fetch; fetch()" || true',
        "run: python run.py",
        "run: python old.py || true",
    ],
)
def test_a_program_that_imports_what_is_there_or_whose_failure_is_caught(step: str) -> None:
    files = {**ROWS, "run.py": "from churn.rows import load\n", "old.py": "from churn.columns import names\n"}
    assert not broken(step, **files)


BUILD = "substitutions:\n  _MODEL: forest\nsteps:\n  - name: gcr.io/cloud-builders/docker\n    args: [build, -f, 'docker/${_MODEL}/Dockerfile', .]\n"


@pytest.mark.parametrize(("model", "wanted"), [("tree", True), ("forest", False)])
def test_a_dockerfile_that_a_variable_names(model: str, wanted: bool) -> None:
    files = {"cloudbuild.yaml": BUILD, f"docker/{model}/Dockerfile": "FROM python:3.11\n"}
    assert broken("run: gcloud builds submit --config cloudbuild.yaml .", **files) == wanted


@pytest.mark.parametrize(
    "step",
    [
        "run: pytest tests/",
        "run: python -m pytest -q ../tests",
        "run: poetry run pytest --cov=churn churn/tests/test_fit.py::test_fit",
    ],
)
def test_tests_that_are_not_there(step: str) -> None:
    assert broken(step, **ROWS)


@pytest.mark.parametrize(
    "step",
    [
        "run: pytest",
        "run: pytest churn/",
        "run: pytest churn/rows.py --cov-report html:../reports/html -m unit/fast --rootdir setup/here",
        "run: pytest $WHERE/tests",
        "run: pytest tests/ || echo none",
        "run: if [ -d tests ]; then pytest tests/; fi",
    ],
)
def test_tests_that_may_be_there(step: str) -> None:
    assert not broken(step, **ROWS)


NEEDS = """\
on: push
jobs:
  build:
    runs-on: x
    {key}
    steps:
      - run: docker build -t x .
  deploy:
    runs-on: x
    needs: build
    steps:
      - run: aws lambda update-function-code --function-name f --image-uri x
"""


@pytest.mark.parametrize(("key", "strength"), [("name: b", "present"), ("continue-on-error: true", "automated")])
def test_what_needs_a_job_that_cannot_work_does_not_run(key: str, strength: str, assess: Assess) -> None:
    found = assess({".github/workflows/x.yml": NEEDS.format(key=key)})
    assert found.capabilities["release-automation"].strength.name == strength


@pytest.mark.parametrize(
    ("workflow", "files"),
    [
        ("jobs:\n  a:\n    if: false\n    steps:\n      - run: docker build -t x .\n", {}),
        ("jobs:\n  a:\n    continue-on-error: true\n    steps:\n      - run: docker build -t x .\n", {}),
        ("jobs:\n  a:\n    if: hashFiles('Dockerfile') != ''\n    steps:\n      - run: docker build -t x .\n", {}),
        ("jobs:\n  a:\n    steps:\n      - if: hashFiles('Dockerfile') != ''\n        run: docker build -t x .\n", {}),
        ("jobs:\n  a:\n    steps:\n      - {run: make, working-directory: libs/rows/src}\n",
         {".gitmodules": '[submodule "rows"]\n\tpath = libs/rows\n\turl = https://example.org/rows\n'}),
        ("jobs:\n  a:\n    steps:\n      - run: mkdir work\n      - {run: make, working-directory: work}\n", {}),
    ],
)  # fmt: skip
def test_a_step_that_need_not_run_or_whose_folder_is_brought(
    workflow: str, files: dict[str, str], faults: Faults
) -> None:
    assert not faults({".github/workflows/x.yml": f"on: push\n{workflow}", "Makefile": "all:\n\techo\n", **files})


def test_a_folder_that_nothing_makes(faults: Faults) -> None:
    steps = "      - run: mkdir other\n      - {run: make, working-directory: work}\n"
    workflow = f"on: push\njobs:\n  a:\n    steps:\n{steps}"
    (fault,) = faults({".github/workflows/x.yml": workflow, "Makefile": "all:\n\techo\n"})
    assert fault.missing == "work"


def test_a_workflow_below_the_root_is_none(faults: Faults) -> None:
    """GitHub reads those of the root alone."""
    workflow = "on: push\njobs:\n  a:\n    uses: ./.github/workflows/b.yml\n"
    assert not faults({"services/api/.github/workflows/a.yml": workflow})
    assert faults({".github/workflows/a.yml": workflow})


@pytest.mark.parametrize(
    "files",
    [
        {"fit.py": "import rows\n", "requirements.txt": "\n" * 200_000},
        {"Makefile": "%" * 200_000 + "\n", ".github/workflows/x.yml": "on: push\njobs:\n  a:\n    steps:\n      - run: make x\n"},
        {"a.py": ">" * 200_000, ".github/workflows/x.yml": "on: push\njobs:\n  a:\n    steps:\n      - run: python b.py\n"},
    ],
)  # fmt: skip
def test_no_text_makes_the_search_slow(files: dict[str, str], faults: Faults) -> None:
    program = {"jobs/run.py": "import fit\n", "Justfile": "x:\n  python jobs/run.py\n"}
    begun = process_time()
    faults({**files, **program})
    assert process_time() - begun < 5
