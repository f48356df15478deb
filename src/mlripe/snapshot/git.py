"""git, so run that nothing a repository contains or configures can make it start a program or reach the network.

Only plumbing that needs no program of its own: `ls-files`, `ls-tree`, `cat-file`, `rev-parse`, `merge-base`,
`for-each-ref`, `config --get` of one key (it reads files and prints; only `--edit` starts an editor, only a terminal
gets a pager). What could start one all the same, and what keeps it from doing so:

- *Whose configuration*: variables named GIT_* are dropped, the system's and the user's files are not read, so the
  result is the same on every machine. The repository's own file (and what it includes) cannot be left out; the keys
  below override it, as command-line configuration always does.
- *Where*: `--git-dir` and `--work-tree` are given, so `core.worktree` moves nothing; what else in the git folder could
  lead elsewhere was looked at before (`git_folder.py`).
- *How much*: the time and memory that it takes and what it prints are bounded (`watch.py`, `Run`).
- *Lazy fetch*: a promisor remote makes git fetch a missing object. GIT_NO_LAZY_FETCH forbids it, but only to git 2.39.4
  and later; so every transport is forbidden too. GIT_ALLOW_PROTOCOL does that, and `protocol.allow=never` does not: the
  repository's `protocol.ext.allow=always` is more specific and wins. Its value is one that no transport can have: an
  empty one allows the transport named "", which becomes the command `git remote-`, which an alias may define.
- *Filters, textconv, hooks, pagers, editors, aliases, diff and merge drivers, signatures*: none of the commands used
  runs them (`cat-file` without --filters and --textconv, no index is written, no output is a terminal).
"""

from __future__ import annotations

import os
import shutil
import subprocess
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from io import BufferedReader
from pathlib import Path
from types import TracebackType
from typing import IO, Final, Self

from mlripe.lazy_regex import lazy_regex
from mlripe.snapshot.base import SnapshotError
from mlripe.snapshot.watch import MOST_MEMORY, WAITS, Allowance, bound_memory, end, fifo_below, watched

__all__ = ["Git", "GitFailure", "Run", "unreadable"]

MOST_OUTPUT: Final = 128 << 20  # bytes of one listing that are read
LONGEST_FIELD: Final = 8 << 10  # bytes of a field that are kept
_CHUNK: Final = 1 << 16
_OUT_OF_MEMORY: Final = lazy_regex(r"[Oo]ut of memory|attempting to allocate \d+ over limit")
_MAX_WORDS: Final = 2000  # bytes of git's complaint that are kept
TOO_LARGE: Final = f"it needs more than {MOST_MEMORY >> 20} MB of memory"

_CONFIGURATION: Final = {
    "core.fsmonitor": "",  # a program that is asked what has changed; empty is "none" to every version of git
    "core.hooksPath": os.devnull,
    "core.untrackedCache": "false",  # a listing stored in the index, which may be forged
    "core.excludesFile": os.devnull,  # the user's own: not part of the repository
    "core.attributesFile": os.devnull,
    "core.sshCommand": "false",
    "core.askPass": "",
    "credential.helper": "",
    "protocol.allow": "never",
    # What a small repository may make git hold in memory: files are mapped in small pieces, and few at a time.
    "core.packedGitWindowSize": "8m",
    "core.packedGitLimit": "128m",
    "core.deltaBaseCacheLimit": "64m",
    "core.bigFileThreshold": "32m",
    "index.threads": "1",  # each would have a stack of its own
}
_ENVIRONMENT: Final = {
    "GIT_CONFIG_NOSYSTEM": "1",
    "GIT_CONFIG_GLOBAL": os.devnull,
    "GIT_ATTR_NOSYSTEM": "1",
    "GIT_NO_LAZY_FETCH": "1",
    "GIT_ALLOW_PROTOCOL": "/",
    "GIT_NO_REPLACE_OBJECTS": "1",
    "GIT_OPTIONAL_LOCKS": "0",
    "GIT_TERMINAL_PROMPT": "0",
    "GIT_ASKPASS": "",
    "GIT_SSH_COMMAND": "false",
    "GIT_PAGER": "cat",
    "GIT_ALLOC_LIMIT": str(
        MOST_MEMORY
    ),  # of one piece of memory, on every system and from the start; see `bound_memory`
    "LC_ALL": "C",
}


class GitFailure(Exception):
    """git ended with an error, or did not end; the message is its own words, `code` its exit code where it has one."""

    def __init__(self, words: str, code: int = 0) -> None:
        super().__init__(words)
        self.code = code


