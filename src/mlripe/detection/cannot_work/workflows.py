"""Workflows of GitHub that name jobs, steps, outputs, artifacts, inputs or files that are not there.

GitHub refuses a workflow as a whole where a job needs one that it does not have, or a step runs nothing; what is not
needed, or does not exist, gives an empty value, so that a condition on it never holds.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from fnmatch import fnmatchcase
from typing import Final

from mlripe.detection.cannot_work.contents import Contents, is_literal
from mlripe.detection.cannot_work.fault import Fault
from mlripe.detection.cannot_work.site import Site
from mlripe.lazy_regex import lazy_regex
from mlripe.problem_kinds import FaultKind
from mlripe.readers.ci.common import names
from mlripe.readers.formats.cursor import Node
from mlripe.wiring import Place

__all__ = ["faults_of_workflows"]

_WORKFLOWS: Final = ".github/workflows/"
_STEP: Final = lazy_regex(r"\bsteps\.([\w-]+)\.(outputs|outcome|conclusion)\b")
_NEEDED: Final = lazy_regex(r"\bneeds\.([\w-]+)\.(?:outputs\.[\w-]+|result)\b")
_OUTPUT: Final = lazy_regex(r"\bneeds\.([\w-]+)\.outputs\.([\w-]+)")
_EXPRESSION: Final = lazy_regex(r"\$\{\{.*?\}\}", re.DOTALL)
_WANTED: Final = lazy_regex(r"\s*(?:needs|steps)\.[\w.-]+\s*(?:==\s*(?:'[^']+'|true))?\s*")
_LONGEST: Final = 2000  # characters of a condition
_MOST_JOBS: Final = 300
_CALLS: Final = lazy_regex(r"[(!)]")


def faults_of_workflows(site: Site) -> Iterator[Fault]:
    """The faults of the workflows in `.github/workflows`."""
    store = site.store
    contents = site.contents
    for path, facts in list(store.loaded()):
        if path.startswith(_WORKFLOWS) and not store.from_template(path) and store.role(path) is None:
            for document in facts.documents[:1]:
                root = Node.root(document)
                if root["jobs"].is_mapping and len(dict(root["jobs"].entries())) <= _MOST_JOBS:
                    yield from _Workflow(path, root, contents).faults()


class _Workflow:
    """One workflow file."""

    def __init__(self, path: str, root: Node, contents: Contents) -> None:
        self.path = path
        self.root = root
        self.contents = contents
        self.jobs = dict(root["jobs"].entries())

    def faults(self) -> Iterator[Fault]:
        for name, job in self.jobs.items():
            yield from self._of_job(name, job)
        yield from self._artifacts()

    def _fault(self, node: Node, kind: FaultKind, missing: str, happens: str, remedy: str, unit: str) -> Fault:
        line = self.contents.line_of(self.path, node.line, missing)
        return Fault(self.path, line, kind, missing, happens, remedy, Place(self.path, unit))

    def _refused(self, node: Node, kind: FaultKind, missing: str, why: str, remedy: str) -> Fault:
        return self._fault(node, kind, missing, f"GitHub refuses the whole workflow: {why}.", remedy, "workflow")

    # --- jobs --------------------------------------------------------------------------------------------------------

    def _of_job(self, name: str, job: Node) -> Iterator[Fault]:
        needed = names(job["needs"])
        for other in needed:
            if other not in self.jobs:
                why = f"job {name} needs the job {other}, which the file does not have"
                remedy = f"Correct the name in needs, or add the job {other}."
                yield self._refused(job["needs"], FaultKind.ABSENT_JOB, other, why, remedy)
        if job["uses"].text:
            yield from self._called(name, job)
        yield from self._conditions(name, job, frozenset(needed))
        yield from self._steps(name, job)

    def _conditions(self, name: str, job: Node, needed: frozenset[str]) -> Iterator[Fault]:
        """Terms of the job's condition that ask for what is always empty there: so the condition never holds."""
        for term in filter(_WANTED.fullmatch, _terms(job["if"].text)):
            for other in _NEEDED.findall(term):
                if other not in needed:
                    happens = f"Job {name} never runs: its condition reads {other}, which is not among its needs."
                    remedy, missing = f"Add {other} to the needs of job {name}.", f"needs.{other}"
                    yield self._fault(job["if"], FaultKind.NEVER_TRUE, missing, happens, remedy, f"jobs/{name}")
            for other, output in _OUTPUT.findall(term):
                if other in needed and other in self.jobs and self._lacks(self.jobs[other], output):
                    happens = f"Job {name} never runs: its condition reads {output}, which is no output of job {other}."
                    remedy = f"Add {output} to the outputs of job {other}."
                    yield self._fault(job["if"], FaultKind.NEVER_TRUE, output, happens, remedy, f"jobs/{name}")

    @staticmethod
    def _lacks(job: Node, output: str) -> bool:
        return not job["uses"].text and output not in job["outputs"]

    def _called(self, name: str, job: Node) -> Iterator[Fault]:
        """A workflow of the repository that the job calls: it must be there, and be given what it requires."""
        used = job["uses"].text
        if not used.startswith("./"):
            return
        target = used.removeprefix("./")
        if not self.contents.holds(target):
            why = f"job {name} calls {used}, which the repository does not hold"
            yield self._refused(
                job["uses"], FaultKind.ABSENT_DEFINITION, used, why, "Correct the path, or add the file."
            )
            return
        for document in self.contents.store.of(target).documents[:1]:
            call = Node.root(document).at("on.workflow_call")
            for key, given in (("inputs", job["with"]), ("secrets", job["secrets"])):
                for wanted, node in call[key].entries():
                    required = node["required"].value is True and "default" not in node
                    if required and wanted not in given and given.text != "inherit":
                        why = f"job {name} does not give {wanted}, which {target} requires"
                        remedy = f"Give {wanted}, or let {target} not require it."
                        yield self._refused(job["uses"], FaultKind.ABSENT_INPUT, wanted, why, remedy)

    # --- steps -------------------------------------------------------------------------------------------------------

    def _steps(self, name: str, job: Node) -> Iterator[Fault]:
        ids: set[str] = set()
        brought = False
        for index, step in enumerate(job["steps"].items()):
            unit, used = f"jobs/{name}/{index}", step["uses"].text
            yield from self._conditions_of_step(step, ids, unit)
            if step.is_mapping and not used and "run" not in step:
                why = f"a step of job {name} has neither run nor uses"
                yield self._refused(
                    step, FaultKind.EMPTY_DEFINITION, "run", why, "Say what the step runs, or remove it."
                )
            if used.startswith("./") and is_literal(used) and not brought:
                yield from self._local(step, used, unit)
            brought = brought or (
                "checkout" in used and bool({"path", "repository"} & set(dict(step["with"].entries())))
            )
            brought = brought or any(word in step["run"].text for word in ("git clone", "mkdir", "cp "))
            if step["id"].text:
                ids.add(step["id"].text)

    def _conditions_of_step(self, step: Node, ids: set[str], unit: str) -> Iterator[Fault]:
        for term in _terms(step["if"].text):
            for other, _ in _STEP.findall(term):
                if other not in ids and _WANTED.fullmatch(term):
                    happens = f"The step never runs: no step before it has the id {other} that its condition reads."
                    remedy = f"Give the step that is meant the id {other}."
                    yield self._fault(step["if"], FaultKind.NEVER_TRUE, f"steps.{other}", happens, remedy, unit)

    def _local(self, step: Node, used: str, unit: str) -> Iterator[Fault]:
        folder = used.removeprefix("./").rstrip("/")
        held = (f"{folder}/action.yml", f"{folder}/action.yaml", f"{folder}/Dockerfile")
        if folder and not any(self.contents.holds(each) for each in held):
            happens = f"The step fails: the repository has no action at {used}."
            remedy = "Correct the path, or add the action with its action.yml."
            yield self._fault(step["uses"], FaultKind.ABSENT_DEFINITION, used, happens, remedy, unit)

    # --- artifacts ---------------------------------------------------------------------------------------------------

    def _artifacts(self) -> Iterator[Fault]:
        """Artifacts that a step downloads by a name which no step of the run uploads."""
        if "workflow_call" in self.root["on"] or any(job["uses"].text for job in self.jobs.values()):
            return
        steps = [(f"jobs/{n}/{i}", s) for n, job in self.jobs.items() for i, s in enumerate(job["steps"].items())]
        uploaded = []
        for _, step in steps:
            used = step["uses"].text
            if used.startswith("actions/upload-artifact@"):
                uploaded.append(_EXPRESSION.sub("*", (step["with"]["name"].text or "artifact")[:_LONGEST]))
            elif used.startswith("./") or ("download" not in used and ("artifact" in used or "upload" in used)):
                return  # what an action of others uploads, nothing here says
        for unit, step in steps:
            wanted, name = step["with"], step["with"]["name"].text
            if not step["uses"].text.startswith("actions/download-artifact@") or not name or "${{" in name:
                continue
            if {"run-id", "github-token", "repository"} & set(dict(wanted.entries())) or step[
                "continue-on-error"
            ].value:
                continue
            if not any(fnmatchcase(name, each) for each in uploaded):
                happens = f"The step fails: no step of this workflow uploads an artifact called {name}."
                remedy = "Correct the name, upload the artifact, or give the run-id of the run that has it."
                yield self._fault(wanted["name"], FaultKind.ABSENT_OUTPUT, name, happens, remedy, unit)


def _terms(condition: str) -> list[str]:
    """The plain terms that must all hold for a condition to hold; none where it offers alternatives."""
    bare = condition.strip().removeprefix("${{").removesuffix("}}").strip()
    if "||" in bare or len(bare) > _LONGEST:
        return []
    return [term.strip() for term in bare.split("&&") if term.strip() and not _CALLS.search(term)]
