"""`mlripe check --problems`: it fails where there is one of these severities, against a revision where one is new."""

from __future__ import annotations

import json
import random
import string
import subprocess
from pathlib import Path

import pytest

from mlripe.cli.app import run
from mlripe.problems import find

TRAIN = (
    "import pandas as pd\nfrom sklearn.linear_model import Ridge\n\n\ndef train(table):\n"
    "    return Ridge().fit(table[['a']], table['b'])\n\n\n"
)
READ = (
    "from xgboost import XGBClassifier\n\nA = XGBClassifier(n_estimators=30, max_depth=3)\n"
    "B = XGBClassifier(n_estimators=40, max_depth=4)\nC = XGBClassifier(n_estimators=50, max_depth=5)\n"
)
LICENCE = {"LICENSE": "MIT License\n"}
Captured = pytest.CaptureFixture[str]


class Checked:
    """A repository with commits, and what a check of it says."""

    def __init__(self, folder: Path, capsys: Captured) -> None:
        self.folder, self.capsys = folder, capsys
        self._git("init", "--quiet", "--initial-branch", "main")

    def commit(self, files: dict[str, str | None]) -> None:
        for name, text in files.items():
            path = self.folder / name
            if text is None:
                path.unlink()
                continue
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
        self._git("add", "--all")
        self._git("-c", "user.name=a", "-c", "user.email=a@example.org", "commit", "--quiet", "-m", "a change")

    def check(self, *arguments: str) -> tuple[int, str, str]:
        self.capsys.readouterr()
        code = run(["check", str(self.folder), *arguments])
        told = self.capsys.readouterr()
        return code, told.out, told.err

    def _git(self, *arguments: str) -> None:
        subprocess.run(["git", "-C", str(self.folder), *arguments], check=True)


@pytest.fixture
def repository(tmp_path: Path, capsys: Captured) -> Checked:
    return Checked(tmp_path, capsys)


def test_it_fails_on_the_severities_that_are_asked_for(repository: Checked) -> None:
    repository.commit({"train.py": TRAIN + READ, **LICENCE})
    assert repository.check("--problems", "broken,dangerous") == (0, "no problem is broken or dangerous\n", "")
    code, out, err = repository.check("--problems", "untidy", "--problems", "broken")
    assert code == 1
    assert out.startswith("untidy: Settings that only an edit of the code can change: train.py:11 ")
    assert "\n  do: " in out
    assert err == "`mlripe explain configuration-in-code` says what it is, and how to let one be with a reason\n"


def test_against_a_revision_it_fails_on_new_ones_alone(repository: Checked) -> None:
    repository.commit({"train.py": TRAIN + READ, **LICENCE})
    repository.commit({"README.md": "# Houses\n"})
    code, out, _ = repository.check("--problems", "untidy", "--against", "HEAD~1")
    assert (code, out.splitlines()[-1]) == (0, "no problem that is new since HEAD~1 is untidy")
    repository.commit({"LICENSE": None})
    code, out, _ = repository.check("--problems", "untidy", "--against", "HEAD~1")
    assert code == 1
    assert "untidy: No licence says who may use it: README.md" in out
    assert "configuration-in-code" not in out


def test_a_line_that_moves_is_not_new(repository: Checked) -> None:
    repository.commit({"train.py": TRAIN + READ, **LICENCE})
    repository.commit({"train.py": "# more\n\n" + TRAIN + READ})
    assert repository.check("--problems", "untidy", "--against", "HEAD~1")[0] == 0


def test_the_settings_may_ask_for_it(repository: Checked) -> None:
    settings = 'problems = ["untidy"]\n'
    repository.commit({"train.py": TRAIN + READ, "mlripe.toml": settings, **LICENCE})
    assert repository.check()[0] == 1


def test_without_it_no_problem_fails_a_check(repository: Checked) -> None:
    repository.commit({"train.py": TRAIN + READ})
    assert repository.check("--target", "azure:0")[0] == 0


def test_one_that_is_let_be_fails_nothing(repository: Checked) -> None:
    let_be = READ.replace(")\n", ")  # mlripe: ignore[configuration-in-code] one machine alone\n")
    repository.commit({"train.py": TRAIN + let_be, **LICENCE})
    assert repository.check("--problems", "untidy")[0] == 0


