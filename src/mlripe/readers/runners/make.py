"""Makefiles: targets with what they need and the commands of their recipes. Justfiles are in `just.py`."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator, Mapping
from typing import Final

from msgspec import Struct, field
from msgspec.structs import replace

from mlripe.facts import Command, FileFacts, Unit
from mlripe.lazy_regex import lazy_regex
from mlripe.readers.formats.cursor import beside, unique
from mlripe.readers.formats.documents import text_of
from mlripe.readers.runners.make_functions import chosen_words, closing_bracket
from mlripe.readers.shell.commands import commands

__all__ = ["read_makefile"]

TARGETS: Final = 1000  # of one file
COMMANDS: Final = 3000  # commands and recipe lines of one file
DEPTH: Final = 5  # variables in variables
LENGTH: Final = 1000  # characters that the variables of one text may add to it

ASSIGNMENT = lazy_regex(r"(?:export\s+|override\s+)*([\w.\-]+)\s*(\?=|\+=|::?:?=|!=|=)\s*(.*)", re.DOTALL)
INCLUDE = lazy_regex(r"[-s]?include\s+(.+)")
WILDCARD = lazy_regex(r"\$\(wildcard\s+([^()$]+)\)")
DIRECTIVE = lazy_regex(
    r"(?:ifn?eq|ifn?def|else|endif|export|unexport|vpath|undefine)\b|\$\((?:info|warning|error|eval)\b"
)
SPECIAL = lazy_regex(r"\.[A-Z_]+\Z")
COLON = lazy_regex(r"&?::?(?!=|:=)")
COMMENT = lazy_regex(r"(?:^|\s)#.*", re.DOTALL)
REFERENCE = lazy_regex(r"\$(?:\$|([@<^?*+|%])|\(([^()$\s]+)\)|\{([^{}$\s]+)\}|([A-Za-z_]))")
FUNCTION = lazy_regex(r"\$(?:\$|\((shell\s+)?([a-z-]+\s[^()\n]*|@[DF]|[<^?*][DF])\)|\(([^()$\s]+)\))")
# functions of make, but for `shell`, whose text is a command, and `call`'s and `if`'s kin, which may be whole recipes
CALLED = lazy_regex(
    r"\$[({](error|info|warning|eval|or|and|filter-out|filter|patsubst|subst|notdir|dir|strip|findstring|sort|words?"
    r"|firstword|lastword|wordlist|addprefix|addsuffix|basename|suffix|join|realpath|abspath|origin|value|flavor"
    r"|(?<=:\$[({])call)\s"
)
NO_WORD = lazy_regex(r"[^\w ,.-]")
OWN_FOLDER = ("CURDIR", "PWD")


class _Rule(Struct):
    """A rule as written: its head, and its recipe's lines with their numbers."""

    head: str
    line: int
    recipe: list[tuple[int, str]] = field(default_factory=list)


class _Target(Struct):
    """A target, gathered from all rules that name it."""

    line: int
    needs: list[str] = field(default_factory=list)
    recipe: list[tuple[int, str]] = field(default_factory=list)
    stem: str = ""  # what `%` of its pattern rule stands for


class _Makefile(Struct):
    """What a Makefile says, before anything is expanded."""

    variables: dict[str, str] = field(default_factory=dict)
    rules: list[_Rule] = field(default_factory=list)
    includes: dict[str, int] = field(default_factory=dict)


def read_makefile(path: str, content: bytes) -> FileFacts:
    """A unit of kind `target` for each target; the default one has `default` in its inputs.

    A pattern rule is a target with `%` in its name, and one without wherever the file itself needs what it makes.
    Included makefiles of the repository are the `uses` of a last unit `include`.
    """
    makefile = _parse(text_of(content).replace("\r\n", "\n"))
    targets, phony, oneshell = _targets(makefile)
    units = []
    budget = COMMANDS
    plain = (name for name in targets if name[0] != "." and "%" not in name)
    default = makefile.variables.get(".DEFAULT_GOAL", "") or next(plain, "")
    for name, target in targets.items():
        found = _commands(makefile, name, target, oneshell, budget)
        budget -= len(found) + len(target.recipe)
        needs = unique(*target.needs)
        units.append(
            Unit(
                name,
                "target",
                target.line,
                f"make {name}",
                commands=found,
                inputs={"default": True} if name == default else {},
                needs=tuple(need for need in needs if need in targets and need != name),
                reads=tuple(need for need in needs if need not in targets),
                writes=(name,) if name not in phony and posixpath.splitext(name)[1] else (),
                directory=posixpath.dirname(path),
            )
        )
    uses = {use: line for name, line in makefile.includes.items() if (use := beside(path, name))}
    if uses:
        units.append(Unit("include", "include", next(iter(uses.values())), "include", uses=tuple(uses)))
    return FileFacts(units=tuple(units))


