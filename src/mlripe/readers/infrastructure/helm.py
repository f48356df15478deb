"""Helm: charts, their values, and templates, which are YAML only after Go's template language has been taken out."""

from __future__ import annotations

import re

from mlripe.facts import Document, FileFacts, Resource, Trigger, Unit
from mlripe.lazy_regex import lazy_regex
from mlripe.readers import Unreadable
from mlripe.readers.formats.cursor import Node, beside, image_name, unique
from mlripe.readers.infrastructure.kubernetes import kubernetes_facts

__all__ = ["chart_facts", "helm_template_facts", "values_facts"]

COMMENT = lazy_regex(r"\{\{-?\s*/\*")
ACTION = lazy_regex(r"\{\{([^{}]*(?:\{[^{}]*\}[^{}]*)*)\}\}")
VALUE = lazy_regex(r"\.((?:Values|Release|Chart)(?:\.\w+)+)")
BLOCK = lazy_regex(r"\s*\{\{-?\s*(?:toYaml|toJson)\s+\.(Values(?:\.\w+)+)[^{}]*\}\}\s*")
COMMANDED = lazy_regex(r"\s*(?:- )?(?:command|args):\s*")
RAW = lazy_regex(r"`[^`\n]*`")
KEY = lazy_regex(r"\s*(?:-\s+)?(kind|image|schedule):(.*)")


def helm_template_facts(path: str, text: str) -> FileFacts:
    """The facts of a chart's template: of the manifest that it becomes, values left open as `$Values.name`.

    Both arms of a condition are read. Where the rest is still no YAML, its lines give kinds, images and schedules.
    """
    from mlripe.readers.formats.documents import load_yaml

    try:
        documents = load_yaml(without_actions(text).encode())
    except (Unreadable, ValueError):
        return _scan(text)
    facts = sum((kubernetes_facts(path, document) for document in documents), FileFacts())
    return facts + FileFacts(documents=tuple(documents))


def without_actions(text: str) -> str:
    """The template's text with every action replaced by the value it names, on the same lines.

    A line that is an action alone (a condition, a block put in) is left empty; so is a comment.
    """
    lines = _without_comments(text).split("\n")
    return "\n".join(
        _given(before, line) or _plain_line(line) for before, line in zip(["", *lines], lines, strict=False)
    )


def _given(before: str, line: str) -> str:
    """The words of a command that a whole block gives: `command:` and `{{- toYaml .Values.command | nindent 12 }}`."""
    found = BLOCK.fullmatch(line) if COMMANDED.fullmatch(before) else None
    indent = len(before) - len(before.lstrip()) + 2
    return f"{' ' * indent}${found[1]}" if found else ""


def _without_comments(text: str) -> str:
    parts: list[str] = []
    end = 0
    while begins := COMMENT.search(text, end):
        closes = text.find("*/", begins.end())
        closes = text.find("}}", closes) if closes >= 0 else -1
        if closes < 0:
            break
        parts += [text[end : begins.start()], "\n" * text.count("\n", begins.start(), closes)]
        end = closes + 2
    return "".join((*parts, text[end:]))


def _plain_line(line: str) -> str:
    if "{{" not in line:
        return line
    line = RAW.sub('"raw"', line)
    if not ACTION.sub("", line).strip(" \t\r-"):
        return "" if not line.lstrip().startswith("- ") else ACTION.sub(_open_value, line)
    return ACTION.sub(_open_value, line)


def _open_value(found: re.Match[str]) -> str:
    inner = found.group(1).strip("- \t")
    if inner.split(" ", 1)[0] in ("if", "else", "end", "with", "range", "define", "block", "template"):
        return ""
    named = VALUE.search(inner)
    return f"${named.group(1)}" if named else "$template"  # no braces: they would mean a mapping in `{name: ...}`


def _scan(text: str) -> FileFacts:
    resources: list[Resource] = []
    units: list[Unit] = []
    for number, line in enumerate(text.split("\n"), 1):
        found = KEY.match(_plain_line(line))
        if not found:
            continue
        key, value = found.group(1), found.group(2).split(" #", 1)[0].strip(" \t\r\"'")
        if key == "kind" and not line.startswith((" ", "-")) and value.isidentifier():
            resources.append(Resource(f"kubernetes:{value}", "", number))
        elif key == "image" and image_name(value):
            resources.append(Resource(f"image:{image_name(value)}", value, number))
        elif key == "schedule" and value and resources:
            kind = resources[-1].type.removeprefix("kubernetes:")
            trigger = Trigger("schedule", number, value)
            units.append(Unit(f"{kind}/{number}", "resource", number, f"scheduled {kind}", triggers=(trigger,)))
    return FileFacts(units=tuple(units), resources=tuple(resources))


def chart_facts(path: str, document: Document) -> FileFacts:
    """A Chart.yaml: the chart as a unit that applies its templates, and the charts that it builds on."""
    root = Node.root(document)
    if "name" not in root or not ("apiVersion" in root or "version" in root):
        return FileFacts()
    name = root["name"].text
    dependencies = list(root["dependencies"].items())
    unit = Unit(
        id=f"chart/{name}",
        kind="chart",
        line=root["name"].line,
        says=f"chart {name}",
        uses=unique(
            beside(path, "templates"),
            *(beside(path, d["repository"].text.removeprefix("file://")) for d in dependencies),
        ),
    )
    resources = [Resource("helm:chart", name, unit.line, unit.id)]
    resources += [
        Resource(f"helm:{d['name'].text}", d["version"].text, d.line, unit.id) for d in dependencies if d["name"].text
    ]
    return FileFacts(units=(unit,), resources=tuple(resources))


def values_facts(path: str, document: Document) -> FileFacts:
    """A chart's values.yaml: the images that it names, written as one reference or as registry, repository and tag."""
    found: dict[str, Resource] = {}
    for key, node in Node.root(document).walk():
        if not key.lower().endswith("image"):
            continue
        parts = [node[part].text.strip("/") for part in ("registry", "repository") if node[part].text]
        reference = "/".join(parts) or node["name"].text or node.text
        tag = node["tag"].text
        name = image_name(reference)
        if name and not name.isdigit():
            found.setdefault(name, Resource(f"image:{name}", f"{reference}:{tag}" if tag else reference, node.line))
    return FileFacts(resources=tuple(found.values()))
