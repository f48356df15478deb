"""DVC: pipelines (dvc.yaml), their locks, pointers to data (*.dvc) and the configuration of remotes."""

from __future__ import annotations

import itertools
import posixpath
from collections.abc import Callable, Iterator, Mapping
from typing import Final

from msgspec.structs import replace

from mlripe.facts import Command, Document, FileFacts, Unit
from mlripe.lazy_regex import lazy_regex
from mlripe.readers.formats.cursor import Node, beside, unique
from mlripe.readers.formats.documents import load_yaml, text_of
from mlripe.readers.shell.commands import commands

__all__ = ["read_dvc_config", "read_dvc_lock", "read_dvc_pointer", "read_dvc_yaml"]

STAGES: Final = 500  # of one file, those that `foreach` and `matrix` make included
PARAMETERS = "params.yaml"  # whose values stand in place of `${name}` where `vars` names no other file
HOLE = lazy_regex(r"\$\{\s*([\w.\[\]-]+)\s*\}")
SECTION = lazy_regex(r"\[\s*'?\s*([\w-]+)(?:\s+\"([^\"]*)\")?\s*'?\s*\]")
OPTION = lazy_regex(r"([\w-]+)\s*[=:]\s*(.*)")


def read_dvc_yaml(path: str, content: bytes) -> FileFacts:
    """A unit of kind `stage` for each stage, in the file's order. A stage needs those whose outputs it depends on.

    Paths are relative to the unit's directory, which is the stage's `wdir`.
    """
    documents = load_yaml(content)
    units: list[Unit] = []
    for document in documents[:1]:
        root = Node.root(document)
        variables = _variables(root["vars"])
        named = (item.text.partition(":")[0] for item in root["vars"].items() if item.text)
        files = unique(*(beside(path, name) for name in (PARAMETERS, *named)))
        for name, stage in root["stages"].entries():
            body = stage["do"] if "foreach" in stage else stage
            for label, values in itertools.islice(_instances(name, stage), STAGES - len(units)):
                unit = _stage(path, label, body, stage.line, {**variables, **values})
                units.append(replace(unit, variables_of=files))
    return FileFacts(units=tuple(_with_needs(units)), documents=documents)


def read_dvc_lock(path: str, content: bytes) -> FileFacts:
    """The lock of a pipeline, as its document."""
    return FileFacts(documents=load_yaml(content))


def read_dvc_pointer(path: str, content: bytes) -> FileFacts:
    """A pointer to data that DVC keeps: its document, and for an import (`deps`) a frozen stage, as DVC sees it."""
    documents = load_yaml(content)
    units = []
    for document in documents[:1]:
        root = Node.root(document)
        imported = list(root["deps"].items())
        if not imported:
            continue
        units.append(
            Unit(
                posixpath.basename(path).removesuffix(".dvc"),
                "import",
                root["deps"].line,
                f"import {posixpath.basename(path).removesuffix('.dvc')}",
                inputs={"frozen": True} if root["frozen"].value is True else {},
                reads=unique(*(item["path"].text for item in imported)),
                writes=unique(*(item["path"].text for item in root["outs"].items())),
                directory=_folder(path, root["wdir"].text),
            )
        )
    return FileFacts(units=tuple(units), documents=documents)


def read_dvc_config(path: str, content: bytes) -> FileFacts:
    """`.dvc/config` as a document: `{"core": {"remote": "x"}, "remote": {"x": {"url": ...}}}`."""
    data: dict[str, dict[str, object]] = {}
    lines: dict[tuple[str | int, ...], int] = {}
    section: dict[str, object] = {}
    place: tuple[str, ...] = ()
    for number, line in enumerate(text_of(content).splitlines(), 1):
        stripped = line.strip()
        if head := SECTION.fullmatch(stripped):
            section = data.setdefault(head[1], {})
            place = (head[1],)
            lines.setdefault(place, number)
            if head[2]:
                place = (head[1], head[2])
                lines.setdefault(place, number)
                inner = section.setdefault(head[2], {})
                section = inner if isinstance(inner, dict) else {}
        elif place and stripped[:1] not in ("#", ";") and (option := OPTION.fullmatch(stripped)):
            section[option[1]] = option[2].strip()
            lines[(*place, option[1])] = number
    return FileFacts(documents=(Document(data, lines),)) if data else FileFacts()


# --- stages ----------------------------------------------------------------------------------------------------------


