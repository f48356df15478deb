"""What a command line really starts: the wrappers around it taken off, its options told from its arguments."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from fnmatch import fnmatchcase
from typing import Final

from mlripe.catalog.knowledge import Programs
from mlripe.kinds import ProgramEffect
from mlripe.lazy_regex import lazy_regex

__all__ = ["CommandWords", "arguments", "is_trial", "option", "program"]

_ASKS = frozenset(("--help", "--version"))  # a program that only says what it is runs nothing
_PYTHON = lazy_regex(
    r"(?:python|pypy)[\d.]*w?(?:\.exe)?|\$[({]?\w*(?:PY|PYTHON|python)(?:\d|_\w+)?(?::-[\w./-]*)?[)}]?"
)
_NUMBERED = lazy_regex(r"pip\d+\.\d+")
_PREFIX = lazy_regex(r"\$\{\w+\}(?=[A-Za-z])")  # `${PREFIX}pytest`: the folder of an environment, or nothing
_ASSIGNMENT = lazy_regex(r"[A-Za-z_]\w*=")
# what an environment installed, wherever that was made: /app/.venv/bin/uvicorn, ./env/bin/python
_INSTALLED = lazy_regex(r"(?:^|/)(?:\.?v?env|\.?virtualenv|envs/[\w.-]+)/bin/[^/]+$")
_OUTSIDE = ("/usr/", "/bin/", "/opt/", "$", "~", "venv", ".venv")  # programs of the machine or of an environment
_DEEPEST: Final = 6  # wrappers of wrappers
_MOST_KEPT: Final = 20_000


def program(word: str) -> str:
    """The name of a program without its folder: `/usr/bin/python3` is `python`."""
    name = _PREFIX.sub("", word.replace("\\", "/").rsplit("/", 1)[-1])
    name = name.removesuffix(".exe")
    if _NUMBERED.fullmatch(name):  # pip3.12 is pip
        return name.rstrip("0123456789.")
    if "@" in name[1:]:  # npx promptfoo@latest
        name = name[: name.index("@", 1)]
    return "python" if _PYTHON.fullmatch(name) else name


class CommandWords:
    """Reads command lines by what `programs` (rules/programs.yaml) says of the programs in them."""

    def __init__(self, programs: Programs) -> None:
        self.programs = programs
        self._wrappers = programs.doing(ProgramEffect.WRAPS)
        self._first_of_wrapper = frozenset(name.split()[0] for name in self._wrappers)
        self._longest = max((len(name.split()) for name in self._wrappers), default=0)
        self._of_several: dict[str, set[str]] = {}  # programs of several commands, with the options that take a value
        for name in self._wrappers:
            first, _, rest = name.partition(" ")
            if rest and " " not in rest:
                self._of_several.setdefault(first, set()).update(programs.by_name[name].valued)
        self._packaged = programs.doing(ProgramEffect.PACKAGED)
        self._managers = programs.doing(ProgramEffect.RUNS_PACKAGED)
        self._spoken: dict[tuple[str, ...], tuple[str, ...]] = {}
        self._opened: dict[tuple[str, ...], tuple[tuple[str, ...], str]] = {}

    def unwrapped(self, argv: Sequence[str]) -> tuple[str, ...]:
        """The command without what only wraps it: `poetry run python -m pytest -q` is `-m pytest -q`.

        The first word is the program's bare name unless it is a path in the repository (`./train.sh`, `scripts/x.sh`).
        """
        return self.opened(argv)[0]

    def opened(self, argv: Sequence[str]) -> tuple[tuple[str, ...], str]:
        """The command without what only wraps it, and the folder that a wrapper names for it ("" for none)."""
        key = tuple(argv)
        known = self._opened.get(key)
        if known is None:
            known = self._open(key)
            if len(self._opened) < _MOST_KEPT:
                self._opened[key] = known
        return known

    def _open(self, argv: tuple[str, ...]) -> tuple[tuple[str, ...], str]:
        words, folder = list(argv), ""
        for _ in range(_DEEPEST):
            while words and (_ASSIGNMENT.match(words[0]) or words[0] in ("--", "!", "then", "do", "else")):
                words.pop(0)
            if not words:
                return (), folder
            name = program(words[0])
            words = [words[0], *self._command_first(name, words[1:])]
            wrapper = self._wrapper([name, *words[1:]])
            if (name, *words[1:2]) in self.programs.plugins:
                words = words[1:]
            elif wrapper:
                folder = option(words, *self.programs.by_name[wrapper].folders) or folder
                words = self._after(words, wrapper)
            elif name in self._managers and len(words) > 1 and words[1] in self._packaged:
                words = words[1:]
            elif name == "python" and len(words) > 2 and "-m" in words[1:4]:
                module, *rest = words[words.index("-m") + 1 :] or [""]
                if module not in self.programs.modules:
                    return (("-m", module, *rest) if module else ()), folder
                words = [*self.programs.modules[module].split(), *rest]
            elif name == "python" and (at := _glued(words)):
                words[at : at + 1] = ["-m", words[at].removeprefix("-m")]
            else:
                break
        if not words:
            return (), folder
        outside = words[0].startswith(_OUTSIDE) or _INSTALLED.search(words[0])
        local = "/" in words[0] and not outside
        return (words[0] if local else program(words[0]), *words[1:]), folder

    def _command_first(self, name: str, words: list[str]) -> list[str]:
        """The words of a program of several commands with its command before its options: `uv --directory ml run`."""
        if not words or not words[0].startswith("-") or name not in self._of_several:
            return words
        at, valued = 0, self._of_several[name]
        while at < len(words) and words[at].startswith("-"):
            at += 2 if words[at] in valued else 1
        named = f"{name} {words[at]}" if at < len(words) else ""
        return [words[at], *words[:at], *words[at + 1 :]] if named in self._wrappers else words

    def spoken(self, argv: tuple[str, ...]) -> tuple[str, ...]:
        """A command as a person would say it: `python -m pytest -q` is `pytest -q`."""
        known = self._spoken.get(argv)
        if known is None:
            words = self.unwrapped(argv)
            known = words[1:] if words[:1] == ("-m",) else words
            if len(self._spoken) < _MOST_KEPT:
                self._spoken[argv] = known
        return known

    def of_wrapper(self, written: str) -> bool:
        """Whether a pattern is about a program that only wraps others (`srun`, `accelerate launch --config_file`)."""
        words = tuple(written.split())
        return self.spoken(words) != words

    def runs_nothing(self, words: Sequence[str]) -> bool:
        """Whether an unwrapped command runs nothing of what it names: it asks, lists, checks or removes.

        `--version 1.2` is an argument of what a program does, as is a word of another program's command.
        """
        following = (*words[1:], "")
        if any(
            word in _ASKS and (not after or after.startswith("-")) for word, after in zip(words, following, strict=True)
        ):
            return True
        verbs, valued = self.programs.idle(words[0])
        dry = is_trial(words)
        first = next(iter(arguments(words[1:], valued)), "")
        asked = first in verbs or any(word.startswith("-") and word in verbs for word in words[1:])
        asked = asked or self._begins(words, (phrase for phrase in verbs if " " in phrase))
        return bool(verbs) and (dry or asked)

    def asked(self, words: Sequence[str]) -> bool:
        """Whether an unwrapped command asks its program to run something, by the words that it begins with."""
        starting = self.programs.starting(words[0])
        return not starting or self._begins(words, starting)

    def applies(self, words: Sequence[str]) -> bool:
        """Whether an unwrapped command sets up the infrastructure that files of its program's language describe."""
        return bool(words) and self._begins(words, self.programs.applying(words[0]))

    def _begins(self, words: Sequence[str], phrases: Iterable[str]) -> bool:
        leading = arguments(words[1:], self.programs.idle(words[0])[1])
        return any(
            len(leading) >= len(phrase) and all(map(fnmatchcase, leading, phrase)) for phrase in map(str.split, phrases)
        )

    def _wrapper(self, words: Sequence[str]) -> str:
        for count in range(min(self._longest, len(words)), 0, -1) if words[0] in self._first_of_wrapper else ():
            name = " ".join(words[:count])
            if name in self._wrappers:
                return name
        return ""

    def _after(self, words: list[str], wrapper: str) -> list[str]:
        """What a wrapper runs: the words behind its own options."""
        known = self.programs.by_name[wrapper]
        if text := option(words, *known.texts) if known.texts else "":
            return ["sh", "-c", text]
        if known.text_last and " " in words[-1]:
            return ["sh", "-c", words[-1]]
        at = len(wrapper.split())
        environment = option(words, *known.environments)
        while at < len(words) and (
            words[at].startswith(("-", "+")) or (words[at][:1] == "$" and words[at + 1 : at + 2] == ["-m"])
        ):
            word = words[at]
            if word == "--":
                at += 1
                break
            if word in ("-m", "--module"):  # `coverage run -m pytest`, `deepspeed --module pkg.train`
                return ["python", "-m", *words[at + 1 :]]
            at += 2 if word in known.valued else 1
        if not known.names_first and words[at : at + 1] and words[at].isdecimal():  # how often: `retry 3 docker push`
            at += 1
        if environment and at < len(words) and ":" not in words[at]:
            return [f"{environment}:{words[at]}", *words[at + 1 :]]
        rest = [*known.stands_for.split(), *(words[at + 1 :] if known.names_first else words[at:])]
        return ["python", *rest] if known.runs_python and rest and rest[0].endswith(".py") else rest


