"""What becomes of one command: it is followed into the repository, runs nothing of it, or the wiring stops there.

The wiring stops at a program that nobody knows, at a value that is not written out, and at a file or target that is not
here. Everything else is either followed or known to run nothing of the repository.
"""

from __future__ import annotations

from collections.abc import Sequence
from enum import Enum
from typing import Final, NamedTuple

from mlripe.facts import Command, Unit
from mlripe.kinds import ProgramEffect, UnresolvedKind
from mlripe.lazy_regex import lazy_regex
from mlripe.wiring.command_words import arguments, option
from mlripe.wiring.containers import DOCKER_RUN_VALUED
from mlripe.wiring.edges import Edges

__all__ = ["FOLLOWED", "HARMLESS", "Ends", "Outcome", "Outcomes", "is_open"]


class Ends(Enum):
    """How a start ends that the wiring does not stop at."""

    FOLLOWED = "followed"
    HARMLESS = "harmless"


class Outcome(NamedTuple):
    """What becomes of a start; `name` is what the wiring stops at, "" where it does not stop."""

    ends: Ends | UnresolvedKind
    name: str = ""


FOLLOWED: Final = Outcome(Ends.FOLLOWED)
HARMLESS: Final = Outcome(Ends.HARMLESS)

# a word that something fills in before it is run
_OPEN = lazy_regex(r"\{[\w.]*\}|\$[\w{(@*!]|\{\{|\{%|%\w+%|<[\w -]+>|`")
# what is read into a shell, and runs nothing: environments, profiles, lists of variables
_SETTINGS = lazy_regex(
    r"(?:^|/)(?:activate(?:\.\w+)?|conda\.sh|profile|[\w.-]*\.env[\w.-]*|\.?\w*(?:bash|zsh)rc|\.envrc)\Z"
)
# cmdlets of PowerShell, and those of them that run what they are given
_CMDLET = lazy_regex(r"[A-Z][A-Za-z]+-[A-Z][A-Za-z]+")
_RUNNING_CMDLETS = ("invoke-expression", "invoke-command", "start-process", "start-job")
_PRINTED = lazy_regex(r"(?:\$\(|`)([^`()]*)[)`]\Z")  # a command whose words another command prints
_INLINE = lazy_regex(r"-\w*[ceEpV]\Z|--eval\Z|--print\Z")  # options that give an interpreter its text
_LONGEST_NAME: Final = 120


def is_open(word: str) -> bool:
    """Whether a word holds a value that is not written out."""
    return _OPEN.search(word) is not None


class Outcomes:
    """Judges the commands of one repository's units."""

    def __init__(self, edges: Edges) -> None:
        self.edges = edges
        self.launcher = edges.launcher
        self.words = edges.launcher.words
        self.known = edges.launcher.words.programs
        # what a timer starts is followed from the timer's own definition
        self.harmless = edges.launcher.harmless | self.known.doing(ProgramEffect.INSTALLS_TIMERS)
        # of these no word and no value says more
        self._plainly_harmless = frozenset(name for name in self.harmless if not self.known.starting(name))

    def of(self, path: str, unit: Unit, command: Command) -> Outcome:
        """What becomes of a command of a unit."""
        if command.own:
            return FOLLOWED
        name = next(iter(self.words.unwrapped(command.argv)), "")
        if name in self._plainly_harmless and not self.launcher.tree.console(name):
            return HARMLESS
        forms = self.edges.values.forms(path, unit, command)
        if self.edges.started(path, unit, command, forms):
            return FOLLOWED
        return self._stopped(self.words.unwrapped(forms[0] if forms else command.argv))

    def of_words(self, argv: Sequence[str], bases: Sequence[str]) -> Outcome:
        """What becomes of a command that a call of a program is given."""
        if self.launcher.places(argv, bases) or self.edges.handed_over.by_name(argv):
            return FOLLOWED
        return self._stopped(self.words.unwrapped(argv))

    def _stopped(self, words: Sequence[str]) -> Outcome:
        """The outcome of an unwrapped command that starts nothing which is known."""
        if not words or self.words.runs_nothing(words):
            return HARMLESS
        name = words[0]
        if name == "-m":
            return self._module(words[1:])
        if _CMDLET.fullmatch(name) and name.lower() not in _RUNNING_CMDLETS:
            return HARMLESS
        if inner := _PRINTED.match(name):
            return self._printed(inner[1].split())
        if name in self.harmless and not self.known.starting(name):
            return HARMLESS
        followed = self.known.followed_as(name)
        if followed in self.launcher.handlers or self.known.starting(name):
            if not self.words.asked(words):
                return HARMLESS
            return _NOT_FOUND.get(followed, _target)(name, words[1:])
        if is_open(name):
            return Outcome(UnresolvedKind.UNKNOWN_VALUE, _short(name))
        if "/" in name:
            return Outcome(UnresolvedKind.ABSENT_FILE, _short(name))
        if name in self.known.by_name:
            return _target(name, words[1:])
        return Outcome(UnresolvedKind.UNKNOWN_PROGRAM, _short(name))

    def _printed(self, words: Sequence[str]) -> Outcome:
        """What becomes of a command whose words another command prints: `$(ssh-agent -s)` sets variables."""
        words = self.words.unwrapped(words)
        known = bool(words) and self._stopped(words).ends is Ends.HARMLESS
        return HARMLESS if known else Outcome(UnresolvedKind.UNKNOWN_VALUE, _short(f"$({' '.join(words)})"))

    def _module(self, words: Sequence[str]) -> Outcome:
        """`python -m NAME` of a module that is not of this repository."""
        if not words:
            return HARMLESS
        if words[0] in self.known.by_name:
            return self._stopped(words)
        kind = UnresolvedKind.UNKNOWN_VALUE if is_open(words[0]) else UnresolvedKind.UNKNOWN_PROGRAM
        return Outcome(kind, _short(f"python -m {words[0]}"))


