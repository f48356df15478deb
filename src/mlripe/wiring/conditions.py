"""Conditions of GitHub's steps and jobs: those that cannot hold, and those that hold for some kinds of start only.

What asks for an output that nothing writes, for a job that it does not need, or for the failure of a step that cannot
fail, never runs, and no job that needs it. Only what is certain counts: a conjunction, a step of the same job, and
programs whose files are all in the repository.
"""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from itertools import islice

from msgspec import Struct

from mlripe.facts import Document, Unit
from mlripe.kinds import ProgramEffect, RunsAfter
from mlripe.lazy_regex import lazy_regex
from mlripe.readers.ci.common import names
from mlripe.readers.formats.cursor import Node
from mlripe.readers.store import FactStore
from mlripe.wiring.command_words import CommandWords
from mlripe.wiring.places import Edge, Place

__all__ = ["Conditions"]

_OUTPUT = lazy_regex(r"(steps|needs)\.([\w-]+)\.outputs\.([\w-]+)\s*(?:==\s*(?:'([^']+)'|(true))|!=\s*'')?")
_NEEDED = lazy_regex(r"needs\.([\w-]+)\.(?:outputs\.[\w-]+|result)\s*(?:==\s*(?:'[^']+'|true)|!=\s*'')?")
_ASKED = lazy_regex(r"\b(steps|needs)\.([\w-]+)\.outputs\.([\w-]+)")
_FAILED = lazy_regex(r"steps\.([\w-]+)\.(outcome|conclusion)\s*==\s*'failure'")
_TAKEN = lazy_regex(r"steps\.([\w-]+)\.outputs\.([\w-]+)")
_WRITES = ("GITHUB_OUTPUT", "set-output", "set_output", "setOutput", "getOutput")
# an output that hangs on a word in what a program printed: certain where the word is a mark of one's own
_MARKED = (
    r"\bif\s+grep\s+(?:-\w+\s+)*[\"']?([A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+)[\"']?\s+\S+\s*;\s*then\s+"
    r"echo\s+[\"']?{key}={value}\b"
)
_EVENT = lazy_regex(r"github\.event_name\s*(==|!=)\s*'(\w+)'")
_INPUT = lazy_regex(r"(?:github\.event\.)?inputs\.[\w-]+(?:\s*==\s*(?:'[^']+'|true))?")
_KINDS = {
    "push": frozenset(("push", "tag")),
    "pull_request": frozenset(("pull_request",)),
    "pull_request_target": frozenset(("pull_request",)),
    "workflow_dispatch": frozenset(("dispatch",)),
    "schedule": frozenset(("schedule",)),
    "release": frozenset(("release",)),
    "repository_dispatch": frozenset(("event", "outside")),
    "workflow_run": frozenset(("upstream", "push", "pull_request", "schedule", "event")),
}
_ALL = frozenset("push tag pull_request dispatch schedule release event outside upstream".split())
_BY_HAND = frozenset(("dispatch",))
# an output that is only written where a person's input asks for it
_BY_INPUT = (
    r"\bif\s+\[+\s*[\"']?\$\{{\{{\s*(?:github\.event\.)?inputs\.[\w-]+\s*\}}\}}[\"']?\s*==?\s*[\"']?\w+[\"']?\s*\]+"
    r"\s*;?\s*then\s+echo\s+[\"']?{key}={value}\b"
)
_FLAGS = r"\b{key}=(?:true|false)\b"
_MOST_PLACES = 300
_MOST_FILES = 30
_LONGEST_FILE = 100_000
_MOST_STEPS = 100  # whose outputs are looked into: beyond that every output counts as written
_LONGEST = 1000  # characters of a condition


