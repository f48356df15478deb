"""What a command line really starts, once what wraps it is taken off."""

from __future__ import annotations

import pytest

from mlripe.wiring.command_words import arguments, idle, option, unwrapped


@pytest.mark.parametrize(
    ("written", "started"),
    [
        ("python train.py", "python train.py"),
        ("/usr/bin/python3.11 -u train.py", "python -u train.py"),
        ("python -m pytest -q", "-m pytest -q"),
        ("poetry run python -m pytest -q", "-m pytest -q"),
        ("uv run --with torch --frozen train.py", "train.py"),
        ("conda run -n env python train.py", "python train.py"),
        ("CUDA_VISIBLE_DEVICES=0 python train.py", "python train.py"),
        ("sudo -u ml nohup ./train.sh", "./train.sh"),
        ("torchrun --nproc_per_node 2 train.py --lr 1", "python train.py --lr 1"),
        ("coverage run -m pytest", "-m pytest"),
        ("${PREFIX}coverage run $options -m pytest", "-m pytest"),
        ("${PREFIX}ruff check", "ruff check"),
        ("docker compose exec -T web python manage.py", "python manage.py"),
        ("npx promptfoo@latest eval", "promptfoo eval"),
        ("$(PYTHON) -m ruff check", "-m ruff check"),
        ("${PYTHON_BIN} train.py", "python train.py"),
        ("${PYTHON:-python3} train.py", "python train.py"),
        ("$(VENV)/bin/python train.py", "python train.py"),
        ("/app/.venv/bin/uvicorn app.main:app", "uvicorn app.main:app"),
        ("./env/bin/gunicorn app:app", "gunicorn app:app"),
        ("./tools/bin/train.sh", "./tools/bin/train.sh"),
        ("scripts/run.sh now", "scripts/run.sh now"),
    ],
)
def test_unwrapped(written: str, started: str) -> None:
    assert " ".join(unwrapped(written.split())) == started


def test_nothing_is_started_by_nothing() -> None:
    assert unwrapped(()) == ()
    assert unwrapped(("sudo",)) == ()


def test_arguments_leave_options_and_their_values_out() -> None:
    assert arguments(["-f", "Makefile", "-j4", "train", "--dry-run", "test"], ("-f",)) == ["train", "test"]


@pytest.mark.parametrize("words", [["-f", "x"], ["-fx"], ["--file=x"], ["--file", "x"]])
def test_an_option_is_found_however_it_is_written(words: list[str]) -> None:
    assert option(words, "-f", "--file") == "x"


@pytest.mark.parametrize(
    ("written", "runs_nothing"),
    [
        ("train --help", True),
        ("train --version 2", False),
        ("kubectl apply -f k8s", False),
        ("kubectl delete -f k8s", True),
        ("kubectl apply --dry-run=client -f k8s", True),
        ("kubectl apply --dry-run=none -f k8s", False),
        ("make -n train", True),
        ("python train.py -n 3", False),
        ("python train.py delete", False),
    ],
)
def test_what_only_asks_or_removes_runs_nothing(written: str, runs_nothing: bool) -> None:
    assert idle(written.split()) is runs_nothing
