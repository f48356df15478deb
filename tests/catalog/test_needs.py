"""What a criterion needs: the data's grammar, and what each walk over it gives."""

from __future__ import annotations

from typing import Any

import pytest

from mlripe.catalog.needs import check_needs, in_words, lacking, meets, parse, proving, strength_of, without
from mlripe.evidence import Strength

CAPABILITIES = ("training-code", "training-pipeline", "experiment-tracking", "code-testing")

NESTED: dict[str, Any] = {
    "all": [
        {"experiment-tracking": "present"},
        {"any": [{"training-pipeline": "automated"}, {"training-code": "automated", "code-testing": "present"}]},
    ]
}


def strengths(**named: str) -> dict[str, Strength]:
    return {name.replace("_", "-"): Strength[strength] for name, strength in named.items()}


@pytest.mark.parametrize(
    ("has", "met"),
    [
        ({}, False),
        ({"training_pipeline": "automated"}, False),
        ({"experiment_tracking": "present"}, False),
        ({"experiment_tracking": "present", "training_pipeline": "present"}, False),
        ({"experiment_tracking": "present", "training_pipeline": "automated"}, True),
        ({"experiment_tracking": "enforced", "training_pipeline": "enforced"}, True),
        ({"experiment_tracking": "present", "training_code": "automated"}, False),  # several keys need them all
        ({"experiment_tracking": "present", "training_code": "automated", "code_testing": "present"}, True),
    ],
)
def test_needs_are_met_by_strengths_at_least_as_high(has: dict[str, str], met: bool) -> None:
    assert meets(parse(NESTED), strengths(**has)) is met


def test_needs_are_told_in_words() -> None:
    assert in_words(parse({"training-code": "automated"})) == "training-code automated"
    assert (
        in_words(parse({"any": [{"training-pipeline": "automated"}, {"training-code": "automated"}]}))
        == "training-pipeline automated, or training-code automated"
    )
    assert in_words(parse(NESTED)) == (
        "experiment-tracking present and "
        "(training-pipeline automated, or (training-code automated and code-testing present))"
    )
    assert in_words(parse({"any": [{"all": [{"training-code": "present"}]}]})) == "training-code present"


def test_every_alternative_that_is_met_is_a_proof() -> None:
    either = parse({"any": [{"training-pipeline": "automated"}, {"training-code": "present"}]})
    assert proving(either, strengths(training_pipeline="enforced", training_code="present")) == {
        "training-pipeline": Strength.automated,
        "training-code": Strength.present,
    }
    assert proving(either, strengths(training_code="present")) == {"training-code": Strength.present}
    assert proving(either, {}) == {}


def alike(_: str) -> int:
    return 1


def test_what_is_met_lacks_nothing() -> None:
    assert lacking(parse({"training-code": "present"}), strengths(training_code="automated"), alike) == ()


def test_the_nearest_alternative_has_the_least_work_left() -> None:
    either = parse({"any": [{"training-pipeline": "automated"}, {"training-code": "automated"}]})
    near = strengths(training_code="present")
    assert lacking(either, near, alike) == (("training-code", Strength.present, Strength.automated),)
    costly = {"training-code": 9, "training-pipeline": 1}
    assert lacking(either, near, costly.__getitem__) == (("training-pipeline", Strength.none, Strength.automated),)


def test_of_equal_work_fewer_capabilities_and_then_the_first_written_are_nearer() -> None:
    two = {"all": [{"training-code": "declared"}, {"code-testing": "declared"}]}
    one = {"training-pipeline": "present"}
    other = {"experiment-tracking": "present"}
    assert [lack[0] for lack in lacking(parse({"any": [two, one, other]}), {}, alike)] == ["training-pipeline"]
    assert [lack[0] for lack in lacking(parse({"any": [two, other, one]}), {}, alike)] == ["experiment-tracking"]


def test_all_lacks_each_capability_once_at_the_higher_strength() -> None:
    needs = {"all": [{"training-code": "present"}, {"code-testing": "present"}, {"training-code": "automated"}]}
    assert lacking(parse(needs), strengths(code_testing="present"), alike) == (
        ("training-code", Strength.none, Strength.automated),
    )


@pytest.mark.parametrize(
    ("needs", "error"),
    [
        ([], "must be {capability: strength}, {all: [...]} or {any: [...]}, and not empty"),
        ({"training-cod": "present"}, "no capability is called 'training-cod'; did you mean 'training-code'?"),
        (
            {"any": [{"training-code": "automatic"}]},
            "any[0].training-code: 'automatic' is not one of declared",
        ),
        ({"training-code": "none"}, "training-code: 'none' is not one of"),
        ({"all": []}, "all: must be a list with at least one entry"),
        ({"all": {"training-code": "present"}}, "all: must be a list with at least one entry"),
        ({"any": [{"training-code": "present"}, {}]}, "any[1]: must be"),
        ({"all": [{"any": ["training-code"]}]}, "all[0].any[0]: must be"),
    ],
)
def test_a_mistake_is_named_with_its_place(needs: object, error: str) -> None:
    errors = check_needs(needs, CAPABILITIES)
    assert len(errors) == 1
    assert errors[0].startswith(error)


def test_every_mistake_is_told_at_once() -> None:
    assert len(check_needs({"any": [{"nothing": "soon"}, {"training-code": 3}]}, CAPABILITIES)) == 3


def test_sound_needs_have_no_errors() -> None:
    assert check_needs(NESTED, CAPABILITIES) == []
    assert check_needs({}, CAPABILITIES) == []  # of a criterion that no repository can show


def test_endless_nesting_is_refused() -> None:
    needs: dict[str, Any] = {"training-code": "present"}
    for _ in range(100):
        needs = {"all": [needs]}
    (error,) = check_needs(needs, CAPABILITIES)
    assert error.endswith("is nested deeper than 16 levels")


@pytest.mark.parametrize(
    ("has", "got"),
    [
        ({}, "none"),
        ({"experiment_tracking": "enforced"}, "none"),
        ({"experiment_tracking": "present", "training_pipeline": "enforced"}, "present"),
        ({"experiment_tracking": "enforced", "training_pipeline": "present"}, "present"),
        ({"experiment_tracking": "enforced", "training_code": "automated", "code_testing": "declared"}, "declared"),
    ],
)
def test_a_need_is_as_strong_as_the_weakest_of_what_belongs_together(has: dict[str, str], got: str) -> None:
    assert strength_of(parse(NESTED), strengths(**has)).name == got


@pytest.mark.parametrize(
    ("excluded", "left"),
    [
        ("training-code", "experiment-tracking present and training-pipeline automated"),
        ("code-testing", "experiment-tracking present and training-pipeline automated"),
        ("experiment-tracking", None),
        ("lineage", in_words(parse(NESTED))),
    ],
)
def test_what_takes_something_excluded_is_no_way_to_meet_it(excluded: str, left: str | None) -> None:
    need = without(parse(NESTED), {excluded})
    assert (None if need is None else in_words(need)) == left
