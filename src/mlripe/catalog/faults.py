"""What is wrong with a catalogue whose files have their shapes: names that there are not, rings, ids that two share."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Set
from graphlib import CycleError, TopologicalSorter

from mlripe.catalog.nearest import nearest
from mlripe.catalog.schema import (
    MATCHERS,
    ROLES_FILE,
    Capability,
    Criterion,
    DetectorRole,
    MaturityModel,
    Pattern,
    ProblemRule,
    Profile,
    Show,
)
from mlripe.catalog.tool_schema import CiService, Installer, Prediction, Program, SecretForm
from mlripe.kinds import DeployedPart, Dialect, Role
from mlripe.problem_kinds import DefectKind

__all__ = [
    "empty_faults",
    "installer_faults",
    "model_faults",
    "order_faults",
    "prediction_faults",
    "problem_faults",
    "profile_faults",
    "program_faults",
    "resource_faults",
    "role_faults",
    "secret_faults",
    "service_faults",
    "show_faults",
    "twins",
    "unknown",
]


def show_faults(show: Show, capabilities: Set[str], roles: Set[str]) -> Iterable[str]:
    """Capabilities and roles of a detector's entry that there are not."""
    if not show.named:
        yield "names neither a `capability` nor a `role`; give one"
    for word in show.capabilities:
        if word not in capabilities:
            role = word.lstrip("~")
            is_role = f"{word!r} is no capability; write `role: {role}`"
            yield f"capability: {is_role if role in roles else unknown(word, capabilities)}"
    yield from (f"role: {unknown(word, roles)}" for word in show.roles if word not in roles)
    if show.deploys is not DeployedPart.IMAGE and Role.DEPLOY not in show.roles:
        yield f"deploys: belongs to `role: {Role.DEPLOY}`; give that, or take it out"


def empty_faults(pattern: Pattern) -> Iterable[str]:
    """Empty words to look for: they would match nothing, or anything."""
    for kind in (*MATCHERS, "within"):
        words = (word if isinstance(word, str) else getattr(word, "path", "-") for word in getattr(pattern, kind))
        if not all(word.strip() for word in words):
            yield f"{kind}: has an empty text; write what to look for, or take it out"
    for key in ("when", "unless"):
        for index, condition in enumerate(getattr(pattern, key, ())):
            yield from (f"{key}.{index}.{fault}" for fault in empty_faults(condition))


def resource_faults(pattern: Pattern) -> Iterable[str]:
    """Types of resources whose dialect no reader gives: `kuberentes:Deployment` would match nothing."""
    dialects = frozenset(Dialect)
    for type in pattern.resource:
        dialect, colon, _ = type.partition(":")
        if not colon or dialect not in dialects:
            lead = "" if colon else "needs a dialect before a colon: "
            yield f"resource: {lead}{unknown(dialect, dialects)}"
    for key in ("when", "unless"):
        for index, condition in enumerate(getattr(pattern, key, ())):
            yield from (f"{key}.{index}.{fault}" for fault in resource_faults(condition))


def role_faults(
    capabilities: Iterable[Capability],
    added: Iterable[DetectorRole],
    taken: Set[str],
    roles: Set[str],
    names: Set[str],
) -> Iterable[str]:
    """Roles that there are not, and added ones whose name is taken by another role or by a capability."""
    for capability in capabilities:
        yield from (
            f"rules/capabilities.yaml: {capability.id}.roles: {unknown(role, roles)}"
            for role in capability.roles
            if role not in roles
        )
    yield from twins(ROLES_FILE, [(role.id, role.id) for role in added], (*taken, *names))


def model_faults(model: MaturityModel, capabilities: Set[str]) -> Iterable[str]:
    """What is wrong with a model whose parts have their shapes."""
    for criterion in model.criteria:
        yield from (f"criteria.{criterion.id}.{fault}" for fault in _criterion_faults(criterion, model, capabilities))
    yield from twins("criteria", [(criterion.id, criterion.id) for criterion in model.criteria], ())
    if model.scoring == "levels":
        if len(model.levels) < 2:
            yield "levels: a model of levels has at least two"
        for level in sorted(model.levels)[1:]:
            if not any(criterion.level == level for criterion in model.criteria):
                yield f"levels.{level}: has no criterion, so nothing could reach it; give it one, or remove it"
        return
    for level in sorted(model.levels)[1:]:
        if level not in model.above:
            yield f"above: does not say which points level {level} takes"
    for dimension in model.counts:
        if dimension not in model.dimensions:
            yield f"counts: {unknown(dimension, set(model.dimensions))}"


def _criterion_faults(criterion: Criterion, model: MaturityModel, capabilities: Set[str]) -> Iterable[str]:
    from mlripe.catalog.needs import check_needs

    if criterion.needs or (criterion.observable != "no" and not criterion.grades):
        yield from (f"needs: {fault}" for fault in check_needs(criterion.needs or None, capabilities))
    for index, grade in enumerate(criterion.grades):
        yield from (f"grades.{index}.needs: {fault}" for fault in check_needs(grade.needs, capabilities))
    if criterion.grades and model.scoring == "levels":
        yield "grades: are for models with `scoring: points`; give `needs`"
    if model.scoring == "levels" and criterion.level not in model.levels:
        yield f"level: {criterion.level} is none of the model's levels {sorted(model.levels)}"
    if criterion.dimension not in model.dimensions:
        yield f"dimension: {unknown(criterion.dimension, set(model.dimensions))}"


def program_faults(programs: Iterable[Program], known: Collection[str]) -> Iterable[str]:
    """Programs that are to take the words of one that there is not."""
    names = {*known, *(program.id for program in programs)}
    for program in programs:
        if program.like and program.like not in names:
            yield f"rules/programs.yaml: {program.id}.like: {unknown(program.like, names)}"


