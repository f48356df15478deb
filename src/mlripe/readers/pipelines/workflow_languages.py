"""Pipelines written in languages of their own: Snakemake's rules, and the targets of R's `targets` package."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator
from typing import Final

from msgspec import Struct, field
from msgspec.structs import replace

from mlripe.facts import Command, FileFacts, Unit
from mlripe.lazy_regex import lazy_regex
from mlripe.readers.formats.cursor import beside, unique
from mlripe.readers.formats.documents import text_of
from mlripe.readers.shell.commands import commands
from mlripe.texts import line_at

__all__ = ["read_snakefile", "read_targets"]

RULES: Final = 1000  # of one file
REACH: Final = 5000  # characters of one target's definition

RULE = lazy_regex(r"(?:rule|checkpoint)\s+(\w+)\s*:\s*(?:#.*)?\Z")
DIRECTIVE = lazy_regex(
    r"\s+(input|output|params|log|shell|script|notebook|run|wrapper|conda|container|singularity|envmodules|threads|resources"
    r"|message|benchmark|priority|group|cache|shadow|localrule|retries|default_target|wildcard_constraints)\s*:\s*(.*)\Z"
)
INCLUDE = lazy_regex(r"include\s*:\s*[\"']([^\"'{}]+)[\"']")
# `module x:` takes the rules of another Snakefile in; its path may stand on the next line
MODULE = lazy_regex(
    r"(?m)^module\s+\w+\s*:[^\n]*\n(?:[ \t]+[^\n]*\n|\s*\n){0,20}?[ \t]+snakefile\s*:\s{0,80}[\"']([^\"'{}\n]+)[\"']"
)
STRING = lazy_regex(r"[rf]{0,2}(\"\"\"|'''|\"|')")
RULE_OUTPUT = lazy_regex(r"\brules\.(\w+)\.")
TARGET = lazy_regex(r"\b(?:tarchetypes::|targets::)?tar_(\w+)\s*\(\s*(?:name\s*=\s*)?([A-Za-z.][\w.]*)\s*,")
SOURCED = lazy_regex(r"\b(?:source|tar_source)\s*\(\s*(?:here::here\()?[\"']([^\"'\n]+)[\"']")
WORD = lazy_regex(r"[A-Za-z.][\w.]*")
_PLACEHOLDER = lazy_regex(r"\{(?:input|params)\.\w+\}")
_NAMED = lazy_regex(r"(\w+)\s*=(?!=)([^=\n]*)")
_PROGRAM = lazy_regex(r"[\"']([\w./-]+\.(?:py|R|r|sh|jl|pl))[\"']")
NO_TARGETS: Final = frozenset(("option", "option_set", "source", "make", "load", "read", "config_set", "resources"))


# --- Snakemake -------------------------------------------------------------------------------------------------------


class _Rule(Struct):
    """A rule: the text of its directives with the line each begins on."""

    name: str
    line: int
    parts: dict[str, tuple[int, list[str]]] = field(default_factory=dict)


def read_snakefile(path: str, content: bytes) -> FileFacts:
    """A unit of kind `stage` for each rule, which needs the rules that write what it reads.

    Included files, and those that a `module` takes in, are the `uses` of units of kind `include`, one a file.
    """
    rules: dict[str, _Rule] = {}
    uses: dict[str, int] = {}
    rule: _Rule | None = None
    part: list[str] | None = None
    text = text_of(content)
    for number, line in enumerate(text.splitlines(), 1):
        if line.strip() and not line[0].isspace():
            head, included = RULE.match(line), INCLUDE.match(line)
            rule, part = None, None
            if head and len(rules) < RULES:
                rule = rules[head[1]] = _Rule(head[1], number)
            elif included:
                uses.setdefault(beside(path, included[1]), number)
        elif rule and (directive := DIRECTIVE.match(line)):
            part = [directive[2]]
            rule.parts.setdefault(directive[1], (number, part))
        elif part is not None:
            part.append(line)
    for module in MODULE.finditer(text):
        uses.setdefault(beside(path, module[1]), line_at(text, module.start()))
    units = [_rule_unit(path, found) for found in rules.values()]
    written = {place: unit.id for unit in units for place in unit.writes}
    for index, unit in enumerate(units):
        named = RULE_OUTPUT.findall("\n".join(rules[unit.id].parts.get("input", (0, []))[1]))
        needs = unique(*(written.get(place, "") for place in unit.reads), *(name for name in named if name in rules))
        units[index] = replace(unit, needs=tuple(need for need in needs if need != unit.id))
    units += [Unit(f"include/{line}", "include", line, "include", uses=(use,)) for use, line in uses.items() if use]
    return FileFacts(units=tuple(units))


def _rule_unit(path: str, rule: _Rule) -> Unit:
    found: list[Command] = []
    for kind, (line, lines) in rule.parts.items():
        strings = list(_strings(lines, line))
        if kind == "shell":
            found += commands(_filled(_joined(strings), rule), strings[0][0]) if strings else ()
        elif kind in ("script", "notebook"):  # relative to the Snakefile
            found += [Command(f"{kind}: {text}", (text,), number) for number, text in strings[:1]]
    return Unit(
        rule.name,
        "stage",
        rule.line,
        f"rule {rule.name}",
        commands=tuple(found),
        reads=_files(rule, "input"),
        writes=_files(rule, "output"),
        directory=_workdir(path),
    )


def _filled(text: str, rule: _Rule) -> str:
    """The text of `shell` with `{input.script}` as the program that the rule's input names by it."""
    if "{" not in text:
        return text
    named = {f"{{{kind}.{name}}}": value for kind in ("input", "params") for name, value in _programs(rule, kind)}
    return _PLACEHOLDER.sub(lambda match: named.get(match[0], match[0]), text)


