"""Roles of detectors and the other closed sets of words: refused where they are not known, with the nearest one."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path
from typing import TypeGuard

import pytest
import yaml

import mlripe
from mlripe.catalog import load
from mlripe.catalog.additions import Addition, extended
from mlripe.catalog.compile import compiled
from mlripe.catalog.load import source_root
from mlripe.catalog.schema import Case
from mlripe.detection.case_runner import run_case
from mlripe.errors import CatalogError
from mlripe.kinds import Dialect, Role, StartKind, UnitKind

SOURCES = sorted(Path(mlripe.__file__).parent.rglob("*.py"))
CATALOG = load()


TREES = {path: ast.parse(path.read_text(encoding="utf-8")) for path in SOURCES}


def added(entry: str, file: str = "detectors/data/ours.yaml") -> None:
    lead = "tool: Ours\nshows:\n  - " if file.startswith("detectors/") else ""
    extended(CATALOG, [Addition("ours", {file: f"{lead}{entry}\n".encode()})])


def constants() -> Iterator[tuple[str, str]]:
    """Every text in mlripe's code, with the place where it stands."""
    for path, tree in TREES.items():
        for node in ast.walk(tree):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                yield f"{path.name}:{node.lineno}", node.value


@pytest.mark.parametrize(
    ("entry", "says"),
    [
        ("{role: web-app, call: [a.b]}", "shows.0.role: 'web-app' is not known; did you mean 'web'?"),
        ("{role: [web, pubish], call: [a.b]}", "shows.0.role: 'pubish' is not known; did you mean 'publish'?"),
        ("{call: [a.b]}", "shows.0.names neither a `capability` nor a `role`; give one"),
        ('{capability: "~web", call: [a.b]}', "shows.0.capability: '~web' is no capability; write `role: web`"),
        ("{capability: web, call: [a.b]}", "shows.0.capability: 'web' is no capability; write `role: web`"),
        ("{role: lineage, call: [a.b]}", "shows.0.role: 'lineage' is not known"),
        ("{role: web, deploys: space, call: [a.b]}", "shows.0.deploys: belongs to `role: deploy`"),
        (
            "{role: deploy, deploys: spaces, call: [a.b]}",
            "shows.0.deploys: must be 'image', 'commands', 'space' or 'blueprint'",
        ),
        ("{capability: lineage, unit: [worklow]}", "did you mean 'workflow'?"),
        ("{capability: lineage, resource: [kuberentes:Job]}", "'kuberentes' is not known; did you mean 'kubernetes'?"),
        ("{capability: lineage, resource: [Job]}", "shows.0.resource: needs a dialect before a colon: 'Job'"),
        (
            "{capability: lineage, call: [a.b], when: [{resource: [helmm:x]}]}",
            "shows.0.when.0.resource: 'helmm' is not known; did you mean 'helm'?",
        ),
    ],
)
def test_a_word_that_there_is_not_is_refused_with_the_nearest(entry: str, says: str) -> None:
    with pytest.raises(CatalogError) as error:
        added(entry)
    assert says in str(error.value)


def test_what_a_dependency_declares_is_checked_alike() -> None:
    with pytest.raises(CatalogError, match="declares_role: 'mll' is not known; did you mean 'ml'"):
        added("{role: web, call: [a.b]}\ndeclares_role: mll")
    with pytest.raises(CatalogError, match="declares: 'ml' is not known"):
        added("{role: web, call: [a.b]}\ndeclares: [ml]")


def test_a_kind_of_start_that_there_is_not_is_refused() -> None:
    capability = {
        "title": "Ours", "area": "data", "what": "a", "why": "b", "source": "c", "recognised": "d", "how": "e",
        "effort": "small",
    }  # fmt: skip
    for key, word, says in (
        ("raised_by", "psuh", "did you mean 'push'?"),
        ("roles", "webb", "ours.roles: 'webb' is not known; did you mean 'web'?"),
    ):
        with pytest.raises(CatalogError) as error:
            added(yaml.safe_dump({"ours": capability | {key: [word]}}), "rules/capabilities.yaml")
        assert says in str(error.value)


def test_a_feature_of_repositories_that_there_is_not_is_refused() -> None:
    root = source_root()
    paths = [path for part in ("detectors", "rules") for path in (root / part).rglob("*.yaml")]
    files = {path.relative_to(root).as_posix(): path.read_bytes() for path in paths}
    files["rules/kinds.yaml"] = files["rules/kinds.yaml"].replace(b"{empty: true}", b"{emty: true}")
    files["rules/paths.yaml"] = files["rules/paths.yaml"].replace(b"tests:\n", b"checks:\n", 1)
    with pytest.raises(CatalogError, match=r"paths\.yaml: tests: is missing, and code asks for it"):
        compiled(files)
    with pytest.raises(CatalogError, match=r"kinds\.yaml: unknown\.all\.emty: .* did you mean 'empty'"):
        compiled(files)


