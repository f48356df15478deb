"""Problems that somebody lets be: by a comment at the line, by the settings; always with a reason."""

from __future__ import annotations

import pytest

from tests.conftest import Assess

TRAIN = (
    "import pandas as pd\nfrom sklearn.linear_model import Ridge\n\n\ndef train(table):\n"
    "    return Ridge().fit(table[['a']], table['b'])\n\n\n"
)
READ = "train(pd.read_csv('/home/ada/houses.csv'))"
KIND = "machine-path"


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        (f"{READ}  # mlripe: ignore[{KIND}] one machine alone\n", "one machine alone"),
        (f"# mlripe: ignore[no-licence, {KIND}] one machine alone\n{READ}\n", "one machine alone"),
        (f"{READ}  # mlripe: ignore[{KIND}]\n", None),  # nobody could check it
        (f"{READ}  # mlripe: ignore[no-licence] one machine alone\n", None),
        (f"{READ}  # mlripe: ignore\n", None),
        (f"x = 1  # mlripe: ignore[{KIND}] one machine alone\n{READ}\n", None),  # it is about its own line
    ],
    ids=["on the line", "above it", "no reason", "another kind", "no kind", "the line before"],
)
def test_a_comment_at_the_line(text: str, reason: str | None, assess: Assess) -> None:
    found = assess({"train.py": TRAIN + text})
    told = [each for each in found.problems if each.id == KIND]
    let_be = [(each.id, each.path, each.by, each.reason) for each in found.suppressed]
    assert (bool(told), let_be) == ((False, [(KIND, "train.py", "comment", reason)]) if reason else (True, []))


def test_a_comment_that_ends_takes_its_end_not_as_the_reason(assess: Assess) -> None:
    page = {"train.py": TRAIN, "README.md": "# Churn\n"}
    assert [each.id for each in assess(page).problems] == ["no-licence"]
    found = assess({"train.py": TRAIN + f"{READ}  # mlripe: ignore[{KIND}] mine */\n"})
    assert [each.reason for each in found.suppressed] == ["mine"]


@pytest.mark.parametrize(("glob", "told"), [("train.py", False), ("jobs/", True)])
def test_the_settings_by_path(glob: str, told: bool, assess: Assess) -> None:
    settings = f'[[exclusions]]\nabout = "{KIND}"\npaths = ["{glob}"]\nreason = "one machine alone"\n'
    found = assess({"train.py": TRAIN + READ, "mlripe.toml": settings})
    assert (KIND in {each.id for each in found.problems}) is told
    assert [(each.path, each.by) for each in found.suppressed] == ([] if told else [("train.py", "settings")])
    assert found.exclusions == (), "in other files it is told"


def test_a_problem_with_other_lines_is_told_at_those(assess: Assess) -> None:
    files = {"train.py": TRAIN + READ, "old.py": TRAIN + f"{READ}  # mlripe: ignore[{KIND}] an archive\n"}
    (told,) = [each for each in assess(files).problems if each.id == KIND]
    assert [each.path for each in told.evidence] == ["train.py"]
