"""Detectors and rules of mlripe are data wherever they lie: no evidence of what the repository practises."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest
import yaml

from mlripe.auditing import audit
from mlripe.catalog.recognition import is_catalogue_file

if TYPE_CHECKING:
    from tests.conftest import Assess

ROOT = Path(__file__).resolve().parents[2]
DETECTOR = """\
tool: Our deployer
homepage: https://example.org
shows:
  - capability: release-automation
    command: [our-deployer]
cases:
  - files: {"ci.yml": "run: our-deployer\\n"}
    shows: {}
"""
STATES = 'StartAt: Deploy\nStates:\n  Deploy: {Type: Task, Resource: "arn:aws:states:::sagemaker:createEndpoint", End: true}\n'
CASE = f"cases:\n  - files:\n      machine.asl.yaml: |\n{''.join(f'        {line}' for line in STATES.splitlines(True))}    shows: {{}}\n"
MODEL = "id: ours\ntitle: Ours\nsource: https://example.org\nfidelity: adapted\ndimensions: {}\ncriteria: []\n"
PROBLEM = "id: ours\ntitle: a\nseverity: broken\nwhy: c\nremedy: d\nwhen: {signal: web}\n"


def test_every_file_of_our_own_catalogue_is_one() -> None:
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    files = [path for folder in ("detectors", "rules") for path in (ROOT / folder).rglob("*.yaml")]
    assert len(files) > 300
    names = {path.relative_to(ROOT).as_posix(): yaml.load(path.read_bytes(), Loader=loader) for path in files}
    assert [name for name, data in names.items() if not is_catalogue_file(name, [data])] == []


@pytest.mark.parametrize(
    ("path", "text", "is_one"),
    [
        ("anywhere/deep/x.yml", DETECTOR, True),
        ("x.yaml", "tool: X\ndeclared_by: {python: [x]}\n", True),
        ("x.yaml", "tool: X\nstarts: []\n", True),
        ("x.yaml", MODEL, True),
        ("x.yaml", PROBLEM, True),
        ("ours/rules/roles.yaml", "ours: {says: a sign}\n", True),
        ("greetings.yaml", "hello: {says: hi}\n", False),  # the form is too plain: such a file is known by its place
        ("rules/roles.yaml", "hello: hi\n", False),
        ("x.yaml", "tool: hammer\n", False),
        ("x.yaml", "tool: hammer\nshows: []\nprice: 3\n", False),
        ("x.yaml", "shows: []\nstarts: []\n", False),
        ("x.yaml", "id: a\ntitle: b\nsource: c\n", False),
        ("rules/alerts.yaml", "groups:\n  - name: a\n    rules: []\n", False),
        ("x.json", '{"tool": "X", "shows": []}', False),
        ("x.yaml", "", False),
        ("rules/kinds.yaml", "{}", False),
        ("x.yaml", "- tool: X\n", False),
    ],
)
def test_it_is_known_by_its_form(path: str, text: str, is_one: bool) -> None:
    assert is_catalogue_file(path, [data for data in yaml.safe_load_all(text) if data is not None]) is is_one


def test_a_stream_of_several_documents_is_none() -> None:
    assert not is_catalogue_file("x.yaml", [yaml.safe_load(DETECTOR)] * 2)


TRAIN = {"train.py": "from sklearn.svm import SVC\n\nSVC().fit([[1]], [1])\n"}


@pytest.mark.parametrize("path", ["detectors/serving/trivy.yaml", "tools/mlripe/trivy.yaml", "docker-compose.yaml"])
def test_neither_its_name_nor_its_cases_prove_anything(path: str, assess: Assess) -> None:
    found = assess({**TRAIN, path: DETECTOR.partition("cases:")[0] + CASE})
    assert found.repository.set_aside == {"catalogue": 1}
    assert {name for name, result in found.capabilities.items() if result.evidence} == {"training-code"}


def test_the_same_lines_in_a_file_of_another_form_do(assess: Assess) -> None:
    found = assess({**TRAIN, "machine.asl.yaml": STATES})
    assert found.repository.set_aside == {}
    assert found.capabilities["release-automation"].evidence[0].path == "machine.asl.yaml"


def test_a_role_that_a_file_has_by_its_path_stays(assess: Assess) -> None:
    assert assess({**TRAIN, "tests/data/x.yaml": DETECTOR}).repository.set_aside == {"fixtures": 1}


def test_the_settings_switch_it_off(assess: Assess) -> None:
    found = assess({**TRAIN, "a/trivy.yaml": DETECTOR, "mlripe.toml": "[paths]\ncatalogue = []\n"})
    assert found.repository.set_aside == {}


def test_what_the_settings_judge_with_is_set_aside_too(assess: Assess) -> None:
    settings = 'catalogs = ["tools/mlripe"]\n'
    found = assess({**TRAIN, "tools/mlripe/detectors/foundation/our-deployer.yaml": DETECTOR, "mlripe.toml": settings})
    assert found.additions == ("tools/mlripe",)
    assert found.repository.set_aside == {"catalogue": 1}


def test_our_own_repository_rests_on_nothing_of_its_catalogue_or_fixtures() -> None:
    found = audit(ROOT)
    files = [path for folder in ("detectors", "rules") for path in (ROOT / folder).rglob("*.yaml")]
    assert found.repository.set_aside["catalogue"] == len(files)
    places = {row.path for result in found.capabilities.values() for row in result.evidence}
    assert {path for path in places if path.startswith(("detectors/", "rules/", "fixtures/"))} == set()
    assert any(path.startswith(".github/workflows/") for path in places)
