"""A capability explained: what it is, what counts, what is recognised, what was found here, what nearly counts."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence

from mlripe.assessment import CapabilityResult
from mlripe.detection.near_misses import NearMiss
from mlripe.evidence import Evidence, Strength, Unresolved
from mlripe.maturity.explain import Asked, Explanation
from mlripe.reports import Options
from mlripe.reports.machine.json import evidence_data
from mlripe.reports.terminal.text import Paint, one_line, place, proof_line, wrapped
from mlripe.reports.unresolved_places import title

__all__ = ["as_json", "as_text"]

MOST_PROOFS = 5
MOST_HIDING = 5


def as_text(
    explanation: Explanation,
    here: str,
    found: CapabilityResult | None,
    misses: Sequence[NearMiss],
    hiding: Sequence[Unresolved],
    options: Options,
) -> str:
    """For people; `here` names the repository that `found` is of, "" where none was looked at.

    `misses` are closest to counting for more, `hiding` are places that could not be followed and could hide it.
    """
    paint, width = Paint(options.colour), options.width
    about = explanation.capability
    lines = [paint(f"{about.id}: {one_line(about.title)}", "bold") + f"  ({about.area})"]
    lines += [*wrapped(about.what, width, "  "), *wrapped(about.why, width, "  "), f"  {about.source.strip()}", ""]
    lines.append(paint("What counts", "bold"))
    for name, takes in explanation.strengths.items():
        lines += wrapped(takes, width, f"  {paint.strength(Strength[name], f'{name:9}')}  ", " " * 13)
    lines += ["", paint("How it is recognised", "bold"), *wrapped(about.recognised, width, "  ")]
    if explanation.tools:
        lines += wrapped(", ".join(name for name, _ in explanation.tools), width, "  by name: ", " " * 4)
    if explanation.practices:
        lines += wrapped(", ".join(explanation.practices), width, "  and: ", " " * 4)
    if found is not None:
        lines += [
            "",
            *_found(here, found, width, paint),
            *_misses(misses, width, paint),
            *_hiding(hiding, width, paint),
        ]
    if explanation.asked:
        lines += ["", paint("Where it is asked for", "bold"), *_asked(explanation.asked, width)]
    lines += ["", paint(f"How to get it  ({about.effort} effort)", "bold"), *wrapped(about.how, width, "  ")]
    return "".join(f"{line}\n" for line in lines)


def _asked(asked: Sequence[Asked], width: int) -> Iterator[str]:
    """A line for each criterion that decides a level, and one for all that ask for it besides."""
    central = [each for each in asked if each.central]
    wide = max((len(_level(each)) for each in central), default=0)
    for each in central:
        lead = f"  {_level(each):{wide}}  {each.needed.name:9}  "
        yield from wrapped(each.says, width, lead, " " * len(lead))
    others = dict.fromkeys(f"{_level(each)} {each.needed.name}" for each in asked if not each.central)
    if others:
        yield from wrapped(", ".join(others), width, "  also, deciding no level: " if central else "  ", " " * 4)


def _level(asked: Asked) -> str:
    return asked.model if asked.level is None else f"{asked.model} {asked.level}"


def _found(here: str, found: CapabilityResult, width: int, paint: Paint) -> Iterator[str]:
    name = "not detected" if found.strength is Strength.none else found.strength.name
    yield paint(f"In {one_line(here)}: ", "bold") + paint.strength(found.strength, name)
    for proof in found.evidence[:MOST_PROOFS]:
        yield f"  {paint.strength(proof.strength, f'{proof.strength.name:9}')}  {proof_line(proof, width - 13)}"
        if reason := _reason(proof):
            yield from wrapped(reason, width, " " * 13)
    if len(found.evidence) > MOST_PROOFS:
        yield f"  and {len(found.evidence) - MOST_PROOFS} more (mlripe audit --verbose)"


def _reason(proof: Evidence) -> str:
    says = proof.says if proof.chain else ""  # without a chain the line above says it
    return "; ".join(part for part in (says, proof.note) if part)


def _misses(misses: Sequence[NearMiss], width: int, paint: Paint) -> Iterator[str]:
    if misses:
        yield paint("Closest to counting for more", "bold")
    for miss in misses:
        yield f"  {place(miss.path, miss.line)}  {one_line(miss.says)}"
        for hop in reversed(miss.chain):
            yield f"    <- {place(hop.path, hop.line)}  {one_line(hop.says)}"
        yield from wrapped(miss.why, width, "    ")


def _hiding(places: Sequence[Unresolved], width: int, paint: Paint) -> Iterator[str]:
    """The places that could hide more of it, since mlripe could not follow what they start."""
    if places:
        yield paint("What could hide more of it", "bold") + f"  ({title(len(places))})"
    for each in places[:MOST_HIDING]:
        yield f"  {place(each.path, each.line)}"
        yield from wrapped(each.says, width, "    ")
    if len(places) > MOST_HIDING:
        yield f"  and {len(places) - MOST_HIDING} more (mlripe audit --verbose)"


def as_json(
    explanation: Explanation,
    here: str,
    found: CapabilityResult | None,
    misses: Sequence[NearMiss],
    hiding: Sequence[Unresolved],
) -> str:
    """The explanation of a capability as JSON."""
    about = explanation.capability
    data = {
        "capability": about.id,
        "title": about.title,
        "area": about.area,
        "what": about.what.strip(),
        "why": about.why.strip(),
        "source": about.source.strip(),
        "recognised": about.recognised.strip(),
        "how": about.how.strip(),
        "effort": about.effort,
        "strengths": dict(explanation.strengths),
        "tools": [{"name": name, "homepage": homepage} for name, homepage in explanation.tools],
        "practices": list(explanation.practices),
        "asked": [
            {
                "model": asked.model,
                "level": asked.level,
                "criterion": asked.criterion,
                "says": asked.says,
                "central": asked.central,
                "needed": asked.needed.name,
            }
            for asked in explanation.asked
        ],
        "found": None
        if found is None
        else {
            "repository": here,
            "strength": found.strength.name,
            "evidence": evidence_data(found.evidence),
            "closest": [
                {
                    "path": miss.path,
                    "line": miss.line,
                    "says": miss.says,
                    "why": miss.why,
                    "chain": [{"path": hop.path, "line": hop.line, "says": hop.says} for hop in miss.chain],
                }
                for miss in misses
            ],
            "could_be_hidden_by": [
                {"kind": each.kind.value, "path": each.path, "line": each.line, "name": each.name, "says": each.says}
                for each in hiding
            ],
        },
    }
    return json.dumps(data, indent=1) + "\n"
