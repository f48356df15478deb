"""Shell texts in the arguments of a command: `sh -c TEXT`, `eval TEXT`, `ssh HOST TEXT`."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from mlripe.lazy_regex import lazy_regex

__all__ = ["SHELL", "SHELL_OPTION", "remote_argument", "remote_words", "script_argument"]

SHELL = lazy_regex(r"(?:.*/)?(?:ba|da|z|k)?sh\Z")
SHELL_OPTION = lazy_regex(r"[-+][A-Za-z]+\Z")
_BEFORE_SSH: Final = ("ssh", "sshpass", "timeout", "retry", "sudo", "exec")
SSH_VALUED: Final = frozenset("-i -p -o -l -F -J -L -R -D -b -c -m -S -W".split())


def remote_argument(argv: Sequence[str]) -> tuple[int, str] | None:
    """Where in the words the script stands that a remote shell is given: after `ssh HOST`, or as `--command`."""
    begins = argv.index("ssh") if "ssh" in argv and argv[0] in _BEFORE_SSH else -1
    if begins >= 0:
        at = begins + _behind_host(argv[begins:])
        return (at, "") if at < len(argv) and any(mark in argv[at] for mark in (" ", "$")) else None
    if "ssh" in argv[1:4]:
        for index, word in enumerate(argv):
            if word == "--command" and index + 1 < len(argv):
                return index + 1, ""
            if word.startswith("--command="):
                return index, ""
    return None


def remote_words(argv: Sequence[str]) -> tuple[str, ...]:
    """The words of a command that `ssh` is given one by one: `ssh HOST crontab -`; not those of a shell."""
    words = tuple(argv[_behind_host(argv) :]) if argv[0] == "ssh" else ()
    return () if any(map(SHELL.match, words)) else words


def _behind_host(argv: Sequence[str]) -> int:
    at = 1
    while at < len(argv) and argv[at].startswith("-"):
        at += 2 if argv[at] in SSH_VALUED else 1
    return at + 1


def script_argument(argv: Sequence[str]) -> tuple[int, str] | None:
    """Where in the words a shell's script stands (`sh -c SCRIPT`, `eval SCRIPT`), and the shell's options."""
    if argv[0] == "eval" and len(argv) > 1:
        return 1, ""
    for index, word in enumerate(argv):
        if not SHELL.match(word):
            continue
        options: list[str] = []
        for position in range(index + 1, len(argv) - 1):
            option = argv[position]
            if not (SHELL_OPTION.match(option) or option in ("pipefail", "errexit")):
                break
            options.append(option)
            if option[0] == "-" and option.endswith("c"):
                return position + 1, " ".join(options)
    return None