@pytest.mark.parametrize("arguments", [("--problems", "dangerus"), ("--problems", "")])
def test_an_unknown_severity_names_the_nearest(arguments: tuple[str, ...], repository: Checked) -> None:
    repository.commit({"train.py": TRAIN})
    code, _, err = repository.check(*arguments)
    assert code == 2
    assert "did you mean 'dangerous'?" in err if arguments[1] else "is empty" in err


def test_json_has_the_problem_with_its_answer(repository: Checked) -> None:
    repository.commit({"train.py": TRAIN + READ, **LICENCE})
    _, out, _ = repository.check("--problems", "untidy", "--format", "json")
    (answer,) = json.loads(out)["checks"]
    assert (answer["kind"], answer["holds"], answer["problem"]["id"]) == ("problem", False, "configuration-in-code")


# --- what is new since another revision ------------------------------------------------------------------------------


def token(seed: str) -> str:
    return "gh" + "p_" + "".join(random.Random(seed).choices(string.ascii_letters + string.digits, k=36))


def test_a_second_secret_of_a_file_is_new(repository: Checked) -> None:
    repository.commit({"app.py": f"A = '{token('a')}'\n", **LICENCE})
    repository.commit({"app.py": f"A = '{token('a')}'\nB = '{token('b')}'\n"})
    code, out, _ = repository.check("--problems", "dangerous", "--against", "HEAD~1")
    assert code == 1
    assert "dangerous: A secret is written in a file: app.py:2 a token of GitHub" in out


def test_a_secret_that_moves_to_another_file_is_not_new(repository: Checked) -> None:
    repository.commit({"app.py": f"A = '{token('a')}'\n", **LICENCE})
    repository.commit({"app.py": None, "settings.py": f"import os\n\nA = '{token('a')}'\n"})
    assert repository.check("--problems", "dangerous", "--against", "HEAD~1")[0] == 0


def test_the_same_secret_in_a_second_file_is_new(repository: Checked) -> None:
    repository.commit({"app.py": f"A = '{token('a')}'\n", **LICENCE})
    repository.commit({"settings.py": f"A = '{token('a')}'\n"})
    code, out, _ = repository.check("--problems", "dangerous", "--against", "HEAD~1")
    assert (code, "settings.py:1" in out) == (1, True)


def test_one_more_of_more_than_are_listed_is_new(repository: Checked) -> None:
    many = {f"part{n:02}.py": f"A = '{token(str(n))}'\n" for n in range(60)}
    repository.commit({**many, **LICENCE})
    repository.commit({"zone.py": f"A = '{token('last')}'\n"})
    code, out, _ = repository.check("--problems", "dangerous", "--against", "HEAD~1")
    assert (code, "zone.py:1" in out) == (1, True)
    lines = "".join(f"A{n} = '{token(str(n))}'\n" for n in range(70))
    repository.commit({**dict.fromkeys(many), "zone.py": None, "app.py": lines})
    repository.commit({"app.py": lines + f"B = '{token('b')}'\n"})
    code, out, _ = repository.check("--problems", "dangerous", "--against", "HEAD~1")
    assert (code, "app.py:71" in out) == (1, True)


def test_what_is_counted_in_words_is_not_new_by_its_number(repository: Checked) -> None:
    code = {f"shop/part{n}.py": TRAIN for n in range(7)}
    repository.commit({**code, **LICENCE})
    repository.commit({"shop/more.py": TRAIN})
    assert "no-tests" in repository.check("--problems", "misleading")[2]
    assert repository.check("--problems", "misleading", "--against", "HEAD~1")[0] == 0


@pytest.mark.parametrize(
    ("arguments", "sought"),
    [
        (("--target", "azure:0"), 0),
        (("--against", "HEAD~1"), 0),
        (("--target", "azure:0", "--format", "sarif"), 1),
        (("--against", "HEAD~1", "--format", "json"), 1),
        (("--problems", "broken"), 1),
        (("--problems", "broken", "--against", "HEAD~1"), 2),
    ],
)
def test_problems_are_sought_where_something_asks_for_them(
    arguments: tuple[str, ...], sought: int, repository: Checked, monkeypatch: pytest.MonkeyPatch
) -> None:
    repository.commit({"train.py": TRAIN + READ, **LICENCE})
    repository.commit({"train.py": TRAIN + READ + "print(1)\n"})
    asked = []
    monkeypatch.setattr(find, "find_problems", lambda *given: asked.append(given) or find.FoundProblems())
    monkeypatch.setenv("MLRIPE_CACHE_DIR", "")
    repository.check(*arguments)
    assert len(asked) == sought
