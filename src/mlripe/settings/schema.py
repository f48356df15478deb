"""The JSON schema of the settings, for editors; generated from `settings.load.Settings`.

`python -m mlripe.dev` writes it to `settings.schema.json` beside this module; it ships in the wheel.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from mlripe.catalog import load
from mlripe.evidence import Strength
from mlripe.problem_kinds import Severity
from mlripe.settings.load import AttestationSetting, ExclusionSetting, Settings

__all__ = ["SCHEMA_FILE", "schema_text"]

SCHEMA_FILE: Final = Path(__file__).with_name("settings.schema.json")

_SAYS: Final[Mapping[type, Mapping[str, str]]] = {
    Settings: {
        "models": "The maturity models to judge by where the command line names none: their ids, or `all`.",
        "targets": "The levels that `mlripe check` asks for where the command line asks nothing, such as `azure:2`.",
        "require": "The strengths that `mlripe check` asks for likewise, such as `code-testing=automated`.",
        "problems": "The severities of problems that `mlripe check` fails on likewise, such as `broken`.",
        "exclude": "Globs of files that are not looked at; one that ends in a slash is a folder.",
        "profile": "What kind of work it is for, which sets what need not be there: `research`, `service` or `llm`.",
        "kind": "What sort of repository it is, where that is found wrongly.",
        "paths": "For each role of files that prove nothing, the globs that take the place of its own; none: no role.",
        "catalogs": "Folders of the repository with detectors/ and rules/ that add to mlripe's own.",
        "projects": "The folders of its projects, where they are not found or found wrongly; none at all: no projects.",
        "attestations": "Somebody's word for what no file shows.",
        "exclusions": "What the repository need not have, or a kind of problem that it has not, and why.",
    },
    AttestationSetting: {
        "about": "A capability, or a criterion of a model: `azure/software-team-releases`.",
        "by": "Who says so.",
        "on": "The day it was said.",
        "until": "The last day on which it counts.",
        "proof": "Where the proof is.",
        "reason": "Why it cannot be seen in the repository.",
        "strength": "How far the practice has got; required of a capability.",
    },
    ExclusionSetting: {
        "about": "A capability, a criterion of a model (`azure/software-team-releases`), or a kind of problem.",
        "reason": "Why it need not be there.",
        "paths": "Of a kind of problem: the globs of the files in which it is let be; none: it is told nowhere.",
    },
}


def schema_text() -> str:
    """The schema as the file has it."""
    from pydantic import TypeAdapter

    schema: dict[str, Any] = TypeAdapter(Settings).json_schema()
    _narrow(schema["properties"])
    for shape, says in _SAYS.items():
        part = schema if shape is Settings else schema["$defs"][shape.__name__]
        part["description"] = " ".join((shape.__doc__ or "").split())
        assert part["properties"].keys() == says.keys()
        for name, text in says.items():
            part["properties"][name]["description"] = text
    head = {"$schema": "https://json-schema.org/draft/2020-12/schema", "title": "mlripe's settings"}
    return json.dumps({**schema, **head}, indent=2, sort_keys=True) + "\n"


def _narrow(settings: dict[str, Any]) -> None:
    """The words that an editor can offer, and the forms that it can check; no catalogue can add to either."""
    catalog = load()
    del settings["profile"]["default"]
    settings["profile"]["enum"] = sorted(catalog.profiles)
    del settings["kind"]["default"]
    settings["kind"]["enum"] = sorted(kind.id for kind in catalog.kinds)
    settings["paths"]["propertyNames"] = {"enum": sorted(role.id for role in catalog.roles)}
    strengths = "|".join(strength.name for strength in Strength if strength)
    settings["targets"]["items"]["pattern"] = r"^[^:]+:[0-9]+$"
    settings["problems"]["items"]["enum"] = [severity.value for severity in Severity]
    settings["require"]["items"]["pattern"] = rf"^[^=]+=({strengths})$"
