"""Expressions that are always true, or always false."""

from __future__ import annotations

import pytest

from mlripe.readers.ci.constants import truth


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("${{ true }}", True),
        ("${{ false }}", False),
        ("${{ !false }}", True),
        ("${{ !!1 }}", True),
        ("${{ 0 }}", False),
        ("${{ '' }}", False),
        ("${{ 'false' }}", True),  # a text that is not empty
        ("${{ null }}", False),
        ("${{ always() }}", True),
        ("${{ 1 == 1 && 'a' != 'b' }}", True),
        ("${{ 'Main' == 'main' }}", True),  # GitHub compares texts without regard to case
        ("${{ true || matrix.new }}", True),
        ("${{ matrix.new || true }}", True),
        ("${{ false && matrix.new }}", False),
        ("${{ matrix.new && false }}", False),
        ("${{ (true) && !(false || false) }}", True),
        ("${{ contains(github.ref, 'main') || true }}", True),
        ("$[ false ]", False),
        ("${{ matrix.new }}", None),
        ("${{ matrix.new || false }}", None),
        ("${{ matrix.new && true }}", None),
        ("${{ failure() }}", None),
        ("${{ github.ref == 'refs/heads/main' }}", None),
        ("${{ true }} ${{ x }}", None),
        ("${{ true x }}", None),
        ("${{ f( }}", None),
        ("${{ (true }}", None),
        ("${{ }}", None),
        ("true", None),
        ("${{ " + "(" * 500 + "true }}", None),
        ("${{ " + "!" * 900 + "true }}", None),
    ],
)
def test_truth(text: str, expected: bool | None) -> None:
    assert truth(text) is expected


def test_a_condition_may_be_written_without_marks() -> None:
    assert truth("false && always()", bare=True) is False
    assert truth("always()", bare=True) is True
