"""`mlripe check` on real repositories: targets, requirements, the ratchet against a revision, and a baseline."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path

import pytest

from mlripe.cli.app import run

Captured = pytest.CaptureFixture[str]
TRAIN = "from sklearn.svm import SVC\n\nSVC().fit([[1]], [1])\n"
TESTS = "def test_a():\n    assert 1 + 1 == 2\n"
WORKFLOW = ".github/workflows/ci.yml"
CI = "on: push\njobs:\n  test:\n    runs-on: ubuntu-latest\n    steps:\n      - uses: actions/checkout@v4\n      - run: pytest\n"
FILES = {"train.py": TRAIN, "tests/test_train.py": TESTS, WORKFLOW: CI}


class Repository:
    """A git repository, one commit a call of `commit`; None removes a file."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.git("init", "--quiet", "--initial-branch", "main")

    def git(self, *arguments: str) -> None:
        fixed = {"GIT_CONFIG_NOSYSTEM": "1", "GIT_CONFIG_GLOBAL": os.devnull}
        who = ("-c", "user.name=Ada", "-c", "user.email=ada@example.org")
        subprocess.run(
            ["git", *who, *arguments], cwd=self.folder, env=os.environ | fixed, check=True, capture_output=True
        )

    def write(self, files: dict[str, str | None]) -> Repository:
        for name, text in files.items():
            path = self.folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.unlink(missing_ok=True) if text is None else path.write_text(text)
        self.git("add", "--all")
        return self

    def commit(self, files: dict[str, str | None]) -> Repository:
        self.write(files)
        self.git("commit", "--quiet", "--allow-empty", "--message", "a change")
        return self


@pytest.fixture
def repository(tmp_path: Path) -> Repository:
    return Repository(tmp_path)


@pytest.fixture
def check(repository: Repository, capsys: Captured) -> Callable[..., tuple[int, str]]:
    def checked(*arguments: str) -> tuple[int, str]:
        capsys.readouterr()
        code = run(["check", str(repository.folder), *arguments])
        told = capsys.readouterr()
        return code, told.out + told.err

    return checked


Check = Callable[..., tuple[int, str]]


# --- targets and requirements ----------------------------------------------------------------------------------------


def test_a_target_is_reached_or_not(repository: Repository, check: Check) -> None:
    repository.commit(dict(FILES))
    assert check("--target", "azure:1") == (0, "azure: technical evidence for level 1, target 1: reached\n")
    code, told = check("--target", "azure:2", "--target", "google:0")
    assert code == 1
    assert "azure: technical evidence for level 1, target 2: below\n  level 2 lacks: " in told
    assert "    continuous-training is none, needs automated\n" in told
    assert "google: technical evidence for level 0, target 0: reached\n" in told


def test_a_requirement_is_met_or_not(repository: Repository, check: Check) -> None:
    repository.commit(dict(FILES))
    code, told = check("--require", "code-testing=automated", "--require", "lineage=present")
    assert code == 1
    assert told == (
        "code-testing: automated, required automated: reached\nlineage: none, required present: below\n"
        "one step: `train.py` writes a model that does not say what it was made from. Write the commit and the data "
        "beside it.\n"
        "`mlripe explain lineage` says what counts, and what is closest to it\n"
    )


def test_what_does_not_hold_comes_with_the_way_on_beside_the_report(repository: Repository, capsys: Captured) -> None:
    repository.commit(dict(FILES)).write({WORKFLOW: None})
    asked = [
        "check",
        str(repository.folder),
        "--staged",
        "--against",
        "HEAD",
        "--target",
        "azure:1",
        "--format",
        "json",
    ]
    assert run([*asked, "--require", "lineage=present"]) == 1
    told = capsys.readouterr()
    assert not json.loads(told.out)["checks"][0]["holds"]
    assert told.err.splitlines() == [
        "one step: Nothing runs the tests in `tests`. Let .github/workflows/tests.yml run them on every push.",
        "`mlripe plan --to azure:1` says how to get there",
        (
            "one step: `train.py` writes a model that does not say what it was made from. Write the commit and the "
            "data beside it."
        ),
        "`mlripe explain lineage` says what counts, and what is closest to it",
        "if that is meant: `SKIP=mlripe-check git commit ...` leaves the hook out for one commit",
    ]


