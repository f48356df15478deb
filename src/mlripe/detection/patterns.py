"""One pattern of the catalogue against one file's facts: what matches, and where."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache, lru_cache
from typing import Any, NamedTuple

from mlripe.catalog.globs import WordGlobs, matches
from mlripe.catalog.languages import language_of, names_of
from mlripe.catalog.schema import BranchPattern, ComparisonPattern, KeyPattern, Pattern
from mlripe.detection.command_index import word_fits, words_match
from mlripe.detection.dotted_names import name_matches
from mlripe.facts import UNKNOWN, Branch, Call, Comparison, Definition, Document, FileFacts, Unit
from mlripe.lazy_regex import lazy_regex
from mlripe.wiring.command_words import CommandWords

__all__ = [
    "Found",
    "branch_matches",
    "branch_words",
    "call_fits",
    "command_matches",
    "comparison_matches",
    "expression",
    "find",
    "given_any",
    "glob_words",
    "keys_of",
    "own_name",
    "value_fits",
    "without_version",
    "words_of",
]


LONGEST = 500  # characters of a value that an expression is searched in: what is longer is no setting
_WORD = lazy_regex(r"[a-z0-9]+")


class Found(NamedTuple):
    """Where a pattern matched: line, unit id or scope, and what stood there in a few words."""

    line: int
    unit: str
    what: str
    stub: bool = False
    guards: bool = False  # a comparison that guards the next step itself, whatever becomes of the exit code
    disabled: bool = False  # a start that is switched off where it is written


def find(pattern: Pattern, path: str, facts: FileFacts, words: CommandWords) -> Iterator[Found]:
    """Every match of a pattern in a file, except of `text`, which needs the file's bytes; its `within` is not asked."""
    if pattern.path and matches(path, pattern.path):
        yield Found(1, "", path)
    yield from _code(pattern, facts, language_of(path))
    yield from _units(pattern, facts, words)
    for resource in facts.resources:
        if pattern.resource and name_glob(resource.type, pattern.resource):
            yield Found(resource.line, resource.unit, resource.type.split(":", 1)[-1])
        elif (
            pattern.image
            and resource.type.startswith("image:")
            and name_glob(without_version(resource.type[6:]), pattern.image)
        ):
            yield Found(resource.line, resource.unit, "image " + resource.type[6:])
    for dependency in facts.dependencies:
        if not dependency.locked and dependency_matches(dependency.ecosystem, dependency.name, pattern.dependency):
            yield Found(dependency.line, "", "dependency " + dependency.name)
    for key in pattern.key:
        for document in facts.documents:
            yield from find_key(key if isinstance(key, KeyPattern) else KeyPattern(path=key), document)


def _code(pattern: Pattern, facts: FileFacts, language: str) -> Iterator[Found]:
    if pattern.call or pattern.decorator:
        for call in facts.calls:
            wanted = names_of(pattern.decorator if call.decorator else pattern.call, language)
            if wanted and name_matches(call.name, wanted) and call_fits(pattern, call):
                yield Found(call.line, call.scope, call.name.lstrip("."))
    for definition in facts.definitions:
        if pattern.base and any(name_matches(base, names_of(pattern.base, language)) for base in definition.bases):
            yield Found(definition.line, definition.name, definition.name)
        if pattern.define and glob_words(names_of(pattern.define, language)).fullmatch(own_name(definition)):
            yield Found(definition.line, definition.name, f"{definition.kind} {definition.name}", definition.stub)
    for imported in facts.imports:
        if pattern.imports and import_matches(language + imported.module, imported.names, pattern.imports):
            yield Found(imported.line, imported.scope, f"import {imported.module}")
    for wanted_branch in pattern.branch:
        for branch in facts.branches:
            if branch_matches(wanted_branch, branch):
                yield Found(branch.line, branch.scope, "a comparison that decides")
    for comparison in facts.comparisons if pattern.compare else ():
        if any(comparison_matches(wanted, comparison) for wanted in pattern.compare):
            yield Found(comparison.line, comparison.scope, f"a comparison with {comparison.limit:g}")


