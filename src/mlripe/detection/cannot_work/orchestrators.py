"""DAGs that a task of Airflow starts by an id that no DAG of the repository has."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cached_property
from typing import Final

from mlripe.detection.cannot_work.fault import Fault
from mlripe.detection.cannot_work.site import Site
from mlripe.facts import UNKNOWN, Call
from mlripe.lazy_regex import lazy_regex
from mlripe.problem_kinds import FaultKind
from mlripe.readers.store import FactStore
from mlripe.wiring import Place

__all__ = ["faults_of_orchestrators"]

_STARTS: Final = "TriggerDagRunOperator"
_KEY: Final = "trigger_dag_id"
_PLAIN: Final = lazy_regex(r"[\w.-]{1,200}\Z")
_TEXTS: Final = (".py", ".yaml", ".yml", ".json", ".toml", ".env")
_MOST_IDS: Final = 50  # that texts are searched for
_LARGEST: Final = 300_000  # bytes of a file that may name a DAG


def faults_of_orchestrators(site: Site) -> Iterator[Fault]:
    """The tasks that start a DAG which is not there; nothing where a DAG's id is not written out."""
    store = site.store
    dags = _Dags(store)
    for path, facts in list(store.loaded()):
        if path.endswith(".py") and store.role(path) is None and not store.from_template(path):
            for call in facts.calls:
                wanted = call.keywords.get(_KEY) if call.name.rpartition(".")[2] == _STARTS else None
                if isinstance(wanted, str) and _PLAIN.match(wanted) and dags.lack(wanted):
                    happens = f"The task fails: no DAG of the repository has the id {wanted}."
                    remedy = "Give the DAG that is meant this id, or start it by the one that it has."
                    place = Place(path, call.scope or "")
                    yield Fault(
                        path, _line(store, path, call, wanted), FaultKind.ABSENT_JOB, wanted, happens, remedy, place
                    )


def _line(store: FactStore, path: str, call: Call, wanted: str) -> int:
    lines = store.text(path).split(b"\n")[call.line - 1 :][:20]
    return next((call.line + at for at, text in enumerate(lines) if wanted.encode() in text), call.line)


class _Dags:
    """The ids of the DAGs of one repository."""

    def __init__(self, store: FactStore) -> None:
        self.store = store
        self._written: dict[str, bool] = {}

    def lack(self, name: str) -> bool:
        """Whether for certain no DAG has an id."""
        return self._ids is not None and name not in self._ids and not self._written_elsewhere(name)

    @cached_property
    def _ids(self) -> frozenset[str] | None:
        """The ids of all DAGs; None where one of them is not written out, or none is known."""
        found: set[str] = set()
        for path, facts in list(self.store.loaded()):
            for call in facts.calls if path.endswith(".py") else ():
                last = call.name.rpartition(".")[2]
                if last not in ("DAG", "dag") and "dag_id" not in call.keywords:
                    continue
                if call.decorator and "dag_id" not in call.keywords and not call.args:
                    found.add(call.scope.rpartition(".")[2])
                    continue
                given = call.keywords.get("dag_id", call.args[0] if call.args else UNKNOWN)
                if last in ("DAG", "dag") and not (isinstance(given, str) and _PLAIN.match(given)):
                    return None
                if isinstance(given, str):
                    found.add(given)
        return frozenset(found) or None

    def _written_elsewhere(self, name: str) -> bool:
        """Whether a file writes the id in another place than where a task starts it: a factory may make that DAG.

        All texts are searched for it, so that of many ids only the first are asked for; the others may be written.
        """
        if name not in self._written:
            self._written[name] = len(self._written) >= _MOST_IDS or self._is_written(name)
        return self._written[name]

    def _is_written(self, name: str) -> bool:
        quoted = re.compile(rb"""["']?\b""" + re.escape(name.encode()) + rb"""\b["']?\s*[:,)\]=]""")
        for path, entry in self.store.entries.items():
            if path.endswith(_TEXTS) and (entry.size or 0) < _LARGEST:
                for line in self.store.text(path).split(b"\n"):
                    if name.encode() in line and _KEY.encode() not in line and quoted.search(line):
                        return True
        return False
