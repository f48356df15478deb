"""From the YAML of `detectors/` and `rules/` to the compiled catalogue, every file validated against its shape.

An error names the file, the key and the remedy. It runs when a wheel is built, when a checkout's YAML changed, and for
a user's own detectors and rules.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Final, TypeVar

from mlripe.catalog.content import Catalog
from mlripe.catalog.faults import (
    empty_faults,
    installer_faults,
    model_faults,
    order_faults,
    prediction_faults,
    problem_faults,
    profile_faults,
    program_faults,
    resource_faults,
    role_faults,
    secret_faults,
    service_faults,
    show_faults,
    twins,
    unknown,
)
from mlripe.catalog.knowledge import is_scope, scope_of
from mlripe.catalog.plans import ADVICE, JOBS, RULES, compiled_plans
from mlripe.catalog.schema import (
    KEYED_FILES,
    MATCHERS,
    ROLES_FILE,
    Detector,
    KeyPattern,
    MaturityModel,
    Pattern,
    ProblemRule,
)
from mlripe.catalog.text_needs import texts_needed
from mlripe.catalog.validation import validated
from mlripe.catalog.words import tools_of, words_of
from mlripe.catalog.written import compact, renamed
from mlripe.catalog.yaml_files import plain_yaml
from mlripe.errors import CatalogError
from mlripe.kinds import FileRole, Names, Role
from mlripe.problem_kinds import DataUse

__all__ = ["Known", "compile_catalog", "compiled", "detector_file"]


Shape = TypeVar("Shape")
# instructions of an expression in RE2, which takes some 4 ns for each and each byte of a text that is made for it
LARGEST_EXPRESSION: Final = 7_500
LARGEST_OF_OTHERS: Final = 1_200  # in a catalogue that is added: at most some 5 s for 1 MB


@dataclass(frozen=True, slots=True)
class Known:
    """What a catalogue's files may refer to, and whose names are taken: what another catalogue defines."""

    capabilities: frozenset[str] = frozenset()
    roles: frozenset[str] = frozenset(Role)
    detectors: frozenset[str] = frozenset()
    models: frozenset[str] = frozenset()
    problem_rules: frozenset[str] = frozenset()
    kinds: frozenset[str] = frozenset()
    programs: frozenset[str] = frozenset()
    ci_services: Mapping[str, str] = field(default_factory=dict)  # id -> reader

    @classmethod
    def of(cls, catalog: Catalog) -> Known:
        """What this catalogue has, for another that adds to it, or for a detector that is held against it."""
        return cls(
            capabilities=frozenset(catalog.capabilities),
            roles=frozenset(catalog.detector_roles),
            detectors=frozenset(detector.id for detector in catalog.detectors),
            models=frozenset(catalog.models),
            problem_rules=frozenset(catalog.problem_rules),
            kinds=frozenset(kind.id for kind in catalog.kinds),
            programs=frozenset(catalog.knowledge.programs.by_name),
            ci_services={service.id: service.reader for service in catalog.knowledge.ci_services if service.reader},
        )

    def with_rules(self, rules: Mapping[str, list[Any]]) -> Known:
        """The same, with the names that these rules define."""
        return replace(
            self,
            capabilities=self.capabilities | {capability.id for capability in rules["capabilities"]},
            roles=self.roles | {role.id for role in rules["detector_roles"]},
            kinds=self.kinds | {kind.id for kind in rules["kinds"]},
        )

    @property
    def names(self) -> frozenset[str]:
        """Everything that a detector can show: capabilities and roles, which share no name."""
        return self.capabilities | self.roles


def compile_catalog(root: Path) -> bytes:
    """The compiled catalogue of the folder that holds `detectors/` and `rules/`.

    Raises CatalogError with one line a fault; nothing is compiled then.
    """
    paths = sorted([*root.glob("detectors/**/*.yaml"), *root.glob("rules/**/*.yaml")])
    files = {path.relative_to(root).as_posix(): path.read_bytes() for path in paths}
    plans = {name: files.pop(name) for name in tuple(files) if name in (JOBS, RULES) or name.startswith(ADVICE)}
    rules, patterns = compiled(files)
    parts = (rules, patterns, _plans(plans, rules, patterns))
    return b"\n".join(json.dumps(part, separators=(",", ":")).encode() for part in parts)


