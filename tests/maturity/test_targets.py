"""What may be asked of a repository, and what a wrong question is told."""

from __future__ import annotations

import pytest

from mlripe.catalog import load
from mlripe.errors import UserError
from mlripe.evidence import Strength
from mlripe.maturity.targets import Requirement, Target, parse_requirement, parse_target


def test_a_level_and_a_strength() -> None:
    assert parse_target("target", "azure:2", load()) == Target("azure", 2)
    assert parse_requirement("code-testing=automated", load()) == Requirement("code-testing", Strength.automated)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("gogle:1", "there is no maturity model 'gogle'; did you mean 'google'?; known are "),
        ("azure", "target 'azure' names no level of azure; write azure:LEVEL with one of 0, 1, 2, 3, 4"),
        ("azure:7", "target 'azure:7' names no level of azure"),
        ("azure:two", "target 'azure:two' names no level of azure"),
    ],
)
def test_a_wrong_level(text: str, says: str) -> None:
    with pytest.raises(UserError) as error:
        parse_target("target", text, load())
    assert str(error.value).startswith(says)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        (
            "code-testing",
            "requirement 'code-testing': write CAPABILITY=STRENGTH, with one of declared, present, automated",
        ),
        ("code-testing=good", "requirement 'code-testing=good': write CAPABILITY=STRENGTH"),
        ("code-testing=none", "requirement 'code-testing=none': write CAPABILITY=STRENGTH"),
        ("code-test=present", "there is no capability 'code-test'; did you mean 'code-testing'?"),
    ],
)
def test_a_wrong_strength(text: str, says: str) -> None:
    with pytest.raises(UserError) as error:
        parse_requirement(text, load())
    assert str(error.value).startswith(says)
