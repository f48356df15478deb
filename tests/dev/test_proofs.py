"""Proofs that are drawn at random, to be read hop by hop."""

from __future__ import annotations

from pathlib import Path

from click.testing import CliRunner

from mlripe.dev.__main__ import main

FIXTURE = Path(__file__).resolve().parents[2] / "fixtures/scheduled-training"


def drawn(*arguments: str) -> str:
    return CliRunner().invoke(main, ["proofs", str(FIXTURE), *arguments]).output


def test_a_proof_comes_with_the_source_line_of_each_hop() -> None:
    (proof,) = (each for each in drawn().split("\n\n") if "  experiment-tracking: automated" in each)
    first, place, *hops = proof.splitlines()
    assert first.startswith("scheduled-training  experiment-tracking: automated")
    assert place == "  src/churn/train.py:24  | with mlflow.start_run():"
    assert hops[-1].startswith("  <- .github/workflows/retrain.yml:")
    assert hops[-1].endswith('| - cron: "0 4 * * 1"')
    assert any("python -m churn.train" in hop for hop in hops)


def test_the_same_seed_draws_the_same_proofs() -> None:
    assert drawn("--most", "2") == drawn("--most", "2") != drawn("--most", "2", "--seed", "5")
    assert drawn("--most", "2").count("\n\n") == 1


def test_what_is_no_repository_is_told_and_the_others_are_drawn(tmp_path: Path) -> None:
    result = CliRunner().invoke(main, ["proofs", str(tmp_path / "gone"), str(FIXTURE)])
    assert "gone" in result.output
    assert "training-code: automated" in result.stdout
