"""Justfiles: recipes with what they need and their commands."""

from __future__ import annotations

import posixpath
from collections.abc import Mapping
from textwrap import dedent
from typing import Final

from msgspec import Struct, field
from msgspec.structs import replace

from mlripe.facts import Command, FileFacts, Unit
from mlripe.lazy_regex import lazy_regex
from mlripe.readers.formats.cursor import beside, unique
from mlripe.readers.formats.documents import text_of
from mlripe.readers.shell.commands import commands

__all__ = ["read_justfile"]

RECIPES: Final = 1000  # of one file

ASSIGNMENT = lazy_regex(r"(?:export\s+)?([A-Za-z_][\w-]*)\s*:=\s*(.*)")
ALIAS = lazy_regex(r"alias\s+([\w-]+)\s*:=\s*([\w-]+)")
IMPORT = lazy_regex(r"import\??\s+['\"]([^'\"]+)['\"]")
MODULE = lazy_regex(r"mod\??\s+([A-Za-z_][\w-]*)(?:\s+['\"]([^'\"]+)['\"])?\s*(?:#.*)?")
NAME = lazy_regex(r"@?([A-Za-z_][\w-]*)")
PARAMETER = lazy_regex(r"([*+]?)\$?([A-Za-z_][\w-]*)(?:\s*=\s*('[^']*'|\"[^\"]*\"|[\w.-]+))?")
QUOTED = lazy_regex(r"'[^']*'|\"[^\"]*\"")
COLON = lazy_regex(r":(?!=)")
NEED = lazy_regex(r"\(\s*([A-Za-z_][\w-]*)[^()]*\)|([A-Za-z_][\w-]*)")
LITERAL = lazy_regex(r"'([^']*)'|\"([^\"\\]*)\"")
HOLE = lazy_regex(r"\{\{\s*([^{}]*?)\s*\}\}")
SCRIPT = lazy_regex(r"#!.*\b(?:ba|z|da)?sh\b")
PYTHON = lazy_regex(r"#!.*\bpython[\d.]*(?:\s|\Z)|#!.*\buv\s+run\b")
SCRIPT_STRICT = lazy_regex(r"#!.*\s-[a-z]*e")


class _Recipe(Struct):
    line: int
    needs: list[str]
    parameters: tuple[tuple[str, str], ...]  # name and default of each; a name that takes all words begins with `*`
    body: list[tuple[int, str]] = field(default_factory=list)


def read_justfile(path: str, content: bytes) -> FileFacts:
    """A unit of kind `target` for each recipe and alias; the first has `default` in its inputs.

    `parameters` in them are the recipe's. Imported justfiles of the repository are the `uses` of a last unit `include`,
    modules its inputs: a name, and the files that it may mean.
    """
    variables: dict[str, str] = {}
    recipes: dict[str, _Recipe] = {}
    aliases: dict[str, tuple[str, int]] = {}
    uses: dict[str, int] = {}
    modules: dict[str, object] = {}
    recipe: _Recipe | None = None
    for number, line in enumerate(text_of(content).splitlines(), 1):
        if line[:1].isspace() or not line.strip():
            if recipe:
                recipe.body.append((number, line))
            continue
        if alias := ALIAS.match(line):
            aliases[alias[1]] = alias[2], number
        elif imported := IMPORT.match(line):
            uses.setdefault(beside(path, imported[1]), number)
        elif module := MODULE.fullmatch(line):
            modules[module[1]] = _module(path, module[1], module[2] or "")
            uses |= dict.fromkeys((file for file in _module(path, module[1], module[2] or "") if file), number)
        elif assignment := ASSIGNMENT.match(line):
            if literal := LITERAL.fullmatch(assignment[2].strip()):
                variables[assignment[1]] = literal[1] or literal[2] or ""
        elif (head := NAME.match(line)) and len(recipes) < RECIPES:
            unquoted = QUOTED.sub("''", line)
            if colon := COLON.search(unquoted):
                rest = unquoted[colon.end() :].partition(" #")[0]
                needs = [need[1] or need[2] for need in NEED.finditer(rest)]
                recipe = recipes[head[1]] = _Recipe(number, needs, _parameters(line[head.end() :]))
    folder = posixpath.dirname(path)
    units = [
        Unit(
            name,
            "target",
            found.line,
            f"just {name}",
            commands=_commands(found, variables),
            inputs={
                **({"default": True} if index == 0 else {}),
                **({"parameters": found.parameters} if found.parameters else {}),
            },
            needs=unique(*(need for need in found.needs if need in recipes and need != name)),
            directory=folder,
        )
        for index, (name, found) in enumerate(recipes.items())
    ]
    for name, (target, number) in aliases.items():
        if target in recipes and name not in recipes:
            units.append(Unit(name, "target", number, f"just {name}", needs=(target,), directory=folder))
    if known := tuple(use for use in uses if use):
        units.append(Unit("include", "include", uses[known[0]], "include", uses=known, inputs=modules))
    return FileFacts(units=tuple(units))


def _module(path: str, name: str, place: str) -> tuple[str, ...]:
    """The files that `mod name` or `mod name 'place'` may mean."""
    places = (place, f"{place}/mod.just") if place else (f"{name}.just", f"{name}/mod.just", f"{name}/justfile")
    return tuple(beside(path, each) for each in places)


def _parameters(text: str) -> tuple[tuple[str, str], ...]:
    """The parameters between a recipe's name and its colon; a default that is no literal is ""."""
    found, at = [], 0
    while (match := PARAMETER.match(text, at + len(text[at:]) - len(text[at:].lstrip()))) is not None:
        found.append((("*" if match[1] else "") + match[2], (match[3] or "").strip("'\"")))
        at = match.end()
    return tuple(found)


def _commands(recipe: _Recipe, variables: Mapping[str, str]) -> tuple[Command, ...]:
    """A shell for each line, and just stops at the first that fails; a recipe with `#!` is one script."""
    filled = [(number, HOLE.sub(lambda m: variables.get(m[1], f"${{{m[1]}}}"), line)) for number, line in recipe.body]
    written = [line for line in filled if line[1].strip()]
    if not written:
        return ()
    start, first = written[0][0], written[0][1].strip()
    if first.startswith("#!"):
        if PYTHON.match(first):
            body = dedent("\n".join(line for number, line in filled if number > start))
            return (Command(first, ("python", "-c", body), start),)
        if not SCRIPT.match(first):
            return ()
        text = "\n".join(line for number, line in filled if number >= start)
        return commands(text, start, strict=SCRIPT_STRICT.match(first) is not None)
    found: list[Command] = []
    for line, text in _joined(filled):
        stripped = text.lstrip(" \t@-")
        ignored = "-" in text[: len(text) - len(stripped)]
        for command in commands(stripped, line, strict=False):
            found.append(replace(command, allow_failure=True) if ignored else command)
    return tuple(found)


def _joined(lines: list[tuple[int, str]]) -> list[tuple[int, str]]:
    """Lines together with the ones that continue them."""
    joined: list[tuple[int, str]] = []
    for number, line in lines:
        if joined and joined[-1][1].endswith("\\"):
            start, before = joined[-1]
            joined[-1] = start, f"{before}\n{line}"
        else:
            joined.append((number, line))
    return joined