def test_nothing_to_judge_passes_its_target(repository: Repository, check: Check) -> None:
    repository.commit({"app.py": "print('a shop')\n"})
    code, told = check("--target", "azure:4")
    assert (code, told) == (0, "azure: nothing to judge: there is no machine learning in it to judge\n")


def test_exit_zero_says_the_same(repository: Repository, check: Check) -> None:
    repository.commit(dict(FILES))
    code, told = check("--target", "azure:4", "--exit-zero")
    assert code == 0
    assert "below" in told


def test_an_attestation_meets_a_requirement_and_an_exclusion_lifts_it(repository: Repository, check: Check) -> None:
    settings = """
[[attestations]]
about = "alerting"
strength = "enforced"
by = "Ada"
on = 2026-01-01
until = 2027-01-01
proof = "https://example.org"
reason = "on-call"
[[exclusions]]
about = "lineage"
reason = "no data"
"""
    repository.commit({**FILES, "mlripe.toml": settings})
    asked = ("--require", "alerting=automated", "--require", "lineage=present")
    code, told = check(*asked, "--as-of", "2026-06-01")
    assert code == 0
    assert told == (
        "alerting: enforced, attested, required automated: reached\nlineage: not applicable, by the configuration\n"
    )
    assert check(*asked, "--as-of", "2026-06-01", "--observed-only")[0] == 1


# --- against a revision ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "change",
    [
        {"README.md": "a word"},
        {
            ".github/dependabot.yml": "version: 2\nupdates: [{package-ecosystem: pip, directory: /, schedule: {interval: weekly}}]\n"
        },
        {"train.py": None, "src/fit.py": TRAIN},
        {WORKFLOW: None, ".github/workflows/tests.yml": CI},
        {"mlripe.toml": "[paths]\ndocs = []\n"},
    ],
    ids=["prose", "raised", "renamed file", "moved workflow", "base without configuration"],
)
def test_what_stays_or_rises_passes(change: dict[str, str | None], repository: Repository, check: Check) -> None:
    repository.commit(dict(FILES)).commit(change)
    rose = ", and these rose: security-scanning" if ".github/dependabot.yml" in change else ""
    assert check("--against", "HEAD~1") == (0, f"nothing fell since HEAD~1{rose}\n")


@pytest.mark.parametrize("change", [{}, {"notes.rst": "a word", "logo.png": "x"}], ids=["same", "prose"])
def test_where_nothing_changed_that_could_bear_evidence_nothing_is_judged_twice(
    change: dict[str, str | None], repository: Repository, check: Check
) -> None:
    repository.commit(dict(FILES)).commit(change)
    assert check("--against", "HEAD~1") == (0, "no file that could bear evidence changed since HEAD~1\n")


def test_what_fell_is_named_with_the_file_that_took_it_away(repository: Repository, check: Check) -> None:
    repository.commit(dict(FILES)).commit({WORKFLOW: None})
    code, told = check("--against", "HEAD~1")
    assert code == 1
    assert told.startswith("azure: fell from level 1 to 0 since HEAD~1\n")
    assert "code-testing: fell from automated to present since HEAD~1\n" in told
    assert f"  lost by the change of {WORKFLOW}: tests/test_train.py:1  " in told
    assert f"    <- {WORKFLOW}:1  push" in told


def test_what_the_other_branch_gained_meanwhile_is_not_lost_here(repository: Repository, check: Check) -> None:
    repository.commit({"train.py": TRAIN})
    repository.git("switch", "--quiet", "--create", "change")
    repository.commit({"README.md": "a word"})
    repository.git("switch", "--quiet", "main")
    repository.commit(dict(FILES))
    assert check("--rev", "change", "--against", "main") == (0, "nothing fell since main\n")