class Conditions:
    """Answers for the units of workflows; `edges` gives what a place starts."""

    def __init__(self, store: FactStore, edges: Callable[[Place], Iterable[Edge]], words: CommandWords) -> None:
        self.store = store
        self.words = words
        self._plain = words.programs.doing(ProgramEffect.PRINTS, ProgramEffect.SHELL)
        self.edges = edges
        self._steps: dict[tuple[str, str], dict[str, tuple[int, Node]]] = {}  # of a job, by the ids that they have
        self._units: dict[str, dict[str, Unit]] = {}
        self._never: dict[str, set[str]] = {}
        self._known: dict[Place, tuple[str, ...]] = {}  # the files that a step leads to

    def asked(self, path: str, unit: Unit) -> Iterator[tuple[Place, str]]:
        """The steps whose outputs the condition of a step or job asks for, each with all text that may write them."""
        jobs, job = self._jobs(path, unit)
        for kind, name, key in _ASKED.findall(unit.condition[:_LONGEST]) if job else ():
            source = self._source(path, jobs, job, kind, name, key)
            if source and source.step["run"]:
                yield Place(path, source.id), "\n".join(self._texts(Place(path, source.id), source.step))

    def never(self, path: str, unit: Unit) -> bool:
        """Whether the condition of a step or job cannot hold, or that of a job that it needs."""
        waits = unit.kind == "job" and unit.needs and _root(self.store, path)["jobs"].is_mapping
        return unit.id in self._passed_over(path) if waits else self._cannot_hold(path, unit)

    def _passed_over(self, path: str) -> set[str]:
        """The jobs of a workflow that never run, with all that need them and run only where they succeed."""
        if path not in self._never:
            self._never[path] = set()  # while it is worked out
            jobs = [unit for unit in self.store.of(path).units if unit.kind == "job"]
            needing: dict[str, list[str]] = {}
            for unit in jobs:
                for need in unit.needs if unit.runs_after is RunsAfter.SUCCESS else ():
                    needing.setdefault(need, []).append(unit.id)
            waiting = [unit.id for unit in jobs if unit.disabled or self._cannot_hold(path, unit)]
            found = set(waiting)
            while waiting:
                fresh = [id for id in needing.get(waiting.pop(), ()) if id not in found]
                found.update(fresh)
                waiting += fresh
            self._never[path] = found
        return self._never[path]

    def _cannot_hold(self, path: str, unit: Unit) -> bool:
        if "||" in unit.condition:
            return False
        jobs, job = self._jobs(path, unit)
        terms = _terms(unit.condition) if job else []
        return any(not self._holds(term, unit, path, jobs, job) for term in terms)

    def kinds(self, path: str, unit: Unit) -> frozenset[str] | None:
        """The kinds of start of its own workflow for which a condition may hold; None where it asks for none."""
        if unit.only:
            return frozenset(unit.only)
        found: frozenset[str] | None = frozenset()
        jobs, job = self._jobs(path, unit)
        plain = job and "(" not in unit.condition and ".merged" not in unit.condition  # after a merge it is a push
        for part in unit.condition.split("||") if plain else ():
            kinds = [k for term in _terms(part) if (k := self._kinds(term, path, jobs, job)) is not None]
            if not kinds:
                return None
            found = (found or frozenset()) | frozenset.intersection(*kinds)
        return found or None

    def _jobs(self, path: str, unit: Unit) -> tuple[Node, str]:
        """The jobs of a workflow, and the one that a unit with a condition is or belongs to; "" for any other unit."""
        root = _root(self.store, path) if "." in unit.condition else Node.root(Document(None))
        known = unit.kind in ("step", "job") and unit.id.startswith("jobs/") and len(unit.condition) <= _LONGEST
        return root["jobs"], unit.id.split("/")[1] if known and root["jobs"] else ""

    def _source(self, path: str, jobs: Node, job: str, kind: str, name: str, key: str) -> _Source | None:
        """Where `steps.NAME.outputs.KEY` comes from, or `needs.NAME.outputs.KEY` through the outputs of that job."""
        if kind == "needs":
            taken = _TAKEN.search(jobs[name]["outputs"][key].text)
            job, name, key = (name, taken[1], taken[2]) if taken else (name, "", key)
        if (path, job) not in self._steps:
            named = ((step["id"].text, (at, step)) for at, step in enumerate(jobs[job]["steps"].items()))
            self._steps[path, job] = {id: found for id, found in named if id}
        found = self._steps[path, job].get(name)
        return _Source(f"jobs/{job}/{found[0]}", found[1], key) if found else None

    def _kinds(self, term: str, path: str, jobs: Node, job: str) -> frozenset[str] | None:
        if event := _EVENT.fullmatch(term):
            named = _KINDS.get(event[2])
            return named if named is None or event[1] == "==" else _ALL - named
        if _INPUT.fullmatch(term):
            return _BY_HAND
        if output := _OUTPUT.fullmatch(term):
            kind, name, key, *values = output.groups()
            source = self._source(path, jobs, job, kind, name, key)
            text = source.step["run"].text if source else ""
            value = re.escape(next(filter(None, values), "true"))
            if source and len(_values(text, source.key)) == len(
                re.findall(_FLAGS.format(key=re.escape(source.key)), text)
            ):
                wanted = re.search(_BY_INPUT.format(key=re.escape(source.key), value=value), text)
                return _BY_HAND if wanted and len(re.findall(rf"={value}\b", text)) == 1 else None
        return None

    def _holds(self, term: str, asking: Unit, path: str, jobs: Node, job: str) -> bool:
        asked = _NEEDED.fullmatch(term)
        if asked and asked[1] not in names(jobs[job]["needs"]):
            return False  # it is empty there
        if output := _OUTPUT.fullmatch(term):
            kind, name, key, *values = output.groups()
            source = self._source(path, jobs, job, kind, name, key)
            if source is None:  # an output of a job that is no step's
                other = jobs[name]
                return kind == "needs" and (not other or bool(other["uses"]) or bool(other["outputs"][key].text))
            return self._written(path, source, next(filter(None, values), ""))
        if failed := _FAILED.fullmatch(term):
            source = self._source(path, jobs, job, "steps", failed[1], "")
            caught = source is not None and source.step["continue-on-error"].value is True
            if source is None or (caught and failed[2] == "conclusion"):
                return False
            reached = caught or asking.runs_after is not RunsAfter.SUCCESS
            return reached and self._may_fail(path, source.id)
        return True

    def _written(self, path: str, source: _Source, value: str) -> bool:
        """Whether a step may write this value to an output: an action does, a script where it names the output."""
        step, key, place = source.step, source.key, Place(path, source.id)
        if step["uses"] or (place not in self._known and len(self._known) >= _MOST_STEPS):
            return True
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
        if place not in self._known:
            beyond = len(self._known) >= _MOST_STEPS
            self._known[place] = () if beyond else tuple(islice(self._files(place), _MOST_FILES))
        files = (self.store.text(file)[:_LONGEST_FILE] for file in self._known[place])
        return [step["run"].text, *(content.decode("utf-8", "replace") for content in files)]

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
        return unit is not None and all(
            words[:1] and words[0] in self._plain for words in (self.words.unwrapped(c.argv) for c in unit.commands)
        )

    def _may_fail(self, path: str, id: str) -> bool:
        unit = self._unit(Place(path, id))
        return unit is None or bool(unit.uses) or any(not command.allow_failure for command in unit.commands)

    def _unit(self, place: Place) -> Unit | None:
        if place.path not in self._units:
            self._units[place.path] = {unit.id: unit for unit in self.store.of(place.path).units}
        return self._units[place.path].get(place.unit)


def _values(text: str, key: str) -> list[str]:
    """What a text writes under a name, as far as it says: `drift=true`; no plain word where it is worked out."""
    name = re.escape(key)
    found = re.findall(rf"\b{name}(?:=|<<)([^\s\"']{{0,40}})", text)
    return found + ["?"] * len(re.findall(rf"[\"']{name}[\"']|name={name}\b", text))


class _Source(Struct, frozen=True):
    """The step that an output comes from: its unit's id, what the file says of it, and the output's name there."""

    id: str
    step: Node
    key: str


def _root(store: FactStore, path: str) -> Node:
    return Node.root(next(iter(store.of(path).documents), None) or Document(None))


def _terms(condition: str) -> list[str]:
    bare = condition.strip().removeprefix("${{").removesuffix("}}")
    return [term.strip() for term in bare.split("&&")]
