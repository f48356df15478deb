"""What could not be followed, in the words that every format for people uses."""

from __future__ import annotations

from mlripe.assessment import Assessment, ModelResult
from mlripe.evidence import Unresolved

__all__ = ["could_rise", "headline", "interval_parts", "says", "title"]

_MOST_MODELS = 3
_MOST_HIDDEN = 6  # capabilities that a place names in a sentence


def headline(assessment: Assessment) -> str:
    """One line: how many places, and which levels could be higher by them; "" where there is none."""
    count = len(assessment.unresolved) + assessment.unresolved_left
    if not count:
        return ""
    higher = [f"{each.id} could be up to {each.if_followed}" for each in assessment.models.values() if could_rise(each)]
    more = f" and {len(higher) - _MOST_MODELS} more" if len(higher) > _MOST_MODELS else ""
    outcome = ", ".join(higher[:_MOST_MODELS]) + more if higher else "no level could be higher by them"
    return f"{title(count)}: {outcome}"


def title(count: int) -> str:
    """How many places there are, in words."""
    return f"{count} {'place' if count == 1 else 'places'} that mlripe could not follow"


def says(place: Unresolved) -> str:
    """What stands at a place and why it was not followed, with how often, and how much it could hide."""
    often = f" ({place.count} times)" if place.count > 1 else ""
    shown = ", ".join(place.could_hide[:_MOST_HIDDEN])
    more = f" and {len(place.could_hide) - _MOST_HIDDEN} more" if len(place.could_hide) > _MOST_HIDDEN else ""
    hides = f"; could hide {shown}{more}" if shown else ""
    return f"{place.says}{often}{hides}"


def interval_parts(model: ModelResult) -> list[str]:
    """The levels by files alone, with what could not be followed, and with all that could be attested, where they
    differ from the one that is given."""
    parts = []
    if model.observed != model.level:
        parts.append(f"{model.observed} by what the files show alone")
    if could_rise(model):
        parts.append(f"{model.if_followed} if what could not be followed did what it may")
    if model.reachable != (model.if_followed if could_rise(model) else model.level):
        also = " as well" if could_rise(model) else ""
        parts.append(f"{model.reachable} if what files cannot show, or only in part, were attested{also}")
    return parts


def could_rise(model: ModelResult) -> bool:
    """Whether the level could be higher by what could not be followed."""
    return model.level is not None and model.if_followed is not None and model.if_followed > model.level
