"""The repositories to measure on: a small fixture and two large source distributions, all put under git."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tarfile
from pathlib import Path

__all__ = ["LARGE", "large_tree", "made_tree", "small_tree"]

ROOT = Path(__file__).resolve().parent.parent
LARGE = {"transformers": "4.57.1", "scikit-learn": "1.7.2"}


def small_tree(scratch: Path, fixture: Path | None) -> Path:
    """A copy of the fixture (by default the README's) in `scratch`, under git."""
    source = fixture or ROOT / "fixtures" / "scheduled-training"
    tree = scratch / source.name
    shutil.copytree(source, tree, symlinks=True)
    return under_git(tree)


def made_tree(scratch: Path, files: int) -> Path:
    """A repository of that many files in `scratch`: the fixtures, again and again in folders of their own."""
    tree = scratch / f"made-{files}"
    sources = [path for path in sorted((ROOT / "fixtures").rglob("*")) if path.is_file() and len(path.parts) > 1]
    for number in range(files):
        round_, which = divmod(number, len(sources))
        target = tree / f"part-{round_}" / sources[which].relative_to(ROOT / "fixtures")
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(sources[which], target)
    return under_git(tree)


def large_tree(name: str, cache: Path) -> Path:
    """The source distribution of `name`, downloaded into `cache` unless it is there, unpacked and under git."""
    tree = cache / f"{name}-{LARGE[name]}"
    if (tree / ".git").is_dir():
        return tree
    if not tree.is_dir():
        unpack(archive(name, cache) or download(name, cache), tree)
    return under_git(tree)


def archive(name: str, cache: Path) -> Path | None:
    """The archive in `cache`, however its name is spelled."""
    names = (f"{spelled}-{LARGE[name]}.tar.gz" for spelled in (name, name.replace("-", "_")))
    return next((cache / each for each in names if (cache / each).is_file()), None)


def download(name: str, cache: Path) -> Path:
    """The archive, fetched by pip. pip asks the package's build system for metadata, which can take minutes."""
    print(f"downloading {name} {LARGE[name]} to {cache}", file=sys.stderr)
    cache.mkdir(parents=True, exist_ok=True)
    wanted = f"{name}=={LARGE[name]}"
    pip = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", f"--no-binary={name}", "--dest", str(cache)]
    subprocess.run([*pip, wanted], check=True)
    fetched = archive(name, cache)
    if fetched is None:
        raise FileNotFoundError(f"pip left no source distribution of {wanted} in {cache}")
    return fetched


def unpack(source: Path, tree: Path) -> None:
    """Unpacks to `tree`, refusing members that would land elsewhere; whole or not at all."""
    partial = tree.with_name(tree.name + ".partial")
    shutil.rmtree(partial, ignore_errors=True)
    with tarfile.open(source) as packed:
        packed.extractall(partial, filter="data")
    (top,) = partial.iterdir()
    top.rename(tree)
    partial.rmdir()


def under_git(tree: Path) -> Path:
    """Commits all that is in `tree`, untouched by the user's own git configuration."""
    alone = {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1"}
    who = ["-c", "user.name=benchmark", "-c", "user.email=benchmark@example.invalid", "-c", "core.autocrlf=false"]
    for command in (["init", "--quiet"], ["add", "--all", "--force"], ["commit", "--quiet", "--message=all"]):
        subprocess.run(["git", *who, *command], cwd=tree, env={**os.environ, **alone}, check=True)
    return tree
