"""environment-definition: pins, locks, containers and conda files, and what installs from them."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator, Mapping, Sequence
from fnmatch import fnmatchcase

from mlripe.catalog.knowledge import Installers
from mlripe.detection.observations import Observation
from mlripe.detection.patterns import command_matches
from mlripe.evidence import Strength
from mlripe.facts import Command, Dependency, FileFacts, Unit
from mlripe.kinds import Names
from mlripe.lazy_regex import lazy_regex
from mlripe.readers.store import FactStore
from mlripe.wiring import Place, Wiring
from mlripe.wiring.command_words import CommandWords, option

__all__ = ["environment"]

CAPABILITY = "environment-definition"
BOUND = ("exact", "bounded")
_ANALYSIS = ("python", "conda", "r", "julia")  # ecosystems in which models are made
MOST_INCLUDED = 20  # files that one file of requirements includes, and they in turn
# requirements of the work on the code, not of the code
_SIDE = lazy_regex(r"(?:^|[/_.-])(?:lint(?:ing)?|dev(?:elop(?:ment)?)?|tests?|testing|docs?|ci|style)(?:[/_.-]|$)")


def environment(observations: list[Observation], store: FactStore, wiring: Wiring) -> Iterator[Observation]:
    """Definitions of the environment, and every command that builds or installs from one that pins."""
    known = store.knowledge.installers
    # files of other languages that a detector has seen to pin versions; a lock of Node may be that of a page beside
    pinned = {
        seen.path: True
        for seen in observations
        if seen.capability == CAPABILITY
        and seen.strength >= Strength.present
        and posixpath.basename(seen.path) not in known.locks_of_node
    }
    own = [(path, facts) for path, facts in store.loaded() if store.role(path) is None]
    run_time = any(facts.dependencies and not _SIDE.search(path) for path, facts in own)
    for path, facts in own:
        if not (run_time and _SIDE.search(path)):
            yield from _defined(path, facts, pinned, store)
    node = not any(d.ecosystem in _ANALYSIS for _, facts in own for d in facts.dependencies)
    for path in store.entries:
        if node and posixpath.basename(path) in known.locks_of_node:
            pinned[path] = True
        if posixpath.basename(path) in known.locks and store.role(path) is None:
            pinned[path] = True
            yield _observation(Place(path), 1, f"lock file {path}")
    for path, facts in own:
        for unit in facts.units:
            yield from _installed(path, unit, pinned, wiring)


def _observation(
    place: Place, line: int, says: str, strength: Strength = Strength.present, frozen: bool = False
) -> Observation:
    return Observation(CAPABILITY, "environment", place, line, says, strength, gates=frozen)


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


def _defined(path: str, facts: FileFacts, pinned: dict[str, bool], store: FactStore) -> Iterator[Observation]:
    for unit in facts.units:
        if unit.kind == "build" or (unit.kind == "image" and unit.id == "image"):
            yield _observation(Place(path, unit.id), unit.line, f"container image defined in {path}")
            pinned[path] = True
            break
    if posixpath.basename(path) in ("devcontainer.json", ".devcontainer.json"):
        yield _observation(Place(path), 1, "development container")
    gathered, constrained = _included(path, facts, store)
    rows = [d for d in gathered if d.group not in ("build", "constraints") and d.ecosystem in _ANALYSIS]
    if any(d.ecosystem == "julia" and not d.group for d in rows):
        # Julia brings its standard library along; packages for the tests of a package seldom have versions
        own = store.knowledge.named(Names.JULIA_STANDARD_LIBRARY)
        rows = [d for d in rows if not d.group and d.name not in own] or rows
    if not rows or posixpath.basename(path) in store.knowledge.installers.locks:
        return
    bounded = sum(d.pin in BOUND or d.name in constrained for d in rows)
    conda = any(d.ecosystem == "conda" for d in rows)
    pinned[path] = conda or bounded * 2 > len(rows)
    if conda:
        yield _observation(Place(path), rows[0].line, f"conda environment in {path}")
    elif pinned[path]:
        yield _observation(Place(path), rows[0].line, f"{bounded} of {len(rows)} dependencies have bounded versions")
    else:
        says = f"{len(rows)} dependencies named, {bounded} of them with bounded versions"
        yield _observation(Place(path), rows[0].line, says, Strength.declared)


def _installed(path: str, unit: Unit, pinned: dict[str, bool], wiring: Wiring) -> Iterator[Observation]:
    place = Place(path, unit.id)
    known = wiring.store.knowledge.installers
    for command in unit.commands:
        if not _may_install(command.argv, known, wiring.words):
            continue
        source = _source(path, unit, command, pinned, wiring)
        frozen = _is_frozen(command.argv, wiring) or bool(
            source and any(u.inputs.get("hashes") for u in wiring.store.of(source).units)
        )
        if source and pinned.get(source):
            yield _observation(place, command.line, f"installs from {source}", frozen=frozen)
        elif frozen and source is not None:
            yield _observation(place, command.line, f"{' '.join(command.argv[:4])}", frozen=True)
    yield from _of_steps(place, unit, pinned, wiring)


def _of_steps(place: Place, unit: Unit, pinned: Mapping[str, bool], wiring: Wiring) -> Iterator[Observation]:
    """What steps of CI install, by what they are called or by their inputs, and commands by a word in their text."""
    known = wiring.store.knowledge.installers
    told = set()
    for row in known.installs:
        used = bool(row.step) and any(fnmatchcase(name.split("@", 1)[0], row.step) for name in unit.uses)
        if used or (row.word and any(row.word in command.text for command in unit.commands)):
            source = wiring.tree.named(unit.directory, *row.files)
            if source and pinned.get(source) and source not in told:
                told.add(source)
                yield _observation(place, unit.line, f"{row.says} {source}")
    for key in known.inputs:
        named = unit.inputs.get(key)
        source = wiring.tree.file(named, [unit.directory, ""]) if isinstance(named, str) else None
        if source and pinned.get(source):
            yield _observation(place, unit.line, f"installs from {source}")


def _may_install(argv: tuple[str, ...], known: Installers, words: CommandWords) -> bool:
    """Whether a command is of any of the programs, as it is written or as a person would say it."""
    said = (argv, words.unwrapped(argv), words.spoken(argv))
    return any(each and posixpath.basename(each[0]) in known.programs for each in said)


def _is_frozen(argv: tuple[str, ...], wiring: Wiring) -> bool:
    """Whether a command fails where what it installs differs from the lock."""
    return any(command_matches(wanted, argv, wiring.words) for wanted in wiring.store.knowledge.installers.frozen)


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
    for row in wiring.store.knowledge.installers.installs:
        if row.command and _is(row.command, original, wiring.words):
            if named := option(original, *row.named_by):
                return wiring.tree.file(named, bases)
            for base in bases:
                if found := _lying(base, row.files, pinned, wiring):
                    return found
    return "" if _is_frozen(original, wiring) else None


def _lying(base: str, names: Sequence[str], pinned: Mapping[str, bool], wiring: Wiring) -> str | None:
    """The first of these files that lies in a folder; for a glob, one that pins versions."""
    for name in names:
        if "*" not in name:
            if found := wiring.tree.named(base, name):
                return found
        elif globbed := [path for path in wiring.store.named(posixpath.join(base, name)) if pinned.get(path)]:
            return globbed[0]
    return None


def _is(wanted: str, argv: tuple[str, ...], words: CommandWords) -> bool:
    return command_matches(wanted, argv, words) or argv[:2] == tuple(wanted.split())


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
