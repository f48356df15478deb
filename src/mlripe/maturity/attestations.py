"""What people state about a repository: attestations of what no file shows, exclusions of what it need not have."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from mlripe.assessment import Attestation, Exclusion
from mlripe.evidence import Strength

__all__ = ["Statements"]


@dataclass(frozen=True, slots=True)
class Statements:
    """The statements that count, by what they are about: a capability, or `model/criterion`."""

    attested: Mapping[str, Attestation] = field(default_factory=dict)
    excluded: Mapping[str, Exclusion] = field(default_factory=dict)

    @classmethod
    def of(cls, attestations: Iterable[Attestation], exclusions: Iterable[Exclusion]) -> Statements:
        """The statements by what they are about; of several attestations the strongest."""
        strongest = sorted(attestations, key=lambda attestation: attestation.strength)
        return cls({each.about: each for each in strongest}, {each.about: each for each in exclusions})

    def raised(self, strengths: Mapping[str, Strength]) -> dict[str, Strength]:
        """Strengths with what is attested of capabilities."""
        statements = {name: each.strength for name, each in self.attested.items() if "/" not in name}
        return {**strengths, **{n: max(s, strengths.get(n, Strength.none)) for n, s in statements.items()}}
