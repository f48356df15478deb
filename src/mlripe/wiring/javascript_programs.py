"""What the programs of the JavaScript world start: scripts of a package or of a whole workspace, and built sources."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator, Sequence

from mlripe.catalog.languages import SCRIPTS
from mlripe.wiring.command_words import arguments, option
from mlripe.wiring.commands import Launcher
from mlripe.wiring.places import EVERYTHING, MAIN, Place

__all__ = ["application", "bun", "deno", "moon", "node", "packages", "tests", "workspace"]

_FILTERS = ("--filter", "-F", "--scope", "--workspace", "-w", "-p", "--projects")
_EVERY = frozenset("-r --recursive --workspaces -ws workspaces foreach --filter -F --workspace -w workspace".split())
_WORDS = ("watch", "start", "eval", "run")  # of programs that run scripts as Node does
_VERBS = frozenset("run run-script run-many affected exec workspaces workspace foreach".split())


def node(launcher: Launcher, words: Sequence[str], bases: Sequence[str]) -> Iterator[Place]:
    """A script run by Node or its kin; one that is built first stands for the sources of its package."""
    scripts = [w for w in words if w.endswith(SCRIPTS)]
    named = scripts or [w for w in arguments(words) if w not in _WORDS]
    found = [path for w in named[:1] if (path := launcher.tree.script(w, bases))]
    for path in found:
        yield Place(path, MAIN)
    if not found and (scripts or any("/" in w or w == "." for w in arguments(words))):
        yield from application(launcher, words, bases)


def application(launcher: Launcher, words: Sequence[str], bases: Sequence[str]) -> Iterator[Place]:
    """The package where the program is called: what its framework starts by the place it lies in, else all of it."""
    for base in bases:
        if launcher.tree.named(base, "package.json"):
            entries = launcher.tree.entries(base)
            yield from (Place(path, EVERYTHING) for path in entries)
            if not entries:
                yield Place(f"{base}/" if base else "/", "node")
            return


def tests(launcher: Launcher, words: Sequence[str], bases: Sequence[str]) -> Iterator[Place]:
    """The test files of the package where Jest, Vitest or Playwright are called."""
    folder = next((base for base in bases if launcher.tree.named(base, "package.json")), "")
    for path in launcher.tree.script_tests(folder):
        yield Place(path)


def packages(launcher: Launcher, words: Sequence[str], bases: Sequence[str]) -> Iterator[Place]:
    """npm, yarn and pnpm: a script of the package, or of those of the workspace that are asked for."""
    if _EVERY & {word.split("=", 1)[0] for word in words}:
        yield from workspace(launcher, words, bases)
        return
    rest = arguments(words, ("--prefix", "-C", "--cwd", "--dir"))
    names = rest[1:] if rest and rest[0] in ("run", "run-script") else rest
    folder = option(words, "--prefix", "-C", "--cwd", "--dir")
    for base in [folder, *bases] if folder else bases:
        if path := launcher.tree.named(base, "package.json"):
            yield from (place for name in names if (place := launcher.tree.target(path, name)))
            return


def bun(launcher: Launcher, words: Sequence[str], bases: Sequence[str]) -> Iterator[Place]:
    """Bun runs the scripts of a package as well as files."""
    if words and words[0] == "run":
        found = list(packages(launcher, words, bases))
        yield from found or node(launcher, words[1:], bases)
    elif words and words[0] not in ("test", "install", "add", "build", "x"):
        yield from node(launcher, words, bases)


def deno(launcher: Launcher, words: Sequence[str], bases: Sequence[str]) -> Iterator[Place]:
    """Deno runs the tasks of its configuration as well as files."""
    if words and words[0] == "task":
        for base in bases:
            if path := launcher.tree.named(base, "deno.json", "deno.jsonc", "package.json"):
                yield from (place for name in arguments(words[1:]) if (place := launcher.tree.target(path, name)))
                return
    elif words and words[0] in ("run", "serve"):
        yield from node(launcher, words[1:], bases)


def workspace(launcher: Launcher, words: Sequence[str], bases: Sequence[str]) -> Iterator[Place]:
    """Turborepo, Nx, Lerna and the package managers' own: a script in every package that has it, or in those named."""
    named = option(words, "-t", "--target", "--targets")
    names = [name for name in named.split(",") if name]
    goals = [w for w in arguments(words, (*_FILTERS, "-t", "--target", "--targets")) if w not in _VERBS]
    names += [part for goal in goals for part in goal.split(":", 1)[-1].split("#")[-1:]]
    wanted = {option(words, *_FILTERS).strip("\"'.*/{}^"), *(word for word in words if "/" in word), *goals}
    found = [
        place
        for path in launcher.tree.everywhere("package.json", tests=True)
        for name in names
        if (place := launcher.tree.target(path, name))
    ]
    only = [place for place in found if _meant(posixpath.dirname(place.path), wanted)]
    yield from only or found


def _meant(folder: str, wanted: set[str]) -> bool:
    last = posixpath.basename(folder)
    return bool(last) and any(word and word.strip("./").rsplit("/", 1)[-1] == last for word in wanted)


def moon(launcher: Launcher, words: Sequence[str], bases: Sequence[str]) -> Iterator[Place]:
    """`moon ci` and `moon check` run the tasks of all projects, `moon run api:test :lint` those that are named."""
    goals = arguments(words[1:])
    for path in launcher.tree.everywhere("moon.yml", "moon.yaml", tests=True):
        project = posixpath.basename(posixpath.dirname(path))
        for task in launcher.tree.units(path, ("target",)):
            asked = any(goal in (task, f":{task}", f"{project}:{task}") for goal in goals)
            if asked if words[:1] == ("run",) or words[:1] == ["run"] else words and words[0] in ("ci", "check"):
                yield Place(path, task)
