"""Runners of named tasks: make, just, task, tox, nox, doit, Earthly and their kin.

Words after the program's name, and the folders that they are seen from, give the tasks that are asked for: by name, by
a tag or label, those that the file runs by default, or by a pattern. Values that the command gives to a task (a
variable of make, a parameter of just) are put into the task's own commands.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Collection, Iterator, Mapping, Sequence

from mlripe.facts import Unit
from mlripe.lazy_regex import lazy_regex
from mlripe.wiring.command_words import arguments, option
from mlripe.wiring.commands import Handler, Launcher
from mlripe.wiring.places import Place

__all__ = ["TASKFILES", "doit", "earthly", "functions", "just", "make", "named_targets", "nox", "tox"]

TASKFILES = tuple(
    f"{name}.{ending}"
    for name in ("Taskfile", "taskfile", "Taskfile.dist", "taskfile.dist")
    for ending in ("yml", "yaml")
)

_REFERENCE = lazy_regex(r"\$(?:\{([\w.-]+|\*)\}|(\*|\w+))")
_ONE_OF_SEVERAL = lazy_regex(r"\(|-(?=[\d.]+\Z)")  # an interpreter or parameters behind a session's name
_NEEDS = 4  # tasks behind tasks that a given value is handed to
_MAKE_VALUED = ("-C", "-f", "-j", "--directory", "--file", "-I", "-o")
_JUST_VALUED = ("-f", "--justfile", "-d", "--working-directory", "--dotenv-path", "--shell", "--color")


def _given(launcher: Launcher, place: Place, values: Mapping[str, str], bases: Sequence[str]) -> Iterator[Place]:
    """What the commands of a task, and of those that it needs, start once these values are put into them."""
    waiting, seen = [(place, 0)] if values else [], {place}
    while waiting:
        at, depth = waiting.pop()
        unit = launcher.tree.unit(at)
        if unit is None:
            continue
        folders = [posixpath.join(unit.directory, ""), *bases]
        for command in unit.commands:
            argv = tuple(_REFERENCE.sub(lambda m: values.get(m[1] or m[2], m[0]), word) for word in command.argv)
            if argv != command.argv:
                places = [posixpath.normpath(posixpath.join(folder, command.directory)) for folder in folders]
                yield from launcher.places(argv, ["" if folder == "." else folder for folder in places])
        for need in unit.needs if depth < _NEEDS else ():
            if (needed := Place(at.path, need)) not in seen:
                seen.add(needed)
                waiting.append((needed, depth + 1))


def make(launcher: Launcher, words: Sequence[str], bases: Sequence[str]) -> Iterator[Place]:
    """`make -C ml fit WHAT=trees`."""
    folder = option(words, "-C", "--directory")
    where = bases
    if folder:
        found = launcher.tree.folder(folder, bases)
        where = [found] if found is not None else []
    named = option(words, "-f", "--file", "--makefile")
    path = launcher.tree.file(named, where) if named else None
    for base in where:
        path = path or launcher.tree.named(base, "GNUmakefile", "makefile", "Makefile")
    if not path:
        return
    known = launcher.tree.units(path)
    goals = [w for w in arguments(words, _MAKE_VALUED) if "=" not in w]
    values = dict(w.split("=", 1) for w in words if "=" in w and not w.startswith("-"))
    for goal in goals or launcher.tree.defaults(path)[:1] or known[:1]:
        place, stem = launcher.tree.target(path, goal), ""
        if not place:
            place, stem = _by_pattern(path, known, goal)
        if place:
            yield place
            yield from _given(launcher, place, {**values, **({"*": stem} if stem else {})}, where)


def _by_pattern(path: str, known: Sequence[str], goal: str) -> tuple[Place | None, str]:
    """The pattern rule that makes a goal, and what its `%` stands for."""
    for name in known:
        before, percent, after = name.partition("%")
        if percent and goal.startswith(before) and goal.endswith(after) and len(goal) > len(name) - 1:
            return Place(path, name), goal[len(before) : len(goal) - len(after)]
    return None, ""


def just(launcher: Launcher, words: Sequence[str], bases: Sequence[str]) -> Iterator[Place]:
    """`just fit trees`, `just ml::fit`, `just ml fit`: recipes with the words that they take."""
    file = option(words, "-f", "--justfile")
    for base in bases:
        path = (
            launcher.tree.file(file, bases) if file else launcher.tree.named(base, "justfile", "Justfile", ".justfile")
        )
        if path:
            asked = [w for w in arguments(words, _JUST_VALUED) if not re.match(r"[\w-]+=", w)]
            yield from _recipes(launcher, path, asked or launcher.tree.defaults(path)[:1], bases)
            return


def _recipes(launcher: Launcher, path: str, asked: Sequence[str], bases: Sequence[str]) -> Iterator[Place]:
    at = 0
    while at < len(asked):
        place = launcher.tree.target(path, asked[at])
        if not place and at + 1 < len(asked):  # a module, and its recipe
            at += 1
            place = launcher.tree.target(path, f"{asked[at - 1]}::{asked[at]}")
        at += 1
        unit = launcher.tree.unit(place) if place else None
        if place and unit:
            values: dict[str, str] = {}
            parameters = unit.inputs.get("parameters")
            for name, default in parameters if isinstance(parameters, tuple) else ():
                if name.startswith("*"):
                    values[name[1:]] = " ".join(asked[at:]) or default
                    at = len(asked)
                else:
                    values[name] = asked[at] if at < len(asked) else default
                    at += at < len(asked)
            yield place
            yield from _given(launcher, place, {name: value for name, value in values.items() if value}, bases)


def named_targets(names: tuple[str, ...], *verbs: str, everything: bool = False, default: bool = False) -> Handler:
    """A runner whose file lists named targets; `default`: without a name it runs those that the file says."""

    def handler(launcher: Launcher, words: Sequence[str], bases: Sequence[str]) -> Iterator[Place]:
        rest = list(words)
        if verbs and rest and rest[0] in verbs:
            rest = rest[1:]
        for base in bases:
            path = launcher.tree.named(base, *names)
            if not path:
                continue
            known = launcher.tree.units(path)
            asked = arguments(rest) or (launcher.tree.defaults(path) if default else [])
            found = [place for w in asked if (place := launcher.tree.target(path, w))]
            yield from found or (Place(path, unit) for unit in (known if everything else known[:0]))
            return

    return handler


# --- environments and sessions of Python -----------------------------------------------------------------------------


def tox(launcher: Launcher, words: Sequence[str], bases: Sequence[str]) -> Iterator[Place]:
    """`tox -e py311,fit`, `tox -m label`, `tox`: environments by name, by label, or those of the list."""
    config = option(words, "-c", "--conf")
    for base in bases:
        path = (
            launcher.tree.file(config, bases)
            if config
            else launcher.tree.named(base, "tox.ini", "setup.cfg", "tox.toml", "pyproject.toml")
        )
        known = launcher.tree.units(path, ("environment",)) if path else []
        if path and known:
            yield from (Place(path, name) for name in _environments(launcher, path, words, known))
            return


def _environments(launcher: Launcher, path: str, words: Sequence[str], known: Sequence[str]) -> Iterator[str]:
    labels = {label for label in option(words, "-m").split(",") if label}
    if labels:
        for name in known:
            unit = launcher.tree.unit(Place(path, name))
            given = unit.inputs.get("labels") if unit else ()
            if labels.intersection(given if isinstance(given, tuple) else ()):
                yield name
        return
    wanted = [each for each in option(words, "-e").split(",") if each]
    wanted += [word for word in words if word in known and word not in wanted]
    for name in wanted or launcher.tree.defaults(path) or known:
        for each in known:
            if each == name or (name not in known and each.split("-")[-1] == name.split("-")[-1]):
                yield each


def nox(launcher: Launcher, words: Sequence[str], bases: Sequence[str]) -> Iterator[Place]:
    """`nox -s fit tests-3.12`, `nox -t nightly`, `nox`: sessions by name or tag, or those that the file chooses."""
    named = option(words, "-f", "--noxfile")
    for base in bases:
        path = launcher.tree.file(named, bases) if named else launcher.tree.named(base, "noxfile.py")
        if not path:
            continue
        sessions, tags = _values(words, "-s", "--session", "--sessions", "-e"), _values(words, "-t", "--tags")
        if not sessions and not tags:
            chosen = launcher.tree.defaults(path)
            yield from (Place(path, name) for name in chosen or ("",))
        for name in launcher.tree.units(path):
            unit = launcher.tree.unit(Place(path, name))
            if unit and _is_asked(unit, sessions, tags):
                yield Place(path, name)
        return


def _is_asked(session: Unit, names: Collection[str], tags: Collection[str]) -> bool:
    """Whether a session has one of these tags, or one of these names: tests-3.12 is one of several of tests."""
    given = session.inputs.get("tags")
    if any(tag in tags for tag in (given if isinstance(given, tuple) else ())):
        return True
    own = str(session.inputs.get("name", session.id)).replace("-", "_")
    return any(_ONE_OF_SEVERAL.split(name)[0].replace("-", "_") == own for name in names)


def _values(words: Sequence[str], *names: str) -> set[str]:
    """The values of an option that takes several: `-s fit tests`."""
    found: set[str] = set()
    taking = False
    for word in words:
        if word.startswith("-"):
            name, _, value = word.partition("=")
            taking = name in names
            found |= {value} if taking and value else set()
        elif taking:
            found.add(word)
    return found


def functions(*files: str) -> Handler:
    """A runner of decorated functions: invoke, fabric, duty."""

    def handler(launcher: Launcher, words: Sequence[str], bases: Sequence[str]) -> Iterator[Place]:
        for base in bases:
            if path := launcher.tree.named(base, *files):
                for name in arguments(words, ("-c", "--collection", "-r", "--search-root", "-H")):
                    yield Place(path, name.rsplit(".", 1)[-1].replace("-", "_"))
                return

    return handler


def doit(launcher: Launcher, words: Sequence[str], bases: Sequence[str]) -> Iterator[Place]:
    """`doit fit`, `doit`: tasks by name, or those that run by default."""
    verb = words[0] if words else "run"
    if verb in ("list", "clean", "forget", "help", "info", "dumpdb", "ignore", "reset-dep", "tabcompletion"):
        return
    asked = arguments(words[1:] if verb == "run" else words, ("-f", "--file", "-d", "--dir", "--db-file", "-n"))
    for base in bases:
        if path := launcher.tree.named(base, "dodo.py"):
            named = [f"task_{name.partition(':')[0].replace('-', '_')}" for name in asked if "=" not in name]
            yield from (Place(path, name) for name in named or launcher.tree.defaults(path))
            return


def earthly(launcher: Launcher, words: Sequence[str], bases: Sequence[str]) -> Iterator[Place]:
    """`earthly +fit`, `earthly ./ml+fit`: a target of the Earthfile of a folder."""
    for word in words:
        folder, plus, name = word.partition("+")
        if plus and re.fullmatch(r"[\w-]+", name) and not folder.startswith("-"):
            found = launcher.tree.folder(folder or ".", bases)
            path = launcher.tree.named(found, "Earthfile") if found is not None else None
            if path and (target := launcher.tree.target(path, name)):
                yield target
            return
