"""The wheel and the source distribution: each, installed into an empty environment, works outside the checkout."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import tarfile
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent

pytestmark = pytest.mark.slow


ALONE = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}  # sees what is installed, only


def run(*command: str | Path, cwd: Path, env: dict[str, str] | None = None) -> str:
    done = subprocess.run(command, cwd=cwd, env=env, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def distributions(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with both, as MLRIPE_DIST names it (what is about to be released), else built from the checkout."""
    if ready := os.environ.get("MLRIPE_DIST"):
        return Path(ready)
    folder = tmp_path_factory.mktemp("distributions")
    run(sys.executable, "-m", "hatchling", "build", "-d", folder, cwd=ROOT)
    return folder


def only(folder: Path, pattern: str) -> Path:
    (found,) = folder.glob(pattern)
    return found


@pytest.fixture(scope="module")
def wheel(distributions: Path) -> Path:
    return only(distributions, "mlripe-*.whl")


@pytest.fixture(scope="module")
def sdist(distributions: Path) -> Path:
    return only(distributions, "mlripe-*.tar.gz")


@pytest.fixture(scope="module", params=["wheel", "sdist"])
def installed(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, same_versions: dict[str, str]
) -> Path:
    """The scripts folder of an environment that holds one of both and what it requires, nothing else.

    What it requires, and what builds the sdist, has the versions that are installed here.
    """
    environment = tmp_path_factory.mktemp("environment")
    run(sys.executable, "-m", "venv", environment, cwd=environment)
    scripts = environment / ("Scripts" if sys.platform == "win32" else "bin")
    asked = (scripts / "python", "-m", "pip", "install", "--quiet", request.getfixturevalue(request.param))
    run(*asked, cwd=environment, env=ALONE | same_versions)
    return scripts


def test_wheel_holds_the_catalogue_and_the_schema(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        names = set(archive.namelist())
        rules, patterns, plans = map(json.loads, archive.read("mlripe/catalog.json").splitlines())
    wanted = {
        path.relative_to(ROOT).as_posix()
        for folder in ("detectors", "rules")
        for path in (ROOT / folder).rglob("*.yaml")
    }
    assert {f"mlripe/data/{name}" for name in wanted} <= names
    assert {
        "mlripe/reports/machine/report.schema.json",
        "mlripe/settings/settings.schema.json",
        "mlripe/py.typed",
    } <= names
    assert rules["capabilities"]
    assert patterns["detectors"]
    assert plans["advice"]
    page = {f"mlripe/reports/html/{path.name}" for path in (ROOT / "src/mlripe/reports/html").glob("*.*")}
    assert page <= names
    assert {"mlripe/reports/html/report.html.j2", "mlripe/reports/html/style.css"} <= page
    assert not [name for name in names if name.startswith(("tests/", "fixtures/", "benchmarks/"))]


def test_sdist_holds_the_whole_source(sdist: Path) -> None:
    with tarfile.open(sdist) as archive:
        names = {name.partition("/")[2] for name in archive.getnames()}
    assert {"PKG-INFO", "README.md", "LICENSE", "CHANGELOG.md", "pyproject.toml", "hatch_build.py"} <= names
    for folder in ("src", "detectors", "rules", "fixtures", "tests", "docs", "requirements", "benchmarks", ".ci"):
        files = {path.relative_to(ROOT).as_posix() for path in (ROOT / folder).rglob("*") if path.is_file()}
        ignored = {
            name
            for name in files
            if re.search(r"__pycache__/|node_modules/|/\.\w+_cache/|^src/mlripe/catalog\.json$", name)
        }
        assert files - ignored - names == set(), folder


def test_installed_audits(installed: Path, tmp_path: Path) -> None:
    (tmp_path / "train.py").write_text("import mlflow\nmlflow.log_metric('accuracy', 0.9)\n")
    report = json.loads(run(installed / "mlripe", "audit", ".", "--format", "json", cwd=tmp_path, env=ALONE))
    tracking = report["capabilities"]["experiment-tracking"]
    assert (tracking["strength"], tracking["evidence"][0]["path"]) == ("present", "train.py")
    assert set(report["models"]) >= {"azure", "google"}


def test_installed_writes_the_page(installed: Path, tmp_path: Path) -> None:
    (tmp_path / "train.py").write_text("import mlflow\nmlflow.log_metric('accuracy', 0.9)\n")
    run(installed / "mlripe", "audit", ".", "--format", "html=report.html", cwd=tmp_path, env=ALONE)
    assert "<code>train.py:2</code>" in (tmp_path / "report.html").read_text(encoding="ascii")


def test_installed_and_checkout_agree_on_the_catalogue(installed: Path, tmp_path: Path) -> None:
    program = "import mlripe.catalog; print(mlripe.catalog.load().version)"
    here = run(sys.executable, "-c", program, cwd=ROOT)
    assert run(installed / "python", "-c", program, cwd=tmp_path, env=ALONE) == here


def test_installed_gives_the_public_function(installed: Path, tmp_path: Path) -> None:
    program = "import mlripe; print(mlripe.audit('.').repository.kind, mlripe.__version__)"
    assert run(installed / "python", "-c", program, cwd=tmp_path, env=ALONE).split()[1] == "0.1.0"