def test_a_commit_that_is_about_to_be_made(repository: Repository, check: Check) -> None:
    repository.commit(dict(FILES)).write({WORKFLOW: None})
    (repository.folder / ".github/workflows").mkdir(parents=True, exist_ok=True)
    (repository.folder / WORKFLOW).write_text(CI)  # on disk, and not staged
    code, told = check("--staged", "--against", "HEAD")
    assert code == 1
    assert "continuous-integration: fell from automated to none since HEAD\n" in told
    repository.write({WORKFLOW: CI, "more.py": "x = 1"})
    assert check("--staged", "--against", "HEAD") == (0, "nothing fell since HEAD\n")


def test_before_the_first_commit_there_is_nothing_to_lose(repository: Repository, check: Check) -> None:
    assert check("--staged", "--against", "HEAD") == (0, "there is no commit to compare with HEAD yet\n")
    repository.write(dict(FILES))
    assert check("--staged", "--against", "HEAD")[0] == 0


def test_a_commit_that_is_checked_out_alone(repository: Repository, check: Check) -> None:
    repository.commit(dict(FILES)).git("switch", "--quiet", "--detach")
    repository.commit({WORKFLOW: None})
    code, told = check("--against", "main")
    assert code == 1
    assert "code-testing: fell from automated to present since main\n" in told


def test_a_bare_repository(repository: Repository, tmp_path: Path, capsys: Captured) -> None:
    repository.commit(dict(FILES)).commit({WORKFLOW: None})
    repository.git("clone", "--quiet", "--bare", ".", str(tmp_path / "bare.git"))
    assert run(["check", str(tmp_path / "bare.git"), "--against", "HEAD~1"]) == 1
    assert "since HEAD~1" in capsys.readouterr().out
    assert run(["check", str(tmp_path / "bare.git"), "--staged", "--against", "HEAD~1"]) == 2
    assert "is a bare repository and so has nothing staged: leave out --staged" in capsys.readouterr().err


def test_without_a_commit_there_is_nothing_to_compare(repository: Repository, check: Check) -> None:
    code, told = check("--against", "main")
    assert (code, "has no commits: make a first commit" in told) == (2, True)


def test_a_branch_that_begins_anew_has_nothing_in_common(repository: Repository, check: Check) -> None:
    repository.commit(dict(FILES)).git("switch", "--quiet", "--orphan", "anew")
    repository.commit({"train.py": TRAIN})
    code, told = check("--against", "main")
    assert (
        code,
        "'main' and HEAD have no commit in common here: choose a branch, tag or commit of the same" in told,
    ) == (2, True)


def test_a_file_that_is_moved_and_changed_at_once(repository: Repository, check: Check) -> None:
    moved = {"train.py": None, "src/churn/fit.py": f"import logging\n\n{TRAIN}logging.info('done')\n"}
    repository.commit(dict(FILES)).commit(moved)
    assert check("--against", "HEAD~1") == (0, "nothing fell since HEAD~1\n")


def test_a_history_that_is_not_there(tmp_path: Path, check: Check, capsys: Captured) -> None:
    (tmp_path / "origin").mkdir()
    origin = Repository(tmp_path / "origin").commit(dict(FILES)).commit({"README.md": "1"})
    origin.git("clone", "--quiet", "--depth", "1", f"file://{origin.folder}", str(tmp_path / "shallow"))
    assert run(["check", str(tmp_path / "shallow"), "--against", "HEAD~1"]) == 2
    assert (
        "has no revision 'HEAD~1': this clone holds the last commits alone; get the whole history, with `git fetch"
        in capsys.readouterr().err
    )


def test_what_could_not_be_read_is_named_where_something_is_below(repository: Repository, check: Check) -> None:
    repository.commit({**FILES, "docs/a.md": "x"}).git("sparse-checkout", "set", "--no-cone", "/docs/")
    code, told = check("--require", "code-testing=automated")
    assert code == 1
    assert told.endswith(
        "not all could be read, which may be why - leaves 3 files out of its sparse checkout; they are not read; "
        "`mlripe audit` lists it under Read faults\n"
    )
    assert "not all could be read" not in check("--require", "code-testing=automated", "--rev", "HEAD")[1]


