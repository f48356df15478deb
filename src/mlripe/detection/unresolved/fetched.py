"""Whether a command works in a folder that was fetched before it: what it runs there is of others."""

from __future__ import annotations

from mlripe.facts import Command, Unit
from mlripe.kinds import ProgramEffect
from mlripe.wiring import Wiring
from mlripe.wiring.command_words import program

__all__ = ["Fetched"]


class Fetched:
    """Follows the commands of one unit in their order: `git clone URL && cd NAME && ./configure && make`."""

    def __init__(self, wiring: Wiring, path: str, unit: Unit) -> None:
        self.wiring = wiring
        self.path = path
        self.unit = unit
        self._fetching = wiring.words.programs.doing(ProgramEffect.MAKES_FILES)
        self._has_fetched = False
        self._elsewhere = False

    def is_elsewhere(self, command: Command) -> bool:
        """Whether the command runs in a folder that is not of the repository; to be asked of each one in its order."""
        name = program(command.argv[0])
        if name in ("cd", "pushd") and len(command.argv) > 1:
            self._moved(command.argv[1], command)
        elif name in self._fetching and any("://" in word or word == "clone" for word in command.argv[1:]):
            self._has_fetched = True
        return self._elsewhere

    def _moved(self, folder: str, command: Command) -> None:
        if folder.startswith("..") or not self._has_fetched:
            return
        bases = self.wiring.edges.bases(self.path, self.unit, command)
        self._elsewhere = self.wiring.tree.folder(folder, bases) is None
