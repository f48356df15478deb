"""The hooks, in a configuration of pre-commit."""

from __future__ import annotations

from importlib import metadata
from pathlib import Path

import pytest
import yaml

import mlripe
from mlripe.errors import UserError
from mlripe.init.hooks import CONFIG, LOCAL, hooks

HOOKS = Path(__file__).parents[2] / ".pre-commit-hooks.yaml"
SHARED = ("id", "name", "entry", "files", "always_run", "pass_filenames", "require_serial")


def test_the_local_form_is_what_the_repository_offers() -> None:
    offered = yaml.safe_load(HOOKS.read_text())
    assert offered[0].pop("files"), "which a hook that always runs does without"
    for hook in offered:  # its environment has a `python` that knows mlripe; of a program on the PATH nobody knows it
        hook["entry"] = hook["entry"].removeprefix("python -I -m ")
    assert [{key: hook[key] for key in SHARED if key in hook} for hook in LOCAL] == [
        {key: hook[key] for key in SHARED if key in hook} for hook in offered
    ]
    assert {hook["language"] for hook in LOCAL} == {"system"}


def test_a_file_is_only_made_where_it_is_wanted(tmp_path: Path) -> None:
    assert hooks(tmp_path, wanted=False) is None
    change = hooks(tmp_path, wanted=True)
    assert change is not None
    assert change.before is None


class Metadata:
    def __init__(self, *urls: str) -> None:
        self.urls = urls

    def get_all(self, name: str) -> list[str]:
        assert name == "Project-URL"
        return list(self.urls)


@pytest.mark.parametrize(
    ("urls", "entry"),
    [
        ((), {"repo": "local", "hooks": list(LOCAL)}),
        (
            ("Homepage, https://example.org", "Source, https://example.org/mlripe.git"),
            {
                "repo": "https://example.org/mlripe.git",
                "rev": f"v{mlripe.__version__}",
                "hooks": [{"id": "mlripe-check"}, {"id": "mlripe-config"}],
            },
        ),
    ],
    ids=["no address is known", "the package says where its source is"],
)
def test_where_the_hooks_come_from(
    urls: tuple[str, ...], entry: dict[str, object], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(metadata, "metadata", lambda name: Metadata(*urls))
    (tmp_path / CONFIG).write_text("repos:\n  - repo: a # why\n    hooks: [{id: x}]\n")
    change = hooks(tmp_path, wanted=False)
    assert change is not None
    assert yaml.safe_load(change.after)["repos"][1] == entry
    (tmp_path / CONFIG).write_text(change.after)
    assert hooks(tmp_path, wanted=True) is None, "once is enough"


@pytest.mark.parametrize("text", ["- a\n", "repos: {}\n", "repos: [a]\n", "ci: {}\n"])
def test_a_configuration_that_is_none(text: str, tmp_path: Path) -> None:
    (tmp_path / CONFIG).write_text(text)
    with pytest.raises(UserError, match=r"\.pre-commit-config\.yaml: repos: must be a list"):
        hooks(tmp_path, wanted=True)


@pytest.mark.parametrize("text", ["# ours\nrepos: []\n", "# ours\nrepos:\n", "# ours\n", "# ours"])
def test_an_empty_list_is_filled(text: str, tmp_path: Path) -> None:
    (tmp_path / CONFIG).write_text(text)
    change = hooks(tmp_path, wanted=True)
    assert change is not None
    assert change.after.startswith("# ours\nrepos:")
    assert len(yaml.safe_load(change.after)["repos"]) == 1


def test_a_comment_stays_with_what_follows_it(tmp_path: Path) -> None:
    before = "repos:\n- repo: a\n  hooks: 3\n"
    after = "\n# later\nci:\n  autofix: false\n"
    (tmp_path / CONFIG).write_text(before + after)
    change = hooks(tmp_path, wanted=True)
    assert change is not None
    assert (change.after.startswith(before + "- repo: local\n"), change.after.endswith(after)) == (True, True)
