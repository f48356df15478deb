"""Patterns of commands: of the program that runs, and of those that only wrap it."""

from __future__ import annotations

import pytest

from mlripe.catalog import load
from mlripe.detection.patterns import command_matches
from mlripe.wiring.command_words import CommandWords

WORDS = CommandWords(load().knowledge.programs)


@pytest.mark.parametrize(
    ("pattern", "command"),
    [
        ("pytest", "uv run --locked pytest -q"),
        ("uv run --locked", "uv run --locked pytest -q"),
        ("srun", "srun --gres=gpu:1 python train.py"),
        ("npx evalite", "npx evalite"),
        ("pkg.train_*", "deepspeed --module pkg.train_sft --lr 1"),
        ("promote_model*", "./scripts/promote_model.sh churn"),
    ],
)
def test_matches(pattern: str, command: str) -> None:
    assert command_matches(pattern, command.split(), WORDS)


@pytest.mark.parametrize(
    ("pattern", "command"),
    [
        ("uv run --locked", "uv run pytest --locked-out"),
        ("srun", "sbatch srun.sh"),
        ("pkg.train_*", "pkg.serve"),
    ],
)
def test_does_not(pattern: str, command: str) -> None:
    assert not command_matches(pattern, command.split(), WORDS)