# --- reading lines ---------------------------------------------------------------------------------------------------


def _logical(text: str) -> Iterator[tuple[int, str]]:
    """Lines with their continuations, which stay in them as written."""
    lines = text.split("\n")
    at = 0
    while at < len(lines):
        start, parts = at, [lines[at]]
        while parts[-1].endswith("\\") and at + 1 < len(lines):
            at += 1
            parts.append(lines[at])
        yield start + 1, "\n".join(parts)
        at += 1


def _joined(line: str) -> str:
    """A logical line in one, its continuations with the blanks around them as one blank."""
    return " ".join(part.strip() for part in line.split("\\\n")).strip() if "\\\n" in line else line.strip()


def _parse(text: str) -> _Makefile:
    makefile = _Makefile()
    rule: _Rule | None = None
    prefix, defining = "\t", 0
    for number, line in _logical(text):
        word = line.strip().split(None, 1)[0] if line.strip() else ""
        if defining or (word == "define" and not line.startswith(prefix)):
            defining += (word == "define") - (word == "endef")
        elif line.startswith(prefix) and rule:
            rule.recipe.append((number, line[1:].replace("\n" + prefix, "\n")))
        elif word and word[0] != "#" and not DIRECTIVE.match(stripped := _joined(line)):
            stripped = COMMENT.sub("", stripped).strip()
            if include := INCLUDE.fullmatch(stripped):
                for name in WILDCARD.sub(r"\1", _expanded(include[1], makefile.variables)).split():
                    makefile.includes.setdefault(name, number)
            elif assignment := ASSIGNMENT.fullmatch(stripped):
                _assign(makefile.variables, *assignment.groups())
                if assignment[1] == ".RECIPEPREFIX":
                    prefix = assignment[3][:1] or "\t"
            elif COLON.search(stripped):
                rule = _Rule(stripped, number)
                makefile.rules.append(rule)
            elif not line[0].isspace():
                rule = None
    return makefile


def _assign(variables: dict[str, str], name: str, operator: str, value: str) -> None:
    if operator == "!=":
        value = f"$(shell {value})"
    if operator == "+=":
        value = f"{variables.get(name, '')} {value}".strip()[:LENGTH]
    if operator != "?=" or name not in variables:
        # `A := $(A) more` would otherwise name itself for ever
        variables[name] = value.replace(f"$({name})", variables.get(name, ""))[:LENGTH]


# --- variables -------------------------------------------------------------------------------------------------------


def _expanded(text: str, variables: Mapping[str, str]) -> str:
    """`text` with the variables of the file; what it does not define stays, spelled as the shell would."""

    room = LENGTH

    def value(match: re.Match[str]) -> str:
        nonlocal room
        name = match[1] or match[2] or match[3] or match[4] or "$"
        if name in ("MAKE", *OWN_FOLDER) and name not in variables:
            return "make" if name == "MAKE" else "."
        known = variables.get(name, match[0]).replace("\n", " ")
        room -= len(known)
        return known if room > 0 else match[0]

    for _ in range(DEPTH):
        expanded = REFERENCE.sub(value, text)
        if expanded == text:
            break
        text = expanded
    return text


def _for_shell(text: str) -> str:
    """What make leaves to the shell: `$$x` is `$x`; functions and unknown variables of make are words, not commands."""

    text = _whole_functions(text)

    def spelled(match: re.Match[str]) -> str:
        if match[0] == "$$":
            return "$"
        inside = (match[2] or match[3]).replace("$$", "$")
        return f"$({inside})" if match[1] else f"${{{inside}}}"

    return FUNCTION.sub(spelled, text)