def _plans(files: Mapping[str, bytes], rules: Mapping[str, Any], patterns: Mapping[str, Any]) -> dict[str, Any]:
    """What plans are made of, held against the rest of the catalogue. Raises CatalogError with one line a fault."""
    faults: list[str] = []
    loaded = {name: plain_yaml(name, content, faults) for name, content in files.items()}
    parts = {**rules, "detectors": patterns["detectors"]}
    referred = ("capabilities", "kinds", "ci_services", "detectors", "models", "problem_rules")
    found = compiled_plans(loaded, {name: [row["id"] for row in parts[name]] for name in referred}, faults)
    if faults:
        raise CatalogError("\n".join(faults))
    return found


def compiled(
    files: Mapping[str, bytes], known: Known | None = None, where: str = ""
) -> tuple[dict[str, Any], dict[str, Any]]:
    """A catalogue's files, by their paths in its folder, as plain data: for `compiled.from_data` and `patterns_from`.

    `known` is what these files add to; without it they must be a whole catalogue. `where` leads each path in a message.
    Raises CatalogError with one line a fault.
    """
    faults: list[str] = []
    digest = hashlib.sha256()
    loaded = {}
    for name, content in sorted(files.items()):
        digest.update(name.encode() + b"\0" + content + b"\0")
        loaded[name] = plain_yaml(name, content, faults)
    whole, known = known is None, known or Known()
    if not whole:
        faults += _no_place(loaded)
    rules = {kind: _keyed(loaded, name, shape, faults, whole) for kind, (name, shape) in KEYED_FILES.items()}
    here = known.with_rules(rules)
    names = here.names
    scopes = {*known.ci_services, *(service.id for service in rules["ci_services"])}
    detectors = _each("detectors/", loaded, lambda name, data: _detector(name, data, here, scopes, faults))
    models = _each("rules/models/", loaded, lambda name, data: _model(name, data, here.capabilities, faults))
    problem_rules = _each("rules/problems/", loaded, lambda name, data: _problem_rule(name, data, here, faults))
    faults += twins("rules/capabilities.yaml", [(c.id, c.id) for c in rules["capabilities"]], known.capabilities)
    faults += twins("", [(d.id, f"detectors/{d.area}/{d.id}.yaml") for d in detectors], known.detectors)
    faults += twins("", [(m.id, f"rules/models/{m.id}.yaml") for m in models], known.models)
    faults += twins("", [(a.id, f"rules/problems/{a.id}.yaml") for a in problem_rules], known.problem_rules)
    faults += role_faults(rules["capabilities"], rules["detector_roles"], known.roles, here.roles, here.capabilities)
    faults += program_faults(rules["programs"], known.programs)
    faults += (f"rules/decisions.yaml: {unknown(d.id, names)}" for d in rules["decisions"] if d.id not in names)
    faults += (
        f"rules/decisions.yaml: {decision.id}: {unknown(word, names)}"
        for decision in rules["decisions"]
        for word in (*decision.leads_to, *decision.apart, *decision.trains_by, decision.promotes)
        if word and word not in names
    )
    faults += prediction_faults(rules["predictions"], names)
    faults += secret_faults(
        rules["secrets"], LARGEST_EXPRESSION if known.detectors == frozenset() else LARGEST_OF_OTHERS
    )
    faults += installer_faults(rules["installers"])
    if whole:
        given = {row.id for row in rules["names"]}
        used = {row.id for row in rules["data_flow"]}
        faults += (
            f"rules/data_flow.yaml: {use}: is missing, and code asks for it" for use in DataUse if use not in used
        )
        faults += (f"rules/names.yaml: {name}: is missing, and code asks for it" for name in Names if name not in given)
        paths = {row.id for row in rules["roles"]}
        faults += (
            f"rules/paths.yaml: {role}: is missing, and code asks for it" for role in FileRole if role not in paths
        )
    faults += service_faults(rules["ci_services"], None if whole else set(known.ci_services.values()))
    faults += profile_faults(rules["profiles"], here.capabilities, here.kinds, models)
    faults += (f"rules/capabilities.yaml: {fault}" for fault in order_faults(rules["capabilities"], here.capabilities))
    told = known.problem_rules | {rule.id for rule in problem_rules}
    faults += (
        f"rules/problems/{rule.id}.yaml: unless_told: {unknown(name, told)}"
        for rule in problem_rules
        for name in rule.unless_told
        if name not in told
    )
    if faults:
        raise CatalogError("\n".join(where + fault for fault in faults))
    plain: dict[str, Any] = {kind: [compact(row) for row in rows] for kind, rows in rules.items()}
    patterns = {
        "detectors": [compact(d, leave_out=("cases",)) for d in detectors],
        "words": words_of(detectors),
        "needed": texts_needed(detectors),
        "tools": sorted(tools_of(detectors)),
        "examples": {rule.id: examples for rule in problem_rules if (examples := _examples(rule))},
    }
    models_ = [compact(model) for model in models]
    return {
        "version": digest.hexdigest()[:12],
        **plain,
        "models": models_,
        "problem_rules": [compact(rule, leave_out=("cases",)) for rule in problem_rules],
        "looked_at": _looked_at(detectors),
    }, patterns


