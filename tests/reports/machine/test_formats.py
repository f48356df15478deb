"""The formats that programs read, each held against the form that its reader documents."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import replace
from typing import Any
from xml.etree import ElementTree as Xml

import jsonschema
import pytest

from mlripe.facts import ReadFault
from mlripe.reports import FORMATS, Options, Told, render

HoldsAgainst = Callable[[Any, str], None]


def text(format_: str, told: Told) -> str:
    return render(format_, told, Options())


def read(format_: str, told: Told) -> Any:
    return json.loads(text(format_, told))


def both(audited: Told, checked: Told) -> list[Told]:
    nothing = replace(audited, assessment=replace(audited.assessment, models={}, read_faults=()))
    return [audited, checked, nothing, replace(checked, verdicts=checked.verdicts[:1])]


# --- SARIF -----------------------------------------------------------------------------------------------------------


def test_sarif_is_valid(audited: Told, checked: Told, holds_against: HoldsAgainst) -> None:
    for told in both(audited, checked):
        holds_against(read("sarif", told), "https://json.schemastore.org/sarif-2.1.0.json")  # which is OASIS's own


def test_what_is_no_sarif_does_not_hold(audited: Told, holds_against: HoldsAgainst) -> None:
    report = read("sarif", audited)
    report["runs"][0]["results"][0]["level"] = "info"
    with pytest.raises(jsonschema.ValidationError, match="'info' is not one of"):
        holds_against(report, "https://json.schemastore.org/sarif-2.1.0.json")


def test_sarif_has_errors_for_a_check_and_notes_for_an_audit(audited: Told, checked: Told) -> None:
    for told, level, number in ((audited, "note", 1), (checked, "error", 4)):
        (run,) = read("sarif", told)["runs"]
        assert [result["level"] for result in run["results"]] == [level] * number
        rules = [rule["id"] for rule in run["tool"]["driver"]["rules"]]
        assert [rules[result["ruleIndex"]] for result in run["results"]] == [r["ruleId"] for r in run["results"]]


def test_sarif_result_has_what_code_scanning_asks_for(checked: Told) -> None:
    fell = read("sarif", checked)["runs"][0]["results"][2]
    assert fell["message"]["text"].startswith("training-code: fell from automated to present since main\nlost by the")
    (location,) = fell["locations"]
    assert location["physicalLocation"] == {
        "artifactLocation": {"uri": ".github/workflows/ci.yml", "uriBaseId": "%SRCROOT%"},
        "region": {"startLine": 1},
    }
    assert fell["partialFingerprints"]["primaryLocationLineHash"]


def test_sarif_rule_points_at_the_text_that_asks_for_it(audited: Told) -> None:
    model = replace(audited.assessment.models["azure"], source="https://example.org/model")
    told = replace(audited, assessment=replace(audited.assessment, models={"azure": model}))
    (rule,) = read("sarif", told)["runs"][0]["tool"]["driver"]["rules"]
    assert rule["helpUri"] == "https://example.org/model"
    assert "mlripe explain azure/registered" in rule["help"]["text"]
    assert "helpUri" not in read("sarif", audited)["runs"][0]["tool"]["driver"]["rules"][0], "its source is no address"


def test_sarif_tells_what_could_not_be_read(audited: Told) -> None:
    (invocation,) = read("sarif", audited)["runs"][0]["invocations"]
    told = [each["message"]["text"] for each in invocation["toolExecutionNotifications"]]
    assert told == ["not valid YAML", "no JSON"]


def test_sarif_address_of_a_file_is_one(audited: Told) -> None:
    assessment = replace(audited.assessment, read_faults=(ReadFault("a b/#1%:ü.yml", "bad"),))
    (note,) = read("sarif", replace(audited, assessment=assessment))["runs"][0]["invocations"][0][
        "toolExecutionNotifications"
    ]
    uri = note["locations"][0]["physicalLocation"]["artifactLocation"]["uri"]
    assert uri == "a%20b/%231%25%3A%C3%BC.yml"


# --- JUnit -----------------------------------------------------------------------------------------------------------

# what junit-10.xsd of Jenkins' xUnit plugin allows, of the elements that are used: attributes (! required), children
XSD = {
    "testsuites": ({"name", "time", "tests", "failures", "errors"}, {"testsuite"}),
    "testsuite": (
        {
            "name!",
            "tests!",
            "failures!",
            "errors!",
            "skipped",
            "time",
            "timestamp",
            "hostname",
            "id",
            "package",
            "file",
        },
        {"testcase"},
    ),
    "testcase": ({"name!", "time", "classname", "group"}, {"skipped", "error", "failure"}),
    "failure": ({"type", "message"}, set()),
    "skipped": ({"type", "message"}, set()),
}


def hold_against_xsd(element: Xml.Element) -> None:
    attributes, children = XSD[element.tag]
    assert set(element.attrib) <= {name.rstrip("!") for name in attributes}, element.tag
    assert {name.rstrip("!") for name in attributes if name.endswith("!")} <= set(element.attrib), element.tag
    for child in element:
        assert child.tag in children
        hold_against_xsd(child)


def test_junit_is_valid_and_counts_what_it_holds(audited: Told, checked: Told) -> None:
    for told in both(audited, checked):
        root = Xml.fromstring(text("junit", told).encode())
        assert root.tag == "testsuites"
        hold_against_xsd(root)
        for suite in (root, *root.iter("testsuite")):
            assert int(suite.attrib["tests"]) == len(list(suite.iter("testcase")))
            assert int(suite.attrib["failures"]) == len(list(suite.iter("failure")))


def test_junit_case_for_each_thing_asked(checked: Told) -> None:
    cases = list(Xml.fromstring(text("junit", checked)).iter("testcase"))
    outcomes = [(case.attrib["name"], [child.tag for child in case]) for case in cases]
    assert outcomes == [
        ("azure:1", []),
        ("azure:2", ["failure"]),
        ("drift-detection=present", ["failure"]),
        ("training-code", ["failure"]),
        ("azure", ["failure"]),
    ]
    failure = cases[3][0]
    assert failure.attrib["message"] == "training-code: fell from automated to present since main"
    assert "<- .github/workflows/ci.yml:6  step pytest" in (failure.text or "")


def test_junit_audit_skips_what_it_does_not_detect(audited: Told) -> None:
    cases = list(Xml.fromstring(text("junit", audited)).iter("testcase"))
    assert [(case.attrib["classname"], [child.attrib["message"] for child in case]) for case in cases] == [
        ("mlripe.azure.level-1", []),
        ("mlripe.azure.level-2", ["not detected; needs model-registry present"]),
        ("mlripe.azure.level-2", ["not observable in a repository"]),
    ]


# --- GitHub, Azure: commands -----------------------------------------------------------------------------------------


def test_github_annotates_then_says_it_plainly(checked: Told) -> None:
    lines = text("github", checked).splitlines()
    assert lines[0] == (
        "::error file=requirements.txt,line=3,title=mlripe azure/registered::azure level 2: not detected: "
        "Models are registered%0Aneeds model-registry present%0Amodel-registry is declared"
    )
    assert lines[1].startswith("::error file=README.md,title=mlripe require/drift-detection::")
    assert lines[4] == "azure: technical evidence for level 1, target 1: reached"
    assert sum(line.startswith("::") for line in lines) == 4


def test_github_notices_for_an_audit(audited: Told) -> None:
    notice, level = text("github", audited).splitlines()
    assert notice.startswith("::notice file=requirements.txt,line=3,")
    assert level == "azure: technical evidence for level 1 of 2"


def test_an_audit_without_a_level_says_why(audited: Told) -> None:
    model = replace(audited.assessment.models["azure"], level=None, why="there is no machine learning in it", next=())
    told = replace(audited, assessment=replace(audited.assessment, models={"azure": model}))
    assert text("github", told) == text("azure", told) == "azure: no level: there is no machine learning in it\n"


def test_azure_logs_issues(audited: Told, checked: Told) -> None:
    lines = text("azure", checked).splitlines()
    assert lines[0] == (
        "##vso[task.logissue type=error;sourcepath=requirements.txt;linenumber=3;code=azure/registered;]azure level 2: "
        "not detected: Models are registered; needs model-registry present; model-registry is declared"
    )
    assert text("azure", audited).startswith("##vso[task.logissue type=warning;")


# --- GitLab ----------------------------------------------------------------------------------------------------------

# after the table of attributes under "Code Quality report format" in GitLab's documentation
CODE_QUALITY = {
    "type": "array",
    "items": {
        "type": "object",
        "required": ["description", "check_name", "fingerprint", "location", "severity"],
        "properties": {
            "description": {"type": "string", "minLength": 1},
            "check_name": {"type": "string", "minLength": 1},
            "fingerprint": {"type": "string", "minLength": 1},
            "severity": {"enum": ["info", "minor", "major", "critical", "blocker"]},
            "location": {
                "type": "object",
                "required": ["path", "lines"],
                "properties": {
                    "path": {"type": "string", "pattern": r"^(?!/|\./)."},
                    "lines": {"type": "object", "required": ["begin"], "properties": {"begin": {"minimum": 1}}},
                },
            },
        },
        "additionalProperties": False,
    },
}


def test_gitlab_is_what_its_documentation_says(audited: Told, checked: Told) -> None:
    for told in both(audited, checked):
        issues = read("gitlab", told)
        jsonschema.validate(issues, CODE_QUALITY)
        assert len({issue["fingerprint"] for issue in issues}) == len(issues)
    assert [issue["severity"] for issue in read("gitlab", checked)] == ["major"] * 4
    assert [issue["severity"] for issue in read("gitlab", audited)] == ["info"]


# --- badges ----------------------------------------------------------------------------------------------------------

# after "Endpoint Badge" in the documentation of shields.io
ENDPOINT = {
    "type": "object",
    "required": ["schemaVersion", "label", "message"],
    "properties": {
        "schemaVersion": {"const": 1},
        "label": {"type": "string"},
        "message": {"type": "string", "minLength": 1},
        "color": {"enum": ["brightgreen", "green", "yellow", "orange", "red", "lightgrey"]},
    },
    "additionalProperties": False,
}


def test_badge_is_what_its_documentation_says(audited: Told, checked: Told) -> None:
    for told in both(audited, checked):
        jsonschema.validate(read("badge", told), ENDPOINT)
    assert read("badge", audited) == {
        "schemaVersion": 1,
        "label": "MLOps evidence",
        "message": "azure 1 of 2",
        "color": "green",
    }


@pytest.mark.parametrize(("level", "colour"), [(0, "orange"), (1, "green"), (2, "brightgreen"), (None, "lightgrey")])
def test_badge_colour(level: int | None, colour: str, audited: Told) -> None:
    model = replace(audited.assessment.models["azure"], level=level)
    told = replace(audited, assessment=replace(audited.assessment, models={"azure": model}))
    assert read("badge", told)["color"] == colour


def test_badge_names_two_models_at_most(audited: Told) -> None:
    model = audited.assessment.models["azure"]
    models = {name: replace(model, id=name) for name in ("azure", "google", "se4ml")}
    told = replace(audited, assessment=replace(audited.assessment, models=models))
    assert read("badge", told)["message"] == "azure 1 of 2, google 1 of 2"


def test_badge_of_a_check_that_fails_is_red(checked: Told) -> None:
    assert read("badge", checked)["color"] == "red"


def test_badge_picture_says_its_text_and_fetches_nothing(audited: Told) -> None:
    drawn = text("badge-svg", audited)
    root = Xml.fromstring(drawn)
    says = "MLOps evidence: azure 1 of 2"
    assert root.find("{http://www.w3.org/2000/svg}title").text == says  # type: ignore[union-attr]
    assert (root.attrib["role"], root.attrib["aria-label"]) == ("img", says)
    assert re.findall(r"https?:[^\"]*", drawn) == ["http://www.w3.org/2000/svg"], "its namespace alone"
    assert not re.search(r"href|url\((?!#)|@import|<script|<image|<style", drawn)


# --- all -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("format_", FORMATS)
def test_every_format_gives_the_same_text_each_time(format_: str, audited: Told, checked: Told) -> None:
    for told in (audited, checked):
        assert text(format_, told) == text(format_, told)
        assert text(format_, told).endswith("\n")
