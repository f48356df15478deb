"""A progress line for people who wait: only on a terminal, only after a second, gone when the work is done."""

from __future__ import annotations

import shutil
import time
from collections.abc import Callable
from types import TracebackType
from typing import IO, Final

from mlripe.cli.output import is_terminal

__all__ = ["Progress"]

PATIENCE: Final = 1.0  # seconds before anything is shown
INTERVAL: Final = 0.1  # seconds between two drawings
BAR: Final = 24  # columns


class Progress:
    """Called with (stage, done, total) as an audit goes on; as a context manager it wipes its line in the end."""

    def __init__(self, stream: IO[str], clock: Callable[[], float] = time.monotonic) -> None:
        self._stream, self._clock = stream, clock
        self._next = clock() + PATIENCE if is_terminal(stream) else float("inf")
        self._shown = False

    def __call__(self, stage: str, done: int, total: int) -> None:
        now = self._clock()
        if now < self._next:
            return
        self._next, self._shown = now + INTERVAL, True
        filled = BAR * min(done, total) // total if total else 0
        line = f"{stage} [{'#' * filled}{'.' * (BAR - filled)}] {done}/{total}"
        self._draw(line[: shutil.get_terminal_size().columns - 1])

    def __enter__(self) -> Progress:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._shown:
            self._draw("")

    def _draw(self, line: str) -> None:
        self._stream.write(f"\r\x1b[K{line}")
        self._stream.flush()