def _examples(rule: ProblemRule) -> list[Any]:
    """The first case that has the problem and the first look-alike: what `mlripe explain` shows."""
    firsts = [next((case for case in rule.cases if bool(case.tells) is has), None) for has in (True, False)]
    return [compact(case) for case in firsts if case is not None]


def _looked_at(detectors: Iterable[Detector]) -> list[str]:
    """The globs of files that a detector looks at whatever their format: by their paths, or for words in their text."""
    patterns = [pattern for detector in detectors for pattern in (*detector.shows, *detector.starts)]
    globs = {glob for p in patterns for glob in (*p.path, *(p.within if p.text else ()))}
    return sorted(glob for glob in globs if not is_scope(glob))  # files of CI have readers


def detector_file(name: str, content: bytes, known: Known) -> Detector:
    """One detector file's content, held against what is known. Raises CatalogError naming file, key and remedy."""
    faults: list[str] = []
    data = plain_yaml(name, content, faults)
    detector = None if faults else _detector(name, data, known, set(known.ci_services), faults)
    if faults or detector is None:
        raise CatalogError("\n".join(faults))
    return detector


# --- reading and validating ------------------------------------------------------------------------------------------


def _no_place(loaded: Iterable[str]) -> Iterable[str]:
    """Files that stand where no part of a catalogue is looked for."""
    known = (
        "detectors/<area>/<tool>.yaml",
        "rules/capabilities.yaml",
        ROLES_FILE,
        "rules/programs.yaml",
        "rules/others.yaml",
        "rules/unread.yaml",
        "rules/installers.yaml",
        "rules/names.yaml",
        "rules/decisions.yaml",
        "rules/predictions.yaml",
        "rules/data_flow.yaml",
        "rules/secrets.yaml",
        "rules/landmarks.yaml",
        "rules/ci_services.yaml",
        "rules/models/<id>.yaml",
        "rules/problems/<id>.yaml",
    )
    for name in loaded:
        if name not in known and not name.startswith(("detectors/", "rules/models/", "rules/problems/")):
            yield f"{name}: is no file of a catalogue; known are {', '.join(known)}"


def _each(folder: str, loaded: Mapping[str, Any], read: Callable[[str, Any], Shape | None]) -> list[Shape]:
    """What `read` makes of each file below `folder`, without those that have faults."""
    rows = [read(name, data) for name, data in loaded.items() if name.startswith(folder) and data is not None]
    return [row for row in rows if row is not None]


def _keyed(loaded: Mapping[str, Any], name: str, shape: type, faults: list[str], required: bool) -> list[Any]:
    data = loaded.get(name)
    if data is None and (not required or name == ROLES_FILE):
        return []
    if not isinstance(data, dict):
        faults.append(f"{name}: must be a mapping from id to entry")
        return []
    entries = []
    for key, value in data.items():
        if not isinstance(value, dict):
            faults.append(f"{name}: {key}: must be a mapping")
            continue
        entries.append(validated(name, {**value, "id": str(key)}, shape, faults, str(key)))
    return [entry for entry in entries if entry is not None]


