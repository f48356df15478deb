"""Deployments that only try something out: what deploys to a target of tests, or only shows what it would do."""

from __future__ import annotations

from mlripe.detection.matching import Match
from mlripe.kinds import Names
from mlripe.readers.store import FactStore
from mlripe.wiring.command_words import CommandWords, is_trial, option

__all__ = ["only_tries"]


def only_tries(match: Match, store: FactStore, words: CommandWords) -> bool:
    """Whether what matched is a command that deploys to a target of tests, or none at all.

    `databricks bundle deploy -t test`, `kubectl apply -k app --dry-run=server`.
    """
    units = (unit for unit in store.of(match.path).units if unit.id == match.found.unit)
    commands = [command for unit in units for command in unit.commands if command.line == match.found.line]
    if commands and all(is_trial(command.argv) for command in commands):
        return True
    targets = [_target(words.spoken(command.argv), words) for command in commands]
    return any(targets) and all(target in store.knowledge.named(Names.TEST_TARGETS) for target in targets if target)


def _target(said: tuple[str, ...], words: CommandWords) -> str:
    return option(said, *words.programs.targets(said[0])).lower() if said else ""
