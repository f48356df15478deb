"""Catalogues that add to mlripe's own: what they may hold, and what a wrong one is told."""

from __future__ import annotations

import sys
import time
from pathlib import Path

import pytest

from mlripe.auditing import Inspection
from mlripe.catalog import load
from mlripe.catalog.additions import Addition, extended, from_files, from_folder, from_packages
from mlripe.catalog.globs import matcher
from mlripe.errors import CatalogError
from mlripe.snapshot.memory import MemorySnapshot
from mlripe.wiring.command_words import CommandWords

LOADER = """
tool: Our loader
declared_by: {python: [our-loader]}
shows:
  - capability: data-ingestion
    call: [our_loader.pull]
cases:
  - files: {"a.py": "import our_loader\\nour_loader.pull()\\n"}
    shows: {data-ingestion: present}
  - files: {"a.py": "pull()\\n"}
    shows: {}
"""
REVIEW = """
privacy-review:
  title: Privacy review
  area: registry
  what: Somebody has looked at which personal data a model learns from.
  why: The law asks for it.
  source: https://example.org/privacy
  recognised: A signed file beside the model card.
  how: Fill in the form.
  effort: small
"""
MODEL = """
id: ours
title: Our own steps
source: https://example.org/steps
fidelity: published
levels: {0: Nothing, 1: Reviewed}
dimensions: {people: People}
criteria:
  - id: reviewed
    level: 1
    dimension: people
    says: A privacy review is there
    weight: central
    needs: {privacy-review: present}
"""
SMELL = """
title: A loader that nobody reviewed
severity: untidy
source: https://example.org/smells
why: What it loads may be personal.
remedy: Ask for a review.
spares: [teaching]
when: {all: [{reached: {data-ingestion: present}}, {below: {lineage: present}}]}
"""


def added(**files: str) -> Addition:
    return Addition("ours", {name: text.encode() for name, text in files.items()})


def test_a_detector_a_capability_and_a_model_are_added() -> None:
    base = load()
    files = {
        "detectors/data/our-loader.yaml": LOADER,
        "rules/capabilities.yaml": REVIEW,
        "rules/models/ours.yaml": MODEL,
    }
    both = extended(base, [added(**files)])
    assert both.detectors[-1].id == "our-loader"
    assert (both.capability("privacy-review").area, both.model("ours").levels[1]) == ("registry", "Reviewed")
    assert both.words["our_loader"] == "pull"
    assert (both.additions, both.version != base.version) == (("ours",), True)
    assert base.additions == ()


def test_a_kind_of_problem_is_added_under_its_file_s_name() -> None:
    both = extended(load(), [added(**{"rules/problems/unreviewed-loader.yaml": SMELL})])
    assert both.problem_rules["unreviewed-loader"].spares == ("teaching",)


def test_later_additions_see_the_words_of_earlier_ones() -> None:
    first = added(**{"rules/capabilities.yaml": REVIEW})
    second = added(**{"rules/models/ours.yaml": MODEL})
    assert "ours" in extended(load(), [first, second]).models
    with pytest.raises(CatalogError, match="privacy-review"):
        extended(load(), [second])


@pytest.mark.parametrize(
    ("name", "text", "says"),
    [
        ("detectors/data/x.yaml", LOADER.replace("data-ingestion", "data-ingeston"), "did you mean 'data-ingestion'?"),
        ("detectors/data/x.yaml", LOADER.replace("call:", "cal:"), "unknown key; did you mean 'call'?"),
        ("detectors/data/mlflow.yaml", LOADER, "the name is taken by mlripe's own catalogue; choose another"),
        ("detectors/data/x.yaml", "tool: [\n", "ours/detectors/data/x.yaml:2: not valid YAML"),
        ("detectors/data/x.yaml", "", "is empty; fill or remove it"),
        (
            "detectors/data/x.yaml",
            LOADER.replace("call: [our_loader.pull]", "call: [our_loader.pull]\n    with: {mode: 'a(?=b)'}"),
            "shows.0.with.mode: 'a(?=b)' is no regular expression that runs in linear time",
        ),
        (
            "detectors/data/x.yaml",
            LOADER.replace(
                "call: [our_loader.pull]", "text: ['(?s)[a-f].{0,600}[x-z].{0,600}!']\n    within: ['*.py']"
            ),
            "takes too long to search for; repeat less",
        ),
        ("rules/kinds.yaml", "a: {}", "ours/rules/kinds.yaml: is no file of a catalogue; known are detectors/"),
        ("rules/capabilities.yaml", REVIEW.replace("privacy-review:", "lineage:"), "lineage: the name is taken"),
        (
            "rules/problems/x.yaml",
            SMELL.replace("data-ingestion", "data-ingeston"),
            "did you mean 'data-ingestion'?",
        ),
        (
            "rules/problems/x.yaml",
            SMELL.replace("teaching", "teachers"),
            "spares: 'teachers' is not known; did you",
        ),
        (
            "rules/problems/x.yaml",
            SMELL.replace("remedy", "remedies"),
            "remedies: unknown key; did you mean 'remedy'?",
        ),
        (
            "rules/problems/x.yaml",
            SMELL.replace("why: ", "because: "),
            "ours/rules/problems/x.yaml: why: is required",
        ),
        ("rules/problems/x.yaml", SMELL + "id: y\n", "id: is 'y', which the file's name is not; call both alike"),
        ("rules/problems/no-data-tests.yaml", SMELL, "the name is taken by mlripe's own catalogue; choose another"),
        ("rules/programs.yaml", "acme: {does: [wrap]}", "ours/rules/programs.yaml: acme.does.0: must be"),
        ("rules/programs.yaml", "acme: {does: [wrap]}", "not 'wrap'; did you mean 'wraps'?"),
        ("rules/programs.yaml", "acme: {like: terrafrom}", "'terrafrom' is not known; did you mean 'terraform'?"),
        ("rules/programs.yaml", "acme: {dose: [wraps]}", "acme.dose: unknown key; did you mean 'does'?"),
        ("rules/capabilities.yaml", "a: 1", "ours/rules/capabilities.yaml: a: must be a mapping"),
    ],
)
def test_a_wrong_file_is_named_with_key_and_remedy(name: str, text: str, says: str) -> None:
    with pytest.raises(CatalogError) as error:
        extended(load(), [added(**{name: text})])
    assert str(error.value).startswith("ours/")
    assert says in str(error.value)


