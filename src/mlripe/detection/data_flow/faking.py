"""Faked results: what answers for a model is written out, drawn by chance, or taken where the model failed."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from typing import Final

from mlripe.detection.data_flow.defects import defect, sighting
from mlripe.detection.data_flow.flows import Flows
from mlripe.evidence import Defect, Sighting
from mlripe.kinds import DefectKind
from mlripe.readers.python.dataflow.faked import Faked, faked, predicts
from mlripe.readers.python.dataflow.made_up import made_up
from mlripe.readers.python.dataflow.values import Spot

__all__ = ["faking", "made_up_data"]

_SAYS: Final[Mapping[str, str]] = {
    "written": "answers {key} with what the code writes out: no model is asked",
    "chance": "answers {key} with a random number: no model is asked",
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
    """The functions that answer requests with predictions that no model made."""
    for path in flows.answering:
        module = flows.module(path)
        if module is None:
            continue
        for name, function in flows.entries(path, module):
            route = flows.route(path, name)
            if predicts(name) or predicts(route):
                for each in faked(module, function, route):
                    yield _finding(each, path, line_of(each.node), line_of(each.other), name)


def line_of(node: ast.AST) -> int:
    line: int = getattr(node, "lineno", 1)
    return line


def _finding(each: Faked, path: str, line: int, other: int, name: str) -> Defect:
    kind = DefectKind.FAKED_ON_ERROR if each.kind == "caught" else DefectKind.FAKED_PREDICTION
    beside = (Sighting(path, other, "what it belongs to"),) if other != line else ()
    return defect(kind, Spot(path, line), f"{name} {_SAYS[each.kind].format(key=each.key)}", *beside)
