"""Conditions of GitHub's steps and jobs that cannot hold, so that what stands behind them never runs.

They ask for an output that nothing writes, or for the failure of a step that cannot fail.

Only what is certain counts: a conjunction, a step of the same job, and programs whose files are all in the repository.
"""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Callable, Iterable, Iterator

from mlripe.facts import Unit
from mlripe.readers.nodes import Node
from mlripe.readers.store import FactStore
from mlripe.wiring.places import Edge, Place
from mlripe.wiring.words import unwrapped

__all__ = ["Conditions"]

_OUTPUT = re.compile(r"(steps|needs)\.([\w-]+)\.outputs\.([\w-]+)\s*(?:==\s*(?:'([^']+)'|(true))|!=\s*'')?")
_ASKED = re.compile(r"\b(steps|needs)\.([\w-]+)\.outputs\.([\w-]+)")
_FAILED = re.compile(r"steps\.([\w-]+)\.(outcome|conclusion)\s*==\s*'failure'")
_TAKEN = re.compile(r"steps\.([\w-]+)\.outputs\.([\w-]+)")
_ANYWAY = ("always()", "failure()", "!cancelled()")
_WRITES = ("GITHUB_OUTPUT", "set-output", "set_output", "setOutput", "getOutput")
# an output that hangs on a word in what a program printed: certain where the word is a mark of one's own
_MARKED = (
    r"\bif\s+grep\s+(?:-\w+\s+)*[\"']?([A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+)[\"']?\s+\S+\s*;\s*then\s+"
    r"echo\s+[\"']?{key}={value}\b"
)
_SAY = frozenset("echo printf cd true exit test [ : set export".split())  # programs that leave nothing to guess
_MOST_PLACES = 300
_LONGEST = 1000  # characters of a condition


class Conditions:
    """Answers for the units of workflows; `edges` gives what a place starts."""

    def __init__(self, store: FactStore, edges: Callable[[Place], Iterable[Edge]]) -> None:
        self.store = store
        self.edges = edges

    def asked(self, path: str, unit: Unit) -> Iterator[tuple[Place, str]]:
        """The steps whose outputs the condition of a step or job asks for, each with all text that may write them."""
        document = next(iter(self.store.of(path).documents), None)
        if document is None or ".outputs." not in unit.condition or not unit.id.startswith("jobs/"):
            return
        jobs = Node.root(document)["jobs"]
        for kind, name, key in _ASKED.findall(unit.condition[:_LONGEST]):
            job, step = unit.id.split("/")[1], name
            if kind == "needs":
                job, taken = name, _TAKEN.search(jobs[name]["outputs"][key].text)
                step = taken[1] if taken else ""
            index, node = _step(jobs[job], step)
            place = Place(path, f"jobs/{job}/{index}")
            if node["run"]:
                yield place, "\n".join(self._texts(place, node))

    def never(self, path: str, unit: Unit) -> bool:
        """Whether the condition of a step or job cannot hold."""
        condition = unit.condition.strip().removeprefix("${{").removesuffix("}}").strip()
        if "." not in condition or "||" in condition or len(condition) > _LONGEST or unit.kind not in ("step", "job"):
            return False
        document = next(iter(self.store.of(path).documents), None)
        root = Node.root(document) if document else None
        job = unit.id.split("/")[1] if unit.id.startswith("jobs/") else ""
        if root is None or not job:
            return False
        terms = (term.strip() for term in condition.split("&&"))
        return any(not self._holds(term, condition, path, root["jobs"], job) for term in terms)

    def _holds(self, term: str, condition: str, path: str, jobs: Node, job: str) -> bool:
        if output := _OUTPUT.fullmatch(term):
            kind, name, key, *values = output.groups()
            value = next(filter(None, values), "")
            if kind == "steps":
                return self._written(path, jobs[job], job, name, key, value)
            return self._given(path, jobs[name], name, key, value)
        if failed := _FAILED.fullmatch(term):
            index, step = _step(jobs[job], failed[1])
            caught = step["continue-on-error"].value is True
            if not step:
                return False
            if caught and failed[2] == "conclusion":
                return False
            reached = caught or any(word in condition for word in _ANYWAY)
            return reached and self._may_fail(path, f"jobs/{job}/{index}")
        return True

    def _given(self, path: str, job: Node, name: str, key: str, value: str) -> bool:
        """Whether a job gives an output this value, as far as it is written what of."""
        if not job or job["uses"]:
            return True
        taken = _TAKEN.search(job["outputs"][key].text)
        if not taken:
            return bool(job["outputs"][key].text)
        return self._written(path, job, name, taken[1], taken[2], value)

    def _written(self, path: str, job: Node, job_name: str, name: str, key: str, value: str) -> bool:
        """Whether a step may write this value to an output: an action does, a script where it names the output."""
        index, step = _step(job, name)
        if not step or step["uses"]:
            return bool(step)
        place = Place(path, f"jobs/{job_name}/{index}")
        own, *others = self._texts(place, step)
        written = [found for text in (own, *others) if any(w in text for w in _WRITES) for found in _values(text, key)]
        if not written:
            return not others and not self._says_only(place)
        if value and not any(found.lower() == value.lower() or not found.isalnum() for found in written):
            return False
        marker = re.search(_MARKED.format(key=re.escape(key), value=re.escape(value)), own) if others else None
        return marker is None or any(marker[1] in text for text in others)

    def _texts(self, place: Place, step: Node) -> list[str]:
        """A step's script, and the files of the repository that it leads to."""
        return [step["run"].text, *(self.store.text(at).decode("utf-8", "replace") for at in self._files(place))]

    def _files(self, start: Place) -> Iterator[str]:
        """The files of the repository that a step leads to."""
        seen, files = {start}, {start.path}
        queue = deque(seen)
        while queue and len(seen) < _MOST_PLACES:
            for edge in self.edges(queue.popleft()):
                if edge.place not in seen:
                    seen.add(edge.place)
                    queue.append(edge.place)
                    if edge.place.path not in files and edge.place.path in self.store.entries:
                        files.add(edge.place.path)
                        yield edge.place.path

    def _says_only(self, place: Place) -> bool:
        """Whether a step runs no program that could write anything unseen."""
        unit = self._unit(place)
        return unit is not None and all(unwrapped(c.argv)[:1] and unwrapped(c.argv)[0] in _SAY for c in unit.commands)

    def _may_fail(self, path: str, id: str) -> bool:
        unit = self._unit(Place(path, id))
        return unit is None or bool(unit.uses) or any(not command.tolerant for command in unit.commands)

    def _unit(self, place: Place) -> Unit | None:
        return next((unit for unit in self.store.of(place.path).units if unit.id == place.unit), None)


def _values(text: str, key: str) -> list[str]:
    """What a text writes under a name, as far as it says: `drift=true`; no plain word where it is worked out."""
    name = re.escape(key)
    found = re.findall(rf"\b{name}(?:=|<<)([^\s\"']{{0,40}})", text)
    return found + ["?"] * len(re.findall(rf"[\"']{name}[\"']|name={name}\b", text))


def _step(job: Node, id: str) -> tuple[int, Node]:
    """The step of a job by the id that it has in the file, and its number; an empty node where there is none."""
    steps = enumerate(job["steps"].items())
    return next(((index, step) for index, step in steps if step["id"].text == id), (0, job["steps"]["none"]))
