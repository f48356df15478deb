"""model-validation-gate in shell text: a command that holds a metric against a limit stops or chooses.

Known are `jq -e`, `awk` with an exit status, `test` with numbers, and a program of Python in the command line.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import cache
from typing import Any, Final

from mlripe.catalog.tool_schema import Decision
from mlripe.detection.observations import Observation
from mlripe.detection.shipping import Shipping
from mlripe.detection.spreading import judged
from mlripe.evidence import Strength
from mlripe.facts import Command, FileFacts
from mlripe.lazy_regex import lazy_regex
from mlripe.readers.store import FactStore
from mlripe.wiring import Place, Wiring
from mlripe.wiring.started_by_calls import short

__all__ = ["shell_decisions"]

_LONGEST: Final = 2000  # characters of a command
_COMPARES = lazy_regex(r"(?<![-=<>&\d])[<>]=?(?![<>&])\s*[\"']?\$?\{?([\w.]+)|-(?:g[te]|l[te])\s+[\"']?\$?\{?([\w.]+)")
_PROGRAMS = lazy_regex(r"\b(?:jq|awk|gawk|mawk)\s|\bpython3? -c\s|-(?:g[te]|l[te])\s")  # a text that may compare
_PIPED: Final = 10  # commands before one that may give it what it reads
_TESTS = ("[", "[[", "test")
_NUMBERS = frozenset(("-gt", "-ge", "-lt", "-le"))


def shell_decisions(observations: list[Observation], store: FactStore, wiring: Wiring) -> Iterator[Observation]:
    """An observation for each such command of a script, a target, a step or a job."""
    for capability, decision in store.knowledge.decisions.items():
        shipping = Shipping(decision, store, wiring, observations)
        for path, facts in list(store.loaded()):
            for place, commands in _texts(path, facts, decision) if store.role(path) is None else ():
                for number in range(len(commands)):
                    if compares(commands, number, decision):
                        yield from _observation(capability, decision, place, commands, number, shipping)


def _texts(path: str, facts: FileFacts, decision: Decision) -> Iterator[tuple[Place, Sequence[Command]]]:
    """The commands of a file, text by text: of its units, and of the texts that its calls hand over to a shell."""
    yield from ((Place(path, unit.id), unit.commands) for unit in facts.units)
    for call in facts.calls if path.endswith(".py") else ():
        for value in (*call.args, *call.keywords.values()):
            text = value[-1] if isinstance(value, tuple) and value else value  # `["sh", "-c", "..."]`
            if isinstance(text, str) and _PROGRAMS.search(text) and _measures(decision).search(text):
                from mlripe.readers.shell.commands import commands

                yield Place(path, call.scope), commands(text, call.line)


def compares(commands: Sequence[Command], number: int, decision: Decision) -> bool:
    """Whether the status of a command tells how a metric compares with a limit."""
    command = commands[number]
    argv, text = command.argv, command.text[:_LONGEST]
    program = argv[0].rsplit("/", 1)[-1] if argv else ""
    if program == "jq":
        asks = any(word == "--exit-status" or re.fullmatch(r"-\w*e\w*", word) for word in argv[1:])
        return asks and _limits(text) and _measures(decision).search(text) is not None
    if program in ("awk", "gawk", "mawk"):
        # the pipe before it tells what it is given
        given = " ".join(
            each.text[:_LONGEST] for each in commands[max(0, number - _PIPED) : number] if each.line == command.line
        )
        return "exit" in text and _limits(text) and _measures(decision).search(f"{given} {text}") is not None
    if program in _TESTS:
        numeric = not _NUMBERS.isdisjoint(argv) or (program == "[[" and not {"<", ">"}.isdisjoint(argv))
        return numeric and _limits(text) and _measures(decision).search(text) is not None
    if program.startswith("python") and argv[1:2] == ("-c",) and len(argv) > 2:
        return _measures(decision).search(argv[2]) is not None and _stops(argv[2], decision)
    return False


def _observation(
    capability: str, decision: Decision, place: Place, commands: Sequence[Command], number: int, shipping: Shipping
) -> Iterator[Observation]:
    command = commands[number]
    says = f"a metric is held against a limit: {short(command.text)}"
    guards = any(_ships(place, other, shipping) for other in commands[number + 1 :][: command.guards])
    late = not guards and shipping.after(place, command.line) == {False}
    if command.allow_failure and not guards and command.guards:
        return  # it only chooses what is said
    yield Observation(
        capability,
        decision.detector,
        place,
        command.line,
        says,
        most=Strength.automated if late or (command.allow_failure and not guards) else Strength.enforced,
        gates=True,
        guards=guards,
        allow_failure=command.allow_failure and not guards,
    )


def _ships(place: Place, command: Command, shipping: Shipping) -> bool:
    """Whether a command ships, by itself or by what it starts."""
    said = short(command.text)
    hops = shipping.wiring.following(place)
    started = (place for place, hop, _ in hops if hop.line == command.line and hop.says == said)
    return shipping.at(place.path, command.line) or shipping.leads(started)


def _stops(program: str, decision: Decision) -> bool:
    """Whether a program of Python ends with an error by such a comparison."""
    from mlripe.readers.python.decisions import Deciding

    decisions = Deciding(program.encode("utf-8", "replace"))
    decisions.look(lambda _: True)
    held = (
        decisions.held[origin.at]
        for flow in decisions.flows
        for origin in flow.origins
        if flow.kind == "stops" and origin.kind == "held"
    )
    return any(judged(each, decision) is False for each in held)


def _limits(text: str) -> bool:
    """Whether anything is held against something that is not nothing, by order."""
    found = [one or two for one, two in _COMPARES.findall(text)]
    return any(not re.fullmatch(r"0*\.?0*", limit) for limit in found)


@cache
def _measures(decision: Decision) -> Any:
    """A word of a measure, by a library whose search is linear in the text."""
    import re2

    return re2.compile(rf"(?i)(?:^|[^a-z])(?:{'|'.join(decision.measures)})(?:[^a-z]|$)")