def _variables(node: Node, prefix: str = "") -> dict[str, str]:
    """The scalars of a `vars` section by their dotted names; files that it names are not read."""
    found: dict[str, str] = {}
    for item in node.items():
        found |= _variables(item, prefix)
    for name, value in node.entries():
        if value.text:
            found[f"{prefix}{name}"] = value.text
        elif value.is_mapping and prefix.count(".") < 5:
            found |= _variables(value, f"{prefix}{name}.")
    return found


def _instances(name: str, stage: Node) -> Iterator[tuple[str, Mapping[str, str]]]:
    """The stages that one entry makes: `name@key` with the values of `${item}` or `${key}`; else itself."""
    foreach, matrix = stage["foreach"], stage["matrix"]
    if "foreach" in stage:
        keyed = [(key, value) for key, value in foreach.entries()]
        for key, value in keyed or [(item.text or str(index), item) for index, item in enumerate(foreach.items())]:
            yield f"{name}@{key}", {"key": key, "item": value.text, **_variables(value, "item.")}
        if not foreach.is_list and not foreach.is_mapping:  # `${list}` of a parameter file
            yield name, {}
    elif matrix.is_mapping:
        names = [key for key, _ in matrix.entries()]
        choices = [list(values.items()) or [values] for _, values in matrix.entries()]
        for chosen in itertools.product(*choices):
            values = {f"item.{key}": value.text for key, value in zip(names, chosen, strict=True)}
            yield f"{name}@{'-'.join(value.text for value in chosen)}", values
    else:
        yield name, {}


def _stage(path: str, name: str, stage: Node, line: int, variables: Mapping[str, str]) -> Unit:
    def filled(text: str) -> str:
        return HOLE.sub(lambda match: variables.get(match[1]) or match[0], text)

    directory = _folder(path, filled(stage["wdir"].text))
    outputs = [*stage["outs"].items(), *stage["metrics"].items(), *stage["plots"].items()]
    inputs: dict[str, object] = {}
    if params := unique(*(name for item in stage["params"].items() for name in _params(item))):
        inputs["params"] = params
    for flag in ("frozen", "always_changed"):
        if stage[flag].value is True:
            inputs[flag] = True
    if text := stage["desc"].text:
        inputs["desc"] = text
    return Unit(
        name,
        "stage",
        line,
        f"stage {name}",
        commands=_commands(stage["cmd"], filled),
        inputs=inputs,
        reads=unique(*(filled(_path_of(item)) for item in stage["deps"].items())),
        writes=unique(*(filled(_path_of(item)) for item in outputs)),
        directory=directory,
    )


def _commands(node: Node, filled: Callable[[str], str]) -> tuple[Command, ...]:
    """A command or a list of them, each a shell of its own; DVC stops at the first that fails."""
    found: list[Command] = []
    for item in list(node.items()) or [node]:
        found += commands(filled(item.text), item.text_line, strict=False)
    return tuple(found)


def _path_of(item: Node) -> str:
    """A dependency or output: a path, or a mapping from the path to its options."""
    if item.is_mapping:
        if "path" in item:
            return item["path"].text
        return next((name for name, _ in item.entries()), "")
    return item.text


def _params(item: Node) -> Iterator[str]:
    """A parameter's name; those of another file than params.yaml as `file:name`, the whole file as `file:`."""
    if not item.is_mapping:
        yield item.text
    for file, names in item.entries():
        listed = [name.text for name in names.items()]
        yield from (f"{file}:{name}" for name in listed or [""])


def _folder(path: str, wdir: str) -> str:
    joined = posixpath.normpath(posixpath.join(posixpath.dirname(path), wdir or "."))
    return "" if joined == "." or joined.startswith(("/", "..")) else joined


def _with_needs(units: list[Unit]) -> Iterator[Unit]:
    """The stages with those that they need: what writes what they read, a folder around it, or something in it."""
    written: dict[str, str] = {}
    inside: dict[str, set[str]] = {}
    for unit in units:
        for place in _places(unit, unit.writes):
            written[place] = unit.id
            for folder in _folders(place):
                inside.setdefault(folder, set()).add(unit.id)
    for unit in units:
        needs: dict[str, None] = {}
        for place in _places(unit, unit.reads):
            for candidate in (place, *_folders(place)):
                if candidate in written:
                    needs[written[candidate]] = None
            needs |= dict.fromkeys(sorted(inside.get(place, ())))
        needs.pop(unit.id, None)
        yield replace(unit, needs=tuple(needs))


def _places(unit: Unit, paths: tuple[str, ...]) -> list[str]:
    return [posixpath.normpath(posixpath.join(unit.directory, path)) for path in paths]


def _folders(place: str) -> Iterator[str]:
    for _ in range(30):
        place = posixpath.dirname(place)
        if not place or place == "/":
            return
        yield place
