"""Predictions that no model made: functions that answer with what the code writes out, with chance, or with an index.

A function is looked at by itself. What it answers must be written in it, and nothing that it calls may know better.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from itertools import islice
from typing import Final, NamedTuple

from mlripe.readers.python.dataflow.modules import Module
from mlripe.readers.python.names import FUNCTIONS, last_name
from mlripe.readers.python.trees import children, walk
from mlripe.readers.python.truth_walk import Function

__all__ = ["Faked", "dotted", "drawn", "faked", "predicts", "silent", "words"]

_MOST_NODES: Final = 3000  # of one function
_PREDICTS: Final = frozenset(
    "predict prediction predictions classify classification infer inference forecast recommend score scoring".split()
)
_ANSWERS: Final = frozenset(  # words of the keys of an answer
    "prediction predictions predicted probability probabilities score scores confidence forecast sentiment".split()
)
_MEASURES: Final = _ANSWERS | frozenset("drift accuracy precision recall f1 auc psi".split())
_SURE: Final = frozenset("probability probabilities confidence".split())
_SPARED: Final = frozenset(
    "baseline dummy naive heuristic rule rules health ready example sample demo test default".split()
)
_MOCKS: Final = frozenset("mock mocked fake faked simulated".split())
_CHANCE: Final = ("random.", "numpy.random.", "np.random.", "secrets.")
# what a function may call that knows nothing of a model
_IDLE: Final = frozenset(
    "jsonify JSONResponse Response make_response print len str float int round min max dict list tuple bool abs "
    "sum sorted range isoformat now utcnow time sleep uuid4 info debug warning error exception get_json get "
    "json dumps model_dump choice uniform random randint gauss normal randn rand strftime perf_counter inc observe "
    "labels items keys values format join lower upper strip append".split()
)
_ADMITS: Final = frozenset("error errors message detail status fallback note warning success degraded reason".split())


class Faked(NamedTuple):
    """An answer that no model gave, and a line beside it. `kind`: written, beside, chance, index, caught or mock."""

    kind: str
    node: ast.AST
    other: ast.AST
    key: str = ""


def predicts(name: str) -> bool:
    """Whether a name of a function or a route says that something is predicted."""
    said = words(name)
    return not said.isdisjoint(_PREDICTS) and said.isdisjoint(_SPARED)


def faked(module: Module, function: Function, route: str) -> Iterator[Faked]:
    """What a function that predicts, by its name or its route, answers without a model."""
    nodes = list(islice(_inside(function), _MOST_NODES))
    if words(f"{function.name} {route}") & _MOCKS:
        yield Faked("mock", function, function)
        return
    calls = [node for node in nodes if isinstance(node, ast.Call)]
    made = _assigned(nodes)
    answers = [node for node in nodes if isinstance(node, ast.Return) and node.value is not None]
    if not _is_gated(nodes):
        yield from islice(_unfounded(function, answers, made, module, _knows_better(calls, module)), 1)
    for node in nodes:
        if isinstance(node, ast.Try):
            yield from _caught(node, answers, made, module)


def _unfounded(
    function: Function,
    answers: list[ast.Return],
    made: Mapping[str, ast.expr | None],
    module: Module,
    known: bool,
) -> Iterator[Faked]:
    """The values of answers that no model gave; `known`: the function calls something that may have asked one."""
    for answer in _unasked(function.body) if known else answers:
        for key, value in _told(answer.value, made):
            kind = _kind(value, made, module)
            if kind and (not known or kind != "written" or _is_probability(key, value, made)):
                yield Faked("beside" if known and kind == "written" else kind, value, answer, key)


def silent(module: Module, function: Function) -> Iterator[Faked]:
    """Handlers of a function that predicts, which answer for the model that failed."""
    nodes = list(islice(_inside(function), _MOST_NODES))
    answers = [node for node in nodes if isinstance(node, ast.Return) and node.value is not None]
    made = _assigned(nodes)
    for node in nodes:
        if isinstance(node, ast.Try):
            yield from _caught(node, answers, made, module)


def drawn(module: Module, function: Function) -> Iterator[Faked]:
    """What a function tells as measured that it draws by chance: `{"drift": random.random()}`."""
    nodes = list(islice(_inside(function), _MOST_NODES))
    if words(function.name) & (_MOCKS | _SPARED) or _is_gated(nodes):
        return
    made = _assigned(nodes)
    for node in nodes:
        for key, value in _told(node, made, _MEASURES) if isinstance(node, ast.Dict) else ():
            if _kind(value, made, module) == "chance":
                yield Faked("chance", value, node, key)
                return


def _unasked(body: list[ast.stmt]) -> Iterator[ast.Return]:
    """The answers of a function that hang on no condition."""
    for node in body:
        if isinstance(node, ast.Return) and node.value is not None:
            yield node
        elif isinstance(node, (ast.Try, ast.With, ast.AsyncWith)):
            yield from _unasked(node.body)


def _is_probability(key: str, value: ast.expr, made: Mapping[str, ast.expr | None]) -> bool:
    """Whether a number that is written out stands for how sure a model is."""
    known = made.get(value.id) if isinstance(value, ast.Name) else value
    number = known.value if isinstance(known, ast.Constant) else None
    return isinstance(number, float) and 0 < number < 1 and bool(words(key) & _SURE)


def words(name: str) -> frozenset[str]:
    """The words of a name of a function, a file or a route."""
    return frozenset(name[:200].lower().replace("/", " ").replace(".", " ").replace("-", " ").replace("_", " ").split())


def _inside(function: Function) -> Iterator[ast.AST]:
    """The nodes of a function, without those of functions in it."""
    waiting: list[ast.AST] = list(reversed(function.body))
    while waiting:
        node = waiting.pop()
        yield node
        if not isinstance(node, (*FUNCTIONS, ast.ClassDef, ast.Lambda)):
            waiting.extend(reversed(list(children(node))))


def _assigned(nodes: list[ast.AST]) -> Mapping[str, ast.expr | None]:
    """What the names of a function are set to, None where they are set more than once."""
    found: dict[str, ast.expr | None] = {}
    for node in nodes:
        if isinstance(node, ast.Assign):
            for target in node.targets:
                if isinstance(target, ast.Name):
                    found[target.id] = None if target.id in found else node.value
    return found


def _knows_better(calls: list[ast.Call], module: Module) -> bool:
    """Whether a function calls anything that may have asked a model."""
    for call in calls:
        function = call.func
        last = last_name(function)
        if last in _IDLE or dotted(function, module).startswith(_CHANCE):
            continue
        if isinstance(function, ast.Name) and last[:1].isupper():  # an answer's class
            continue
        return True
    return False


def _is_gated(nodes: list[ast.AST]) -> bool:
    """Whether a condition speaks of a demonstration."""
    tests = (node.test for node in nodes if isinstance(node, (ast.If, ast.IfExp)))
    return any(
        not words(name.id if isinstance(name, ast.Name) else name.attr).isdisjoint((*_MOCKS, "demo", "dry"))
        for test in tests
        for name in walk(test)
        if isinstance(name, (ast.Name, ast.Attribute))
    )


def _told(
    value: ast.expr | None, made: Mapping[str, ast.expr | None], called: frozenset[str] = _ANSWERS
) -> Iterator[tuple[str, ast.expr]]:
    """The values of an answer that are called so."""
    if isinstance(value, ast.Name) and (known := made.get(value.id)) is not None:
        value = known
    if isinstance(value, ast.BinOp) and isinstance(value.op, ast.Mult):  # `[{"score": 0.5}] * len(rows)`
        value = value.left
    if isinstance(value, ast.List) and value.elts:
        value = value.elts[0]
    if isinstance(value, ast.Call):
        for keyword in value.keywords:
            if keyword.arg and words(keyword.arg) & called:
                yield keyword.arg, keyword.value
        for each in value.args[:1]:
            if isinstance(each, ast.Dict):
                yield from _told(each, made, called)
    elif isinstance(value, ast.Dict):
        for key, each in zip(value.keys, value.values, strict=True):
            if isinstance(key, ast.Constant) and isinstance(key.value, str) and words(key.value) & called:
                yield key.value, each


def _kind(value: ast.expr | None, made: Mapping[str, ast.expr | None], module: Module, depth: int = 4) -> str:
    """Where a value comes from that no model gave: "" where this is not certain."""
    if isinstance(value, ast.Name):
        value = made.get(value.id)
    if value is None or depth == 0:
        return ""
    if isinstance(value, ast.Constant):
        told = isinstance(value.value, (int, float, str)) and not isinstance(value.value, bool)
        return "written" if told and value.value != "" else ""
    if isinstance(value, (ast.List, ast.Tuple)):
        kinds = {_kind(each, made, module, depth - 1) for each in value.elts[:20]}
        return kinds.pop() if len(kinds) == 1 else ""
    if isinstance(value, ast.Call):
        if dotted(value.func, module).startswith(_CHANCE):
            return "chance"
        wraps = isinstance(value.func, ast.Name) and value.func.id in ("float", "int", "round", "str", "bool")
        return _kind(value.args[0], made, module, depth - 1) if wraps and value.args else ""
    if isinstance(value, ast.Subscript) and isinstance(value.slice, ast.BinOp):
        return "index" if isinstance(value.slice.op, ast.Mod) else ""
    return ""


def dotted(node: ast.expr, module: Module) -> str:
    """The dotted name of an expression, as the imports of its file tell it."""
    parts: list[str] = []
    while isinstance(node, ast.Attribute) and len(parts) < 10:
        parts.append(node.attr)
        node = node.value
    root = module.imported.get(node.id, node.id) if isinstance(node, ast.Name) else "?"
    return ".".join((root, *reversed(parts)))


def _caught(
    node: ast.Try, answers: list[ast.Return], made: Mapping[str, ast.expr | None], module: Module
) -> Iterator[Faked]:
    """Handlers that answer with what the code writes out, in the words of a prediction."""
    tried = [each for each in answers if _lies_in(each, node.body)]
    asked = any(isinstance(each, ast.Call) and _asks(each) for part in node.body for each in walk(part))
    usual = {key for each in tried for key in _keys(each.value, made)}
    if not asked or not tried:
        return
    for handler in node.handlers:
        for answer in answers:
            if not _lies_in(answer, handler.body):
                continue
            keys = _keys(answer.value, made)
            if _is_number(answer.value) and not any(_is_number(each.value) for each in tried):
                yield Faked("caught", answer, node, "the call")
            if not usual and not isinstance(answer.value, (ast.Dict, ast.List, ast.BinOp)):
                continue
            told = dict(_told(answer.value, made))
            if keys and (keys <= usual or not usual) and told and not keys & _ADMITS:
                kinds = {_kind(each, made, module) or _empty(each) for each in told.values()}
                if kinds <= {"written", "chance"}:
                    yield Faked("caught", answer, node, next(iter(told)))


def _empty(value: ast.expr) -> str:
    return "written" if isinstance(value, ast.Constant) and value.value is not None and value.value != "" else ""


def _is_number(value: ast.expr | None) -> bool:
    """Whether a number is written out that may be a prediction: -1 tells that there is none."""
    number = value.value if isinstance(value, ast.Constant) else None
    return isinstance(number, (int, float)) and not isinstance(number, bool)


def _lies_in(node: ast.AST, body: list[ast.stmt]) -> bool:
    line: int = getattr(node, "lineno", 0)
    return bool(body) and body[0].lineno <= line <= (body[-1].end_lineno or 0)


def _asks(call: ast.Call) -> bool:
    function = call.func
    name = last_name(function)
    return name in ("model", "pipeline", "classifier") or bool(
        words(name) & {"predict", "infer", "classify", "forward"}
    )


def _keys(value: ast.expr | None, made: Mapping[str, ast.expr | None]) -> frozenset[str]:
    """The keys of an answer."""
    if isinstance(value, ast.Name):
        value = made.get(value.id)
    if isinstance(value, ast.BinOp) and isinstance(value.op, ast.Mult):
        value = value.left
    if isinstance(value, ast.List) and value.elts:
        value = value.elts[0]
    if isinstance(value, ast.Call):
        named = {keyword.arg for keyword in value.keywords if keyword.arg}
        if named and not value.args:
            return frozenset(named)
        value = value.args[0] if value.args else None
    if isinstance(value, ast.Dict):
        return frozenset(str(key.value) for key in value.keys if isinstance(key, ast.Constant))
    return frozenset()
