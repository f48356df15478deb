"""Problems in the formats beside the terminal's: at their lines, by how much they weigh, and those that are let be."""

from __future__ import annotations

import json
from dataclasses import replace
from xml.etree import ElementTree as Xml

from mlripe.assessment import Assessment, ProblemResult, Suppressed
from mlripe.evidence import Sighting
from mlripe.maturity.verdicts import Verdict
from mlripe.reports import Options, Told, render

BAKED = ProblemResult(
    "notebook-behind-devops",
    "DevOps with a notebook",
    "dangerous",
    "likely",
    "Nobody can make that model again.",
    "Train it in a pipeline.",
    "https://example.org/debt",
    (Sighting("Dockerfile", 7, "COPY model.pkl"), Sighting("serve/Dockerfile", 3, "COPY other.pkl")),
    key="baked",
)
LET_BE = (Suppressed("no-licence", "README.md", 0, "settings", "ours alone"),)


def told(assessment: Assessment) -> Told:
    return Told(replace(assessment, problems=(BAKED,), suppressed=LET_BE))


def failed(checked: Told) -> Told:
    """A check that fails on the problem alone."""
    verdict = Verdict("problem", BAKED.id, False, "dangerous: DevOps with a notebook", ("Why.",), problem=BAKED)
    return replace(checked, verdicts=(verdict,), assessment=replace(checked.assessment, problems=(BAKED,)))


def test_in_markdown(assessment: Assessment) -> None:
    text = render("markdown", told(assessment), Options())
    assert (
        "### Problems\n\n1 dangerous.\n\n"
        "#### Dangerous: DevOps with a notebook\n\nNobody can make that model again.\n\n"
        "- remedy: Train it in a pipeline.\n- seen at `Dockerfile:7` `COPY model.pkl`\n"
        "- seen at `serve/Dockerfile:3` `COPY other.pkl`\n- kind: `notebook-behind-devops`, likely\n- source: ["
    ) in text
    assert "- `no-licence` at `README.md`, by the settings: ours alone\n" in text
    assert "### Problems" not in render("markdown", Told(assessment), Options())


def test_in_a_comment_in_one_line(checked: Told) -> None:
    text = render("markdown", replace(checked, assessment=told(checked.assessment).assessment), Options())
    assert "### Problems\n\n- **Dangerous: DevOps with a notebook**: Train it in a pipeline" in text
    assert "`Dockerfile:7`" in text
    assert "- 1 let be, with a reason\n" in text


def test_a_warning_for_code_scanning_at_its_line(assessment: Assessment) -> None:
    results = json.loads(render("sarif", told(assessment), Options()))["runs"][0]["results"]
    found = next(each for each in results if each["ruleId"] == "problem/notebook-behind-devops")
    location = found["locations"][0]["physicalLocation"]
    assert found["level"] == "warning"
    assert (location["artifactLocation"]["uri"], location["region"]["startLine"]) == ("Dockerfile", 7)
    (other,) = found["relatedLocations"]
    assert other["physicalLocation"]["artifactLocation"]["uri"] == "serve/Dockerfile"
    assert "Train it in a pipeline." in found["message"]["text"]


def test_an_error_for_code_scanning_where_a_check_fails_on_it(checked: Told) -> None:
    (found,) = json.loads(render("sarif", failed(checked), Options()))["runs"][0]["results"]
    assert (found["ruleId"], found["level"]) == ("problem/notebook-behind-devops", "error")


def test_two_of_one_kind_are_two_results(assessment: Assessment) -> None:
    other = replace(BAKED, key="another")
    results = json.loads(render("sarif", Told(replace(assessment, problems=(BAKED, other))), Options()))["runs"][0][
        "results"
    ]
    prints = {each["partialFingerprints"]["mlripe/v1"] for each in results if "notebook" in each["ruleId"]}
    assert len(prints) == 2


def test_an_annotation_at_its_line(assessment: Assessment, checked: Told) -> None:
    command = "file=Dockerfile,line=7,title=mlripe problem/notebook-behind-devops::dangerous, likely: DevOps with"
    assert f"::warning {command}" in render("github", told(assessment), Options())
    assert f"::error {command}" in render("github", failed(checked), Options())


def test_an_issue_for_gitlab(assessment: Assessment, checked: Told) -> None:
    issues = json.loads(render("gitlab", told(assessment), Options()))
    (found,) = [each for each in issues if each["check_name"] == "problem/notebook-behind-devops"]
    assert (found["severity"], found["location"]) == ("minor", {"path": "Dockerfile", "lines": {"begin": 7}})
    assert [each["severity"] for each in json.loads(render("gitlab", failed(checked), Options()))] == ["major"]


def test_a_case_for_junit(assessment: Assessment, checked: Told) -> None:
    suites = Xml.fromstring(render("junit", told(assessment), Options()))
    (case,) = suites.findall("testsuite[@name='mlripe problems']/testcase")
    assert (case.get("name"), [child.tag for child in case]) == ("notebook-behind-devops: Dockerfile:7", ["skipped"])
    (fails,) = Xml.fromstring(render("junit", failed(checked), Options())).iter("testcase")
    assert [child.tag for child in fails] == ["failure"]
