"""Where the commands of a shell text run: what `cd`, `pushd` and the variables of the text itself make of it."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Final

from msgspec import Struct, field
from msgspec.structs import replace

from mlripe.lazy_regex import lazy_regex

__all__ = ["Directory"]

SOMEWHERE: Final = "\0"  # a component that the text does not say
LENGTH: Final = 50  # components of a directory; a loop of `cd` in a hostile text grows no further
VARIABLES: Final = 200

ASSIGNED = lazy_regex(r"([A-Za-z_]\w*)=(.*)\Z", re.DOTALL)
VARIABLE = lazy_regex(r"\$(?:\{([A-Za-z_]\w*)\}|([A-Za-z_]\w*))")
# What stands for the repository's root: variables of CI services, and git itself.
ROOT = lazy_regex(
    r"(?:\$\{\{\s*github\.workspace\s*\}\}"
    r"|\$\{?(?:GITHUB_WORKSPACE|CI_PROJECT_DIR|BITBUCKET_CLONE_DIR|TRAVIS_BUILD_DIR|CODEBUILD_SRC_DIR|WORKSPACE"
    r"|BUILD_SOURCESDIRECTORY|SYSTEM_DEFAULTWORKINGDIRECTORY)\b\}?"
    r"|\$\((?:Build\.SourcesDirectory|System\.DefaultWorkingDirectory|Pipeline\.Workspace/s)\)"
    r"|\$\(git rev-parse --show-toplevel\)|`git rev-parse --show-toplevel`)(?=/|\Z)"
)
OWN_PATH = lazy_regex(r"\$\{?(?:0|BASH_SOURCE(?:\[0\]|\[@\])?|BASH_SOURCE)\}?")
COMPONENT = lazy_regex(r"/([\w.-]+)")


class _Place(Struct, frozen=True):
    """A directory as components from the repository's root, `SOMEWHERE` for one that is not known."""

    parts: tuple[str, ...] = ()

    def into(self, path: str) -> _Place:
        """The place that `cd path` leads to."""
        if path.startswith(("/", "~")) or path == "":
            return _Place((*self.parts, SOMEWHERE)[:LENGTH])
        parts = list(self.parts)
        for part in path.split("/"):
            if part in ("", "."):
                continue
            if part == ".." and parts and parts[-1] != "..":
                parts.pop()
            else:
                parts.append(SOMEWHERE if "$" in part or "`" in part or "%" in part else part)
        return _Place(tuple(parts[:LENGTH]))


class Directory(Struct, frozen=True):
    """A directory relative to where a text starts; `str()` gives it as far as it is known ("" for the start)."""

    start: str = ""
    script: str = ""  # the folder of the script that the text is, for `cd "$(dirname "$0")"`
    moved: tuple[_Place, ...] = ()  # where the text is now, and before that what `popd` returns to
    previous: _Place | None = None
    variables: Mapping[str, str] = field(default_factory=dict)

    @property
    def _here(self) -> _Place:
        return self.moved[-1] if self.moved else _Place().into(self.start or ".")

    def __str__(self) -> str:
        parts = self._here.parts
        known = parts[: parts.index(SOMEWHERE)] if SOMEWHERE in parts else parts
        return "/".join(known)

    def assign(self, assignment: str) -> Directory:
        """After `NAME=value`: a value that says where things are is remembered."""
        match = ASSIGNED.match(assignment)
        if match is None or len(self.variables) >= VARIABLES or len(match[2]) > 300:
            return self
        place = self._own_folder(match[2])
        value = match[2] if place is None else "/".join((SOMEWHERE, *place.parts))
        if place is None and ("$" in VARIABLE.sub("", ROOT.sub("", value)) or "`" in value):
            return self
        return replace(self, variables={**self.variables, match[1]: value})

    def after(self, argv: Sequence[str]) -> Directory:
        """After this command has run."""
        arguments = [word for word in argv[1:] if not (len(word) > 1 and word.startswith("-"))]
        if argv[0] in ("cd", "chdir", "Set-Location"):
            if arguments[:1] == ["-"]:
                return self if self.previous is None else self._move(self.previous)
            return self._move(self._into(arguments[0] if arguments else ""))
        if argv[0] in ("pushd", "Push-Location") and arguments:
            here = self._here
            return replace(self, moved=(*(self.moved or (here,)), self._into(arguments[0]))[-LENGTH:], previous=here)
        if argv[0] in ("popd", "Pop-Location") and len(self.moved) > 1:
            return replace(self, moved=self.moved[:-1], previous=self._here)
        return self

    def _move(self, place: _Place) -> Directory:
        return replace(self, moved=(*self.moved[:-1], place), previous=self._here)

    def _into(self, path: str) -> _Place:
        if (place := self._own_folder(path)) is not None:
            return place
        for _ in range(2):  # a variable of a variable, no deeper
            path = VARIABLE.sub(lambda m: self.variables.get(m[1] or m[2], m[0]), path)[:1000]
        if path.startswith(SOMEWHERE):  # a variable that holds a place from the root
            return _Place().into(path[1:].lstrip("/") or ".")
        if root := ROOT.match(path):
            return _Place().into(path[root.end() :].lstrip("/") or ".")
        return self._here.into(path)

    def _own_folder(self, path: str) -> _Place | None:
        """What `$(dirname "$0")/..` and its many spellings mean, None for anything else."""
        own = OWN_PATH.search(path)
        if own is None or not ("dirname" in path or "%/*" in path):
            return None
        place = _Place().into(self.script or ".")
        for _ in range(path.count("dirname") - 1):
            place = place.into("..")
        for component in COMPONENT.findall(path[own.end() :].replace("/dev/null", "")):
            place = place.into(component)
        return place
