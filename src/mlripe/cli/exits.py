"""The exit codes, which are part of the interface: CI jobs and hooks branch on them."""

from __future__ import annotations

from typing import Final

__all__ = ["BELOW", "FAULT", "INTERRUPTED", "REACHED", "UNUSABLE"]

REACHED: Final = 0  # done; the target is reached, or there is nothing to judge
BELOW: Final = 1  # the level is below the target
UNUSABLE: Final = 2  # usage, configuration, or a repository that cannot be read
FAULT: Final = 3  # a fault of mlripe itself
INTERRUPTED: Final = 130  # by the user, as shells count it
