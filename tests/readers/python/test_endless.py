"""Loops that nothing leaves and that sleep for long."""

from __future__ import annotations

import pytest

from mlripe.readers.python.source import read_python


def told(text: str) -> list[tuple[str, int, str]]:
    calls = read_python("loop.py", text.encode()).calls
    return [(call.name, call.line, call.scope) for call in calls if "endless" in call.keywords]


@pytest.mark.parametrize(
    "loop",
    [
        "while True:\n    fit()\n    time.sleep(3600)\n",
        "while 1:\n    time.sleep(24 * 60 * 60)\n",
        "while True:\n    for row in rows:\n        if row:\n            break\n    time.sleep(settings.interval)\n",
        "while True:\n    try:\n        fit()\n    finally:\n        time.sleep(600)\n",
        "while True:\n    def leave():\n        return 1\n    time.sleep(600)\n",
    ],
)
def test_a_loop_without_an_end_keeps_a_schedule(loop: str) -> None:
    assert [name for name, _, _ in told(f"import time\n{loop}")] == ["time.sleep"]


@pytest.mark.parametrize(
    "loop",
    [
        "while True:\n    time.sleep(5)\n",
        "while waiting:\n    time.sleep(600)\n",
        "while True:\n    if done():\n        break\n    time.sleep(600)\n",
        "def f():\n    while True:\n        for x in y:\n            return x\n        time.sleep(600)\n",
        "while True:\n    fit()\n",
        "while True:\n    f = lambda: time.sleep(600)\n",
    ],
)
def test_a_loop_that_waits_for_something_does_not(loop: str) -> None:
    assert told(f"import time\n{loop}") == []


def test_a_sleep_under_another_name_and_in_a_function() -> None:
    text = "import asyncio\nasync def tick():\n    while True:\n        await asyncio.sleep(3600)\n"
    assert told(text) == [("asyncio.sleep", 4, "tick")]
