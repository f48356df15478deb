"""The repositories in fixtures/, each beside the assessment that it must get.

`fixtures/<name>.yaml` has the kind, the level under each model (null: none is given), the strength of every capability
that is at least declared, the kinds of problem that it has (`no-licence` alone, where it says nothing), and chains: capability ->
the places that lead to a proof, and the proof's own place last.
"""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import yaml

import mlripe
from mlripe.assessment import Assessment
from mlripe.evidence import Evidence
from mlripe.reports import Options, Told, render

if TYPE_CHECKING:
    from tests.conftest import UnderGit

FIXTURES = Path(__file__).parents[1] / "fixtures"
NAMES = sorted(path.stem for path in FIXTURES.glob("*.yaml"))


@pytest.fixture(scope="module", params=NAMES)
def fixture(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, under_git: UnderGit) -> Any:
    """What a fixture must get, and what it gets as the work tree of a repository."""
    name = request.param
    folder = under_git(Path(shutil.copytree(FIXTURES / name, tmp_path_factory.mktemp("fixture") / name)))
    return yaml.safe_load((FIXTURES / f"{name}.yaml").read_text(encoding="utf-8")), mlripe.audit(folder)


def test_kind_and_levels(fixture: tuple[dict[str, Any], Assessment]) -> None:
    wanted, assessment = fixture
    levels = {name: result.level for name, result in assessment.models.items()}
    assert (assessment.repository.kind, levels) == (wanted["kind"], wanted["levels"])


def test_strengths(fixture: tuple[dict[str, Any], Assessment]) -> None:
    wanted, assessment = fixture
    differences = [
        f"{name:24} {wanted['capabilities'].get(name, 'none'):10} {result.strength.name:10} {best(result.evidence)}"
        for name, result in assessment.capabilities.items()
        if result.strength.name != wanted["capabilities"].get(name, "none")
    ]
    assert not differences, "\n".join(["", f"{'capability':24} {'wanted':10} {'got':10} best proof", *differences])
    assert wanted["capabilities"].keys() <= assessment.capabilities.keys()


def test_problems(fixture: tuple[dict[str, Any], Assessment]) -> None:
    wanted, assessment = fixture
    assert [found.id for found in assessment.problems] == wanted.get("problems", ["no-licence"])


def test_chains(fixture: tuple[dict[str, Any], Assessment]) -> None:
    wanted, assessment = fixture
    for name, places in wanted.get("chains", {}).items():
        chains = [chain(proof) for proof in assessment.capabilities[name].evidence]
        assert places in chains, "\n".join([f"{name}: none of", *(" <- ".join(reversed(c)) for c in chains)])


def test_no_read_faults(fixture: tuple[dict[str, Any], Assessment]) -> None:
    assert fixture[1].read_faults == ()


@pytest.mark.parametrize("name", ["scheduled-training", "gitlab-monorepo", "notebooks-only"])
def test_every_way_to_read_it_gives_the_same(name: str, tmp_path: Path, under_git: UnderGit) -> None:
    plain = Path(shutil.copytree(FIXTURES / name, tmp_path / "plain"))
    tree = under_git(Path(shutil.copytree(FIXTURES / name, tmp_path / "tree")))
    bare = tmp_path / "bare.git"
    subprocess.run(["git", "clone", "--quiet", "--bare", tree, bare], capture_output=True, check=True)
    expected, *others = [report(tree), report(tree, "HEAD"), report(bare)]
    for other in others:
        assert other == expected
    # a plain folder has no commits, which is what a model may ask for
    assert report(plain) | {"models": {}} == expected | {"models": {}}


def best(evidence: tuple[Evidence, ...]) -> str:
    return " <- ".join(reversed(chain(evidence[0]))) + f" ({evidence[0].says})" if evidence else "-"


def chain(proof: Evidence) -> list[str]:
    return [f"{hop.path}:{hop.line}" for hop in proof.chain] + [f"{proof.path}:{proof.line}"]


def report(path: Path, rev: str | None = None) -> dict[str, Any]:
    """The JSON report without what the way of reading alone decides."""
    loaded: dict[str, Any] = json.loads(render("json", Told(mlripe.audit(path, rev=rev)), Options()))
    return loaded | {"repository": loaded["repository"] | {"name": "", "commit": ""}}