def _short(name: str) -> str:
    line = " ".join(name.split())
    return line if len(line) <= _LONGEST_NAME else line[: _LONGEST_NAME - 3] + "..."


def _named(program: str, word: str, absent: UnresolvedKind) -> Outcome:
    """The outcome of a runner that is asked for `word`, which nothing here is."""
    return Outcome(UnresolvedKind.UNKNOWN_VALUE if is_open(word) else absent, _short(f"{program} {word}".strip()))


def _target(program: str, words: Sequence[str]) -> Outcome:
    return _named(program, next(iter(arguments(words)), ""), UnresolvedKind.ABSENT_TARGET)


def _interpreter(program: str, words: Sequence[str]) -> Outcome:
    """An interpreter: of a text that it is given nothing is started, nor of its input, which stands elsewhere."""
    if any(_INLINE.match(word) for word in words):
        return HARMLESS
    script = next((word for word in words if not word.startswith("-")), "")
    if not script or "-" in words or script.startswith("<("):  # of what another command prints nothing is of here
        return HARMLESS
    return _named(program, script, UnresolvedKind.ABSENT_FILE)


def _shell(program: str, words: Sequence[str]) -> Outcome:
    if any(_SETTINGS.search(word) for word in words[:1]):
        return HARMLESS
    if any(word.startswith("-") and not word.startswith("--") and "c" in word for word in words[:2]):
        return HARMLESS  # the commands of its text stand beside it
    return _interpreter(program, words)


def _files(program: str, words: Sequence[str]) -> Outcome:
    return _named(program, next(iter(arguments(words)), ""), UnresolvedKind.ABSENT_FILE)


def _notebooks(program: str, words: Sequence[str]) -> Outcome:
    """A notebook that is only converted is not run."""
    executed = words[:1] == ("execute",) or any(word.startswith(("--execute", "--ExecutePre")) for word in words)
    return _named(program, next(iter(arguments(words)[-1:]), ""), UnresolvedKind.ABSENT_FILE) if executed else HARMLESS


def _manifests(program: str, words: Sequence[str]) -> Outcome:
    """Manifests and charts from elsewhere, or none: `kubectl create namespace ml` only names what it makes."""
    if image := option(words, "--image"):
        return Outcome(UnresolvedKind.OUTSIDE_IMAGE, image)
    handed = option(words, "-f", "--filename", "-k", "--kustomize", "--from")
    if program == "helm":
        handed = next(iter(arguments(words, _HELM_VALUED)[2:]), "") or handed
    elif not handed and words[:1] in (("create",), ("run",)):
        return HARMLESS
    handed = handed or next(iter(arguments(words)[-1:]), "")
    if handed == "-":  # what another command writes: that command names the file
        return HARMLESS
    outside = "://" in handed or (program == "helm" and not handed.startswith((".", "/")) and "/" in handed)
    if outside and not is_open(handed):
        return Outcome(UnresolvedKind.OUTSIDE_DEFINITION, _short(handed))
    return _named(program, handed, UnresolvedKind.ABSENT_FILE)


def _docker(program: str, words: Sequence[str]) -> Outcome:
    """An image that is run and says itself what it runs; a build whose definition is not here."""
    words = words[1:] if words[:1] and words[0] in ("buildx", "image", "builder", "container") else words
    if words[:1] == ("run",):
        image = next(iter(arguments(words[1:], DOCKER_RUN_VALUED)), "")
        return Outcome(UnresolvedKind.OUTSIDE_IMAGE, image) if image else HARMLESS
    named = option(words, "-f", "--file") or next(iter(arguments(words)[1:][-1:]), "")
    return _named(f"{program} {words[0] if words else ''}", named, UnresolvedKind.ABSENT_FILE)


_HELM_VALUED = (
    "-n", "--namespace", "-f", "--values", "--set", "--set-string", "--set-file", "--version", "--repo", "--timeout",
    "--kube-context", "--kubeconfig", "--description", "--username", "--password", "--history-max",
)  # fmt: skip


def _request(program: str, words: Sequence[str]) -> Outcome:
    return HARMLESS


# by the program that a program is followed as
_NOT_FOUND: Final = {
    "python": _interpreter,
    "perl": _interpreter,
    "Rscript": _interpreter,
    "node": _interpreter,
    "sh": _shell,
    "papermill": _files,
    "docker": _docker,
    "jupyter": _notebooks,
    "kubectl": _manifests,
    "curl": _request,
}