@pytest.mark.parametrize(
    "text",
    [
        "a: &a [x, x]\nb: &b [*a, *a]\nc: [*b, *b]\n",
        "x: " + "[" * 60 + "]" * 60,
        "x: &x 1\ny: [" + "*x, " * 300 + "]",
        "# " + "x" * (600 * 1024) + "\na: 1",
    ],
    ids=["aliases of aliases", "deep", "many aliases", "large"],
)
def test_what_would_grow_beyond_all_bounds_is_refused(text: str) -> None:
    with pytest.raises(CatalogError, match=r"ours/detectors/data/x\.yaml: (?:has aliases|is nested|is larger)"):
        extended(load(), [added(**{"detectors/data/x.yaml": text})])


def test_a_program_is_added_and_another_replaced() -> None:
    rows = "acme run: {does: [wraps], valued: [-p]}\nsudo: {does: [reads]}\nours: {like: sh}\n"
    both = extended(load(), [added(**{"rules/programs.yaml": rows})])
    words = CommandWords(both.knowledge.programs)
    assert words.unwrapped("acme run -p prod python train.py".split()) == ("python", "train.py")
    assert words.unwrapped(("sudo", "ls")) == ("sudo", "ls")
    assert words.programs.followed_as("ours") == "sh"
    assert CommandWords(load().knowledge.programs).unwrapped(("sudo", "ls")) == ("ls",)


def test_what_an_added_wrapper_runs_is_followed() -> None:
    files = {
        ".github/workflows/train.yml": "on: push\njobs:\n  a:\n    steps:\n      - run: acme run -p prod make fit\n",
        "Makefile": "fit:\n\tpython train.py\n",
        "train.py": "from sklearn.svm import SVC\nSVC().fit(X, y)\n",
    }
    both = extended(load(), [added(**{"rules/programs.yaml": "acme run: {does: [wraps], valued: [-p]}\n"})])
    strengths = {}
    for catalog in (load(), both):
        results = Inspection(MemorySnapshot(files), catalog).assessment().capabilities
        strengths[catalog.additions] = results["training-code"].strength.name
    assert strengths == {(): "present", ("ours",): "automated"}


def test_a_folder_that_holds_no_catalogue(tmp_path: Path) -> None:
    (tmp_path / "notes.yaml").write_text("a: 1")
    with pytest.raises(CatalogError, match="holds no catalogue; put detectors in"):
        from_folder(tmp_path)
    with pytest.raises(CatalogError, match="there is no such folder"):
        from_folder(tmp_path / "nowhere")
    with pytest.raises(CatalogError, match="more than 1000"):
        from_files("ours", ((f"detectors/data/d{number}.yaml", b"") for number in range(1001)))


@pytest.fixture
def site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of installed packages, with one that brings a catalogue."""
    package = tmp_path / "site/acme_rules"
    (package / "detectors/data").mkdir(parents=True)
    (package / "__init__.py").write_text("raise RuntimeError('a catalogue is never imported')")
    (package / "detectors/data/our-loader.yaml").write_text(LOADER)
    metadata = tmp_path / "site/acme_rules-1.2.dist-info"
    metadata.mkdir()
    (metadata / "METADATA").write_text("Metadata-Version: 2.1\nName: acme-rules\nVersion: 1.2\n")
    (metadata / "entry_points.txt").write_text("[mlripe.catalogs]\nacme = acme_rules\n")
    monkeypatch.setattr(sys, "path", [*sys.path, str(tmp_path / "site")])
    return tmp_path / "site"


def test_a_package_brings_a_catalogue_and_is_not_imported(site: Path) -> None:
    (addition,) = from_packages()
    assert (addition.name, list(addition.files)) == ("package acme_rules", ["detectors/data/our-loader.yaml"])
    assert "acme_rules" not in sys.modules


def test_nothing_is_taken_from_the_folder_that_one_stands_in(site: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(site)
    monkeypatch.setattr(sys, "path", ["", *sys.path])
    assert from_packages() == ()


def test_a_package_that_is_not_there_is_named(site: Path) -> None:
    (site / "acme_rules-1.2.dist-info/entry_points.txt").write_text("[mlripe.catalogs]\nacme = acme_gone\n")
    with pytest.raises(CatalogError, match="the entry point acme = 'acme_gone'"):
        from_packages()


@pytest.mark.parametrize("pattern", ["**a**a**a**a**a**a**b", "*a*a*a*a*a*a*a*b", "a*a*a*?a*a*b"])
def test_a_glob_that_a_repository_brings_cannot_be_made_to_try_every_way(pattern: str) -> None:
    globs = matcher((pattern,))
    started = time.process_time()
    assert not any(globs.fullmatch("a" * 200 + str(number)) for number in range(60))
    assert time.process_time() - started < 2
