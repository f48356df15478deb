"""One pass over the statements of a Python module: imports, definitions, and the branches that may be taken."""

from __future__ import annotations

import ast

from mlripe.facts import Call, Definition, Import
from mlripe.readers.python.choices import entries, leaves
from mlripe.readers.python.command_calls import PYTHONS, WRITTEN
from mlripe.readers.python.endless import ENDLESS, endless_sleep
from mlripe.readers.python.expression_walk import ExpressionWalk
from mlripe.readers.python.names import FUNCTIONS, LONGEST_NAME
from mlripe.readers.python.trees import children, walk
from mlripe.readers.python.values import literal

__all__ = ["MAIN", "ModuleWalk"]

_MOST_REPEATED = 20  # items of a loop, and calls in it
_BLOCKS = (ast.For, ast.AsyncFor, ast.While, ast.Try, ast.With, ast.AsyncWith)
MAIN = "__main__"


class ModuleWalk(ExpressionWalk):
    """One pass over a module, statement by statement; `program`: whether it may be started with words."""

    def module(self, tree: ast.Module) -> None:
        main = [node for node in tree.body if isinstance(node, ast.If) and _is_main_guard(node.test)]
        guards = {id(node) for node in main}
        self.block([node for node in tree.body if id(node) not in guards])
        last = tree.body[-1].end_lineno or 1 if tree.body else 1
        self.definitions.append(Definition("", 1, last, "module", mentions=self.mentions))
        if main:
            self.scope, self.mentions = MAIN, {}
            for guard in main:
                self.block(guard.body)
            where = main[0]
            mentions = self.mentions
            self.definitions.append(Definition(MAIN, where.lineno, where.end_lineno or 1, "module", mentions=mentions))

    def function(self, node: ast.FunctionDef | ast.AsyncFunctionDef) -> None:
        outer = self.scope
        if outer and outer not in self.names.classes:  # nested in a function: part of it
            self.names.bind(node.name, None)
            for decorator in node.decorator_list:
                self.decorator(decorator)
            self.body(node)
            return
        kept, asserts, constants, texts = self.mentions, self.asserts, self.constants, self.texts
        self.constants, self.texts = constants.new_child(), {}
        self.scope = f"{outer}.{node.name}" if outer else node.name
        self.mentions, self.asserts = {}, 0
        decorators = tuple(self.decorator(d) for d in node.decorator_list)
        with self.alternatives.inside(), self.choosing.inside(node):
            self.body(node)
        self.definitions.append(
            Definition(
                self.scope,
                node.lineno,
                node.end_lineno or node.lineno,
                "function",
                decorators=decorators,
                mentions=self.mentions,
                asserts=self.asserts,
                stub=_is_stub(node.body),
            )
        )
        self.scope, self.mentions, self.asserts, self.constants = outer, kept, asserts, constants
        self.texts = texts

    def body(self, node: ast.FunctionDef | ast.AsyncFunctionDef) -> None:
        frame: dict[str, str | None] = {}
        arguments = node.args
        for arg in [*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs]:
            frame[arg.arg] = self.names.annotation(arg.annotation)
        for default in [*arguments.defaults, *[d for d in arguments.kw_defaults if d]]:
            self.expression(default)
        for star in (arguments.vararg, arguments.kwarg):
            if star:
                frame[star.arg] = None
        self.names.enter(frame)
        self.block(node.body)
        self.names.leave()

    def class_(self, node: ast.ClassDef) -> None:
        if self.scope and self.scope != MAIN:
            self.block(node.body)
            return
        outer, kept, asserts = self.scope, self.mentions, self.asserts
        self.scope, self.mentions, self.asserts = node.name, {}, 0
        self.names.owner = node.name
        self.names.classes.add(node.name)
        decorators = tuple(self.decorator(d) for d in node.decorator_list)
        bases = tuple(filter(None, (self.names.resolve(base) for base in node.bases)))
        for base in node.bases:
            self.expression(base)
        frame = self.names.attributes(node)
        self.names.enter(frame)
        self.block(node.body)
        self.names.leave()
        self.definitions.append(
            Definition(
                node.name,
                node.lineno,
                node.end_lineno or node.lineno,
                "class",
                bases=bases,
                decorators=decorators,
                mentions=self.mentions,
                asserts=self.asserts,
                stub=_is_stub(node.body),
            )
        )
        self.scope, self.mentions, self.asserts = outer, kept, asserts
        self.names.owner = ""

    def block(self, body: list[ast.stmt]) -> None:
        for number, node in enumerate(body):
            self.statement(node, body, number)
            if leaves(node, self.names) and number + 1 < len(body):
                with self.unheard():
                    for at in range(number + 1, len(body)):
                        self.statement(body[at], body, at)
                return

    def statement(self, node: ast.stmt, siblings: list[ast.stmt], index: int) -> None:
        """Reads a statement, which is `siblings[index]`."""
        if isinstance(node, FUNCTIONS):
            self.function(node)
        elif isinstance(node, ast.ClassDef):
            self.class_(node)
        elif isinstance(node, (ast.Import, ast.ImportFrom)):
            self.import_(node)
        elif isinstance(node, ast.Assign):
            if not self.table(node):
                self.expression(node.value)
            self.written(node.value)
            self.assign(node.targets, node.value)
        elif isinstance(node, ast.AnnAssign):
            if node.value:
                self.expression(node.value)
                self.assign([node.target], node.value)
        elif isinstance(node, ast.If):
            self.expression(node.test)
            later = (siblings[at] for at in range(index + 1, len(siblings)))
            self.branch(node.test, [*node.body, *node.orelse], node.body, later, node)
            self.arms(node)
        elif isinstance(node, ast.Assert):
            self.asserts += 1
            self.expression(node.test)
            self.branch(node.test, [], [], [], node)
        elif isinstance(node, _BLOCKS):
            self.compound(node)
        elif isinstance(node, ast.Match):
            self.expression(node.subject)
            asked = self.choosing.cases(node) or [None] * len(node.cases)
            for case, wanted in zip(node.cases, asked, strict=True):
                with self.chosen(wanted, case.body[0].lineno):
                    self.block(case.body)
        else:
            if isinstance(node, ast.Return):
                self.written(node.value)
            for child in children(node):
                if isinstance(child, ast.expr):
                    self.expression(child)

    def written(self, value: ast.expr | None) -> None:
        """Records a command that a function writes as a list of words for something else to run: `["python", FIT]`."""
        if not self.scope or not isinstance(value, ast.List) or len(value.elts) < 2:
            return
        first, second = (literal(each, self.constants) for each in value.elts[:2])
        if first in PYTHONS and isinstance(second, str) and second.endswith(".py"):
            words = tuple(literal(each, self.constants) for each in value.elts)
            self.calls.append(Call(WRITTEN, value.lineno, self.scope, (words,)))

    def arms(self, node: ast.If) -> None:
        """The two ways of an `if`: one that can never be taken mentions nothing, one that is asked for only then."""
        holds = self.choosing.truth(node.test, self.constants)
        asked = self.choosing.asked(node.test) if holds is None else None
        for body, taken, wanted in (
            (node.body, holds is not False, asked),
            (node.orelse, holds is not True, None if asked is None or asked.only else ~asked),
        ):
            if not body:
                continue
            if taken:
                with self.chosen(wanted, body[0].lineno), self.alternatives.one_of_several():
                    self.block(body)
            else:
                with self.unheard():
                    self.block(body)

    def table(self, node: ast.Assign) -> bool:
        """Whether a name is set to a table of functions of which only the entries that are asked for are mentioned."""
        target = node.targets[0]
        if not isinstance(node.value, ast.Dict) or not isinstance(target, ast.Name) or self.within is None:
            return False
        found = list(entries(node.value))
        keys = self.choosing.table(target.id) if found else None
        if not keys:
            return False
        self.listed(found, self.choosing.asks_of_table(target.id) if None in keys else "", keys)
        return True

    def compound(self, node: ast.stmt) -> None:
        if isinstance(node, (ast.With, ast.AsyncWith)):
            for item in node.items:
                self.expression(item.context_expr)
                if isinstance(item.optional_vars, ast.Name):
                    self.names.bind(item.optional_vars.id, self.names.constructed(item.context_expr))
            self.block(node.body)
        elif isinstance(node, (ast.For, ast.AsyncFor)):
            self.expression(node.iter)
            self.unbind(node.target)
            self.block(node.body)
            self.repeated(node)
            self.block(node.orelse)
        elif isinstance(node, ast.While):
            self.expression(node.test)
            self.block(node.body)
            self.block(node.orelse)
            if sleep := endless_sleep(node):
                name = self.names.resolve(sleep.func) or ".sleep"
                self.calls.append(Call(name, sleep.lineno, self.scope, keywords={ENDLESS: True}))
        elif isinstance(node, ast.Try):
            with self.alternatives.one_of_several():
                self.block(node.body)
                for handler in node.handlers:
                    self.block(handler.body)
            self.block(node.orelse)
            self.block(node.finalbody)

    def repeated(self, node: ast.For | ast.AsyncFor) -> None:
        """The calls of a loop over texts that are given its variable, once for each text: `for s in STEPS: run(s)`."""
        items_ = literal(node.iter, self.constants)
        if not isinstance(items_, tuple) or not isinstance(node.target, ast.Name) or len(items_) > _MOST_REPEATED:
            return
        name, outer = node.target.id, self.constants
        inner = (each for statement in node.body for each in walk(statement))
        calls = [each for each in inner if isinstance(each, ast.Call) and _is_given(each, name)][:_MOST_REPEATED]
        for item in items_ if calls else ():
            if isinstance(item, str):
                self.constants = outer.new_child({name: item})
                for call in calls:
                    self.call(call)
                    if named := self.names.by_name(call, self.names.resolve(call.func)):
                        self.mentions.setdefault(named, call.lineno)
        self.constants = outer

    def import_(self, node: ast.Import | ast.ImportFrom) -> None:
        if isinstance(node, ast.Import):
            for alias in node.names:
                self.imports.append(Import(alias.name, (), node.lineno, self.scope))
                root = alias.name.split(".", 1)[0]
                self.alternatives.bind(alias.asname or root, alias.name if alias.asname else root, self.within)
                self.mentions.setdefault(alias.name, node.lineno)
            return
        module = ("." * node.level + (node.module or ""))[:LONGEST_NAME]  # it is repeated with each of the names
        names = tuple(alias.name for alias in node.names)
        renamed = {alias.asname: alias.name for alias in node.names if alias.asname}
        self.imports.append(Import(module, names, node.lineno, self.scope, renamed))
        if names == ("*",):
            self.names.star(module)
        for alias in node.names:
            origin = module + alias.name if module.endswith(".") else f"{module}.{alias.name}"
            self.alternatives.bind(alias.asname or alias.name, origin, self.within)


def _is_given(call: ast.Call, name: str) -> bool:
    """Whether a call is given a name, or a text or list in which it stands."""
    given = (*call.args, *(keyword.value for keyword in call.keywords))
    return any(isinstance(node, ast.Name) and node.id == name for value in given for node in walk(value))


def _is_main_guard(test: ast.expr) -> bool:
    return (
        isinstance(test, ast.Compare)
        and isinstance(test.left, ast.Name)
        and test.left.id == "__name__"
        and len(test.comparators) == 1
        and isinstance(test.comparators[0], ast.Constant)
        and test.comparators[0].value == MAIN
    )


def _is_stub(body: list[ast.stmt]) -> bool:
    """Whether a body does nothing: one that only raises is there for others to replace, whichever error it raises."""
    for node in body:
        if isinstance(node, ast.Pass) or (isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)):
            continue
        return isinstance(node, ast.Raise) and node.exc is not None
    return True
