"""When a kind of problem holds, as data: what is seen, what is not, which capabilities are short of what.

    {seen: baked-model}                           a role or capability is seen, somewhere
    {seen: x, places: 5, in_folder: 3}            at so many places, in so many files of one folder
    {seen: x, under: [training-code]}             in a file that does one of these, or that one of them starts
    {seen: x, started: [schedule, deployment]}    where one of these kinds of start leads
    {unseen: data-contract}                       nowhere, not even in tests and examples
    {below: {data-versioning: present, ...}}      every one of these is below that strength
    {reached: {training-code: present, ...}}      every one of these has that strength
    {count: [a, b, c], least: {declared: 3}, most: {automated: 0}}
                                                  at least so many have the one strength, at most so many the other
    {all: [...]}, {any: [...]}                    of these, nested as one likes

There is no expression to evaluate: the data is checked once (`check`), read into a small tree (`parse`), and walked.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from mlripe.catalog.nearest import nearest
from mlripe.evidence import Strength
from mlripe.kinds import StartKind

__all__ = ["Below", "Condition", "Count", "Group", "Reached", "Seen", "Unseen", "check", "in_lines", "parse"]

DEEPEST: Final = 8
STARTS: Final = frozenset(StartKind)
_KEYS: Final[Mapping[str, frozenset[str]]] = {
    "seen": frozenset(("places", "in_folder", "under", "started")),
    "unseen": frozenset(),
    "below": frozenset(),
    "reached": frozenset(),
    "count": frozenset(("least", "most")),
    "all": frozenset(),
    "any": frozenset(),
}


@dataclass(frozen=True, slots=True)
class Seen:
    """A role or a capability is seen; `under` narrows where, `started` how it comes to run."""

    name: str
    places: int = 1
    in_folder: int = 1
    under: tuple[str, ...] = ()
    started: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Unseen:
    """A role or capability is nowhere seen, not even where it would prove nothing."""

    name: str


@dataclass(frozen=True, slots=True)
class Below:
    """Every one of these capabilities is below that strength."""

    limits: Mapping[str, Strength]


@dataclass(frozen=True, slots=True)
class Reached:
    """Every one of these capabilities has that strength or more."""

    least: Mapping[str, Strength]


@dataclass(frozen=True, slots=True)
class Count:
    """Of these capabilities at least so many have the first strength, and at most so many the second."""

    of: tuple[str, ...]
    least: tuple[Strength, int]
    most: tuple[Strength, int]


@dataclass(frozen=True, slots=True)
class Group:
    """Several conditions: every one of them, or (`every` false) any one."""

    every: bool
    parts: tuple[Condition, ...]


Condition = Seen | Unseen | Below | Reached | Count | Group


def parse(data: Mapping[str, Any]) -> Condition:
    """The tree of a condition that `check` has found sound."""
    kind = next(key for key in _KEYS if key in data)
    value = data[kind]
    if kind in ("all", "any"):
        return Group(kind == "all", tuple(parse(part) for part in value))
    if kind == "seen":
        under, started = tuple(data.get("under", ())), tuple(data.get("started", ()))
        return Seen(value, data.get("places", 1), data.get("in_folder", 1), under, started)
    if kind == "unseen":
        return Unseen(value)
    if kind == "count":
        return Count(tuple(value), _amount(data["least"]), _amount(data["most"]))
    strengths = {name: Strength[strength] for name, strength in value.items()}
    return Below(strengths) if kind == "below" else Reached(strengths)


def _amount(data: Mapping[str, int]) -> tuple[Strength, int]:
    ((strength, number),) = data.items()
    return Strength[strength], number


def in_lines(condition: Condition, roles: Mapping[str, str]) -> tuple[str, ...]:
    """The condition as a person says it: what has to hold, a line each. `roles`: what each of them says."""
    if isinstance(condition, Group) and condition.every:
        return tuple(line for part in condition.parts for line in in_lines(part, roles))
    return (_said(condition, roles),)


def _said(condition: Condition, roles: Mapping[str, str]) -> str:
    if isinstance(condition, Group):
        parts = [_said(part, roles) for part in condition.parts]
        return ", and ".join(parts) if condition.every else "; or ".join(parts)
    if isinstance(condition, Seen):
        places = f", at {condition.places} places" if condition.places > 1 else ""
        files = f", in {condition.in_folder} files of one folder" if condition.in_folder > 1 else ""
        under = f", in a file that does or is started by {' or '.join(condition.under)}" if condition.under else ""
        started = f", started by {' or '.join(condition.started)}" if condition.started else ""
        return f"{_named(condition.name, roles)}{places}{files}{under}{started}"
    if isinstance(condition, Unseen):
        return f"nowhere: {_named(condition.name, roles)}"
    if isinstance(condition, Count):
        (named, least), (strong, most) = condition.least, condition.most
        return f"at least {least} of {', '.join(condition.of)} are {named.name}, and at most {most} {strong.name}"
    if isinstance(condition, Below):
        return " and ".join(f"{name} is below {limit.name}" for name, limit in condition.limits.items())
    return " and ".join(f"{name} is at least {least.name}" for name, least in condition.least.items())


def _named(name: str, roles: Mapping[str, str]) -> str:
    return f"{roles[name]} ({name})" if name in roles else name


def check(data: object, capabilities: Collection[str], roles: Collection[str]) -> list[str]:
    """What is wrong with a condition, a sentence an error with its place in it; empty when it is sound."""
    return list(_Check(frozenset(capabilities), frozenset(roles)).condition(data, "", 0))


@dataclass(frozen=True, slots=True)
class _Check:
    """Checks conditions against the capabilities and roles that there are."""

    capabilities: frozenset[str]
    roles: frozenset[str]

    def condition(self, data: object, at: str, depth: int) -> Iterator[str]:
        """What is wrong with the condition at this place."""
        known = ", ".join(_KEYS)
        if not isinstance(data, Mapping) or sum(key in data for key in _KEYS) != 1:
            yield f"{at}must be a mapping with one of {known}"
            return
        if depth > DEEPEST:
            yield f"{at}is nested deeper than {DEEPEST} levels; write it flatter"
            return
        kind = next(key for key in _KEYS if key in data)
        for key in data:
            if key != kind and key not in _KEYS[kind]:
                yield f"{at}{key}: unknown key beside {kind}{nearest(str(key), _KEYS[kind])}"
        value, here = data[kind], f"{at}{kind}"
        if kind in ("all", "any"):
            if not isinstance(value, list | tuple) or not value:
                yield f"{here}: must be a list with at least one condition"
                return
            for index, part in enumerate(value):
                yield from self.condition(part, f"{here}[{index}].", depth + 1)
        elif kind in ("seen", "unseen"):
            yield from self.name(value, here)
            yield from self.places(data, at)
        elif kind == "count":
            yield from self.count(data, at)
        else:
            yield from self.strengths(value, here)

    def name(self, name: object, at: str) -> Iterator[str]:
        """What is wrong with the name of a role or capability."""
        known = self.capabilities | self.roles
        if str(name) not in known:
            yield f"{at}: {name!r} is no capability and no role{nearest(str(name), known)}"

    def places(self, data: Mapping[str, Any], at: str) -> Iterator[str]:
        """What is wrong with where something is to be seen."""
        for key in ("places", "in_folder"):
            if not _is_number(data.get(key, 1), 1):
                yield f"{at}{key}: must be a number from 1, not {data[key]!r}"
        for key in ("under", "started"):
            if not isinstance(data.get(key, []), list | tuple):
                yield f"{at}{key}: must be a list, not {data[key]!r}"
                return
        for name in data.get("under", ()):
            yield from self.name(name, f"{at}under")
        for kind in data.get("started", ()):
            if str(kind) not in STARTS:
                yield f"{at}started: {kind!r} is no kind of start{nearest(str(kind), STARTS)}"

    def strengths(self, data: object, at: str) -> Iterator[str]:
        """What is wrong with `{capability: strength}`."""
        if not isinstance(data, Mapping) or not data:
            yield f"{at}: must be a mapping from capability to strength, and not empty"
            return
        for capability, strength in data.items():
            yield from self.capability(capability, at)
            yield from _strength(strength, f"{at}.{capability}")

    def capability(self, name: object, at: str) -> Iterator[str]:
        """What is wrong with the name of a capability."""
        if str(name) not in self.capabilities:
            yield f"{at}: no capability is called {name!r}{nearest(str(name), self.capabilities)}"

    def count(self, data: Mapping[str, object], at: str) -> Iterator[str]:
        """What is wrong with a count."""
        names = data["count"]
        if not isinstance(names, list | tuple) or not names:
            yield f"{at}count: must be a list of capabilities"
            return
        for name in names:
            yield from self.capability(name, f"{at}count")
        for key, least in (("least", 1), ("most", 0)):
            amount = data.get(key)
            if not isinstance(amount, Mapping) or len(amount) != 1:
                yield f"{at}{key}: must be one {{strength: number}}, such as {{automated: {least}}}"
                continue
            ((strength, number),) = amount.items()
            yield from _strength(strength, f"{at}{key}")
            if not _is_number(number, least) or number > len(names):
                yield f"{at}{key}.{strength}: must be a number from {least} to {len(names)}, not {number!r}"


def _strength(strength: object, at: str) -> Iterator[str]:
    known = [each.name for each in Strength if each]  # nothing is below "none", and everything reaches it
    if strength not in known:
        yield f"{at}: {strength!r} is not one of {', '.join(known)}{nearest(str(strength), known)}"


def _is_number(value: object, least: int) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value >= least
