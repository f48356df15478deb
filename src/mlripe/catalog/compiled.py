"""From the compiled catalogue's plain data to the shapes; without validation, which compiling it has done."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import partial
from typing import Any, TypeVar

from mlripe.catalog.content import Catalog, Patterns
from mlripe.catalog.knowledge import CiServices, Knowledge, Programs
from mlripe.catalog.schema import (
    BranchPattern,
    Capability,
    Case,
    ComparisonPattern,
    Criterion,
    Detector,
    Grade,
    KeyPattern,
    Kind,
    MaturityModel,
    PathRole,
    Pattern,
    ProblemCase,
    ProblemRule,
    Profile,
    RegistryPattern,
    Root,
    Show,
)
from mlripe.catalog.tool_schema import (
    CiLayout,
    CiService,
    Decision,
    Install,
    Installer,
    KnownTool,
    Others,
    Prediction,
    Program,
    SecretForm,
    UnreadService,
)
from mlripe.kinds import Role

Row = TypeVar("Row")

__all__ = ["detector_from", "from_data", "patterns_from"]


def patterns_from(data: Mapping[str, Any]) -> Patterns:
    """The detectors in the plain data that `compile.compiled` gives."""
    examples = {name: tuple(ProblemCase(**_tuples(case)) for case in cases) for name, cases in data["examples"].items()}
    detectors = tuple(detector_from(d) for d in data["detectors"])
    return Patterns(detectors, data["words"], frozenset(data["tools"]), examples, data["needed"])


def from_data(data: Mapping[str, Any]) -> Catalog:
    """The rules in the plain data that `compile.compiled` gives, without detectors."""
    return Catalog(
        version=data["version"],
        capabilities={c["id"]: Capability(**_tuples(c)) for c in data["capabilities"]},
        models={m["id"]: _model(m) for m in data["models"]},
        roles=tuple(PathRole(**_tuples(r)) for r in data["roles"]),
        kinds=tuple(Kind(**k) for k in data["kinds"]),
        profiles={p["id"]: Profile(**_tuples(p)) for p in data["profiles"]},
        looked_at=tuple(data["looked_at"]),
        detector_roles={
            **{role.value: role.says for role in Role},
            **{row["id"]: row["says"] for row in data["detector_roles"]},
        },
        problem_rules={a["id"]: ProblemRule(**_tuples(a)) for a in data["problem_rules"]},
        knowledge=Knowledge(
            Programs(partial(_rows, Program, data["programs"])),
            CiServices(map(_ci_service, data["ci_services"])),
            {row["id"]: Decision(**_tuples(row)) for row in data["decisions"]},
            partial(_rows, Others, data["others"]),
            partial(_rows, UnreadService, data["unread"]),
            partial(_installers, data["installers"]),
            {row["id"]: tuple(row["names"]) for row in data["names"]},
            {row["id"]: Prediction(**_tuples(row)) for row in data["predictions"]},
            {row["id"]: tuple(row["names"]) for row in data["data_flow"]},
            partial(_rows, SecretForm, data["secrets"]),
            partial(_rows, KnownTool, data["landmarks"]),
        ),
    )


def _rows(shape: type[Row], rows: Iterable[Mapping[str, Any]]) -> tuple[Row, ...]:
    return tuple(shape(**_tuples(row)) for row in rows)


def _installers(rows: Iterable[Mapping[str, Any]]) -> tuple[Installer, ...]:
    return tuple(
        Installer(**_tuples(row) | {"installs": tuple(Install(**_tuples(each)) for each in row.get("installs", ()))})
        for row in rows
    )


def _ci_service(data: Mapping[str, Any]) -> CiService:
    layout = tuple(CiLayout(**_tuples(row)) for row in data.get("layout", ()))
    return CiService(**_tuples(data) | {"layout": layout})


def _tuples(data: Mapping[str, Any]) -> dict[str, Any]:
    return {key: tuple(value) if isinstance(value, list) else value for key, value in data.items()}


def _pattern_fields(data: Mapping[str, Any]) -> dict[str, Any]:
    fields = _tuples(data)
    if "key" in fields:
        fields["key"] = tuple(k if isinstance(k, str) else KeyPattern(**k) for k in fields["key"])
    if "branch" in fields:
        fields["branch"] = tuple(BranchPattern(**_tuples(b)) for b in fields["branch"])
    if "compare" in fields:
        fields["compare"] = tuple(ComparisonPattern(**_tuples(c)) for c in fields["compare"])
    if fields.get("registry"):
        fields["registry"] = RegistryPattern(**_tuples(fields["registry"]))
    for name in ("when", "unless"):
        if name in fields:
            fields[name] = tuple(Pattern(**_pattern_fields(p)) for p in fields[name])
    return fields


def detector_from(data: Mapping[str, Any]) -> Detector:
    """A detector from its compiled form."""
    fields = _tuples(data)
    fields["declared_by"] = {eco: tuple(names) for eco, names in data.get("declared_by", {}).items()}
    fields["shows"] = tuple(Show(**_pattern_fields(s)) for s in data.get("shows", ()))
    fields["starts"] = tuple(Root(**_pattern_fields(s)) for s in data.get("starts", ()))
    fields["cases"] = tuple(Case(**c) for c in data.get("cases", ()))
    return Detector(**fields)


def _model(data: Mapping[str, Any]) -> MaturityModel:
    fields = dict(data)
    for name in ("levels", "above"):
        fields[name] = {int(level): value for level, value in data.get(name, {}).items()}
    fields["counts"] = tuple(data.get("counts", ()))
    fields["criteria"] = tuple(_criterion(c) for c in data["criteria"])
    return MaturityModel(**fields)


def _criterion(data: Mapping[str, Any]) -> Criterion:
    return Criterion(**{**data, "grades": tuple(Grade(**grade) for grade in data.get("grades", ()))})
