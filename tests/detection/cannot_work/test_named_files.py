"""Files that commands name, targets that they ask for, and options that they give."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from mlripe.problem_kinds import FaultKind

if TYPE_CHECKING:
    from tests.detection.cannot_work.conftest import Faults

WORKFLOW = "on: push\njobs:\n  fit:\n    runs-on: ubuntu-latest\n    steps:\n      - uses: actions/checkout@v4\n"


def workflow(*steps: str) -> str:
    return WORKFLOW + "".join(f"      - {step}\n" for step in steps)


@pytest.mark.parametrize(
    ("step", "missing"),
    [
        ("run: python jobs/fit.py --trees 9", "jobs/fit.py"),
        ("run: bash scripts/fetch.sh", "scripts/fetch.sh"),
        ("run: ./scripts/fetch.sh", "./scripts/fetch.sh"),
        ("run: pip install -r requirements/fit.txt", "requirements/fit.txt"),
        ("run: pip install churn -c constraints.txt", "constraints.txt"),
        ("run: conda env create -f environment.yml", "environment.yml"),
        ("run: docker compose -f compose.test.yml up", "compose.test.yml"),
        ("run: terraform apply -var-file=live.tfvars", "live.tfvars"),
        ("run: kubectl apply -f k8s/serve.yaml", "k8s/serve.yaml"),
        ("run: streamlit run app/page.py", "app/page.py"),
        ("run: ruff check --config lint/ruff.toml .", "lint/ruff.toml"),
        ("run: cd churn && python fit.py", "fit.py"),
        ("run: npx tsx scripts/seed.ts", "scripts/seed.ts"),
    ],
)
def test_a_file_that_is_not_there(step: str, missing: str, faults: Faults) -> None:
    (fault,) = faults({".github/workflows/fit.yml": workflow(step), "churn/rows.py": ""})
    assert (fault.kind, fault.missing, fault.line) == (FaultKind.ABSENT_FILE, missing, 7)


@pytest.mark.parametrize(
    ("steps", "more"),
    [
        (["run: python churn/fit.py"], {}),
        (["run: python $JOB.py"], {}),
        (["run: python -m churn.fit", "run: python -c 'print(1)'"], {}),
        (["run: python fit.py || true"], {}),
        (["run: git clone https://example.org/jobs && python jobs/fit.py"], {}),
        (["{uses: actions/checkout@v4, with: {repository: me/jobs, path: jobs}}", "run: python jobs/fit.py"], {}),
        (["run: curl -o fit.py https://example.org/fit.py", "run: python fit.py"], {}),
        (["run: jupyter nbconvert --to script fit.ipynb", "run: python fit.py"], {"fit.ipynb": "{}"}),
        (["run: pip freeze > all.txt", "run: pip install -r all.txt"], {}),
        (["{run: python fit.py, continue-on-error: true}"], {}),
        (["{run: python fit.py, if: \"hashFiles('fit.py') != ''\"}"], {}),
        (["run: if [ -f fit.py ]; then python fit.py; fi"], {}),
        (["run: docker run image python fit.py"], {}),
        (["run: ssh host python fit.py"], {}),
        (["run: uv run --directory churn python fit.py"], {}),
        (["run: cd /opt/jobs && python fit.py"], {}),
        (["run: python vendor/tool/run.py"], {".gitmodules": '[submodule "t"]\n\tpath = vendor/tool\n'}),
        (["{run: python fit.py, working-directory: churn}"], {}),
        (["run: docker compose logs -f serve"], {}),
        (["run: kubectl apply -f https://example.org/serve.yaml"], {}),
        (["run: pip install -r https://example.org/all.txt"], {}),
    ],
)
def test_a_file_that_may_be_there(steps: list[str], more: dict[str, str], faults: Faults) -> None:
    assert not faults({".github/workflows/fit.yml": workflow(*steps), "churn/fit.py": "", **more})


MAKEFILE = "fit:\n\tpython fit.py\n"
PACKAGE = '{"scripts": {"build": "tsc"}}'
STAGES = "stages:\n  fit:\n    cmd: python fit.py\n    outs: [model.onnx]\n"


@pytest.mark.parametrize(
    ("step", "missing", "file"),
    [
        ("run: make train", "train", "Makefile"),
        ("run: make -C ml train", "train", "ml/Makefile"),
        ("run: npm run lint", "lint", "package.json"),
        ("{run: pnpm run lint, working-directory: web}", "lint", "web/package.json"),
        ("run: dvc repro evaluate", "evaluate", "dvc.yaml"),
    ],
)
def test_a_target_that_nothing_defines(step: str, missing: str, file: str, faults: Faults) -> None:
    files = {"Makefile": MAKEFILE, "package.json": PACKAGE, "dvc.yaml": STAGES, "fit.py": "import os\n"}
    files |= {"ml/Makefile": "fit:\n\tpython ../fit.py\n", "web/package.json": PACKAGE}
    (fault,) = faults({".github/workflows/fit.yml": workflow(step), **files})
    assert (fault.kind, fault.missing, fault.line) == (FaultKind.ABSENT_TARGET, missing, 7)
    assert file in fault.happens


@pytest.mark.parametrize(
    ("step", "more"),
    [
        ("run: make fit TREES=9", {}),
        ("run: make train", {"Makefile": "include more.mk\nfit:\n\tpython fit.py\n"}),
        ("run: make train-9", {"Makefile": "train-%:\n\tpython fit.py $*\n"}),
        ("run: make train", {"Makefile": "$(JOBS):\n\tpython fit.py\n"}),
        ("run: make $TARGET", {}),
        ("run: make model.onnx", {"model.onnx": ""}),
        ("run: npm run build", {}),
        ("run: npm run lint --workspace web", {}),
        ("run: npm run lint --if-present", {}),
        ("run: yarn run lint", {}),  # a program of an installed package
        ("run: dvc repro fit", {}),
        ("run: dvc repro ml/dvc.yaml:fit", {}),
        ("run: make train", {"Makefile": ""}),
    ],
)
def test_a_target_that_may_be_defined(step: str, more: dict[str, str], faults: Faults) -> None:
    files = {"Makefile": MAKEFILE, "package.json": PACKAGE, "dvc.yaml": STAGES, "fit.py": "import os\n"}
    assert not faults({".github/workflows/fit.yml": workflow(step), **files, **more})


PARSED = """\
import argparse