def test_a_fall_by_the_settings_names_their_file(repository: Repository, check: Check) -> None:
    repository.commit(dict(FILES)).commit({"mlripe.toml": 'exclude = ["tests/"]\n'})
    code, told = check("--against", "HEAD~1")
    assert code == 1
    assert "code-testing: fell from automated to none since HEAD~1\n  lost by the change of mlripe.toml: tests/" in told


def test_a_model_that_a_change_leaves_out_is_compared_all_the_same(repository: Repository, check: Check) -> None:
    repository.commit(dict(FILES)).commit({"mlripe.toml": 'models = ["google"]\n', WORKFLOW: None})
    code, told = check("--against", "HEAD~1")
    assert (code, "azure: fell from level 1 to 0 since HEAD~1" in told) == (1, True)


# --- against a baseline ----------------------------------------------------------------------------------------------


def test_a_baseline_may_only_rise(repository: Repository, check: Check, tmp_path: Path) -> None:
    repository.commit(dict(FILES))
    file = tmp_path / "baseline.json"
    assert run(["baseline", str(repository.folder), "-o", str(file)]) == 0
    kept = json.loads(file.read_text())
    assert (kept["models"]["azure"], kept["capabilities"]["code-testing"]) == (1, "automated")
    code, told = check("--baseline", str(file))
    assert (code, told.splitlines()[0]) == (0, f"nothing fell since {file}")
    repository.commit({WORKFLOW: None})
    code, told = check("--baseline", str(file))
    assert code == 1
    assert f"code-testing: fell from automated to present since {file}\n" in told
    assert run(["baseline", str(repository.folder), "-o", str(file), "--update"]) == 0
    assert json.loads(file.read_text()) == kept, "it never falls"


def test_what_rose_is_told_with_the_way_to_write_it_down(
    repository: Repository, check: Check, tmp_path_factory: pytest.TempPathFactory
) -> None:
    file = tmp_path_factory.mktemp("kept") / "base line.json"
    repository.commit({**FILES, WORKFLOW: None})
    assert run(["baseline", str(repository.folder), "-o", str(file)]) == 0
    repository.commit({WORKFLOW: CI})
    code, told = check("--baseline", str(file))
    assert code == 0
    first = told.splitlines()[0]
    assert first.startswith(f"nothing fell since {file}, and these rose: azure, ")
    assert "code-testing" in first
    assert first.endswith(f"; write it down with `mlripe baseline -o '{file}' --update`")
    assert run(["baseline", str(repository.folder), "-o", str(file), "--update"]) == 0
    assert check("--baseline", str(file))[1].splitlines()[0] == f"nothing fell since {file}"


def test_a_baseline_that_is_there_is_not_written_again(
    repository: Repository, tmp_path: Path, capsys: Captured
) -> None:
    repository.commit(dict(FILES))
    (tmp_path / "kept.json").write_text("mine")
    assert run(["baseline", str(repository.folder), "-o", str(tmp_path / "kept.json")]) == 2
    assert "is there already: lift it with --update, or remove it" in capsys.readouterr().err
    assert (tmp_path / "kept.json").read_text() == "mine"


# what is not there and was not there when the baseline was written: told in every format, and never failed on


def test_accepted_gaps_stay_visible(repository: Repository, check: Check, tmp_path: Path) -> None:
    repository.commit(dict(FILES))
    file = tmp_path / "baseline.json"
    assert run(["baseline", str(repository.folder), "-o", str(file)]) == 0
    code, told = check("--baseline", str(file))
    assert code == 0
    gap = "azure: technical evidence for level 1, next level 2: an accepted gap\n  level 2 lacks: "
    assert gap in told
    repository.commit({WORKFLOW: None})
    code, told = check("--baseline", str(file))
    assert (code, "azure: fell from level 1 to 0" in told, "next level 1: an accepted gap" in told) == (1, True, True)


