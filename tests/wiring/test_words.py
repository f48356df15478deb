"""What a command line really starts, once what wraps it is taken off."""

from __future__ import annotations

import pytest

from mlripe.catalog import load
from mlripe.kinds import ProgramEffect
from mlripe.wiring.command_words import CommandWords, arguments, option
from mlripe.wiring.program_handlers import HANDLERS

WORDS = CommandWords(load().knowledge.programs)


@pytest.mark.parametrize(
    ("written", "started"),
    [
        ("python train.py", "python train.py"),
        ("/usr/bin/python3.11 -u train.py", "python -u train.py"),
        ("python -m pytest -q", "-m pytest -q"),
        ("poetry run python -m pytest -q", "-m pytest -q"),
        ("python -mpytest -q", "-m pytest -q"),
        ("python -u -mfit.main -x", "-m fit.main -x"),
        ("python main.py -mx", "python main.py -mx"),
        ("uv run --with torch --frozen train.py", "train.py"),
        ("conda run -n env python train.py", "python train.py"),
        ("CUDA_VISIBLE_DEVICES=0 python train.py", "python train.py"),
        ("sudo -u ml nohup ./train.sh", "./train.sh"),
        ("torchrun --nproc_per_node 2 train.py --lr 1", "python train.py --lr 1"),
        ("coverage run -m pytest", "-m pytest"),
        ("retry 3 docker push app:1", "docker push app:1"),
        ("timeout 60 python train.py", "python train.py"),
        ("newrelic-admin run-program gunicorn app:app", "gunicorn app:app"),
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
        ("timeout --signal=TERM -k 10 3h python -m late.train", "-m late.train"),
        ("taskset -c 0-3 numactl --membind 0 ./train.sh", "./train.sh"),
        ("uv --directory ml run --frozen python train.py", "python train.py"),
        ("apptainer exec --nv churn.sif python train.py", "python train.py"),
        ("nix develop -c just fit", "just fit"),
    ],
)
def test_unwrapped(written: str, started: str) -> None:
    assert " ".join(WORDS.unwrapped(written.split())) == started


def test_nothing_is_started_by_nothing() -> None:
    assert WORDS.unwrapped(()) == ()
    assert WORDS.unwrapped(("sudo",)) == ()


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
        ("az bicep build --file main.bicep", True),
        ("terraform -chdir=infra plan", True),
        ("terragrunt run-all plan", True),
        ("terraform apply", False),
        ("playwright merge-reports blob-report", True),
        ("playwright test", False),
        ("az deployment group validate -f main.bicep", True),
        ("az deployment group create -f main.bicep", False),
    ],
)
def test_what_only_asks_or_removes_runs_nothing(written: str, runs_nothing: bool) -> None:
    assert WORDS.runs_nothing(written.split()) is runs_nothing


@pytest.mark.parametrize(
    ("written", "runs_nothing"),
    [
        ("terraform -chdir=infra validate", True),
        ("terraform -chdir infra apply", False),
        ("terragrunt --working-dir infra output", True),
        ("oc get pods", True),
        ("oc apply -f k8s", False),
        ("skaffold delete", True),
    ],
)
def test_what_takes_the_words_of_another_program_is_read_as_that_one(written: str, runs_nothing: bool) -> None:
    assert WORDS.runs_nothing(written.split()) is runs_nothing


@pytest.mark.parametrize(
    ("written", "applies"),
    [
        ("terraform -chdir=infra apply -auto-approve", True),
        ("terraform -chdir=infra plan -out apply", False),
        ("tofu apply", True),
        ("terragrunt run-all apply", True),
        ("sam deploy --no-confirm-changeset", True),
        ("sam build", False),
        ("npx cdk deploy --all", True),
        ("npx cdk synth", False),
        ("aws cloudformation deploy --template-file t.yml --stack-name s", True),
        ("aws s3 cp deploy s3://b", False),
        ("az deployment group create -f main.bicep", True),
        ("az deployment group what-if -f main.bicep", False),
        ("pulumi up --yes", True),
        ("make deploy", False),
        ("", False),
    ],
)
def test_what_sets_up_infrastructure_and_what_only_looks_at_it(written: str, applies: bool) -> None:
    assert WORDS.applies(WORDS.unwrapped(written.split())) is applies


@pytest.mark.parametrize("name", sorted({*HANDLERS} - {"-m"}))
def test_every_program_that_is_followed_stands_in_the_table(name: str) -> None:
    assert name in WORDS.programs.by_name


def test_a_program_that_takes_the_words_of_another_one_is_followed() -> None:
    likes = {program.like for program in WORDS.programs.by_name.values() if program.like}
    assert likes <= set(HANDLERS)


def test_each_effect_is_that_of_some_program() -> None:
    assert all(WORDS.programs.doing(effect) for effect in ProgramEffect)


@pytest.mark.parametrize(
    ("argv", "text"),
    [
        (["flock", "-n", "/tmp/l", "-c", "cd ml && python train.py"], "cd ml && python train.py"),
        (["nix-shell", "--pure", "--run", "python train.py"], "python train.py"),
        (["script", "-q", "-c", "python train.py", "/dev/null"], "python train.py"),
        (["tmux", "new-session", "-d", "-s", "fit", "python train.py"], "python train.py"),
    ],
)
def test_a_text_that_a_wrapper_gives_to_a_shell(argv: list[str], text: str) -> None:
    assert WORDS.unwrapped(argv) == ("sh", "-c", text)


@pytest.mark.parametrize(
    ("written", "folder"),
    [
        ("uv run --directory ml python train.py", "ml"),
        ("uv --project=ml run train.py", "ml"),
        ("poetry -C ml run python train.py", "ml"),
        ("env --chdir=ml python train.py", "ml"),
        ("uv run python train.py -C ml", ""),
    ],
)
def test_the_folder_that_a_wrapper_names(written: str, folder: str) -> None:
    assert WORDS.opened(written.split())[1] == folder