def _units(pattern: Pattern, facts: FileFacts, words: CommandWords) -> Iterator[Found]:
    if not (pattern.command or pattern.action or pattern.hook or pattern.unit):
        return
    for unit in facts.units:
        if unit.kind in pattern.unit:
            yield Found(unit.line, unit.id, unit.says or unit.id)
        if unit.kind == "hook" and unit.id.rsplit("/", 1)[-1] in pattern.hook:
            yield Found(unit.line, unit.id, "hook " + unit.id.rsplit("/", 1)[-1])
        if pattern.action:
            for used in unit.uses:
                if name_glob(without_version(used), pattern.action) and inputs_fit(pattern, unit):
                    yield Found(unit.line, unit.id, used)
        if pattern.command:
            for command in unit.commands:
                if any(command_matches(wanted, command.argv, words) for wanted in pattern.command):
                    yield Found(command.line, unit.id, " ".join(command.text.split())[:80])


def own_name(definition: Definition) -> str:
    """The last name of a function or class; the underscore that keeps it private says nothing of what it does."""
    last = definition.name.rsplit(".", 1)[-1]
    return last if last.startswith("__") else last.removeprefix("_")


# --- one fact against one word of a pattern --------------------------------------------------------------------------


def call_fits(pattern: Pattern, call: Call) -> bool:
    """Whether the call's keywords are as the pattern wants them; a value that the file does not write fits no regex."""
    if given_any(pattern.without, call):
        return False
    given: Mapping[str, object] = call.keywords
    if any(name.isdigit() for name in pattern.with_):
        given = {**call.keywords, **{str(number): value for number, value in enumerate(call.args)}}
    return _fits(pattern.with_, given)


def given_any(unwanted: Mapping[str, str] | Sequence[str], call: Call) -> bool:
    """Whether a call has one of these keywords, in a mapping: with a value that fits its regex."""
    if isinstance(unwanted, Mapping):
        return any(_fits({name: value}, call.keywords) for name, value in unwanted.items())
    return any(name in call.keywords for name in unwanted)


def inputs_fit(pattern: Pattern, unit: Unit) -> bool:
    return _fits(pattern.with_, unit.inputs)


def _fits(wanted: Mapping[str, str] | Sequence[str], given: Mapping[str, object]) -> bool:
    for name in wanted:
        if name not in given:
            return False
        text = wanted[name] if isinstance(wanted, Mapping) else ""
        value = given[name]
        if text and (value is UNKNOWN or not value_fits(text, value, "(?i)")):
            return False
    return True


def value_fits(wanted: str, value: object, flags: str = "") -> bool:
    """Whether a value matches an expression somewhere, or nowhere where the expression is led by `!`."""
    unwanted = wanted.startswith("!")
    found = expression(flags + wanted.removeprefix("!")).search(str(value)[:LONGEST])
    return (found is None) is unwanted


@cache
def expression(wanted: str | bytes) -> Any:
    """A pattern's regular expression, compiled once, by a library whose search is linear whatever the expression."""
    import re2

    options = re2.Options()
    options.log_errors = False  # a search that needs more memory goes on without a table, and says so on stderr
    return re2.compile(wanted, options)


def import_matches(module: str, names: Sequence[str], wanted: Iterable[str]) -> bool:
    """Whether an import brings in one of the modules, or something below it."""
    for name in wanted:
        if module == name or module.startswith((name + ".", name + "/")):
            return True
        parent, _, last = name.rpartition(".")
        if parent and module == parent and last in names:
            return True
    return False


def branch_matches(wanted: BranchPattern, branch: Branch) -> bool:
    """Whether a comparison is on such words and decides such things."""
    if wanted.dead:
        return branch.dead and not branch.assertion
    if branch.constant or (wanted.assertion is not None and wanted.assertion != branch.assertion):
        return False
    if wanted.on and _wanted(wanted.on).isdisjoint(branch_words(branch)):
        return False
    if branch_guards(wanted, branch):
        return True
    return branch.stops if wanted.stops else not wanted.then


def branch_guards(wanted: BranchPattern, branch: Branch) -> bool:
    """Whether a comparison guards one of the wanted calls, rather than only stopping."""
    return bool(wanted.then) and any(name_matches(name, wanted.then) for name in branch.calls)


