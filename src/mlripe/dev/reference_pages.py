"""The documentation pages of capabilities and detectors, made from the catalogue."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby

from mlripe.catalog import Catalog
from mlripe.catalog.schema import Capability, Detector
from mlripe.maturity.explain import Explanation, explained

__all__ = ["pages"]


def pages(catalog: Catalog) -> dict[str, str]:
    """File name -> Markdown: one page of all capabilities, one of all detectors."""
    return {"capabilities.md": "\n".join(_capabilities(catalog)), "detectors.md": "\n".join(_detectors(catalog))}


def _capabilities(catalog: Catalog) -> Iterator[str]:
    yield "# Capabilities"
    yield ""
    yield f"The {len(catalog.capabilities)} practices that mlripe looks for, area by area: what each is, why it"
    yield "matters, what each strength takes, and what is recognised. `mlripe explain ID` says the same, and what there"
    yield "is of it in your repository."
    for area, rows in groupby(catalog.capabilities.values(), key=lambda capability: capability.area):
        yield f"\n## {area.capitalize()}"
        for capability in rows:
            yield from _capability(capability, explained(catalog, capability.id))
    yield ""


def _capability(capability: Capability, about: Explanation) -> Iterator[str]:
    yield f"\n### {_text(capability.title)} {{#{capability.id}}}\n"
    yield f"`{capability.id}` - {_text(capability.what)} {_text(capability.why)}"
    yield f"[Source]({capability.source.strip()}).\n"
    yield "| strength | takes |"
    yield "| --- | --- |"
    for name, takes in about.strengths.items():
        yield f"| {name} | {_text(takes)} |"
    yield f"\n**Recognised**: {_text(capability.recognised)}"
    if about.tools:
        yield "\nBy name: " + ", ".join(f"[{_text(name)}]({homepage})" for name, homepage in about.tools) + "."
    yield f"\n**How to get it** ({capability.effort} effort): {_text(capability.how)}"


def _detectors(catalog: Catalog) -> Iterator[str]:
    yield "# Detectors"
    yield ""
    yield f"The {len(catalog.detectors)} detectors of mlripe's own catalogue. Each is a YAML file in"
    yield "`detectors/<area>/` with its own cases; [writing one](../writing-detectors.md) takes five minutes."
    yield "`mlripe explain ID` says what a detector looks for, and what it matches in your repository."
    ordered = sorted(catalog.detectors, key=lambda detector: (detector.area, detector.id))
    for area, rows in groupby(ordered, key=lambda detector: detector.area):
        yield f"\n## {area.capitalize()}\n"
        yield "| detector | recognises | for |"
        yield "| --- | --- | --- |"
        for detector in rows:
            yield _row(detector)
    yield ""


def _row(detector: Detector) -> str:
    named = {name for show in detector.shows for name in show.capabilities}
    shown = ", ".join(f"[{name}](capabilities.md#{name})" for name in sorted({*named, *detector.declares}))
    tool = f"[{_text(detector.tool)}]({detector.homepage})" if detector.homepage else _text(detector.tool)
    return f"| `{detector.id}` | {tool} | {shown or 'what others are derived from'} |"


def _text(text: str) -> str:
    """A text on one line, with what Markdown would take for its own written out."""
    return " ".join(text.split()).replace("|", "\\|").replace("<", "&lt;")
