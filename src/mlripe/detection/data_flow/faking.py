"""Faked results: what answers for a model is written out, drawn by chance, or taken where the model failed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from mlripe.detection.data_flow.finding import Finding, FlowKind, Related
from mlripe.detection.data_flow.flows import Flows
from mlripe.readers.python.dataflow.faked import Faked, faked, predicts

__all__ = ["faking"]

_SAYS: Final[Mapping[str, str]] = {
    "written": "answers {key} with what the code writes out: no model is asked",
    "chance": "answers {key} with a random number: no model is asked",
    "index": "takes {key} from a list by a remainder: no model is asked",
    "mock": "is a mock of a prediction that answers requests",
    "caught": "answers {key} with what the code writes out where the model failed, as if it were a prediction",
}


def faking(flows: Flows) -> Iterator[Finding]:
    """The functions that answer requests with predictions that no model made."""
    for path in flows.answering:
        module = flows.module(path)
        if module is None:
            continue
        for name, function in flows.entries(path, module):
            route = flows.route(path, name)
            if predicts(name) or predicts(route):
                for each in faked(module, function, route):
                    yield _finding(each, path, module.at(each.node), module.at(each.other), name)


def _finding(each: Faked, path: str, line: int, other: int, name: str) -> Finding:
    kind = FlowKind.FAKED_ON_ERROR if each.kind == "caught" else FlowKind.FAKED_PREDICTION
    related = (Related(path, other, "what it belongs to"),) if other != line else ()
    return Finding(kind, path, line, f"{name} {_SAYS[each.kind].format(key=each.key)}", related)
