"""JUnit XML, for test reports: a test case for each thing that a check asks, or for each criterion of an audit.

After the schema of Jenkins' xUnit plugin (junit-10.xsd). What an audit does not detect is skipped and not failed: an
audit asks for nothing.
"""

from __future__ import annotations

from collections.abc import Iterable
from xml.etree import ElementTree as Xml

from mlripe.assessment import CriterionResult, ModelResult, ProblemResult
from mlripe.maturity.verdicts import Verdict
from mlripe.reports import Options, Told
from mlripe.reports.machine.findings import of_problem
from mlripe.reports.terminal.check import as_text
from mlripe.reports.terminal.text import one_line, place

__all__ = ["render"]


def render(told: Told, options: Options) -> str:
    """A suite for a check; for an audit a suite for each model, and one of problems. `options` changes nothing."""
    if told.verdicts:
        suites = [_suite("mlripe check", [_verdict(each) for each in told.verdicts])]
    else:
        suites = [_suite(f"mlripe {name}", list(_model(model))) for name, model in told.assessment.models.items()]
        if told.assessment.problems:
            suites.append(_suite("mlripe problems", [_problem(told, each) for each in told.assessment.problems]))
    counts = _counts(case for suite in suites for case in suite)
    del counts["skipped"]  # which the schema has for suites alone
    root = Xml.Element("testsuites", {"name": "mlripe"} | counts)
    root.extend(suites)
    Xml.indent(root, " ")
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + Xml.tostring(root, encoding="unicode") + "\n"


def _suite(name: str, cases: list[Xml.Element]) -> Xml.Element:
    suite = Xml.Element("testsuite", {"name": one_line(name)} | _counts(cases))
    suite.extend(cases)
    return suite


def _counts(cases: Iterable[Xml.Element]) -> dict[str, str]:
    outcomes = [[child.tag for child in case] for case in cases]
    counts = {"tests": len(outcomes), "failures": outcomes.count(["failure"]), "errors": 0}
    return {name: str(number) for name, number in counts.items()} | {"skipped": str(outcomes.count(["skipped"]))}


def _verdict(verdict: Verdict) -> Xml.Element:
    case = _case(f"mlripe.check.{verdict.kind}", verdict.subject)
    if not verdict.holds:
        failure = Xml.SubElement(case, "failure", type=verdict.kind, message=one_line(verdict.says))
        failure.text = as_text([verdict])
    elif verdict.accepted:
        Xml.SubElement(case, "skipped", message=" ".join(as_text([verdict]).split()))
    return case


def _model(model: ModelResult) -> Iterable[Xml.Element]:
    for criterion in model.criteria:
        where = (
            f"{model.id}.{criterion.dimension}" if model.points is not None else f"{model.id}.level-{criterion.level}"
        )
        case = _case(f"mlripe.{where}", f"{criterion.id}: {criterion.says}")
        if criterion.status not in ("met", "attested"):
            Xml.SubElement(case, "skipped", message=one_line(_why(criterion)))
        yield case


def _problem(told: Told, problem: ProblemResult) -> Xml.Element:
    """A problem of an audit, which fails nothing: a skipped case with its place and its words."""
    finding = of_problem(told.assessment, problem, fails=False)
    case = _case(f"mlripe.problem.{problem.severity}", f"{problem.id}: {place(finding.path, finding.line)}")
    Xml.SubElement(case, "skipped", message=one_line("; ".join((finding.says, *finding.details))))
    return case


def _why(criterion: CriterionResult) -> str:
    if criterion.status == "missing":
        return f"not detected; needs {criterion.needs}" if criterion.needs else "not detected"
    return {"not-observable": "not observable in a repository"}.get(criterion.status, "not applicable")


def _case(classname: str, name: str) -> Xml.Element:
    return Xml.Element("testcase", classname=one_line(classname), name=one_line(name), time="0")