def service_faults(services: Iterable[CiService], readers: set[str] | None) -> Iterable[str]:
    """Services that nothing reads. `readers`: mlripe's own, for an added catalogue, which brings data and no code."""
    for service in services:
        if bool(service.reader) == bool(service.layout):
            yield f"rules/ci_services.yaml: {service.id}: needs `reader` or `layout`, and not both"
        elif service.reader and readers is not None and service.reader not in readers:
            yield f"rules/ci_services.yaml: {service.id}.reader: {unknown(service.reader, readers)}"


def profile_faults(
    profiles: Iterable[Profile], capabilities: Collection[str], kinds: Collection[str], models: Iterable[MaturityModel]
) -> Iterable[str]:
    """Capabilities, criteria, kinds of repository and models that a profile names and that there are not."""
    models = tuple(models)
    criteria = {f"{model.id}/{criterion.id}" for model in models for criterion in model.criteria}
    for profile in profiles:
        for key, named, known in (
            ("without", profile.without, {*capabilities, *criteria}),
            ("fits", profile.fits, set(kinds)),
            ("model", (profile.model,), {"", *(model.id for model in models)}),
        ):
            faults = (unknown(name, known) for name in named if name not in known)
            yield from (f"rules/profiles.yaml: {profile.id}.{key}: {fault}" for fault in faults)


def installer_faults(installers: Iterable[Installer]) -> Iterable[str]:
    """Entries of installers that match nothing."""
    for installer in installers:
        for index, row in enumerate(installer.installs):
            if not (row.command or row.step or row.word):
                yield f"rules/installers.yaml: {installer.id}.installs.{index}: needs `command`, `step` or `word`"
            if not row.files:
                yield f"rules/installers.yaml: {installer.id}.installs.{index}.files: names no file"


def order_faults(capabilities: Iterable[Capability], known: Collection[str]) -> Iterable[str]:
    """What is wrong with what has to be there before what: its needs, and rings in which nothing comes first."""
    from mlripe.catalog.needs import check_needs, parse, wanting

    after: dict[str, Collection[str]] = {}
    for capability in capabilities:
        if faults := check_needs(capability.after, known):
            yield from (f"{capability.id}.after: {fault}" for fault in faults)
        elif capability.after:
            after[capability.id] = wanting(parse(capability.after))
    try:
        TopologicalSorter(after).prepare()
    except CycleError as error:
        ring = " after ".join(reversed(error.args[1]))
        yield f"{error.args[1][0]}.after: goes in a ring ({ring}); take one of them out"


def twins(file: str, rows: Iterable[tuple[str, str]], taken: Iterable[str]) -> Iterable[str]:
    """Ids that two files or entries share, or that a catalogue has that these add to; `file` leads the message."""
    seen = dict.fromkeys(taken, "mlripe's own catalogue")
    for name, where in rows:
        if name in seen:
            lead = f"{file}: {where}" if file else where
            yield f"{lead}: the name is taken by {seen[name]}; choose another"
        seen[name] = where


def prediction_faults(predictions: Iterable[Prediction], known: Set[str]) -> Iterable[str]:
    """What is no name of a capability or role in the rules about predictions."""
    for rule in predictions:
        for word in (rule.id, *rule.kept, *rule.within, *rule.outside, *rule.apart):
            if word not in known:
                yield f"rules/predictions.yaml: {rule.id}: {unknown(word, known)}"


def unknown(word: str, known: Set[str]) -> str:
    """The sentence for a word that nothing is called, with the nearest that something is."""
    return f"{word!r} is not known{nearest(word, known)}"


def problem_faults(rule: ProblemRule, capabilities: Set[str], roles: Set[str], kinds: Set[str]) -> Iterable[str]:
    """What is wrong with a kind of problem: how it is found, whom it spares, its cases."""
    from mlripe.catalog.conditions import check

    if bool(rule.when) == bool(rule.finds):
        yield "give one of `when`, a condition, and `finds`, the name of what a source of defects finds"
    if rule.when:
        yield from (f"when: {fault}" for fault in check(rule.when, capabilities, roles))
    if rule.finds and rule.finds not in frozenset(DefectKind):
        yield f"finds: {unknown(rule.finds, frozenset(DefectKind))}"
    for key in ("spares", "damps"):
        yield from (f"{key}: {unknown(kind, kinds)}" for kind in getattr(rule, key) if kind not in kinds)
    for number, case in enumerate(rule.cases):
        for place in case.tells:
            path, _, line = place.rpartition(":")
            if path not in case.files or not line.isdecimal():
                yield f"cases.{number}.tells: {place!r} is no `path:line` of the case's files"


def secret_faults(forms: Iterable[SecretForm], largest: int) -> Iterable[str]:
    """Expressions of secrets that do not run in linear time, are too large, or have not the one group of the value."""
    import re2

    options = re2.Options()
    options.log_errors = False
    for form in forms:
        if not all(map(str.strip, form.holds or ("",))):
            yield f"rules/secrets.yaml: {form.id}: holds: has no word, or an empty one; every file would be searched"
        where = f"rules/secrets.yaml: {form.id}: expression"
        try:
            expression = re2.compile(form.expression, options)
        except re2.error:
            yield f"{where}: is no regular expression that runs in linear time (RE2: no look-around)"
            continue
        if expression.programsize > largest:
            yield f"{where}: takes too long to search for; repeat less"
        if expression.groups != 1:
            yield f"{where}: has {expression.groups} groups; put the value, and nothing else, in one"
