"""The content of git's blobs, by object id: `git cat-file --batch`, kept running and asked for many at a time."""

from __future__ import annotations

import subprocess
from collections.abc import Iterable, Iterator
from typing import Final

from msgspec import Struct

from mlripe.snapshot.base import BROKEN, FORGED, GIVEN_UP, MISSING, Unread
from mlripe.snapshot.content import blob_id, too_large
from mlripe.snapshot.git import Git
from mlripe.snapshot.watch import end, watched

__all__ = ["Blobs", "Request"]

# What is asked for before anything is read. The questions must fit into the smallest pipe there is (4 KiB), or git and
# mlripe would each wait for the other to read; the answers are held in memory.
WINDOW: Final = 48
WINDOW_BYTES: Final = 8 << 20


class Request(Struct, frozen=True):
    """A blob to read if it has no more than `limit` bytes; `size` is what a listing said it has, or 0."""

    blob: str
    limit: int
    size: int = 0


class Blobs:
    """Reads blobs of one repository. A caller goes on with the pipe empty, so calls may be interleaved."""

    def __init__(self, git: Git) -> None:
        self._git = git
        self._reader: _Reader | None = None
        self._given_up = False

    def read(self, blob: str, limit: int) -> bytes | Unread:
        """One blob's content, or why there is none."""
        return next(self.read_many([Request(blob, limit)]))

    def read_many(self, requests: Iterable[Request]) -> Iterator[bytes | Unread]:
        """An answer to each request, in their order; one window of them is in memory at a time."""
        for window in _windows(requests):
            yield from self._answers(window)

    def close(self) -> None:
        """Ends the process; another read would start a new one."""
        if self._reader is not None:
            self._reader.close()
            self._reader = None

    def _answers(self, window: list[Request]) -> list[bytes | Unread]:
        """The answers to all of a window; where git ends at an object that is corrupt, a new one goes on behind it."""
        answers: list[bytes | Unread] = []
        while len(answers) < len(window):
            if self._given_up:
                answers.append(Unread(GIVEN_UP))
                continue
            reader = self._reader = self._reader or _Reader(self._git)
            if not reader.answer(window[len(answers) :], answers):
                self._given_up = reader.timed_out
                answers.append(Unread(GIVEN_UP if self._given_up else BROKEN))
                self.close()
        return answers


def _windows(requests: Iterable[Request]) -> Iterator[list[Request]]:
    window: list[Request] = []
    size = 0
    for request in requests:
        if window and (len(window) == WINDOW or size + request.size > WINDOW_BYTES):
            yield window
            window, size = [], 0
        window.append(request)
        size += request.size
    if window:
        yield window


class _Ended(Exception):
    """git closed its output in the middle of an answer."""


class _Reader:
    """One running `git cat-file --batch`."""

    def __init__(self, git: Git) -> None:
        process = git.start("cat-file", "--batch", stdin=subprocess.PIPE, stderr=subprocess.DEVNULL)
        assert process.stdin is not None
        assert process.stdout is not None
        self._process, self._questions, self._answers = process, process.stdin, process.stdout
        self._watch = watched(process, git.allowance)
        self.timed_out = False

    def answer(self, requests: list[Request], answers: list[bytes | Unread]) -> bool:
        """Appends the answers; False if git ended, or had to be ended, before the last."""
        self._watch.begin()
        try:
            self._questions.write("".join(f"{request.blob}\n" for request in requests).encode())
            self._questions.flush()
            for request in requests:
                answers.append(self._answer(request))
        except (_Ended, BrokenPipeError):
            self.timed_out = bool(self._watch.fault)
            return False
        finally:
            self._watch.pause()
        return True

    def _answer(self, request: Request) -> bytes | Unread:
        header = self._answers.readline().split()
        if len(header) == 2 and header[1] == b"missing":
            return Unread(MISSING)
        if len(header) != 3:
            raise _Ended
        kind, size = header[1], int(header[2])
        if kind != b"blob" or size > request.limit:
            self._skip(size + 1)
            return Unread(too_large(request.limit) if kind == b"blob" else BROKEN)
        content = self._answers.read(size)
        if len(content) < size or self._answers.read(1) != b"\n":
            raise _Ended
        # git takes an object for what its place says that it is; whoever packs a repository may have put another there
        return content if blob_id(content, request.blob) == request.blob else Unread(FORGED)

    def _skip(self, size: int) -> None:
        while size:
            chunk = self._answers.read(min(size, 1 << 16))
            if not chunk:
                raise _Ended
            size -= len(chunk)

    def close(self) -> None:
        self._watch.cancel()
        end(self._process)
        self._process.communicate()
