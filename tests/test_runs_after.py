"""What holds a deployment up: of each CI service the ways in which a failed test does, and those in which it does not."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
import yaml

from mlripe.catalog import load

if TYPE_CHECKING:
    from tests.conftest import Assess

TABLE = yaml.safe_load(Path(__file__).with_name("runs_after.yaml").read_text(encoding="utf-8"))
OTHERS = {
    "test_a.py": "def test_a():\n    assert 1\n",
    "tell.sh": "#!/bin/sh\necho done\n",
    "k8s/a.yaml": "kind: Deployment\napiVersion: apps/v1\nmetadata: {name: a}\n",
}


def rows() -> Iterator[object]:
    for path, kinds in TABLE.items():
        for kind, pipelines in kinds.items():
            for says, text in pipelines.items():
                yield pytest.param(path, text, kind == "held", id=f"{path}, {kind}: {says}")


@pytest.mark.parametrize(("path", "text", "held"), list(rows()))
def test_a_deployment_is_held_up_by_a_failed_test_or_it_is_not(
    path: str, text: str, held: bool, assess: Assess
) -> None:
    capabilities = assess({path: text, **OTHERS}).capabilities
    expected = "enforced" if held else "automated"
    assert capabilities["code-testing"].strength.name == expected
    assert capabilities["release-automation"].strength.name == expected


@pytest.mark.parametrize(("path", "text", "held"), list(rows()))
def test_a_deployment_is_held_up_by_a_failed_check_or_it_is_not(
    path: str, text: str, held: bool, assess: Assess
) -> None:
    capabilities = assess({path: text.replace("pytest", "ruff check ."), **OTHERS}).capabilities
    assert capabilities["code-quality-checks"].strength.name == ("enforced" if held else "automated")


def test_every_service_stands_in_the_table() -> None:
    from mlripe.readers import file_table

    services = {file_table(load().knowledge).service_for(path) for path in TABLE}
    assert services == set(load().knowledge.ci_services)
