"""What the formats for CI systems point at, and where."""

from __future__ import annotations

from dataclasses import replace

from mlripe.evidence import Strength
from mlripe.maturity.verdicts import Lost, Verdict
from mlripe.reports import Told
from mlripe.reports.machine.findings import address, findings


def test_an_audit_misses_the_criteria_of_the_next_level(audited: Told) -> None:
    (found,) = findings(audited)
    assert (found.rule, found.fails) == ("azure/registered", False)
    assert found.text == (
        "azure level 2: not detected: Models are registered\nneeds model-registry present\nmodel-registry is declared"
    )
    assert (found.path, found.line) == ("requirements.txt", 3), "the nearest evidence"


def test_a_check_fails_on_what_does_not_hold(checked: Told) -> None:
    assert [(each.rule, each.path, each.line) for each in findings(checked)] == [
        ("azure/registered", "requirements.txt", 3),
        ("require/drift-detection", "README.md", 0),  # nothing near: the file that stands for the whole
        ("kept/training-code", ".github/workflows/ci.yml", 1),  # the file whose change took the proof away
        ("kept/azure", ".github/workflows/ci.yml", 1),  # a level falls with what it rests on
    ]
    assert all(each.fails for each in findings(checked))


def test_where_all_holds_there_is_nothing_to_point_at(checked: Told) -> None:
    assert findings(replace(checked, verdicts=checked.verdicts[:1])) == ()


def test_a_proof_that_a_change_elsewhere_took_is_told_where_it_was(checked: Told) -> None:
    fell = checked.verdicts[3]
    elsewhere = replace(fell, lost=(replace(fell.lost[0], file=""),))
    (found,) = findings(replace(checked, verdicts=(elsewhere,)))
    assert (found.path, found.line) == ("tests/test_train.py", 7)
    assert found.details == ("lost by a change elsewhere: tests/test_train.py:7 test_training asserts",)


def test_a_file_that_is_not_on_the_chain_is_told_as_a_whole(checked: Told) -> None:
    fell = checked.verdicts[3]
    other = replace(fell, lost=(Lost(fell.lost[0].proof, "Makefile"),))
    assert [(each.path, each.line) for each in findings(replace(checked, verdicts=(other,)))] == [("Makefile", 0)]


def test_a_target_without_a_named_criterion_is_itself_what_is_missing(checked: Told) -> None:
    model = replace(checked.assessment.models["azure"], criteria=())
    told = replace(checked, assessment=replace(checked.assessment, models={"azure": model}))
    assert findings(told)[0].rule == "target/azure"


def test_empty_repository_is_told_at_the_file_that_one_would_write_first(checked: Told) -> None:
    repository = replace(checked.assessment.repository, front="")
    told = replace(checked, assessment=replace(checked.assessment, repository=repository))
    assert findings(told)[1].path == "README.md"


def test_fingerprints_know_no_lines_and_no_wordings(audited: Told) -> None:
    model = audited.assessment.models["azure"]
    criteria = tuple(replace(c, says="said otherwise", evidence=()) for c in model.criteria)
    moved = replace(audited.assessment, models={"azure": replace(model, criteria=criteria)})
    before, after = findings(audited)[0], findings(replace(audited, assessment=moved))[0]
    assert (before.says, before.line) != (after.says, after.line)
    assert before.fingerprint == after.fingerprint


def test_the_same_asked_twice_is_one_finding(checked: Told) -> None:
    twice = replace(checked, verdicts=(*checked.verdicts[1:], *checked.verdicts[1:]))
    found = findings(twice)
    assert len(found) == len({each.fingerprint for each in found}) == 4
    stronger = Verdict(
        "require", "drift-detection=automated", False, "drift-detection: none, required automated: below"
    )
    rules = [each.rule for each in findings(replace(checked, verdicts=(checked.verdicts[2], stronger)))]
    assert rules == ["require/drift-detection"] * 2


def test_only_web_addresses_are_addresses() -> None:
    assert address("https://example.org/a?b=c#d") == "https://example.org/a?b=c#d"
    for text in ("", "-", "javascript:alert(1)", "https://example.org/ a", 'https://a"b', "https://a\n", "file:///etc"):
        assert address(text) == ""


def test_a_model_of_points_tells_what_would_give_more(audited: Told) -> None:
    model = replace(audited.assessment.models["azure"], level=None, points=1.0, most=2.0)
    told = replace(audited, assessment=replace(audited.assessment, models={"azure": model}))
    assert findings(told)[0].says == "azure: not detected: Models are registered"
    assert audited.assessment.capabilities["drift-detection"].strength is Strength.none
