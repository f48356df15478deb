"""`mlripe init` on files that are made to take long: the ones that it edits, of texts repeated to the largest size."""

from __future__ import annotations

import string
import time
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from mlripe.catalog import load
from mlripe.errors import UserError
from mlripe.init.files import LARGEST, Change, diff
from mlripe.init.hooks import hooks
from mlripe.init.pipelines import Snippet, pipeline
from mlripe.init.settings import settings

WriteFiles = Callable[[Path, Mapping[str, str | bytes]], Path]
Proposed = Change | Snippet | None

SECONDS = 4.0  # of processor time for one file; alone it takes at most two


def filled(unit: str, before: str = "", after: str = "") -> str:
    room = LARGEST - len((before + after).encode())
    return before + unit * (room // len(unit.encode())) + after


def aliases(first: str, each: str, levels: int = 15) -> str:
    """Aliases in aliases: what each stands for is several times what the one before stands for."""
    lines = [f"a: &a {first}\n"]
    lines += [f"{b}: &{b} {each.replace('?', '*' + a)}\n" for a, b in zip(string.ascii_lowercase[:levels], string.ascii_lowercase[1:], strict=False)]  # fmt: skip
    return "".join(lines)


LISTS = f"[{','.join('?' * 9)}]"
YAML = {
    "lists in lists": aliases("[x, x, x]", LISTS) + "repos: []\n",
    "tables in tables": aliases("{x: 1}", "{p: ?, q: ?, r: ?}") + "repos: []\n",
    "aliases in repos": aliases("[x, x, x]", LISTS) + "repos: *p\n",
    "merged keys": f"a: &a {{{', '.join(f'k{i}: 1' for i in range(4000))}}}\n{filled('? <<: *a', 'm: [', ']')[:4000]}",
    "as many as are taken": filled("- repo: https://x/y\n  rev: v1\n  hooks:\n  - id: abc\n", "repos:\n")[:70_000],
    "more than are taken": filled("- repo: a\n", "repos:\n"),
    "comments": filled("#\n", "repos: []\n"),
    "comments before": filled("#c\n", "", "repos: []\n"),
    "breaks of Unicode": filled("#\x85", "repos: []\n"),
    "line separators": filled("#\u2028", "repos: []\n"),
    "blank lines": filled("\n", "repos: []\n"),
    "folded lines": filled("  a\n", "x: >\n", "repos: []\n"),
    "plain lines": filled("  a\n", "x: a\n", "repos: []\n"),
    "quoted lines": filled("a\n ", 'x: "', '"\nrepos: []\n'),
    "one long word": filled("a", "x: ", "\nrepos: []\n"),
    "spaces": filled(" ", "repos: []", "# c\n"),
    "open lists": filled("[", "repos: "),
    "open tables": filled("{", "", "\n"),
    "dashes": filled("- ", "repos:\n", "a\n"),
    "documents": filled("---\na: 1\n"),
    "lines that are alike": filled("  - b\n", "x: [1,   2]\nrepos:\n  - a: 1\n")[:100_000] + "y: [3,   4]\n",
}
OWN = "[tool.mlripe]\nexclude = []\n"
TOML = {
    "dotted keys": "".join(f"a.b.c.d.e{i} = 1\n" for i in range(12_000)),
    "dotted keys beside its own": OWN + "[tool.x]\n" + "".join(f"a.b.c.d.e{i} = 1\n" for i in range(3500)),
    "more of them": OWN + "[tool.x]\n" + "".join(f"a.b.c.d.e{i} = 1\n" for i in range(9000)),
    "tables beside its own": OWN + "".join(f"[tool.x.a{i}]\nb = 1\n" for i in range(3000)),
    "tables of its own": OWN + "[[tool.mlripe.exclusions]]\nabout = 'a'\nreason = 'r'\n" * 1000,
    "tables": "".join(f"[a.b{i}]\nb = 1\n[c{i}]\n" for i in range(10_000)),
    "inline tables": "".join(f"a{i} = {{b = 1, c = {{d = 1}}}}\n" for i in range(6000)),
    "one deep key": filled("a.", "", "b = 1\n"),
    "a deep list": filled("[", "a = "),
    "a large number": f"a = {'9' * 5000}\n",
}


def proposed(propose: Callable[[], Proposed]) -> str:
    """What comes of a proposal: its diff, or why there is none; fails where it takes too long."""
    started = time.process_time()
    try:
        change = propose()
        says = diff([change]) if isinstance(change, Change) else ""
    except UserError as error:
        says = str(error)
    assert time.process_time() - started < SECONDS
    return says


@pytest.mark.parametrize("text", YAML.values(), ids=YAML)
def test_a_yaml_file_is_edited_or_left_alone(text: str, tmp_path: Path, write_files: WriteFiles) -> None:
    write_files(tmp_path, {".pre-commit-config.yaml": text, ".gitlab-ci.yml": text})
    for says in (
        proposed(lambda: hooks(tmp_path, True)),
        proposed(lambda: pipeline(tmp_path, load().knowledge.ci_services.by_id["gitlab"], [".gitlab-ci.yml"])),
    ):
        assert "nothing is written" in says or "+" in says


@pytest.mark.parametrize("text", TOML.values(), ids=TOML)
def test_a_toml_file_is_edited_or_left_alone(text: str, tmp_path: Path, write_files: WriteFiles) -> None:
    write_files(tmp_path, {"pyproject.toml": text})
    says = proposed(lambda: settings(tmp_path, {"targets": ["azure:2"]}))
    assert "nothing is written" in says or "add this by hand" in says or '+targets = ["azure:2"]' in says


def test_a_file_that_is_too_large_is_left_alone(tmp_path: Path, write_files: WriteFiles) -> None:
    write_files(tmp_path, {".pre-commit-config.yaml": "repos: []\n" + "#\n" * LARGEST})
    with pytest.raises(UserError, match=r"\.pre-commit-config\.yaml: is larger than 256 KiB and is left alone"):
        hooks(tmp_path, True)


def test_a_bomb_in_a_whole_run(
    tmp_path: Path, write_files: WriteFiles, measured_run: Callable[..., object], under_git: Callable[[Path], Path]
) -> None:
    files = {
        "train.py": "from sklearn.svm import SVC\n\nSVC().fit([[0], [1]], [0, 1])\n",
        "requirements.txt": "scikit-learn\n",
        ".pre-commit-config.yaml": YAML["lists in lists"],
        ".gitlab-ci.yml": YAML["lists in lists"],
    }
    folder = under_git(write_files(tmp_path / "bomb", files))
    took = measured_run("init", "--diff", "--pre-commit", folder, cwd=tmp_path)
    assert took.code == 2  # type: ignore[attr-defined]
    assert ".pre-commit-config.yaml: has aliases that repeat more than 300,000 values" in took.stderr  # type: ignore[attr-defined]
