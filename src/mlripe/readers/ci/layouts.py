"""Files of CI services that need no reader of their own: a table says where their jobs and scripts stand.

The tables are the `layout` of a service in rules/ci_services.yaml; what each key means stands at `CiLayout`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from fnmatch import fnmatchcase
from itertools import islice
from typing import Final

from msgspec.structs import replace

from mlripe.catalog.tool_schema import CiLayout
from mlripe.facts import Command, FileFacts, Resource, Trigger, Unit
from mlripe.readers.ci.common import Piece, Scripts, flat, free, image, is_true, names, pieces, settings, step_says
from mlripe.readers.formats.cursor import Node, run_by
from mlripe.readers.formats.documents import load_yaml
from mlripe.readers.work import spend

__all__ = ["read_by_layout"]

MANY: Final = 500  # jobs of a file
Steps = Sequence[str]
Above = tuple[Node, ...]  # what a node is part of, outermost first


def read_by_layout(content: bytes, layout: Sequence[CiLayout]) -> FileFacts:
    """A YAML file of a CI service: a unit `pipeline` for each row that finds jobs, with `jobs/<name>` below it."""
    documents = load_yaml(content)
    units: list[Unit] = []
    resources: list[Resource] = []
    taken: dict[str, int] = {}
    scripts = Scripts()
    for root in map(Node.root, documents):
        for row in layout:
            nodes = list(islice(_found(root, _steps(row.jobs)), MANY))
            jobs = [(made, node, above) for node, above in nodes if (made := _job(node, above, row, scripts))]
            if not jobs:
                continue
            pipeline = free("pipeline", taken)
            line = jobs[0][0][0].line
            starts = (Trigger(row.starts, line, "by convention"),) if row.starts else ()
            units.append(Unit(pipeline, "workflow", line, "pipeline", triggers=starts, side_by_side=True))
            for made, node in _placed(jobs, pipeline, row, taken):
                units += made
                resources += [each for at in row.images for found in _at(node, at) for each in image(found, made[0].id)]
    return FileFacts(units=tuple(units), resources=tuple(resources), documents=documents)


def _placed(
    jobs: Iterable[tuple[list[Unit], Node, Above]], pipeline: str, row: CiLayout, taken: dict[str, int]
) -> Iterator[tuple[list[Unit], Node]]:
    """The jobs below their pipeline, under ids of their own, each with the jobs that it waits for."""
    width = next((number for number, step in enumerate(_steps(row.jobs), 1) if "*" in step), 0)
    ids: dict[str, list[str]] = {}  # by the names of the job, and of what it is part of
    before: list[str] = []
    group: list[str] = []
    last: tuple[str | int, ...] = ()
    for (unit, *steps), node, above in jobs:
        if row.in_order and node.path[:width] != last:
            before, group, last = group, [], node.path[:width]
        id = free(f"jobs/{unit.id}", taken)
        needs = [found for each in (*above, node) for at in row.needs for found in _at(each, at)]
        named = [name.lstrip("~") for found in needs for name in names(found)]
        waits = [known for name in named for known in ids.get(name, ())]
        job = replace(unit, id=id, parent=pipeline, needs=tuple(waits) if needs else tuple(before))
        yield [job, *(replace(step, id=f"{id}/{step.id}", parent=id) for step in steps)], node
        for name in {unit.id, _short(node, row), *(each["name"].text for each in above)}:
            ids.setdefault(name, []).append(id)
        group.append(id)


def _short(node: Node, row: CiLayout) -> str:
    """The key of a job without what every such key ends with: `test` for `test_task`."""
    ending = row.jobs.rpartition("*")[2]
    return str(node.path[-1] if node.path else "").removesuffix(ending).rstrip("_-")


def _job(node: Node, above: Above, row: CiLayout, scripts: Scripts) -> list[Unit]:
    """A job under its name, with its steps below it where it has several; nothing for a node that runs nothing."""
    around = (*above, node)
    before = [piece for outer in around for at in row.before for found in _at(outer, at) for piece in pieces(found)]
    own = [parts for at in row.commands for found in _at(node, at) for parts in _scripts(found)]
    ran = [scripts.commands([*(() if number else before), *parts]) for number, parts in enumerate(own)]
    ran += [(command,) for at in row.words for found in _at(node, at) for command in _worded(found)]
    if not ran:
        return []
    scheduled = next(_scheduled(node, row), None)
    name = node["name"].text or node["title"].text or str(node.path[-1] if node.path else "") or "job"
    variables = [settings(found) for outer in around for at in row.variables for found in _at(outer, at)]
    job = Unit(
        name,
        "job",
        node.line,
        f"job {name}"[:85],
        triggers=(Trigger("schedule", scheduled.line, scheduled.text),) if scheduled else (),
        commands=ran[0] if len(ran) == 1 else (),
        variables={key: value for each in variables for key, value in each.items()},
        condition=next((found.text for at in row.condition for found in _at(node, at) if found.text), ""),
        allow_failure=any(is_true(found) for at in row.allow_failure for found in _at(node, at)),
        disabled=any(is_true(found) for at in row.disabled for found in _at(node, at)),
    )
    steps = [step for step in ran if step] if len(ran) > 1 else []
    return [job, *(Unit(str(n), "step", s[0].line, step_says("", (), s), commands=s) for n, s in enumerate(steps))]


def _scheduled(node: Node, row: CiLayout) -> Iterator[Node]:
    """What makes a job run on a schedule: `path`, or `path=glob of the text`."""
    for wanted in row.scheduled:
        at, _, text = wanted.partition("=")
        yield from (found for found in _at(node, at) if fnmatchcase(found.text, text or "?*"))


def _scripts(node: Node) -> Iterator[list[Piece]]:
    """The scripts in a text or a list of texts, which are one, or in a list of steps under their names, one each."""
    if node.is_mapping or any(item.is_mapping for item in node.items()):
        for item in flat(node):
            yield from (pieces(inner) for _, inner in islice(item.entries(), MANY))
    else:
        yield pieces(node)


def _worded(node: Node) -> Iterator[Command]:
    """What a container runs: `command` with `args`, or lists of words; a text among them that is a whole line, too."""
    if node.is_mapping:
        words = [*flat(node["command"]), *flat(node["args"])]
        yield from run_by(words, words[0].line) if words else ()
        return
    items = list(node.items())
    if any(item.is_list for item in items):
        for item in items:
            yield from _worded(item)
    elif items:
        yield from run_by(items, items[0].line)


# --- key paths -------------------------------------------------------------------------------------------------------


def _steps(path: str) -> Steps:
    return path.split(".") if path else ()


def _at(node: Node, path: str) -> Iterator[Node]:
    """What stands at a key path below a node, in the order of the file."""
    for found, _ in _found(node, _steps(path)):
        yield found


def _found(node: Node, steps: Steps, above: Above = ()) -> Iterator[tuple[Node, Above]]:
    """The nodes at a key path, each with what it is part of. A step is a glob of a key; `*` is an item too."""
    spend(1)
    if not steps:
        yield node, above
        return
    wanted, *rest = steps
    if wanted == "**":
        yield from _found(node, rest, above)
    below = (*above, node)
    for key, inner in (*node.entries(), *(("", item) for item in node.items())):
        if wanted == "**":
            yield from _found(inner, steps, below)
        elif fnmatchcase(key, wanted):
            yield from _found(inner, rest, below)