def options():
    parser = argparse.ArgumentParser(description="fits")
    parser.add_argument("--trees", type=int)
    parser.add_argument("-o", "--output-file")
    return parser

def main():
    print(options().parse_args())

if __name__ == "__main__":
    main()
"""
CLICKED = """\
import click

@click.command()
@click.option("--trees", default=9)
def main(trees):
    print(trees)

if __name__ == "__main__":
    main()
"""


@pytest.mark.parametrize(
    ("program", "words"),
    [
        (PARSED, "--depth 3"),
        (PARSED, "--trees 9 --max-depth=3"),
        (CLICKED, "--depth 3"),
        (CLICKED, "--tree 9"),
    ],
)
def test_an_option_that_the_program_does_not_take(program: str, words: str, faults: Faults) -> None:
    (fault,) = faults({".github/workflows/fit.yml": workflow(f"run: python fit.py {words}"), "fit.py": program})
    assert (fault.kind, fault.line) == (FaultKind.WRONG_CALL, 7)
    assert fault.breaks == (".github/workflows/fit.yml", "jobs/fit/1")


@pytest.mark.parametrize(
    ("program", "words"),
    [
        (PARSED, "--trees 9 --output-file model"),
        (PARSED, "--output model"),  # argparse takes the start of an option
        (PARSED, "--help"),
        (PARSED, "$OPTIONS"),
        (PARSED, "-- --depth"),
        (PARSED.replace("parse_args()", "parse_known_args()"), "--depth 3"),
        (PARSED.replace('"--trees"', "argparse.NAME"), "--depth 3"),
        *(
            ("import tool\n" + PARSED.replace("    return", f"    {handed_on}\n    return"), "--depth 3")
            for handed_on in (
                "tool.add_options(parser)",
                "tool.add_options(parser=parser)",
                "tool.add_options([parser])",
                "own = tool.Options(prefix='fit', parent=parser)",
            )
        ),
        (
            "import tool\n"
            + PARSED.replace("parser", "tool.parser").replace(
                "    return", "    tool.add_options(to=tool.parser)\n    return"
            ),
            "--depth 3",
        ),
        (
            PARSED
            + "\n\ndef more(parser: argparse.ArgumentParser):\n    import tool\n    tool.add_options(to=parser)\n",
            "--depth 3",
        ),
        (CLICKED, "--trees 9"),
        ("import tool\n" + CLICKED.replace("@click.command()", "@click.command()\n@tool.options"), "--depth 3"),
        ("import fire\nfire.Fire(print)\n", "--depth 3"),
        ("import sys\nprint(sys.argv)\n", "--depth 3"),
    ],
)
def test_an_option_that_the_program_may_take(program: str, words: str, faults: Faults) -> None:
    assert not faults({".github/workflows/fit.yml": workflow(f"run: python fit.py {words}"), "fit.py": program})


def test_an_option_that_is_given_only_at_times(faults: Faults) -> None:
    step = (
        '|\n          MORE=""\n          if [ "$DEEP" = 1 ]; then MORE="--depth 3"; fi\n          python fit.py $MORE'
    )
    assert not faults({".github/workflows/fit.yml": workflow(f"run: {step}"), "fit.py": PARSED})