def test_what_the_settings_ask_for_is_an_accepted_gap_and_what_the_command_asks_for_is_not(
    repository: Repository, check: Check, tmp_path: Path
) -> None:
    asked = 'targets = ["azure:3", "azure:1"]\nrequire = ["drift-detection=present"]\n'
    repository.commit({**FILES, "mlripe.toml": asked})
    file = tmp_path / "baseline.json"
    assert run(["baseline", str(repository.folder), "-o", str(file)]) == 0
    code, told = check("--baseline", str(file))
    assert code == 0
    assert "azure: technical evidence for level 1, target 3: an accepted gap\n" in told
    assert "drift-detection: none, required present: an accepted gap\n" in told
    assert "next level" not in told
    assert "target 1" not in told
    code, told = check("--baseline", str(file), "--target", "azure:2")
    assert (code, "target 2: below" in told, "target 3: an accepted gap" in told) == (1, True, True)


def test_an_accepted_gap_in_the_formats_of_programs(repository: Repository, check: Check, tmp_path: Path) -> None:
    repository.commit({**FILES, "mlripe.toml": 'targets = ["azure:2"]\n'})
    file = tmp_path / "baseline.json"
    assert run(["baseline", str(repository.folder), "-o", str(file)]) == 0

    def told(format_: str) -> str:
        code, text = check("--baseline", str(file), "--format", format_)
        assert code == 0
        return text

    gap = next(each for each in json.loads(told("json"))["checks"] if each["accepted"])
    assert (gap["subject"], gap["holds"]) == ("azure:2", True)
    assert {each["level"] for each in json.loads(told("sarif"))["runs"][0]["results"]} == {"note"}
    assert {each["severity"] for each in json.loads(told("gitlab"))} == {"info"}
    assert "::notice " in told("github")
    assert "::error" not in told("github")
    assert "task.logissue type=warning" in told("azure")
    assert 'skipped message="azure: technical evidence for level 1, target 2: an accepted gap' in told("junit")
    assert "| `azure:2` | accepted gap |" in told("markdown")
    assert "<strong>Accepted gap:</strong>" in told("html")


def test_only_a_file_can_be_lifted(repository: Repository, capsys: Captured) -> None:
    assert run(["baseline", str(repository.folder), "--update"]) == 2
    assert capsys.readouterr().err == "mlripe: --update lifts a file that is there: name it with --output FILE\n"


@pytest.mark.parametrize(
    ("text", "says"),
    [
        (None, "cannot be read (No such file or directory); write it with `mlripe baseline -o"),
        ("{", "is not valid JSON"),
        ("[]", "mlripe_baseline: must be 1; write it again with `mlripe baseline`"),
        ('{"mlripe_baseline": 1, "models": []}', "models: must be a mapping"),
        ('{"mlripe_baseline": 1, "models": {"azure": "2"}}', "models.azure: must be a level, not '2'"),
        ('{"mlripe_baseline": 1, "capabilities": {"lineage": "good"}}', "capabilities.lineage: must be one of none, "),
        ('{"mlripe_baseline": 1, "modles": {"azure": 1}}', "modles: unknown key; did you mean 'models'?"),
        (
            '{"mlripe_baseline": 1, "models": {"azur": 1}}',
            "models.azur: there is no maturity model of that name; did you",
        ),
        ('{"mlripe_baseline": 1, "models": {"azure": 9}}', "models.azure: there is no level 9; write one of 0, 1, 2, "),
        (
            '{"mlripe_baseline": 1, "capabilities": {"linage": "present"}}',
            "capabilities.linage: there is no capability",
        ),
    ],
)
def test_a_wrong_baseline(text: str | None, says: str, repository: Repository, check: Check, tmp_path: Path) -> None:
    repository.commit(dict(FILES))
    if text is not None:
        (tmp_path / "b.json").write_text(text)
    code, told = check("--baseline", str(tmp_path / "b.json"))
    assert code == 2
    assert f"{tmp_path / 'b.json'}: " in told
    assert says in told


