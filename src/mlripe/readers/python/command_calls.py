"""Commands that a Python program runs: `subprocess.run(["gcloud", "run", "deploy"])`, `os.system("make ship")`."""

from __future__ import annotations

import re
from typing import Final

from mlripe.facts import Call, Command
from mlripe.lazy_regex import lazy_regex

__all__ = ["PYTHONS", "RUNNING", "WRITTEN", "commands_of"]

RUNNING: Final = (
    "subprocess.",
    "os.system",
    "os.popen",
    "os.exec",
    "os.spawn",
    "asyncio.create_subprocess_",
    "commands.get",
)
# a function of one's own that hands its words on: `_run_command(command)`
_HANDS_ON: Final = lazy_regex(r"(?:^|[._])(?:run|execute|exec|sh|shell|call)(?:$|_)", re.IGNORECASE)
PYTHONS: Final = ("python", "python3")
WRITTEN: Final = ".exec"  # what stands for the call that runs the words of a list, wherever that is
_KEYS: Final = ("args", "cmd", "command")
_OPEN: Final = "?"  # a word that the file does not write out


def commands_of(call: Call) -> tuple[Command, ...]:
    """The commands that a call runs; of its words at least the first two are written out, or all of its text."""
    runs = call.name.startswith(RUNNING)
    if call.decorator or not (runs or _HANDS_ON.search(call.name)):
        return ()
    given = call.args[0] if call.args else next((call.keywords[key] for key in _KEYS if key in call.keywords), None)
    if isinstance(given, tuple) and len(given) > 1 and all(isinstance(word, str) and word for word in given[:2]):
        words = tuple(word if isinstance(word, str) else _OPEN for word in given)
        return (Command(" ".join(words), words, call.line),)
    if runs and isinstance(given, str) and " " in given:
        from mlripe.readers.shell.commands import commands

        return commands(given.replace("{}", _OPEN), call.line)
    return ()
