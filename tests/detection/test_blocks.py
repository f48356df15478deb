"""The text of a resource: from the line where it begins to the end of its brackets, or of what is indented below it."""

from __future__ import annotations

import pytest

from mlripe.detection.blocks import block_at

TERRAFORM = b'resource "a" "one" {\n  tags = { x = 1 }\n}\nresource "a" "two" {\n}\n'
PYTHON = b"rule = events.Rule(\n    self,\n    pattern={'a': [1]},\n)\nother = 1\n"
YAML = b"Resources:\n  One:\n    Type: A\n\n    Properties: {x: 1}\n  Two:\n    Type: B\n"


@pytest.mark.parametrize(
    ("text", "line", "block"),
    [
        (TERRAFORM, 1, b'resource "a" "one" {\n  tags = { x = 1 }\n}'),
        (PYTHON, 1, b"rule = events.Rule(\n    self,\n    pattern={'a': [1]},\n)"),
        (PYTHON, 5, b"other = 1"),
        (YAML, 2, b"  One:\n    Type: A\n\n    Properties: {x: 1}"),
        (YAML, 9, b""),
        (b"", 1, b""),
        (b"f(", 1, b"f("),
        (b"x", 0, b""),
    ],
    ids=["braces", "call", "one line", "indented", "beyond the end", "empty", "never closed", "no line"],
)
def test_the_block_that_begins_at_a_line(text: bytes, line: int, block: bytes) -> None:
    assert block_at(text, line) == block
