"""The rules as they stand in the repository, read without the catalogue's compiler."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from mlripe.catalog.shapes import Capability, Criterion, MaturityModel

RULES = Path(__file__).parents[2] / "rules"
MODELS = sorted(path.stem for path in (RULES / "models").glob("*.yaml"))


def read(name: str) -> dict[str, Any]:
    data = yaml.safe_load((RULES / name).read_text(encoding="utf-8"))
    assert isinstance(data, dict)
    return data


def read_model(name: str) -> MaturityModel:
    data = read(f"models/{name}.yaml")
    criteria = tuple(Criterion(**each) for each in data.pop("criteria"))
    return MaturityModel(criteria=criteria, **data)


@pytest.fixture(scope="session")
def rules() -> Path:
    return RULES


@pytest.fixture(scope="session")
def capabilities() -> dict[str, Capability]:
    return {name: Capability(id=name, **fields) for name, fields in read("capabilities.yaml").items()}


@pytest.fixture(scope="session", params=MODELS)
def model(request: pytest.FixtureRequest) -> MaturityModel:
    return read_model(request.param)


@pytest.fixture(scope="session")
def models() -> dict[str, MaturityModel]:
    return {name: read_model(name) for name in MODELS}