def _glued(words: Sequence[str]) -> int:
    """Where the options of Python name its module without a space, `python -u -mtraining`; 0 where they do not."""
    for at, word in enumerate(words[1:4], 1):
        if not word.startswith("-") or word == "-m":
            return 0
        if word.startswith("-m"):
            return at
    return 0


def is_trial(words: Iterable[str]) -> bool:
    """Whether a command only shows what it would do: `kubectl apply -k app --dry-run=server`."""
    return any(word.startswith("--dry-run") and not word.endswith(("=none", "=false")) for word in words)


def arguments(words: Iterable[str], valued: Iterable[str] = ()) -> list[str]:
    """The words that are neither options nor values of the options named in `valued`."""
    out: list[str] = []
    skip = False
    takes = frozenset(valued)
    for word in words:
        if skip:
            skip = False
        elif word.startswith("-") and word != "-":
            skip = word in takes
        else:
            out.append(word)
    return out


def option(words: Sequence[str], *names: str) -> str:
    """The value of the first of these options (`-f x`, `--file x`, `--file=x`), "" where it is not given."""
    for index, word in enumerate(words):
        for name in names:
            if word == name and index + 1 < len(words):
                return words[index + 1]
            if word.startswith(name + "="):
                return word[len(name) + 1 :]
            if (
                len(name) == 2
                and not name.startswith("--")
                and word.startswith(name)
                and len(word) > 2
                and name != "-m"
            ):
                return word[2:].lstrip("=")
    return ""
