"""Attestations and exclusions: what they need, what they count for, and that they stand apart from what is observed."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from mlripe import auditing
from mlripe.assessment import Assessment
from mlripe.cli.app import run
from mlripe.settings.load import ConfigError
from mlripe.snapshot.memory import MemorySnapshot

TODAY = date(2026, 6, 1)
TRAIN = "from sklearn.svm import SVC\nSVC().fit([[1]], [1])\n"
CI = "on: push\njobs:\n  a:\n    runs-on: x\n    steps:\n      - run: pytest\n"


def attested(about: str, **changed: str) -> str:
    lines = {
        "about": repr(about),
        "strength": "'automated'",
        "by": "'Ada Lovelace, ML lead'",
        "on": "2026-05-01",
        "until": "2027-05-01",
        "proof": "'https://wiki.example.org/drift'",
        "reason": "'the platform repository does it'",
    } | changed
    return "[[attestations]]\n" + "".join(f"{key} = {value}\n" for key, value in lines.items() if value)


def excluded(about: str, reason: str = "there are no features to share") -> str:
    return f"[[exclusions]]\nabout = {about!r}\nreason = {reason!r}\n"


Judge = Callable[..., Assessment]


@pytest.fixture
def judge(monkeypatch: pytest.MonkeyPatch) -> Judge:
    def judged(*settings: str, observed_only: bool = False, **files: str) -> Assessment:
        snapshot = MemorySnapshot({"train.py": TRAIN, "mlripe.toml": "\n".join(settings), **files})
        monkeypatch.setattr(auditing, "open_snapshot", lambda *asked: snapshot)
        return auditing.audit(today=TODAY, observed_only=observed_only)

    return judged


def status(found: Assessment, name: str) -> str:
    model, criterion = name.split("/")
    return next(each.status for each in found.models[model].criteria if each.id == criterion)


def test_an_attested_capability_counts_for_the_level_and_stands_apart(judge: Judge) -> None:
    found = judge(attested("continuous-integration"))
    assert (found.models["azure"].level, found.models["azure"].observed) == (1, 0)
    assert status(found, "azure/builds-automated") == "attested"
    assert found.capabilities["continuous-integration"].strength.name == "none"
    (attestation,) = found.attestations
    assert (attestation.by, attestation.until) == ("Ada Lovelace, ML lead", "2027-05-01")


def test_observed_only_leaves_them_out(judge: Judge) -> None:
    found = judge(attested("continuous-integration"), observed_only=True)
    assert (found.models["azure"].level, found.attestations) == (0, ())


def test_a_weaker_word_than_the_files_changes_nothing(judge: Judge) -> None:
    found = judge(
        attested("continuous-integration", strength="'present'"),
        **{".github/workflows/ci.yml": CI, "tests/test_a.py": "def test_a():\n    assert 1\n"},
    )
    assert status(found, "azure/builds-automated") == "met"


def test_a_criterion_that_no_file_shows_can_be_attested(judge: Judge) -> None:
    about = "azure/experiments-made-repeatable-together"
    assert status(judge(), about) == "not-observable"
    assert status(judge(attested(about, strength="")), about) == "attested"


def test_an_expired_one_warns_and_counts_no_more(judge: Judge) -> None:
    found = judge(attested("continuous-integration", on="2025-01-01", until="2026-05-31"))
    assert found.models["azure"].level == 0
    assert found.attestations == ()
    (read_fault,) = found.read_faults
    assert read_fault.path == "mlripe.toml"
    assert read_fault.says == (
        "the attestation of continuous-integration by Ada Lovelace, ML lead ended on 2026-05-31: renew or remove it"
    )


def test_what_is_excluded_is_not_asked_for(judge: Judge) -> None:
    about = "azure/feature-store-adopted"
    assert status(judge(), about) == "missing"
    assert status(judge(excluded("feature-store")), about) == "not-applicable"
    assert status(judge(excluded(about)), about) == "not-applicable"
    assert "feature-store" not in {step.capability for step in judge(excluded("feature-store")).models["google"].next}


@pytest.mark.parametrize(
    ("settings", "says"),
    [
        (attested("drift-detectoin"), "attestations.0.about: there is no capability 'drift-detectoin'; did you mean"),
        (attested("azur/builds-automated"), "attestations.0.about: there is no maturity model 'azur'; did you mean"),
        (attested("azure/build"), "attestations.0.about: azure has no criterion 'build'"),
        (attested("lineage", strength=""), "attestations.0.strength: is required, since lineage is a capability"),
        (attested("lineage", strength="'good'"), "attestations.0.strength: "),
        (attested("lineage", by=""), "attestations.0.by: is required"),
        (attested("lineage", by="' '"), "attestations.0.by: is empty; without it nobody can check it"),
        (attested("lineage", proof=""), "attestations.0.proof: is required"),
        (attested("lineage", reason=""), "attestations.0.reason: is required"),
        (attested("lineage", until=""), "attestations.0.until: is required"),
        (attested("lineage", until="2026-04-01"), "attestations.0.until: 2026-04-01 is before 2026-05-01"),
        (attested("lineage", on="2026-07-01"), "attestations.0.on: 2026-07-01 is still to come"),
        (attested("lineage", on="'soon'"), "attestations.0.on: "),
        (attested("lineage", since="2026-07-01"), "attestations.0.since: unknown key"),
        (excluded("lineage", " "), "exclusions.0.reason: is empty"),
        ("[[exclusions]]\nabout = 'lineage'\n", "exclusions.0.reason: is required"),
        (
            excluded("linage"),
            "exclusions.0.about: there is no capability or kind of problem 'linage'; did you mean 'lineage'?",
        ),
    ],
)
def test_a_wrong_statement_is_named_with_key_and_remedy(settings: str, says: str, judge: Judge) -> None:
    with pytest.raises(ConfigError) as error:
        judge(settings)
    assert str(error.value).startswith(f"mlripe.toml: {says}")


def test_the_report_says_whose_word_it_is(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "train.py").write_text(TRAIN)
    (tmp_path / "mlripe.toml").write_text(attested("continuous-integration") + excluded("feature-store"))
    assert run(["audit", str(tmp_path), "--as-of", "2026-06-01"]) == 0
    out = " ".join(capsys.readouterr().out.split())
    assert "Attested (somebody's word, not seen in the files) continuous-integration automated: the platform" in out
    assert "(Ada Lovelace, ML lead, 2026-05-01, until 2027-05-01; https://wiki.example.org/drift)" in out
    assert "Not applicable (by the configuration) feature-store: there are no features to share" in out
    assert "level 0 by what the files show alone" in out
    assert run(["check", str(tmp_path), "--as-of", "2026-06-01", "--target", "azure:1"]) == 0
    assert run(["check", str(tmp_path), "--as-of", "2026-06-01", "--target", "azure:1", "--observed-only"]) == 1
    assert run(["check", str(tmp_path), "--as-of", "2028-06-01", "--target", "azure:1"]) == 1
    assert run(["check", str(tmp_path), "--as-of", "soon", "--target", "azure:1"]) == 2
