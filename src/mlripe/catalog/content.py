"""The catalogue as a value: the rules, and the detectors, which are made only when somebody asks for them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING

from mlripe.catalog.knowledge import Knowledge
from mlripe.catalog.nearest import nearest
from mlripe.errors import UserError

if TYPE_CHECKING:
    from mlripe.catalog.plans import PlanBook
    from mlripe.catalog.schema import (
        Capability,
        Detector,
        Kind,
        MaturityModel,
        PathRole,
        ProblemCase,
        ProblemRule,
        Profile,
    )

__all__ = ["Catalog", "Patterns"]


@dataclass(frozen=True, slots=True, eq=False)  # compared as an object: what is made of it once is found by it
class Patterns:
    """The detectors, and what a source text must hold to be worth parsing for them."""

    detectors: tuple[Detector, ...] = ()
    words: Mapping[str, str] = field(default_factory=dict)
    tools: frozenset[str] = frozenset()  # the modules that any pattern names
    examples: Mapping[str, tuple[ProblemCase, ...]] = field(default_factory=dict)  # of kinds of problem, by their ids
    needed: Mapping[str, Sequence[str]] = field(default_factory=dict)  # by expressions on texts, what must stand there


@dataclass(frozen=True)
class Catalog:
    """Everything that detectors and rules say. `version` is a digest of their content.

    The detectors are most of it, and only made of their data (`patterns`) when somebody asks for one.
    """

    version: str
    capabilities: Mapping[str, Capability]
    models: Mapping[str, MaturityModel]
    roles: tuple[PathRole, ...]
    kinds: tuple[Kind, ...] = ()
    profiles: Mapping[str, Profile] = field(default_factory=dict)
    detector_roles: Mapping[str, str] = field(default_factory=dict)  # id -> what it says
    problem_rules: Mapping[str, ProblemRule] = field(default_factory=dict)
    looked_at: tuple[str, ...] = ()  # globs of files that a detector looks at whatever their format
    knowledge: Knowledge = field(default_factory=Knowledge)
    additions: tuple[str, ...] = ()  # where the catalogues come from that were added to mlripe's own
    patterns: Callable[[], Patterns] = Patterns
    plans: Callable[[], PlanBook] | None = None

    @cached_property
    def plan_book(self) -> PlanBook:
        """What plans are made of: advice, jobs of CI services, ladders."""
        from mlripe.catalog.plans import PlanBook

        return self.plans() if self.plans else PlanBook()

    @cached_property
    def _patterns(self) -> Patterns:
        return self.patterns()

    @property
    def made(self) -> Patterns:
        """The detectors with what was made of them; one object for the life of the catalogue."""
        return self._patterns

    @property
    def detectors(self) -> tuple[Detector, ...]:
        """All detectors."""
        return self._patterns.detectors

    @property
    def tools(self) -> frozenset[str]:
        """The modules that any pattern names."""
        return self._patterns.tools

    @property
    def examples(self) -> Mapping[str, tuple[ProblemCase, ...]]:
        """By kind of problem, a small repository that has it and one that looks like it."""
        return self._patterns.examples

    @property
    def words(self) -> Mapping[str, str]:
        """By module, what a source text must hold that imports it."""
        return self._patterns.words

    def model(self, name: str) -> MaturityModel:
        """The maturity model of that id. Raises UserError naming the nearest and the known ones."""
        if name not in self.models:
            known = ", ".join(sorted(self.models))
            raise UserError(f"there is no maturity model {name!r}{nearest(name, self.models)}; known are {known}")
        return self.models[name]

    def chosen(self, names: Sequence[str]) -> tuple[MaturityModel, ...]:
        """The models of those ids, each once; `all` for every one, none for the usual ones. Raises UserError."""
        if "all" in names:
            return tuple(self.models.values())
        if not names:
            return tuple(model for model in self.models.values() if model.usual)
        return tuple(self.model(name) for name in dict.fromkeys(names))

    def capability(self, name: str) -> Capability:
        """The capability of that id. Raises UserError naming the nearest one."""
        if name not in self.capabilities:
            near = nearest(name, self.capabilities)
            raise UserError(f"there is no capability {name!r}{near}; `mlripe catalog` lists them")
        return self.capabilities[name]