def test_an_added_catalogue_brings_roles_of_its_own() -> None:
    entry = b"tool: Ours\nshows: [{role: reviewed, call: [ours.reviewed]}]\n"
    files = {"rules/roles.yaml": b"reviewed: {says: somebody has looked at it}\n", "detectors/data/ours.yaml": entry}
    catalog = extended(CATALOG, [Addition("ours", files)])
    assert catalog.detector_roles["reviewed"] == "somebody has looked at it"
    case = Case(files={"a.py": "import ours\nours.reviewed()\n"}, shows={})
    assert run_case(catalog.detectors[-1], case, catalog) == {"reviewed": "present"}


@pytest.mark.parametrize("name", ["web", "lineage"])
def test_the_name_of_a_role_is_not_taken_twice(name: str) -> None:
    with pytest.raises(CatalogError, match=f"rules/roles.yaml: {name}: the name is taken"):
        added(f"{name}: {{says: ours}}", "rules/roles.yaml")


def test_no_role_and_no_capability_share_a_name() -> None:
    assert frozenset(Role).isdisjoint(CATALOG.capabilities)


# --- what code may not depend on -------------------------------------------------------------------------------------


def test_code_names_roles_by_the_enumeration() -> None:
    written = [place for place, text in constants() if text.startswith("~") and text[1:] in frozenset(Role)]
    assert not written


def test_no_code_asks_for_a_detector_by_its_id() -> None:
    ids = {detector.id for detector in CATALOG.detectors}
    asked = []
    for path, tree in TREES.items():
        for node in ast.walk(tree):
            sides = [node.left, *node.comparators] if isinstance(node, ast.Compare) else []
            names = {side.attr for side in sides if isinstance(side, ast.Attribute)}
            texts = {each.value for side in sides for each in ast.walk(side) if isinstance(each, ast.Constant)}
            if texts & ids and names & {"detector", "id"}:
                asked.append(f"{path.name}:{node.lineno}")
    assert not asked


def test_an_id_that_is_a_detectors_alone_stands_in_no_code() -> None:
    """A word that is also a program's or a package's may stand there for that, and the name that an observation is
    given."""
    programs = CATALOG.knowledge.programs.by_name.keys()
    packages = {name for detector in CATALOG.detectors for names in detector.declared_by.values() for name in names}
    ids = {d.id for d in CATALOG.detectors if "-" in d.id} - programs - packages
    assert len(ids) > 100
    found = []
    for path, tree in TREES.items():
        signed = {id(node.args[1]) for node in ast.walk(tree) if _makes_observation(node)}
        found += [
            f"{path.name}:{node.lineno} {node.value}"
            for node in ast.walk(tree)
            if isinstance(node, ast.Constant) and node.value in ids and id(node) not in signed
        ]
    assert not found


def _makes_observation(node: ast.AST) -> TypeGuard[ast.Call]:
    return (
        isinstance(node, ast.Call)
        and ast.unparse(node.func) in ("Observation", "Observation.of_role")
        and len(node.args) > 1
    )


def test_every_word_of_the_enumerations_is_a_readers_or_a_detectors() -> None:
    """A role that nothing shows, or a kind of unit that nothing makes, would be a word without a meaning."""
    shown = {name for detector in CATALOG.detectors for show in detector.shows for name in show.roles}
    derived = {
        node.attr.lower().replace("_", "-")
        for path, tree in TREES.items()
        if "detection" in path.parts
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id == "Role"
    }
    assert frozenset(Role) <= shown | derived
    texts = {text for _, text in constants()}
    assert frozenset(UnitKind) <= texts
    assert {dialect for dialect in Dialect if not any(t.startswith(f"{dialect}:") for t in texts)} == set()


def test_what_readers_make_is_in_the_enumerations() -> None:
    """Where a call writes the kind of a unit or a trigger, or the dialect of a resource, as a text."""
    known = {"Unit": frozenset(UnitKind), "Trigger": {*StartKind, "call", "timer"}, "Resource": frozenset(Dialect)}
    for path, tree in TREES.items():
        for node in ast.walk(tree):
            if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Name) or node.func.id not in known:
                continue
            key, position = {"Unit": ("kind", 1), "Trigger": ("kind", 0), "Resource": ("type", 0)}[node.func.id]
            written = next((each.value for each in node.keywords if each.arg == key), None)
            written = written or (node.args[position] if len(node.args) > position else None)
            if isinstance(written, ast.JoinedStr) and isinstance(written.values[0], ast.Constant):
                written = written.values[0]
            if isinstance(written, ast.Constant):
                word = str(written.value).partition(":")[0]
                assert word in known[node.func.id], f"{path.name}:{node.lineno}: {word!r}"
