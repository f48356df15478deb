"""Reports as a user gets them: of an empty folder, of notebooks only, of a repository that has everything, of that
under every model, and of a check of it.
"""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from mlripe.cli.app import run

if TYPE_CHECKING:
    from tests.conftest import UnderGit

FIXTURES = Path(__file__).parents[3] / "fixtures"
AUDITS = {"empty": (), "notebooks-only": (), "full": (), "every-model": ("--model", "all")}
CHECK = ("--target", "azure:4", "--target", "google:2", "--require", "drift-detection=automated", "--exit-zero")
PAGES = (*AUDITS, "check")
SETTINGS = """\
projects = ["catalog", "recommender"]

[[attestations]]
about = "drift-detection"
strength = "automated"
by = "Ada Lovelace, ML lead"
on = 2026-05-01
until = 2027-05-01
proof = "https://wiki.example.org/drift"
reason = "the platform team watches all models"

[[attestations]]
about = "azure/software-team-releases"
by = "Ada Lovelace, ML lead"
on = 2026-05-01
until = 2027-05-01
proof = "a talk in March"
reason = "the release team of the shop"

[[exclusions]]
about = "feature-store"
reason = "one model, no features to share"
"""


def _full(folder: Path, under_git: UnderGit) -> None:
    """Projects, attestations, an exclusion, a read fault, a forge, and a file that is not as its commit has it."""
    shutil.copytree(FIXTURES / "gitlab-monorepo", folder)
    (folder / "mlripe.toml").write_text(SETTINGS)
    (folder / "broken.yaml").write_text("a: [\n")
    under_git(folder)
    remote = "https://ada:s3cret@gitlab.example.org:8443/shop/<models> & co.git"
    subprocess.run(["git", "remote", "add", "origin", remote], cwd=folder, check=True)
    train = folder / "recommender" / "recommender" / "train.py"
    train.write_text("# changed since\n" + train.read_text())


@pytest.fixture(scope="session")
def pages(tmp_path_factory: pytest.TempPathFactory, under_git: UnderGit) -> dict[str, Path]:
    """The file of each report by its name in PAGES."""
    root = tmp_path_factory.mktemp("pages")
    (root / "empty").mkdir()
    shutil.copytree(FIXTURES / "notebooks-only", root / "notebooks-only")
    _full(root / "full", under_git)
    for name in PAGES:
        folder = root / (name if (root / name).exists() else "full")
        asked = ["check", *CHECK] if name == "check" else ["audit", *AUDITS[name]]
        told = ["--format", f"html={root / name}.html", "--as-of", "2026-06-01"]
        assert run([*asked, str(folder), *told]) == 0
    return {name: root / f"{name}.html" for name in PAGES}


@pytest.fixture(params=PAGES)
def page_file(request: pytest.FixtureRequest, pages: dict[str, Path]) -> Path:
    """The file of one report after the other."""
    return pages[request.param]


@pytest.fixture
def page(page_file: Path) -> str:
    """The text of one report after the other."""
    return page_file.read_text(encoding="ascii")


@pytest.fixture
def full(pages: dict[str, Path]) -> str:
    return pages["full"].read_text(encoding="ascii")
