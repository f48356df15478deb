"""What `rules`, `only` and `when` of GitLab CI say: which kinds of pipeline a job joins, whether a person starts it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from itertools import islice
from typing import Final

from msgspec import Struct

from mlripe.facts import Trigger
from mlripe.kinds import RunsAfter
from mlripe.lazy_regex import lazy_regex
from mlripe.readers.ci.common import is_true, names
from mlripe.readers.formats.cursor import Node

__all__ = ["Rules", "of_source_only", "pipeline_triggers", "rules_of"]

SOURCES: Final = {  # values of $CI_PIPELINE_SOURCE
    "push": "push",
    "merge_request_event": "pull_request",
    "external_pull_request_event": "pull_request",
    "schedule": "schedule",
    "web": "dispatch",
    "webide": "push",
    "chat": "dispatch",
    "parent_pipeline": "call",
    "api": "event",
    "trigger": "event",
    "pipeline": "event",
    "external": "event",
}
REFS: Final = {  # the keywords among the names of branches in `only`
    "branches": "push",
    "pushes": "push",
    "merge_requests": "pull_request",
    "external_pull_requests": "pull_request",
    "tags": "tag",
    "schedules": "schedule",
    "web": "dispatch",
    "chat": "dispatch",
    "api": "event",
    "triggers": "event",
    "pipelines": "event",
    "external": "event",
}
PARENT: Final = "parent_pipeline"
SOURCE_REFS: Final = frozenset(REFS) - {"branches", "tags"}  # those that ask what started the pipeline
RULES: Final = 200  # of a job; many jobs may inherit them
WHENS: Final = ("when always", "when on_failure", "when delayed")
SOURCE: Final = lazy_regex(r"\$\{?CI_PIPELINE_SOURCE\}?\s*(?:==\s*[\"'](\w+)[\"']|=~\s*/([^/]*)/)")
TAG: Final = lazy_regex(r"(?<!!)\$\{?CI_COMMIT_TAG\b(?!\}?\s*==\s*(?:null|\"\"|''))")
MERGE_REQUEST: Final = lazy_regex(r"\$\{?CI_MERGE_REQUEST_\w+(?!\w|\}?\s*==\s*null)")
BRANCH: Final = lazy_regex(r"\$\{?CI_COMMIT_(?:BRANCH|REF_NAME|REF_SLUG)\b")


class Rules(Struct, frozen=True):
    """What a job's rules come to. `inherits`: whatever starts the pipeline may start it, by the rules' conditions."""

    triggers: tuple[Trigger, ...] = ()
    inherits: bool = True
    condition: str = ""
    manual: bool = False
    never: bool = False
    runs_after: RunsAfter = RunsAfter.SUCCESS
    allow_failure: bool | None = None  # whether its failure stops nothing, where the rules say so


def pipeline_triggers(rules: Node) -> tuple[Trigger, ...]:
    """What starts the pipeline as a whole, by `workflow: rules`; every push, where there are none."""
    if not rules:
        return (Trigger("push", 1, "by convention"),)
    found = _rules(rules, "")
    pushed = (Trigger("push", rules.line),) if found.inherits and not found.never else ()
    return (*pushed, *(trigger for trigger in found.triggers if not pushed or trigger.kind != "push"))


def rules_of(job: Mapping[str, Node]) -> Rules:
    """The rules of a job, given as its keywords."""
    when = job["when"].text if "when" in job else ""
    if "rules" in job:
        return _rules(job["rules"], when)
    if "only" in job:
        return _only(job["only"], job.get("except"), when)
    return Rules(condition=_when(when), manual=when == "manual", never=when == "never", runs_after=_after({when}))


def _rules(rules: Node, when: str) -> Rules:
    triggers: list[Trigger] = []
    conditions: list[str] = []
    inherits, open_rules, manual_rules = False, 0, 0
    outcomes: set[str] = set()
    allowed: set[bool | None] = set()
    for rule in islice(rules.items(), RULES):
        outcome = rule["when"].text or when
        if outcome == "never":
            continue
        open_rules += 1
        outcomes.add(outcome)
        allowed.add(is_true(rule["allow_failure"]) if "allow_failure" in rule else None)
        manual_rules += outcome == "manual"
        condition = rule["if"].text
        kinds = _kinds(condition)
        triggers += [Trigger(kind, rule.line, condition) for kind in kinds]
        inherits = inherits or not kinds
        changes = names(rule["changes"]["paths"] if rule["changes"].is_mapping else rule["changes"])
        conditions += [
            text for text in (condition, changes and f"changes {', '.join(changes)}", _when(outcome)) if text
        ]
    return Rules(
        _once(triggers),
        inherits,
        " | ".join(dict.fromkeys(conditions)),
        manual=0 < open_rules == manual_rules,
        never=open_rules == 0,
        runs_after=_after(outcomes),
        allow_failure=next(iter(allowed)) if len(allowed) == 1 else None,
    )


def _after(outcomes: set[str]) -> RunsAfter:
    """After which outcome of what it waits for a job runs that has these words for `when`, one a rule."""
    if outcomes.isdisjoint(("always", "on_failure")):
        return RunsAfter.SUCCESS
    return RunsAfter.FAILURE if outcomes == {"on_failure"} else RunsAfter.ANY


def _kinds(condition: str) -> tuple[str, ...]:
    """The kinds of pipeline that a condition asks for; () where it does not ask."""
    kinds = [SOURCES[value] for value, _ in SOURCE.findall(condition) if value in SOURCES]
    for _, pattern in SOURCE.findall(condition):
        kinds += [SOURCES[word] for word in re.findall(r"\w+", pattern) if word in SOURCES]
    if TAG.search(condition):
        kinds.append("tag")
    if not kinds or "||" in condition:
        kinds += ["pull_request"] if MERGE_REQUEST.search(condition) else []
        kinds += ["push"] if BRANCH.search(condition) and not (kinds and "||" not in condition) else []
    return tuple(dict.fromkeys(kinds))


def of_source_only(condition: str) -> bool:
    """Whether each rule in a job's condition wants the pipeline to have a source that is not another pipeline."""
    parts = [part for part in condition.split(" | ") if part not in WHENS]
    return bool(parts) and all(map(_other_source, parts))


def _other_source(rule: str) -> bool:
    if rule.startswith("only "):
        return all(name in SOURCE_REFS for name in rule.removeprefix("only ").split(", "))
    if "||" in rule or "=~" in rule:
        return False
    return any(value != PARENT for value, _ in SOURCE.findall(rule))


def _only(only: Node, excepted: Node | None, when: str) -> Rules:
    refs = only["refs"] if only.is_mapping else only
    triggers = [Trigger(REFS.get(name, "push"), refs.line, name) for name in names(refs)[:RULES]]
    condition = f"only {', '.join(names(refs))}" if refs else "only " + ", ".join(key for key, _ in only.entries())
    if excepted is not None:
        condition += f" | except {', '.join(names(excepted['refs'] if excepted.is_mapping else excepted))}"
    return Rules(
        _once(triggers),
        not triggers,
        condition + _when(when, " | "),
        when == "manual",
        when == "never",
        _after({when}),
    )


def _once(triggers: list[Trigger]) -> tuple[Trigger, ...]:
    """The first trigger of each kind: the others would start the same job the same way."""
    return tuple({trigger.kind: trigger for trigger in reversed(triggers)}.values())[::-1]


def _when(when: str, before: str = "") -> str:
    return f"{before}when {when}" if when in ("always", "on_failure", "delayed") else ""
