"""environment-definition: pins, locks, containers and conda files, and what installs from them."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator, Mapping, Sequence

from mlripe.detection.observations import Sign
from mlripe.detection.patterns import command_matches
from mlripe.evidence import Strength
from mlripe.facts import Command, Dependency, FileFacts, Unit
from mlripe.readers.store import FactStore
from mlripe.wiring import Place, Wiring
from mlripe.wiring.command_words import CommandWords, option

__all__ = ["environment"]

CAPABILITY = "environment-definition"
BOUND = ("exact", "bounded")
_ANALYSIS = ("python", "conda", "r", "julia")  # ecosystems in which models are made
MOST_INCLUDED = 20  # files that one file of requirements includes, and they in turn
_LOCKS = {
    "poetry.lock", "uv.lock", "pdm.lock", "Pipfile.lock", "pixi.lock", "conda-lock.yml", "pylock.toml", "renv.lock",
    "Manifest.toml", "packrat.lock", "go.sum", "Cargo.lock",
}  # fmt: skip
# They define the environment of a program of Node; beside Python they are that of a web page.
_NODE_LOCKS = {"package-lock.json", "npm-shrinkwrap.json", "yarn.lock", "pnpm-lock.yaml", "bun.lock", "bun.lockb"}
# requirements of the work on the code, not of the code
_SIDE = re.compile(r"(?:^|[/_.-])(?:lint(?:ing)?|dev(?:elop(?:ment)?)?|tests?|testing|docs?|ci|style)(?:[/_.-]|$)")
_FROZEN = (
    "uv sync --frozen", "uv sync --locked", "uv run --frozen", "uv run --locked", "uv export --frozen",
    "pip install --require-hashes", "pip install --no-deps --require-hashes", "pipenv install --deploy", "pipenv sync",
    "pdm install --frozen-lockfile", "pdm sync", "pip-sync", "uv pip sync", "conda-lock install",
    "pixi install --frozen",
    "pixi install --locked", "poetry check --lock", "npm ci", "yarn install --frozen-lockfile",
    "yarn install --immutable", "pnpm install --frozen-lockfile", "bun install --frozen-lockfile",
    "cargo build --locked", "cargo test --locked",
)  # fmt: skip
# commands that install, and the files of the folder they run in that they install from
_INSTALLS: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("poetry install", ("poetry.lock", "pyproject.toml")),
    ("uv sync", ("uv.lock", "pyproject.toml")),
    ("uv run", ("uv.lock",)),
    ("pdm install", ("pdm.lock", "pyproject.toml")),
    ("pdm sync", ("pdm.lock",)),
    ("pipenv install", ("Pipfile.lock", "Pipfile")),
    ("pipenv sync", ("Pipfile.lock",)),
    ("pixi install", ("pixi.lock", "pixi.toml")),
    ("pixi run", ("pixi.lock", "pixi.toml")),
    ("conda env", ("environment.yml", "environment.yaml")),
    ("mamba env", ("environment.yml", "environment.yaml")),
    ("conda-lock install", ("conda-lock.yml",)),
    ("tox", ("tox.ini",)),
    ("hatch run", ("pyproject.toml",)),
    ("julia *Pkg.instantiate*", ("Manifest.toml", "Project.toml")),
    ("julia *Pkg.build*", ("Manifest.toml", "Project.toml")),
    ("julia *Pkg.test*", ("Manifest.toml", "Project.toml")),
    ("npm ci", ("package-lock.json", "npm-shrinkwrap.json")),
    ("npm install", ("package-lock.json", "npm-shrinkwrap.json")),
    ("pnpm install", ("pnpm-lock.yaml",)),
    ("pnpm i", ("pnpm-lock.yaml",)),
    ("yarn install", ("yarn.lock",)),
    ("bun install", ("bun.lock", "bun.lockb")),
    ("go build", ("go.sum",)),
    ("go test", ("go.sum",)),
    ("go install", ("go.sum",)),
    ("cargo build", ("Cargo.lock",)),
    ("cargo test", ("Cargo.lock",)),
)  # fmt: skip
_PROGRAMS = frozenset(row.split()[0] for row in (*_FROZEN, *(program for program, _ in _INSTALLS), "pip3"))


def environment(signs: list[Sign], store: FactStore, wiring: Wiring) -> Iterator[Sign]:
    """Definitions of the environment, and every command that builds or installs from one that pins."""
    pinned: dict[str, bool] = {}
    own = [(path, facts) for path, facts in store.loaded() if store.role(path) is None]
    run_time = any(facts.dependencies and not _SIDE.search(path) for path, facts in own)
    for path, facts in own:
        if not (run_time and _SIDE.search(path)):
            yield from _defined(path, facts, pinned, store)
    node = not any(d.ecosystem in _ANALYSIS for _, facts in own for d in facts.dependencies)
    for path in store.entries:
        if node and posixpath.basename(path) in _NODE_LOCKS:
            pinned[path] = True
        if posixpath.basename(path) in _LOCKS and store.role(path) is None:
            pinned[path] = True
            yield _sign(Place(path), 1, f"lock file {path}")
    for path, facts in own:
        for unit in facts.units:
            yield from _installed(path, unit, pinned, wiring)


_JULIAS_OWN = frozenset(
    "Artifacts Base64 Dates DelimitedFiles Distributed Downloads InteractiveUtils LazyArtifacts LibGit2 Libdl"
    " LinearAlgebra Logging Markdown Mmap Pkg Printf Profile REPL Random SHA Serialization SharedArrays Sockets"
    " SparseArrays Statistics SuiteSparse TOML Test UUIDs Unicode".split()
)


def _sign(place: Place, line: int, says: str, strength: Strength = Strength.present, frozen: bool = False) -> Sign:
    return Sign(CAPABILITY, "environment", place, line, says, strength, gates=frozen)


def _included(path: str, facts: FileFacts, store: FactStore) -> tuple[list[Dependency], frozenset[str]]:
    """The dependencies of a file with those of files that it includes, and the names that its constraints bound."""
    rows, bounds = list(facts.dependencies), set[str]()
    waiting, seen = [facts], {path}
    while waiting and len(seen) <= MOST_INCLUDED:
        for used in (used for unit in waiting.pop().units if unit.id == "requirements" for used in unit.uses):
            target = used.removeprefix("./")
            if target in store.entries and target not in seen:
                seen.add(target)
                found = store.of(target)
                waiting.append(found)
                rows += (d for d in found.dependencies if d.group != "constraints")
                bounds |= {d.name for d in found.dependencies if d.group == "constraints" and d.pin in BOUND}
    return rows, frozenset(bounds)


def _defined(path: str, facts: FileFacts, pinned: dict[str, bool], store: FactStore) -> Iterator[Sign]:
    for unit in facts.units:
        if unit.kind == "build" or (unit.kind == "image" and unit.id == "image"):
            yield _sign(Place(path, unit.id), unit.line, f"container image defined in {path}")
            pinned[path] = True
            break
    if posixpath.basename(path) in ("devcontainer.json", ".devcontainer.json"):
        yield _sign(Place(path), 1, "development container")
    gathered, constrained = _included(path, facts, store)
    rows = [d for d in gathered if d.group not in ("build", "constraints") and d.ecosystem in _ANALYSIS]
    if any(d.ecosystem == "julia" and not d.group for d in rows):
        # Julia brings its standard library along; packages for the tests of a package seldom have versions
        rows = [d for d in rows if not d.group and d.name not in _JULIAS_OWN] or rows
    if not rows or posixpath.basename(path) in _LOCKS:
        return
    bounded = sum(d.pin in BOUND or d.name in constrained for d in rows)
    conda = any(d.ecosystem == "conda" for d in rows)
    pinned[path] = conda or bounded * 2 > len(rows)
    if conda:
        yield _sign(Place(path), rows[0].line, f"conda environment in {path}")
    elif pinned[path]:
        yield _sign(Place(path), rows[0].line, f"{bounded} of {len(rows)} dependencies have bounded versions")
    else:
        says = f"{len(rows)} dependencies named, {bounded} of them with bounded versions"
        yield _sign(Place(path), rows[0].line, says, Strength.declared)


def _installed(path: str, unit: Unit, pinned: dict[str, bool], wiring: Wiring) -> Iterator[Sign]:
    place = Place(path, unit.id)
    for command in unit.commands:
        if not _may_install(command.argv, wiring.words):
            continue
        source = _source(path, unit, command, pinned, wiring)
        frozen = any(command_matches(wanted, command.argv, wiring.words) for wanted in _FROZEN) or bool(
            source and any(u.inputs.get("hashes") for u in wiring.store.of(source).units)
        )
        if source and pinned.get(source):
            yield _sign(place, command.line, f"installs from {source}", frozen=frozen)
        elif frozen and source is not None:
            yield _sign(place, command.line, f"{' '.join(command.argv[:4])}", frozen=True)
    if any("setup-renv" in used for used in unit.uses) or any("renv::restore" in c.text for c in unit.commands):
        source = wiring.tree.named(unit.directory, "renv.lock")
        if source and pinned.get(source):
            yield _sign(place, unit.line, f"restores {source}")
    if any(used.startswith(("julia-actions/julia-buildpkg", "julia-actions/julia-runtest")) for used in unit.uses):
        source = wiring.tree.named(unit.directory, "Manifest.toml", "Project.toml")
        if source and pinned.get(source):
            yield _sign(place, unit.line, f"installs from {source}")
    for key in ("environment-file", "environment-spec", "requirements", "conda-file", "lock-file"):
        named = unit.inputs.get(key)
        source = wiring.tree.file(named, [unit.directory, ""]) if isinstance(named, str) else None
        if source and pinned.get(source):
            yield _sign(place, unit.line, f"installs from {source}")


def _may_install(argv: tuple[str, ...], words: CommandWords) -> bool:
    """Whether a command is of any of the programs, as it is written or as a person would say it."""
    said = (argv, words.unwrapped(argv), words.spoken(argv))
    return any(each and posixpath.basename(each[0]) in _PROGRAMS for each in said)


def _source(path: str, unit: Unit, command: Command, pinned: Mapping[str, bool], wiring: Wiring) -> str | None:
    """The file that a command installs from; "" for a frozen install from nothing seen, None for no install."""
    words = wiring.words.unwrapped(command.argv)
    if words[:1] == ("-m",):
        words = words[1:]
    original = tuple(command.argv)
    bases = wiring.edges.bases(path, unit, command)
    if len(words) > 1 and words[0] in ("pip", "pip3", "uv") and "install" in words[:3]:
        return _of_pip(words, bases, pinned, wiring)
    if words[:1] == ("pip-sync",) or words[:3] == ("uv", "pip", "sync"):
        named = next((word for word in words[1:] if word.endswith((".txt", ".in", ".toml"))), "requirements.txt")
        return wiring.tree.file(named, bases)
    if words[:2] == ("uv", "run"):
        script = next((word for word in words[2:] if word.endswith(".py")), "")
        own = wiring.tree.file(script, bases) if script else None
        if own and wiring.store.of(own).dependencies:
            return own
    for program, names in _INSTALLS:
        if command_matches(program, original, wiring.words) or tuple(original[:2]) == tuple(program.split()):
            named = option(original, "-f", "--file") if "env" in program else ""
            if named:
                return wiring.tree.file(named, bases)
            for base in bases:
                if found := wiring.tree.named(base, *names):
                    return found
    return "" if any(command_matches(wanted, original, wiring.words) for wanted in _FROZEN) else None


def _of_pip(words: Sequence[str], bases: Sequence[str], pinned: Mapping[str, bool], wiring: Wiring) -> str | None:
    named = option(words, "-r", "--requirement") or option(words, "-c", "--constraint")
    if named:
        return wiring.tree.file(named, bases)
    for word in words[2:]:
        bare = word.split("[", 1)[0]
        if bare in (".", "./") or bare.startswith(("./", "../")):
            folder = wiring.tree.folder(bare, bases)
            if folder is not None:
                found = [wiring.tree.named(folder, name) for name in ("pyproject.toml", "setup.py", "setup.cfg")]
                there = [file for file in found if file]
                return next((file for file in there if pinned.get(file)), there[0] if there else None)
    return None
