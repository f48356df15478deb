"""Faked results: what answers for a model is written out, drawn by chance, or taken where the model failed."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from typing import Final

from mlripe.detection.data_flow.defects import defect, sighting
from mlripe.detection.data_flow.flows import Flows
from mlripe.evidence import Defect
from mlripe.problem_kinds import DefectKind
from mlripe.readers.python.dataflow.faked import Faked, drawn, faked, predicts, silent
from mlripe.readers.python.dataflow.made_up import made_up
from mlripe.readers.python.dataflow.values import Spot

__all__ = ["faking", "made_up_data", "silenced"]

_SAYS: Final[Mapping[str, str]] = {
    "written": "answers {key} with what the code writes out: no model is asked",
    "beside": "answers {key} with a number that the code writes out, whatever the model says",
    "chance": "answers {key} with a random number",
    "index": "takes {key} from a list by a remainder: no model is asked",
    "mock": "is a mock of a prediction that answers requests",
    "caught": "answers {key} with what the code writes out where the model failed, as if it were a prediction",
}


def made_up_data(flows: Flows) -> Iterator[Defect]:
    """The programs that make up their data where they cannot read it."""
    for path in flows.paths:
        module = flows.module(path)
        for each in made_up(module, flows.uses.of) if module else ():
            says = "makes data up where the real data cannot be read, and goes on with it"
            read = sighting(Spot(path, line_of(each.read)), "read here")
            yield defect(DefectKind.MADE_UP_DATA, Spot(path, line_of(each.node)), says, read)


def faking(flows: Flows) -> Iterator[Defect]:
    """The functions that answer requests with predictions, or measures, that no model made."""
    for path in flows.answering:
        chance = b"random" in flows.store.text(path)
        names = {name: flows.route(path, name) for name in flows.entry_names(path)}
        names = {name: route for name, route in names.items() if chance or predicts(name) or predicts(route)}
        module = flows.module(path) if names else None
        for name, function in flows.entries(path, module) if module else ():
            if name in names and module:
                asked = predicts(name) or predicts(names[name])
                found = list(faked(module, function, names[name])) if asked else []
                for each in found or (drawn(module, function) if chance else ()):
                    yield _finding(each, path, name)
                if asked:
                    yield from _asked(flows, path, name)


def silenced(flows: Flows) -> Iterator[Defect]:
    """The functions that predict and hide that the model failed, whoever calls them."""
    for path in flows.catching:
        module = flows.module(path)
        for definition in flows.store.of(path).definitions if module else ():
            if definition.kind == "function" and predicts(definition.name.rpartition(".")[2]):
                function = flows.function(path, definition.name)
                for each in silent(module, function) if module and function else ():
                    yield _finding(each, path, definition.name)


def _asked(flows: Flows, path: str, name: str) -> Iterator[Defect]:
    """What a function of the repository answers that a handler asks for a prediction."""
    for where, asked, module, function in flows.mentioned(path, name):
        if predicts(asked):
            for each in faked(module, function, ""):
                yield _finding(each, where, asked)


def line_of(node: ast.AST) -> int:
    line: int = getattr(node, "lineno", 1)
    return line


def _finding(each: Faked, path: str, name: str) -> Defect:
    kind = DefectKind.FAKED_ON_ERROR if each.kind == "caught" else DefectKind.FAKED_PREDICTION
    spot, other = Spot(path, line_of(each.node)), Spot(path, line_of(each.other))
    beside = (sighting(other, "what it belongs to"),) if other != spot else ()
    return defect(kind, spot, f"{name} {_SAYS[each.kind].format(key=each.key)}", *beside)
