"""The JSON report keeps its contract, byte for byte."""

from __future__ import annotations

import json
from dataclasses import replace

from mlripe.assessment import Assessment, ProblemResult, Suppressed
from mlripe.evidence import Evidence, Sighting, Strength
from mlripe.facts import ReadFault
from mlripe.reports import Options, Told, render
from mlripe.reports.machine.schema import Report


def report(assessment: Assessment) -> str:
    return render("json", Told(assessment), Options())


def test_holds_what_the_schema_says(assessment: Assessment) -> None:
    read = Report.model_validate_json(report(assessment), strict=True)
    assert read.repository.name == "churn"
    assert read.repository.commit == "4c5b393aa0"
    tracking = read.capabilities["experiment-tracking"]
    assert tracking.strength == "automated"
    assert [hop.says for hop in tracking.evidence[0].chain] == ["schedule 0 3 * * *", "job train", "make train"]
    azure = read.models["azure"]
    assert azure.level == 1
    assert [criterion.status for criterion in azure.criteria] == ["met", "missing", "not-observable"]
    assert [(step.capability, step.needed, step.decides) for step in azure.next] == [
        ("model-registry", "present", True)
    ]


def test_names_capabilities_that_are_not_detected(assessment: Assessment) -> None:
    read = json.loads(report(assessment))
    assert read["capabilities"]["drift-detection"] == {"strength": "none", "evidence": []}


def test_does_not_depend_on_an_order_that_is_free(assessment: Assessment) -> None:
    aside = dict(reversed(list(assessment.repository.set_aside.items())))
    turned = replace(
        assessment,
        repository=replace(assessment.repository, set_aside=aside),
        read_faults=assessment.read_faults[::-1],
        models={"google": assessment.models["azure"], "azure": assessment.models["azure"]},
    )
    straight = replace(assessment, models=dict(reversed(list(turned.models.items()))))
    assert report(turned) == report(straight)


def test_does_not_depend_on_who_looks(assessment: Assessment) -> None:
    wide = Options(width=140, colour=True, verbose=True)
    assert render("json", Told(assessment), wide) == report(assessment)


def test_ascii_with_one_newline_at_the_end(assessment: Assessment) -> None:
    text = report(replace(assessment, read_faults=(ReadFault("modèle.yml", "nö YAML"),)))
    assert text.isascii()
    assert text.endswith("}\n")
    assert json.loads(text)["read_faults"] == [{"path": "modèle.yml", "line": 0, "says": "nö YAML"}]


def test_path_that_is_not_utf8_can_be_read_by_strict_parsers(assessment: Assessment) -> None:
    proof = Evidence("training-code", "torch", "mod\udce8le.py", 3, "a \ud800 in a literal", Strength.present)
    result = replace(assessment.capabilities["training-code"], evidence=(proof,))
    text = report(replace(assessment, capabilities={"training-code": result}))
    told = Report.model_validate_json(text).capabilities["training-code"].evidence[0]
    assert told.path == "mod\\xe8le.py"
    assert told.says == "a \\ud800 in a literal"


def test_model_that_does_not_apply_has_no_level(assessment: Assessment) -> None:
    none = replace(
        assessment.models["azure"], level=None, why="there is no machine learning in it", criteria=(), next=()
    )
    read = Report.model_validate_json(report(replace(assessment, models={"azure": none})))
    assert (read.models["azure"].level, read.models["azure"].next) == (None, [])


def test_problems_with_their_places(assessment: Assessment) -> None:
    seen = (Sighting("mod\udce8le/Dockerfile", 3, "copies model.pkl into the image"),)
    found = ProblemResult(
        "baked", "A model in an image", "misleading", "likely", "Why.", "Do.", "Source", seen,
        ("lineage is not detected",), "a build argument", "baked model",
    )  # fmt: skip
    let_be = (Suppressed("baked", "old/Dockerfile", 2, "comment", "an archive"),)
    read = Report.model_validate_json(
        report(replace(assessment, problems=(found,), suppressed=let_be, problems_left=4))
    )
    (told,) = read.problems
    assert (told.id, told.severity, told.remedy, told.lacks) == (
        "baked",
        "misleading",
        "Do.",
        ["lineage is not detected"],
    )
    assert (told.hangs_on, told.key) == ("a build argument", "baked model")
    assert [(each.path, each.line) for each in told.evidence] == [("mod\\xe8le/Dockerfile", 3)]
    assert [(each.path, each.by, each.reason) for each in read.suppressed] == [
        ("old/Dockerfile", "comment", "an archive")
    ]
    assert read.problems_left == 4


def test_plain_folder_has_no_commit(assessment: Assessment) -> None:
    plain = replace(assessment, repository=replace(assessment.repository, commit=""))
    assert json.loads(report(plain))["repository"]["commit"] is None


def test_no_line_of_it_is_a_command_to_a_ci_log(assessment: Assessment) -> None:
    told = report(replace(assessment, read_faults=(ReadFault("##vso[task.complete].yml", "####[error]"),)))
    assert "##" not in told
    assert json.loads(told)["read_faults"] == [{"path": "##vso[task.complete].yml", "line": 0, "says": "####[error]"}]