def _whole_functions(text: str) -> str:
    """`text` with each call of a function of make as one word; what only says or checks something gives none."""
    if not CALLED.search(text):
        return text
    parts, at = [], 0
    for match in CALLED.finditer(text):
        if match.start() < at:  # within another one
            continue
        end = closing_bracket(text, match.start() + 1, LENGTH)
        if not end:
            break
        says = match[1] in ("error", "info", "warning", "eval") or text[: match.start()].strip("@-+ \t") == ":"
        inside = NO_WORD.sub("_", text[match.start() + 2 : end - 1])
        parts += [text[at : match.start()], "" if says else f"${{{inside}}}"]
        at = end
    return "".join((*parts, text[at:]))


# --- rules -----------------------------------------------------------------------------------------------------------


def _targets(makefile: _Makefile) -> tuple[dict[str, _Target], set[str], bool]:
    """The targets by name, the phony ones among them, and whether recipes run in one shell each."""
    targets: dict[str, _Target] = {}
    phony: set[str] = set()
    oneshell = False
    for rule in makefile.rules:
        head, semicolon, inline = _expanded(rule.head, makefile.variables).partition(";")
        colon = COLON.search(head)
        if colon is None:
            continue
        names, rest = head[: colon.start()].split(), head[colon.end() :]
        if names == [".PHONY"]:
            phony.update(rest.split())
        oneshell |= names == [".ONESHELL"]
        if ASSIGNMENT.fullmatch(rest.strip()):  # a variable of one target
            continue
        recipe = [(rule.line, inline.strip()), *rule.recipe] if semicolon else rule.recipe
        for name in names:
            if "$" in name or SPECIAL.match(name) or len(targets) >= TARGETS:
                continue
            target = targets.setdefault(name, _Target(rule.line))
            if recipe and not target.recipe:
                target.line = rule.line
            needs = rest.rpartition(":")[2].replace("|", " ").split()
            target.needs += [need for need in needs if "$" not in need]
            target.recipe += recipe
    _made_by_patterns(targets)
    return targets, phony, oneshell


def _made_by_patterns(targets: dict[str, _Target]) -> None:
    """Adds the targets that others need and that only a pattern rule makes: `fit-trees` by `fit-%`."""
    patterns = [name for name in targets if "%" in name]
    waiting = [need for target in targets.values() for need in target.needs] if patterns else []
    while waiting and len(targets) < TARGETS:
        name = waiting.pop()
        stem, pattern = _stem(name, patterns) if name not in targets and "%" not in name else ("", "")
        if pattern:
            rule = targets[pattern]
            needs = [need.replace("%", stem) for need in rule.needs]
            targets[name] = _Target(rule.line, needs, rule.recipe, stem)
            waiting += needs


def _stem(name: str, patterns: list[str]) -> tuple[str, str]:
    """What the `%` of the first pattern that makes a name stands for, and the pattern; empty where there is none."""
    for pattern in patterns:
        before, _, after = pattern.partition("%")
        if name.startswith(before) and name.endswith(after) and len(name) > len(before) + len(after):
            return name[len(before) : len(name) - len(after)], pattern
    return "", ""


def _commands(makefile: _Makefile, name: str, target: _Target, oneshell: bool, budget: int) -> tuple[Command, ...]:
    """The commands of a recipe: a shell for each line, and make stops at the first that fails."""
    variables = {**makefile.variables, "@": name, "<": (target.needs or [""])[0], "^": " ".join(target.needs)}
    if target.stem:
        variables["*"] = target.stem
    flags = makefile.variables.get(".SHELLFLAGS", "").split()
    strict = any(flag.startswith("-") and "e" in flag for flag in flags)
    recipe = target.recipe
    if oneshell and recipe:
        first = recipe[0][0]
        lines = dict(recipe)
        recipe = [(first, "\n".join(lines.get(number, "") for number in range(first, recipe[-1][0] + 1)))]
    found: list[Command] = []
    for line, text in recipe[: max(budget, 0)]:
        if len(found) >= budget:
            break
        stripped = text.lstrip(" \t@-+")
        ignored = "-" in text[: len(text) - len(stripped)]
        shell = _for_shell(chosen_words(_expanded(stripped, variables), LENGTH))
        for command in commands(shell, line, strict=strict, pipefail="pipefail" in flags):
            found.append(replace(command, allow_failure=True, allowed_explicitly=True) if ignored else command)
    return tuple(found)