class Run:
    """One running git, as a context manager; leaving it ends the process, whether its output was read or not."""

    def __init__(self, process: subprocess.Popen[bytes], allowance: Allowance) -> None:
        self.cut = False  # whether `fields` ended before the output did
        self._process = process
        self._watch = watched(process, allowance)
        self._words = b""
        self._listener = threading.Thread(target=self._listen, daemon=True)
        self._listener.start()

    def fields(self) -> Iterator[bytes]:
        """The NUL-terminated fields of the output, as they come. Raises GitFailure after the last if git failed.

        Of a field no more than `LONGEST_FIELD` bytes are given, and of the output no more than `MOST_OUTPUT` are read.
        """
        rest, left = b"", MOST_OUTPUT
        while chunk := _pipe(self._process.stdout).read1(_CHUNK):
            left -= len(chunk)
            if left < 0:
                self.cut = True
                return
            head, nul, tail = chunk.partition(b"\0")
            rest = (rest + head)[:LONGEST_FIELD]
            if nul:
                yield rest
                *whole, rest = tail.split(b"\0")
                yield from whole
        self._finish()

    def text(self) -> str:
        """The output's first line. Raises GitFailure if git failed, or has more to say than fits into one."""
        line = _pipe(self._process.stdout).read(_CHUNK)
        if len(line) == _CHUNK:
            raise GitFailure(f"its answer is longer than {_CHUNK >> 10} KiB")
        self._finish()
        return line.decode("utf-8", "replace").partition("\n")[0]

    def complaint(self) -> str:
        """The end of what git says on stderr, whether it failed or not, as one line; "" for nothing."""
        self._listener.join()
        lines = (line.partition(": ")[2] or line for line in self._words.decode("utf-8", "replace").splitlines())
        return "".join(char for char in "; ".join(list(lines)[-2:]) if char.isprintable())

    def _finish(self) -> None:
        code = self._process.wait()
        if self._watch.fault:
            raise GitFailure(self._watch.fault)
        if code:
            words = self.complaint() or f"it ended with code {code}"
            raise GitFailure(TOO_LARGE if _OUT_OF_MEMORY.search(words) else words, code)

    def _listen(self) -> None:
        """Keeps the end of stderr and drops what was before, so that no amount of it blocks git or fills the memory."""
        stream = _pipe(self._process.stderr)
        while chunk := stream.read1(_CHUNK):
            self._words = (self._words + chunk)[-_MAX_WORDS:]

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        end(self._process)
        self._watch.cancel()
        self._listener.join()
        self._process.__exit__(kind, error, trace)


def _pipe(stream: IO[bytes] | None) -> BufferedReader:
    assert isinstance(stream, BufferedReader)  # every process here is started with pipes
    return stream


@dataclass(frozen=True)
class Git:
    """git on one repository: the folder that has `.git` in it, or a bare repository's own."""

    git_dir: str
    work_tree: str
    index_file: str = ""  # where it is not the usual one: a commit of some files only has an index of its own
    common_dir: str = ""  # of a linked worktree: the git folder of the repository that it belongs to
    allowance: Allowance = field(default_factory=Allowance, compare=False)

    def run(self, *arguments: str, inside: str = "") -> Run:
        """Starts a command, in the folder `inside` or else the work tree; nothing is written to its standard input."""
        process = self.start(*arguments, inside=inside, stdin=subprocess.DEVNULL, stderr=subprocess.PIPE)
        return Run(process, self.allowance)

    def start(self, *arguments: str, inside: str = "", stdin: int, stderr: int) -> subprocess.Popen[bytes]:
        """The bare process, its standard output a pipe. Raises SnapshotError if there is no git."""
        command = [*self._command, *arguments]
        process = subprocess.Popen(
            command,
            cwd=inside or self.work_tree,
            env=self._environment,
            stdin=stdin,
            stdout=subprocess.PIPE,
            stderr=stderr,
            start_new_session=True,  # without a terminal to ask on, and to be killed as a whole
        )
        bound_memory(process)
        return process

    @cached_property
    def _command(self) -> list[str]:
        executable = shutil.which("git", path=_search_path())
        if executable is None:
            remedy = "install git, or audit a copy of the files without .git"
            raise SnapshotError(f"{self.work_tree} is a git repository and there is no git on PATH: {remedy}")
        configuration = [word for key, value in _CONFIGURATION.items() for word in ("-c", f"{key}={value}")]
        return [executable, "--no-pager", *configuration, f"--git-dir={self.git_dir}", f"--work-tree={self.work_tree}"]

    @cached_property
    def _environment(self) -> dict[str, str]:
        kept = {name: value for name, value in os.environ.items() if not name.upper().startswith("GIT_")}
        own = {"GIT_INDEX_FILE": self.index_file, "GIT_COMMON_DIR": self.common_dir, "PATH": _search_path()}
        return kept | _ENVIRONMENT | {name: value for name, value in own.items() if value or name == "PATH"}


def _search_path() -> str:
    """PATH without relative folders: `.` would be the repository, which may hold a program called git."""
    folders = os.environ.get("PATH", os.defpath).split(os.pathsep)
    return os.pathsep.join(folder for folder in folders if Path(folder).is_absolute())


def unreadable(git: Git, words: str) -> SnapshotError:
    """The error that git, in these words of its own, cannot read the repository."""
    remedy = "mend the repository, or audit a copy of the files without .git"
    if words == WAITS and (fifo := fifo_below(git.work_tree)):
        words, remedy = f"it waits for {fifo}, which is a FIFO", "remove it"
    if "promisor remote" in words:
        remedy = "this is a partial clone; get what it left out with `git fetch --refetch --no-filter`"
    return SnapshotError(f"git cannot read {git.work_tree} ({words}): {remedy}")
