"""Days of cron expressions that never come."""

from __future__ import annotations

import pytest

from mlripe.readers.cron_times import never_comes


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("0 4 31 2 *", True),
        ("0 4 30,31 FEB *", True),
        ("0 4 31 2,4,6,9,11 *", True),
        ("0 4 31 4-4 *", True),
        ("0 0 4 30 2 ?", True),  # Quartz: seconds first
        ("0 0 4 30 2 ? 2030", True),
        ("cron(0 4 31 2 ? *)", True),  # AWS: the year last
        ("0 4 29 2 *", False),  # in leap years
        ("0 4 31 2 1", False),  # on Mondays of February
        ("0 4 31 2,3 *", False),
        ("0 4 31 * *", False),
        ("0 4 * 2 *", False),
        ("0 4 1-31 2 *", False),
        ("0 4 L 2 *", False),
        ("0 4 */31 2 *", False),
        ("0 4 31 13 *", False),
        ("@weekly", False),
        ("every 12 hours", False),
        ("", False),
        ("1 " * 5000, False),
    ],
)
def test_days_that_never_come(text: str, expected: bool) -> None:
    assert never_comes(text) is expected