def _detector(name: str, data: Any, known: Known, services: set[str], faults: list[str]) -> Detector | None:
    path = Path(name)
    if isinstance(data, dict):
        data = {**data, "id": path.stem, "area": path.parent.name}
    detector: Detector | None = validated(name, renamed(data), Detector, faults)
    if detector is None:
        return None
    for index, show in enumerate(detector.shows):
        faults += [f"{name}: shows.{index}.{fault}" for fault in show_faults(show, known.capabilities, known.roles)]
        if not any(getattr(show, kind) for kind in MATCHERS):
            faults.append(f"{name}: shows.{index}: has nothing to look for; give one of {', '.join(MATCHERS)}")
        if show.text and not show.within:
            faults.append(f"{name}: shows.{index}.text: needs `within`, the paths it may read")
    largest = LARGEST_OF_OTHERS if known.detectors else LARGEST_EXPRESSION
    for part in ("shows", "starts"):
        for index, pattern in enumerate(getattr(detector, part)):
            faults += [f"{name}: {part}.{index}.{fault}" for fault in _expressions(pattern, largest)]
            faults += [f"{name}: {part}.{index}.{fault}" for fault in _scope_faults(pattern, services)]
            faults += [f"{name}: {part}.{index}.{fault}" for fault in resource_faults(pattern)]
            faults += [f"{name}: {part}.{index}.{fault}" for fault in empty_faults(pattern)]
    for key, words, sound in (
        ("declares", detector.declares, known.capabilities),
        ("declares_role", detector.declares_role, known.roles),
        ("cases", (word for case in detector.cases for word in case.shows), known.names),
    ):
        faults += [f"{name}: {key}: {unknown(word, sound)}" for word in words if word not in sound]
    return detector


def _expressions(pattern: Pattern, largest: int) -> Iterable[str]:
    """What is wrong with a pattern's regular expressions."""
    import re2

    options = re2.Options()
    options.log_errors = False
    wanted = [("text", text) for text in pattern.text]
    wanted += [(key, text) for key in ("inside", "near") for text in getattr(pattern, key, ())]
    for part in ("with_", "without", "disabled"):
        values = getattr(pattern, part, ())
        wanted += [(f"{part.rstrip('_')}.{k}", text) for k, text in values.items()] if isinstance(values, dict) else []
    wanted += [("key", key.value) for key in pattern.key if isinstance(key, KeyPattern)]
    for key, text in wanted:
        try:
            size = re2.compile(text if key in ("text", "inside") else text.removeprefix("!"), options).programsize
        except re2.error:
            yield f"{key}: {text!r} is no regular expression that runs in linear time (RE2: no look-around)"
            continue
        if size > largest:
            yield f"{key}: {text[:60]!r}... takes too long to search for; repeat less ({{0,900}} is 900 states)"
    for condition in (*getattr(pattern, "when", ()), *getattr(pattern, "unless", ())):
        yield from _expressions(condition, largest)


def _scope_faults(pattern: Pattern, services: set[str]) -> Iterable[str]:
    """Names of sets of files that there are not: `~ci` is that of every CI service, `~ci:gitlab` that of one."""
    known = {scope_of(service) for service in ("", *services)}
    yield from (f"within: {unknown(glob, known)}" for glob in pattern.within if is_scope(glob) and glob not in known)
    for key in ("when", "unless"):
        for index, condition in enumerate(getattr(pattern, key, ())):
            yield from (f"{key}.{index}.{fault}" for fault in _scope_faults(condition, services))


def _model(name: str, data: Any, capabilities: frozenset[str], faults: list[str]) -> MaturityModel | None:
    model: MaturityModel | None = validated(name, data, MaturityModel, faults)
    if model is None:
        return None
    faults += [f"{name}: {fault}" for fault in model_faults(model, capabilities)]
    return model


def _problem_rule(name: str, data: Any, known: Known, faults: list[str]) -> ProblemRule | None:
    if isinstance(data, dict):
        data = {"id": Path(name).stem, **data}
    rule: ProblemRule | None = validated(name, data, ProblemRule, faults)
    if rule is None:
        return None
    if rule.id != Path(name).stem:
        faults.append(f"{name}: id: is {rule.id!r}, which the file's name is not; call both alike")
    faults += [f"{name}: {fault}" for fault in problem_faults(rule, known.capabilities, known.roles, known.kinds)]
    return rule
