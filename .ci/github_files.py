"""Collects all that this project gives GitHub to run, for the linters: one small repository a source.

    python .ci/github_files.py FOLDER

What is collected: the project's own workflows, action and hooks; every workflow, action and pre-commit configuration
that a page shows; and everything that `mlripe init` writes for a repository on GitHub, with its options. Prints the
path of each file. Needs mlripe, installed.
"""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Final

import yaml

ROOT: Final = Path(__file__).resolve().parent.parent
OWN: Final = ("action.yml", ".pre-commit-hooks.yaml", ".pre-commit-config.yaml")
PAGES: Final = ("*.md", "docs/**/*.md", ".github/**/*.md")
SHOWN: Final = re.compile(r"^( *)```ya?ml\n(.*?)^\1```", re.MULTILINE | re.DOTALL)
# what a page leaves to its reader, as the linters take it
FILLED_IN: Final = {"@COMMIT": "@" + "0" * 40, "<address of mlripe's repository>": "https://example.org/mlripe"}

# --- what `mlripe init` is asked for ---
TRAINS: Final = {
    "train.py": "from sklearn.svm import SVC\n\nSVC().fit([[1]], [1])\n",
    "tests/test_train.py": "def test_a():\n    assert 1 + 1 == 2\n",
}
WORKFLOW: Final = {".github/workflows/tests.yml": "on: push\njobs: {t: {runs-on: a, steps: [{run: pytest}]}}\n"}
CHATS: Final = {"app.py": "import openai\n\nopenai.OpenAI().chat.completions.create(model='m', messages=[])\n"}
INITS: Final[Mapping[str, tuple[Mapping[str, str], tuple[str, ...]]]] = {
    "as-it-is": ({**TRAINS, **WORKFLOW}, ()),
    "hooks": ({**TRAINS, **WORKFLOW}, ("--pre-commit",)),
    "no-hooks": ({**TRAINS, **WORKFLOW}, ("--no-pre-commit",)),
    "asked-for": (TRAINS, ("--ci", "github", "--pre-commit")),
    "target-reached": (TRAINS, ("--ci", "github", "--target", "azure:0")),
    "target-far": (TRAINS, ("--ci", "github", "--target", "azure:4")),
    "language-models": ({**CHATS, **WORKFLOW}, ("--pre-commit",)),
    "several": (TRAINS, ("--ci", "github", "--ci", "gitlab", "--ci", "azure")),
}


def main(folder: Path) -> int:
    """Collects everything below `folder`, which must be empty or absent; gives the exit code."""
    folder.mkdir(parents=True, exist_ok=True)
    for path in (*own(folder / "project"), *shown(folder / "pages"), *written(folder / "init")):
        print(path)
    return 0


def own(folder: Path) -> Iterator[Path]:
    """Copies of the project's own files."""
    for source in (*(ROOT / name for name in OWN), *sorted((ROOT / ".github/workflows").iterdir())):
        copy = folder / source.relative_to(ROOT)
        copy.parent.mkdir(parents=True, exist_ok=True)
        yield Path(shutil.copy(source, copy))


def shown(folder: Path) -> Iterator[Path]:
    """What the pages show, each in a repository of its own."""
    for page in sorted({page for glob in PAGES for page in ROOT.glob(glob)}):
        for number, (indent, text) in enumerate(SHOWN.findall(page.read_text(encoding="utf-8"))):
            for blank, value in FILLED_IN.items():
                text = text.replace(blank, value)
            text = re.sub(rf"^{indent}", "", text, flags=re.MULTILINE)
            if place := place_of(yaml.safe_load(text)):
                file = folder / f"{page.stem}-{number}" / place
                file.parent.mkdir(parents=True)
                file.write_text(text, encoding="utf-8")
                yield file


def place_of(data: object) -> str:
    """Where GitHub or pre-commit looks for a file that holds this; "" for any other YAML."""
    if not isinstance(data, dict):
        return ""
    if "jobs" in data and (True in data or "on" in data):  # YAML 1.1 reads a bare `on` as true
        return ".github/workflows/shown.yml"
    return "action.yml" if "runs" in data else ".pre-commit-config.yaml" if "repos" in data else ""


def written(folder: Path) -> Iterator[Path]:
    """What `mlripe init` writes for GitHub and pre-commit, without the files that were there before."""
    for name, (files, options) in INITS.items():
        root = folder / name
        for path, text in files.items():
            (root / path).parent.mkdir(parents=True, exist_ok=True)
            (root / path).write_text(text, encoding="utf-8")
        init = [sys.executable, "-m", "mlripe", "init", "--yes", *options, root]
        subprocess.run(init, check=True, stdout=subprocess.DEVNULL)
        for path in files.keys() & WORKFLOW.keys():
            (root / path).unlink()
        workflows = sorted((root / ".github/workflows").iterdir())
        if not workflows:
            raise SystemExit(f"mlripe init {' '.join(options)}: wrote no workflow")
        yield from (*workflows, *root.glob(".pre-commit-config.yaml"))


if __name__ == "__main__":
    if len(sys.argv) != 2:
        raise SystemExit(__doc__)
    sys.exit(main(Path(sys.argv[1])))
