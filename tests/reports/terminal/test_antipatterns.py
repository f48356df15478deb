"""Anti-patterns in the formats beside the terminal's: where they are seen, and what to do."""

from __future__ import annotations

import json
from dataclasses import replace

from mlripe.assessment import AntiPatternResult, Assessment, Sighting
from mlripe.reports import Options, Told, render

BAKED = AntiPatternResult(
    "notebook-behind-devops",
    "DevOps with a notebook",
    "Nobody can make that model again.",
    "Train it in a pipeline.",
    "https://example.org/debt",
    (Sighting("Dockerfile", 7, "COPY model.pkl"),),
)


def told(assessment: Assessment) -> Told:
    return Told(replace(assessment, antipatterns=(BAKED,)))


def test_in_markdown(assessment: Assessment) -> None:
    text = render("markdown", told(assessment), Options())
    assert (
        "### Anti-patterns\n\nWhat it looks like; whether it is one, a person decides.\n\n"
        "#### DevOps with a notebook\n\nNobody can make that model again.\n\n"
        "- remedy: Train it in a pipeline.\n- seen at `Dockerfile:7` `COPY model.pkl`\n"
        "- source: ["
    ) in text
    assert "Anti-patterns" not in render("markdown", Told(assessment), Options())


def test_in_a_comment_in_one_line(checked: Told) -> None:
    text = render(
        "markdown", replace(checked, assessment=replace(checked.assessment, antipatterns=(BAKED,))), Options()
    )
    assert "### Anti-patterns that it looks like\n\n- **DevOps with a notebook**: Train it in a pipeline" in text
    assert "`Dockerfile:7`" in text


def test_as_a_note_for_code_scanning_at_its_place(assessment: Assessment) -> None:
    results = json.loads(render("sarif", told(assessment), Options()))["runs"][0]["results"]
    found = next(each for each in results if each["ruleId"] == "antipattern/notebook-behind-devops")
    location = found["locations"][0]["physicalLocation"]
    assert found["level"] == "note"
    assert (location["artifactLocation"]["uri"], location["region"]["startLine"]) == ("Dockerfile", 7)
    assert "Train it in a pipeline." in found["message"]["text"]