# --- wrong use -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        ((), "nothing is asked: give --target, --require, --problems, --against or --baseline"),
        (("--target", "azure:1", "--staged", "--rev", "HEAD"), "--staged and --rev ask for different files"),
        (("--against", "gone"), "has no revision 'gone'"),
        (("--target", "azur:1"), "there is no maturity model 'azur'; did you mean 'azure'?"),
        (("--target", ""), "--target: is empty; give it a value or leave it out"),
        (("--target", "azure=1"), "target 'azure=1': write MODEL:LEVEL, such as azure:2"),
        (("--target", "azure"), "target 'azure' names no level of azure; write azure:LEVEL with one of 0, 1, 2, 3, 4"),
        (("--require", "lineage"), "requirement 'lineage': write CAPABILITY=STRENGTH, with one of declared, present, "),
        (("--require", "linage=present"), "there is no capability 'linage'; did you mean 'lineage'?"),
        (("--against", ""), "--against: is empty; give it a value or leave it out"),
    ],
)
def test_wrong_use_names_the_right_one(
    arguments: tuple[str, ...], says: str, repository: Repository, check: Check
) -> None:
    repository.commit(dict(FILES))
    code, told = check(*arguments)
    assert code == 2
    assert says in told


# --- the same question again -----------------------------------------------------------------------------------------

HEAVY = ("readers", "wiring", "detection.observations", "detection.engine", "maturity.levels", "maturity.targets")
HEAVY += ("catalog.schema", "settings.load", "auditing", "facts")


def test_the_heavy_modules_are_called_so() -> None:
    assert [name for name in HEAVY if find_spec(f"mlripe.{name}") is None] == []


IMPORTED = """
import sys
from mlripe.cli.app import run
code = run(sys.argv[1:])
print(*sorted(name for name in sys.modules if name.startswith("mlripe.") or name in ("re2", "pydantic", "yaml")))
sys.exit(code)
"""


def test_what_was_checked_before_is_answered_without_what_it_takes_to_judge(
    repository: Repository, tmp_path_factory: pytest.TempPathFactory
) -> None:
    repository.commit(dict(FILES)).write({WORKFLOW: None})
    command = [sys.executable, "-c", IMPORTED, "check", str(repository.folder), "--staged", "--against", "HEAD"]
    kept = os.environ | {"MLRIPE_CACHE_DIR": str(tmp_path_factory.mktemp("kept"))}

    def asked() -> tuple[int, str, set[str]]:
        done = subprocess.run(command, env=kept, capture_output=True, text=True, check=False)
        *told, imported = done.stdout.splitlines()
        return done.returncode, "\n".join(told), set(imported.split())

    code, told, _ = asked()
    assert code == 1
    again, retold, imported = asked()
    assert (again, retold) == (code, told)
    assert not imported & {"re2", "pydantic", "yaml", *(f"mlripe.{name}" for name in HEAVY)}
    repository.write({"more.py": "x = 1"})
    assert "mlripe.auditing" in asked()[2]


@pytest.mark.parametrize(
    "other",
    [
        ("--staged", "--against", "HEAD", "--target", "azure:0"),
        ("--staged", "--against", "HEAD~1"),
        ("--staged", "--target", "azure:0"),
        ("--staged", "--require", "code-testing=automated"),
        ("--against", "HEAD"),
    ],
)
def test_another_question_is_another_answer(
    other: tuple[str, ...],
    repository: Repository,
    check: Check,
    tmp_path_factory: pytest.TempPathFactory,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    repository.commit({"train.py": TRAIN}).commit(dict(FILES)).write({WORKFLOW: None})
    fresh = check(*other)
    monkeypatch.setenv("MLRIPE_CACHE_DIR", str(tmp_path_factory.mktemp("kept")))
    assert check("--staged", "--against", "HEAD")[0] == 1
    assert check(*other) == check(*other) == fresh


def test_of_a_level_that_the_profile_leaves_out_the_one_below_is_asked(repository: Repository, check: Check) -> None:
    repository.commit({**FILES, "mlripe.toml": 'profile = "service"\n'})
    code, told = check("--target", "azure:2")
    says = (
        "azure: technical evidence for level 1, target 2 (not applicable, by the configuration; so level 1): reached\n"
    )
    assert (code, told) == (0, says)
