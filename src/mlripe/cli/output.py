"""Where a report goes: a file or standard output, in colour or plain."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Iterable, Sequence
from dataclasses import replace
from io import RawIOBase
from pathlib import Path
from typing import IO, TYPE_CHECKING, Final

from mlripe.catalog.nearest import nearest
from mlripe.errors import UserError
from mlripe.files import LedAway, place_of, write_whole
from mlripe.reports import FORMATS, WHOLE, Options, Told, render

if TYPE_CHECKING:
    from mlripe.auditing import Inspection

__all__ = [
    "DEFAULT",
    "check_writable",
    "has_colour",
    "is_terminal",
    "options_for",
    "outputs",
    "tell",
    "wants_whole",
    "whole",
    "write",
]

SUMMARY: Final = "GITHUB_STEP_SUMMARY"  # names the file that GitHub shows as the summary of a job's step
DEFAULT: Final = "terminal"  # the format of a command that names none
NARROWEST: Final = 80  # columns that a report takes at least
WIDEST: Final = 140  # beyond this the eye loses the line


def is_terminal(stream: IO[str] | None) -> bool:
    """Whether a person looks at the stream through a terminal that can move its cursor."""
    return stream is not None and stream.isatty() and os.environ.get("TERM") != "dumb"


def has_colour(stream: IO[str] | None) -> bool:
    """Whether to colour: NO_COLOR forbids it, FORCE_COLOR wants it anywhere, else a terminal gets it."""
    if os.environ.get("NO_COLOR"):
        return False
    return os.environ.get("FORCE_COLOR", "0") not in ("", "0") or is_terminal(stream)


def options_for(path: Path | None, verbose: bool) -> Options:
    """How a report looks that goes to `path`, or to standard output where that is None."""
    if path is not None:
        return Options(verbose=verbose)
    columns = shutil.get_terminal_size().columns if is_terminal(sys.stdout) else Options().width
    return Options(min(max(columns, NARROWEST), WIDEST), has_colour(sys.stdout), verbose)


def outputs(formats: Sequence[str], output: Path | None, repository: str = "") -> list[tuple[str, Path | None]]:
    """Each format with the file that it goes to, None for standard output. Raises UserError before any work is done.

    `repository` is the folder of what is scanned (`repository_at`).
    """
    wanted: list[tuple[str, Path | None]] = []
    for text in formats or (DEFAULT,):
        name, equals, file_name = text.partition("=")
        if name not in FORMATS:
            raise UserError(f"there is no format {name!r}{nearest(name, FORMATS)}; known are {', '.join(FORMATS)}")
        if equals and not file_name:
            raise UserError(f"--format {text!r}: name a file after the equals sign, or leave it out")
        wanted.append((name, _place(file_name)))
    if output is not None:
        if len(wanted) > 1 or wanted[0][1] is not None:
            raise UserError("--output goes with one format; give each its file as --format FORMAT=FILE")
        wanted = [(wanted[0][0], _place(str(output)))]
    if sum(file is None for _, file in wanted) > 1:
        raise UserError("two formats would go to standard output; give one a file as --format FORMAT=FILE")
    for name, file in wanted:
        check_writable(file, repository)
        if sum(_is_one(file, other) for _, other in wanted) > 1:
            raise UserError(f"two formats would go to {file}; give each a file of its own, as --format {name}=FILE")
    return wanted


def _place(name: str) -> Path | None:
    """The file of that name; None, which is standard output, for none and for the `-` that it is called elsewhere."""
    return Path(name) if name not in ("", "-") else None


def _is_one(file: Path | None, other: Path | None) -> bool:
    """Whether two names lead to one file, however they are written; not so for a device, which keeps nothing."""
    if file is None or other is None:
        return False
    one = os.path.realpath(file)
    return one == os.path.realpath(other) and (os.path.isfile(one) or not os.path.exists(one))


def wants_whole(wanted: Iterable[tuple[str, Path | None]]) -> bool:
    """Whether any of the formats is to be read without mlripe at hand."""
    return any(name in WHOLE or (name == "github" and os.environ.get(SUMMARY)) for name, _ in wanted)


def whole(told: Told, path: str, inspection: Inspection) -> Told:
    """The same with the way on, the words of the catalogue, and where the forge shows each place."""
    from mlripe.reports.places import cited
    from mlripe.snapshot.remote import permalink, unlike_commit

    snapshot = inspection.snapshot
    link = permalink(path, snapshot.commit)
    return replace(
        told,
        plan=inspection.plan(told.assessment),
        permalink=link,
        changed=unlike_commit(path, snapshot, cited(told.assessment)) if link else frozenset(),
        capabilities=inspection.catalog.capabilities,
    )


def tell(told: Told, wanted: Iterable[tuple[str, Path | None]], repository: str = "", *, verbose: bool = False) -> None:
    """Writes every format to where it goes; `github` also adds to the job summary, where there is one."""
    for name, file in wanted:
        write(render(name, told, options_for(file, verbose)), file, repository)
        if name == "github" and (summary := os.environ.get(SUMMARY)):
            _append(render("markdown", told, Options(verbose=verbose)), Path(summary), repository)


def check_writable(path: Path | None, repository: str = "") -> None:
    """Raises UserError where `path` cannot be written, before any work is done and without creating it."""
    if path is None:
        return
    place = _place_of(path, repository)
    if place.is_dir() and not place.is_symlink():
        raise UserError(f"cannot write {path}: it is a folder; name a file in it")
    if not place.parent.is_dir():
        raise UserError(f"cannot write {path}: there is no folder {path.parent}; create it first")
    if not os.access(place if place.exists() and not place.is_symlink() else place.parent, os.W_OK):
        raise UserError(f"cannot write {path}: no permission; choose another place with --output")


def write(report: str, path: Path | None = None, repository: str = "") -> None:
    """Writes the report to `path` in UTF-8, or to standard output where that is None.

    A file is replaced as a whole or stays as it was; so is a link or a FIFO that the scanned `repository` has in its
    place. What is no file anywhere else, such as `/dev/stdout`, is written to.
    A reader that has seen enough (`mlripe audit | head`) changes neither the verdict nor the exit code.
    Raises UserError where the place cannot take it.
    """
    try:
        if path is not None:
            _write_file(report.encode("utf-8", "backslashreplace"), _place_of(path, repository), repository)
        else:
            sys.stdout.buffer.write(report.encode(sys.stdout.encoding, "backslashreplace"))
            sys.stdout.buffer.flush()
    except BrokenPipeError:
        _forget_stdout()
    except OSError as error:
        if path is None:
            _forget_stdout()
        where = path or "to standard output"
        reason = error.strerror or "the system refused it"
        raise UserError(f"cannot write {where}: {reason}; choose another place with --output") from error


def _write_file(content: bytes, place: Path, repository: str) -> None:
    brought = repository and place.is_relative_to(repository)
    if brought or (place.is_file() and not place.is_symlink()) or not os.path.lexists(place):
        write_whole(place, content)
    else:
        place.write_bytes(content)


def _place_of(path: Path, repository: str) -> Path:
    """Where a file lies. Raises UserError where the scanned repository has put a link into the way there."""
    try:
        return place_of(path, repository)
    except LedAway as error:
        remedy = "remove that link, or choose another place with --output"
        raise UserError(f"cannot write {path}: {error.link} is a symbolic link of the repository; {remedy}") from None
    except OSError as error:
        raise UserError(f"cannot write {path}: {error.strerror}; choose another place with --output") from None


def _append(text: str, path: Path, repository: str) -> None:
    """Adds to the end of a file, all of it or nothing."""
    try:
        place = place_of(path, repository)
        if place.is_symlink() and repository and place.is_relative_to(repository):
            raise LedAway(str(place))
        with place.open("ab", buffering=0) as file:
            size = os.fstat(file.fileno()).st_size
            try:
                _write_all(file, text.encode("utf-8", "backslashreplace"))
            except OSError:
                file.truncate(size)
                raise
    except OSError as error:
        reason = error.strerror or str(error) or "the system refused it"
        raise UserError(f"cannot write {path}, which {SUMMARY} names: {reason}; unset it to go without") from error


def _write_all(file: RawIOBase, content: bytes) -> None:
    while content:
        content = content[file.write(content) or 0 :]


def _forget_stdout() -> None:
    """Keeps the interpreter from failing, when it ends, on what is still buffered."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