def _programs(rule: _Rule, kind: str) -> Iterator[tuple[str, str]]:
    """The programs among a directive's named values, each by the last literal of its expression: `join(dir, "fit.py")`.

    Only their names are certain where a folder stands in a variable: the bare name is looked for then.
    """
    _, lines = rule.parts.get(kind, (0, []))
    for named in _NAMED.finditer("\n".join(lines)[:REACH]):
        if program := _PROGRAM.findall(named[2]):
            yield named[1], program[-1]


def _workdir(path: str) -> str:
    """Where Snakemake is started by convention: beside the Snakefile, or above its folder `workflow`."""
    folder = posixpath.dirname(path)
    while posixpath.basename(folder) in ("rules", "workflow"):
        folder = posixpath.dirname(folder)
    return folder


def _files(rule: _Rule, kind: str) -> tuple[str, ...]:
    line, lines = rule.parts.get(kind, (0, []))
    return unique(*(text.strip() for _, text in _strings(lines, line)))


def _strings(lines: list[str], line: int) -> Iterator[tuple[int, str]]:
    """The string literals of a text with the lines on which their text begins."""
    text = "\n".join(lines)
    at = counted = 0
    while start := STRING.search(text, at):
        comment = text.find("#", at, start.start())
        if comment >= 0:
            at = text.find("\n", comment)
            if at < 0:
                return
            continue
        end = text.find(start[1], start.end())
        while end > 0 and text[end - 1] == "\\":
            end = text.find(start[1], end + 1)
        if end < 0:
            return
        line, counted = line + text.count("\n", counted, start.end()), start.end()
        yield line, text[start.end() : end]
        at = end + len(start[1])


def _joined(strings: list[tuple[int, str]]) -> str:
    """Literals that stand one below the other as one shell text, in which each keeps its line."""
    first, joined = strings[0]
    for line, text in strings[1:]:
        gap = line - first - joined.count("\n")
        joined += "\\\n" * max(gap, 0) + text
    return joined


# --- R's targets -----------------------------------------------------------------------------------------------------


def read_targets(path: str, content: bytes) -> FileFacts:
    """A unit of kind `stage` for each target of a `_targets.R`, which needs the targets that its command names.

    Files that it sources are the `uses` of every target.
    """
    text = "\n".join(line.partition("#")[0] for line in text_of(content).splitlines())
    found: dict[str, tuple[int, set[str]]] = {}
    line, counted = 1, 0
    for match in TARGET.finditer(text):
        line, counted = line + text.count("\n", counted, match.start()), match.start()
        if match[1] not in NO_TARGETS and match[2] not in found and len(found) < RULES:
            found[match[2]] = line, set(WORD.findall(text, match.end(), _end(text, match.end())))
    uses = unique(*(beside(path, sourced) for sourced in SOURCED.findall(text)))
    folder = posixpath.dirname(path)
    units = []
    for name, (number, words) in found.items():
        needs = tuple(other for other in found if other in words and other != name)
        units.append(Unit(name, "stage", number, f"target {name}", uses=uses, needs=needs, directory=folder))
    return FileFacts(units=tuple(units))


def _end(text: str, start: int) -> int:
    """Where the call ends whose arguments are being read at `start`."""
    level = 1
    stop = min(len(text), start + REACH)
    for index in range(start, stop):
        level += (text[index] == "(") - (text[index] == ")")
        if level == 0:
            return index
    return stop
