"""What the catalogue holds: maturity models, capabilities with the detectors of each, kinds of problem, detectors."""

from __future__ import annotations

import json
from collections import Counter
from typing import Any

from mlripe.catalog import Catalog
from mlripe.detection.near_misses import shown_by
from mlripe.problem_kinds import Severity
from mlripe.reports import Options
from mlripe.reports.terminal.text import Paint, one_line, wrapped

__all__ = ["as_json", "as_text"]


def as_text(catalog: Catalog, options: Options) -> str:
    """The catalogue as text for a terminal."""
    paint = Paint(options.colour)
    parts = (
        (catalog.detectors, "detectors"),
        (catalog.capabilities, "capabilities"),
        (catalog.models, "models"),
        (catalog.problem_rules, "kinds of problem"),
    )
    counts = ", ".join(f"{len(part)} {name}" for part, name in parts)
    lines = [f"{paint('Catalogue', 'bold')} {catalog.version}: {counts}"]
    lines += [f"  with {one_line(name)}" for name in catalog.additions]
    lines += ["", paint("Maturity models", "bold") + "  (criteria that a repository can show, of all)"]
    for model in catalog.models.values():
        seen = sum(criterion.observable != "no" for criterion in model.criteria)
        levels = f"levels {min(model.levels)}-{max(model.levels)}" if model.scoring == "levels" else "points"
        lines.append(f"  {model.id:15}  {levels:10}  {seen:3} of {len(model.criteria):3}  {one_line(model.title)}")
    lines += ["", paint("Capabilities", "bold") + "  (detectors that recognise each)"]
    before = ""
    for capability in catalog.capabilities.values():
        area = "" if capability.area == before else capability.area
        able = len(shown_by(catalog, capability.id))
        lines.append(f"  {area:12}  {capability.id:28}  {able:3}  {one_line(capability.title)}")
        before = capability.area
    lines += ["", paint("Kinds of problem", "bold") + "  (by how much they weigh)"]
    weights = [severity.value for severity in Severity]
    for rule in sorted(catalog.problem_rules.values(), key=lambda rule: weights.index(rule.severity)):
        lines.append(f"  {rule.severity:10}  {rule.id:30}  {one_line(rule.title)}")
    lines += ["", paint("Detectors", "bold")]
    for area, count in sorted(Counter(detector.area for detector in catalog.detectors).items()):
        names = ", ".join(sorted(d.id for d in catalog.detectors if d.area == area))
        lines += wrapped(names, options.width, f"  {area:12}  {count:3}  ", " " * 21)
    return "".join(f"{line}\n" for line in lines)


def as_json(catalog: Catalog) -> str:
    """The catalogue as JSON."""
    data: dict[str, Any] = {
        "catalogue": catalog.version,
        "additions": list(catalog.additions),
        "models": [
            {
                "id": model.id,
                "title": model.title,
                "source": model.source,
                "fidelity": model.fidelity,
                "levels": {str(level): title for level, title in sorted(model.levels.items())},
                "criteria": len(model.criteria),
                "observable": sum(criterion.observable != "no" for criterion in model.criteria),
            }
            for model in catalog.models.values()
        ],
        "capabilities": [
            {
                "id": capability.id,
                "title": capability.title,
                "area": capability.area,
                "detectors": [detector.id for detector in shown_by(catalog, capability.id)],
            }
            for capability in catalog.capabilities.values()
        ],
        "problems": [
            {
                "id": rule.id,
                "title": rule.title,
                "severity": rule.severity,
                "certainty": rule.certainty,
                "source": rule.source,
                "judges": rule.judges,
            }
            for rule in catalog.problem_rules.values()
        ],
        "detectors": [
            {
                "id": detector.id,
                "tool": detector.tool,
                "area": detector.area,
                "homepage": detector.homepage or None,
                "capabilities": sorted(
                    {*detector.declares, *(name for show in detector.shows for name in show.capabilities)}
                ),
            }
            for detector in catalog.detectors
        ],
    }
    return json.dumps(data, indent=1) + "\n"
