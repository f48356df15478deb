"""Buildkite: steps that run side by side, and what waits for which."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from mlripe.facts import FileFacts, Trigger, Unit
from mlripe.kinds import RunsAfter
from mlripe.lazy_regex import lazy_regex
from mlripe.readers.ci.common import (
    PUSH,
    facts_of,
    flat,
    is_true,
    names,
    pieces,
    script,
    step_says,
)
from mlripe.readers.formats.cursor import Node, unique
from mlripe.readers.formats.documents import load_yaml

__all__ = ["read_buildkite"]

MANY: Final = 500  # steps of a file
_SCHEDULED = lazy_regex(r"build\.source\s*==\s*[\"']schedule[\"']")


def read_buildkite(path: str, content: bytes) -> FileFacts:
    """A pipeline of Buildkite: a unit `pipeline` and its steps; what stands before a `wait` or `block` comes first."""
    documents = load_yaml(content)
    units: list[Unit] = []
    for root in map(Node.root, documents[:1]):
        steps = root["steps"] if root.is_mapping else root
        if steps.is_list:
            units.append(Unit("pipeline", "workflow", 1, "pipeline", triggers=PUSH, side_by_side=True))
            units += _buildkite_steps(steps)
    return facts_of(documents, (units, []))


def _buildkite_steps(steps: Node) -> Iterator[Unit]:
    items = [inner for item in steps.items() for inner in (item["steps"].items() if "group" in item else [item])][:MANY]
    ids = {item["key"].text or item["id"].text: f"steps/{index}" for index, item in enumerate(items)}
    before: tuple[str, ...] = ()  # what the last barrier waits for
    since: tuple[str, ...] = ()
    loose: tuple[str, ...] = ()  # what a barrier waited for that goes on after a failure
    for index, item in enumerate(items):
        id = f"steps/{index}"
        kind = item.text or next((key for key in ("wait", "block", "input") if key in item), "")
        if kind in ("wait", "waiter") and is_true(item["continue_on_failure"]):
            loose, before, since = (*loose, *(since or before)), (), ()
        elif kind in ("wait", "waiter"):
            before, since, loose = (*loose, *(since or before)), (), ()
        elif kind in ("block", "input"):
            waits = (*loose, *(since or before))
            yield Unit(id, "step", item.line, f"{kind} {item[kind].text}", "pipeline", needs=waits, approval=True)
            before, since, loose = (id,), (), ()
        else:
            must, after = _buildkite_order(item, ids, before, bool(loose))
            yield _buildkite_step(id, item, must, after)
            since = (*since, id)


def _buildkite_order(
    item: Node, ids: dict[str, str], before: tuple[str, ...], loose: bool
) -> tuple[tuple[str, ...], RunsAfter]:
    """What must succeed before a step, and after which outcome of what else it waits for it runs."""
    named = [(each["step"].text if each.is_mapping else each.text, each) for each in flat(item["depends_on"])]
    waits = [(ids[name], is_true(each["allow_failure"])) for name, each in named if name in ids]
    if is_true(item["allow_dependency_failure"]):
        return (), RunsAfter.ANY
    if "depends_on" not in item:
        return before, RunsAfter.ANY if loose else RunsAfter.SUCCESS
    must = tuple(id for id, may_fail in waits if not may_fail)
    return must, RunsAfter.SUCCESS if len(must) == len(waits) else RunsAfter.ANY


def _buildkite_step(id: str, item: Node, needs: tuple[str, ...], after: RunsAfter) -> Unit:
    plugins = [name for plugin in item["plugins"].items() for name in (names(plugin) or dict(plugin.entries()))]
    found = script(pieces(item["command"] if "command" in item else item["commands"]))
    uses = unique(*plugins, f"buildkite:{item['trigger'].text}" if item["trigger"] else "")
    branches = ", ".join(names(item["branches"]))
    scheduled = _SCHEDULED.search(item["if"].text)
    return Unit(
        id,
        "step",
        item.line,
        step_says(item["label"].text or item["name"].text, uses, found),
        "pipeline",
        triggers=(Trigger("schedule", item["if"].line, item["if"].text),) if scheduled else (),
        commands=found,
        uses=uses,
        inputs={"runs-on": item.at("agents.queue").text} if item.at("agents.queue") else {},
        needs=needs,
        condition=item["if"].text or (f"branches {branches}" if branches else ""),
        runs_after=after,
        allow_failure=is_true(item["soft_fail"]),
        disabled=bool(item["skip"].text) and item["skip"].text != "false",
    )