def comparison_matches(wanted: ComparisonPattern, comparison: Comparison) -> bool:
    """Whether a comparison is on such words, with such a number."""
    words = words_of(comparison.names)
    if _wanted(wanted.on).isdisjoint(words) or not _wanted(wanted.off).isdisjoint(words):
        return False
    return not wanted.limit or value_fits(wanted.limit, comparison.limit)


@lru_cache(maxsize=1024)
def _wanted(words: tuple[str, ...]) -> frozenset[str]:
    return frozenset(words)


def branch_words(branch: Branch) -> frozenset[str]:
    """The words that a comparison is on."""
    return words_of(branch.names)


@lru_cache(maxsize=8192)
def words_of(names: frozenset[str]) -> frozenset[str]:
    """`accuracy` is a word of `test_accuracy`, `roc_auc` of `val_roc_auc`, but `mae` none of `maestro`."""
    found: set[str] = set()
    for name in names:
        parts = _WORD.findall(name)
        found.update(parts, (part.rstrip("0123456789") for part in parts))
        found.update("_".join(parts[at : at + 2]) for at in range(len(parts) - 1))
        found.update("_".join(parts[at : at + 3]) for at in range(len(parts) - 2))
    return frozenset(found)


@lru_cache(maxsize=4096)
def without_version(used: str) -> str:
    """An action, orb, task or image without its version: `actions/setup-python@v5` is `actions/setup-python`."""
    name = used.split("@", 1)[0]
    head, slash, last = name.rpartition("/")
    return head + slash + last.split(":", 1)[0]


@lru_cache(maxsize=2048)
def glob_words(patterns: tuple[str, ...]) -> WordGlobs:
    """Several globs on a plain name as one matcher."""
    return WordGlobs(patterns)


def name_glob(name: str, patterns: Sequence[str]) -> bool:
    """Whether a name that is no dotted one (resource, action, image) matches one of the globs."""
    return glob_words(tuple(patterns)).fullmatch(name)


def dependency_matches(ecosystem: str, name: str, wanted: Iterable[str]) -> bool:
    """`mlflow` stands for a Python package, also one that conda installs; `node:promptfoo` for another ecosystem's."""
    for word in wanted:
        of, colon, package = word.rpartition(":")
        known = of if colon else "python"
        if package == name and (known == ecosystem or (known == "python" and ecosystem == "conda")):
            return True
    return False


def command_matches(wanted: str, argv: Sequence[str], words: CommandWords) -> bool:
    """Whether a command is of the wanted program and holds the wanted words in their order, others between them."""
    return words_match(wanted.split(), argv if words.of_wrapper(wanted) else words.spoken(tuple(argv)))


def find_key(wanted: KeyPattern, document: Document) -> Iterator[Found]:
    """Every place of a document where the key path matches, and its value if one is wanted."""
    steps = wanted.path.split(".")
    for path, found in _walk(document.data, steps, ()):
        if not wanted.value or (not isinstance(found, (dict, list)) and value_fits(wanted.value, found)):
            yield Found(document.line_of(path), "", ".".join(str(p) for p in path))


def keys_of(data: object) -> set[str]:
    """Every key of a document, at any depth."""
    found: set[str] = set()
    seen: set[int] = set()  # aliases may name one value in many places
    waiting = [data]
    while waiting:
        value = waiting.pop()
        if not isinstance(value, (dict, list)) or id(value) in seen:
            continue
        seen.add(id(value))
        if isinstance(value, dict):
            found.update(map(str, value))
            waiting += value.values()
        else:
            waiting += value
    return found


def _walk(
    data: object, steps: list[str], path: tuple[str | int, ...], budget: int = 6
) -> Iterator[tuple[tuple[str | int, ...], object]]:
    if not steps:
        yield path, data
        return
    step, rest = steps[0], steps[1:]
    items: Iterable[tuple[str | int, object]] = (
        data.items() if isinstance(data, dict) else enumerate(data[:500]) if isinstance(data, list) else ()
    )
    if step == "**":
        yield from _walk(data, rest, path)
        if budget:
            for key, value in items:
                yield from _walk(value, steps, (*path, key), budget - 1)
        return
    if isinstance(data, dict) and "*" not in step:
        items = [(step, data[step])] if step in data else []
    for key, value in items:
        if step == "*" or word_fits(str(key), step):
            yield from _walk(value, rest, (*path, key))
