"""The rules as they stand in the repository."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from mlripe.catalog import load
from mlripe.catalog.schema import Capability, MaturityModel

RULES = Path(__file__).parents[2] / "rules"
MODELS = sorted(path.stem for path in (RULES / "models").glob("*.yaml"))


def read(name: str) -> dict[str, Any]:
    data = yaml.safe_load((RULES / name).read_text(encoding="utf-8"))
    assert isinstance(data, dict)
    return data


@pytest.fixture(scope="session")
def rules() -> Path:
    return RULES


@pytest.fixture(scope="session")
def capabilities() -> dict[str, Capability]:
    return {name: Capability(id=name, **fields) for name, fields in read("capabilities.yaml").items()}


@pytest.fixture(scope="session", params=MODELS)
def model(request: pytest.FixtureRequest) -> MaturityModel:
    return load().models[request.param]


@pytest.fixture(scope="session")
def models() -> dict[str, MaturityModel]:
    return dict(load().models)
