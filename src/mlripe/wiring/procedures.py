"""Stored procedures of a warehouse: where each is written, and the tasks of programs that call them by the clock.

`session.sproc.register(fit, name="TRAIN")`, `@sproc(name="train")` and `CREATE PROCEDURE train()` give a procedure its
name; `CREATE TASK ... AS CALL train()`, in a file of SQL or in a text that a program sends, starts it.
"""

from __future__ import annotations

import posixpath
from collections.abc import Callable, Iterator
from functools import cached_property
from typing import Final

from mlripe.evidence import Hop
from mlripe.facts import Call, Unit
from mlripe.readers.pipelines.sql_tasks import CALLED, SqlTask, plain, resumed, sql_tasks
from mlripe.readers.python.held_values import OWN, Elsewhere
from mlripe.readers.store import FactStore
from mlripe.wiring.name_resolution import RepositoryTree
from mlripe.wiring.places import Place
from mlripe.wiring.started_by_calls import only_reads

__all__ = ["Procedures"]

_SNOWPARK: Final = "snowflake"
_DECORATORS: Final = ("snowflake.snowpark.functions.sproc", ".sproc", "sproc")
_REGISTERING: Final = ("register", "register_from_file", "sproc")
_OF_PROCEDURES: Final = frozenset(
    "func name stage_location is_permanent packages imports return_type file_path".split()
)
_DEPTH: Final = 20  # tasks that follow one another


class Procedures:
    """The procedures of one repository by name. `defined` gives where a name is defined that a Python file mentions."""

    def __init__(self, store: FactStore, tree: RepositoryTree, defined: Callable[[str, str], list[Place]]) -> None:
        self.store = store
        self.tree = tree
        self.defined = defined

    def used(self, unit: Unit) -> Iterator[Place]:
        """What a task or a procedure of a file of SQL runs."""
        for used in unit.uses:
            kind, _, name = used.partition(":")
            if used.startswith(CALLED):
                yield from self._known.get(name, ())
            elif kind == "handler":  # the script lies on a stage, under a path that no file tells
                script, _, handler = name.partition(":")
                module, _, function = handler.rpartition(".")
                for path in self.tree.called(posixpath.basename(script)):
                    if posixpath.basename(path) == f"{module}.py":
                        yield from (Place(path, part) for part in (function, ""))
            elif kind == "notebook":
                yield from (Place(path) for path in self.tree.ending((f"/{name}.ipynb",)))

    def scheduled(self) -> Iterator[tuple[Place, Hop]]:
        """What the tasks start that programs make and switch on, each with where its schedule is told."""
        on = {name for _, _, text in self._texts for name in resumed(text)}
        made = [(path, call, task) for path, call, text in self._texts for task in sql_tasks(text)]
        by_name = {task.name: task for _, _, task in made}
        for path, call, task in made:
            first = _first(task, by_name)
            if not (first.schedule or first.waits) or first.name not in on:
                continue
            hop = Hop(path, call.line, f"task {task.name}: {first.schedule or 'new rows of a stream'}")
            found = [place for name in task.calls for place in self._known.get(name, ())]
            for place in found or ([] if task.calls else [Place(path, call.scope)]):
                yield place, hop

    @cached_property
    def _texts(self) -> list[tuple[str, Call, str]]:
        """The texts of SQL about tasks that programs send."""
        found = []
        for path, facts in list(self.store.loaded()):
            for call in facts.calls if path.endswith((".py", ".ipynb")) and self.store.role(path) is None else ():
                for value in (*call.args, *call.keywords.values()) if not only_reads(call) else ():
                    if isinstance(value, str) and "task" in value.lower():
                        found.append((path, call, value))
        return found

    @cached_property
    def _known(self) -> dict[str, list[Place]]:
        found: dict[str, list[Place]] = {}
        for path, facts in list(self.store.loaded()):
            if self.store.role(path) is not None:
                continue
            for unit in facts.units:
                if unit.kind == "procedure":
                    found.setdefault(unit.id.partition("/")[2], []).append(Place(path, unit.id))
            if any(imported.module.startswith(_SNOWPARK) for imported in facts.imports):
                for call in facts.calls:
                    for name, place in self._registered(path, call):
                        found.setdefault(plain(name), []).append(place)
        return found

    def _registered(self, path: str, call: Call) -> Iterator[tuple[str, Place]]:
        """The procedure that a call or a decorator registers: its name, and the function."""
        name = call.keywords.get("name")
        if call.decorator:
            if call.name in _DECORATORS:
                yield name if isinstance(name, str) else call.scope.rpartition(".")[2], Place(path, call.scope)
            return
        if call.name.rpartition(".")[2] not in _REGISTERING or not call.keywords.keys() & _OF_PROCEDURES:
            return
        file, function = call.keywords.get("file_path"), call.keywords.get("func_name")
        if isinstance(file, str) and isinstance(function, str):
            if target := self.tree.file(file, [posixpath.dirname(path), ""]):
                yield name if isinstance(name, str) else function, Place(target, function)
            return
        for key, words in self.store.holding(path).given(call):
            part = words[0][0] if key in ("", "func") and len(words[0]) == 1 else None
            if isinstance(part, Elsewhere):
                for place in self.defined(path, part.name.removeprefix(OWN)):
                    yield name if isinstance(name, str) else place.unit, place
                return


def _first(task: SqlTask, by_name: dict[str, SqlTask]) -> SqlTask:
    """The task at the head of those that this one follows."""
    for _ in range(_DEPTH):
        before = next((by_name[name] for name in task.after if name in by_name), None)
        if before is None:
            break
        task = before
    return task
