"""Which function of a command line program a command means: `tool train --epochs 3` runs `train`, not all commands."""

from __future__ import annotations

from collections.abc import Sequence

from mlripe.facts import Call, FileFacts

__all__ = ["subcommand"]

_ADDING = (".add_typer", ".add_command")  # commands of another program that this one has as well
_ENDINGS = ("_cmd", "_command", "_cli")


def subcommand(facts: FileFacts, words: Sequence[str]) -> tuple[str, ...]:
    """The functions that `words` ask a program of Click, Typer or their kin for; () where that cannot be told."""
    known = [call for call in facts.calls if call.decorator and call.scope and call.name.endswith(".command")]
    asked = {word.lower() for word in words if not word.startswith("-")}
    meant = [call for call in known if asked & _names(call)]
    groups = [call for call in facts.calls if call.name.endswith(_ADDING)]
    first = next((word for word in words if not word.startswith("-")), "")
    if len(known) + len(groups) < 2 or not meant or any(call.keywords.get("name") == first for call in groups):
        return ()
    # groups may have commands of one name: `train local` is train_local rather than deploy_local
    fitting = {call.scope: len(asked & set(call.scope.lower().split("_"))) for call in meant}
    best = max(fitting.values())
    always = [call.scope for call in facts.calls if call.decorator and call.name.endswith((".callback", ".group"))]
    return (*(scope for scope, fits in fitting.items() if fits == best), *always)


def _names(call: Call) -> set[str]:
    """The names of a command: the one that it is given, else its function's, as these frameworks make it one."""
    given = call.args[0] if call.args else call.keywords.get("name")
    if isinstance(given, str):
        return {given.lower()}
    function = call.scope.rsplit(".", 1)[-1].lower()
    short = next((function.removesuffix(ending) for ending in _ENDINGS if function.endswith(ending)), function)
    return {name.replace("_", "-") for name in (function, short)} | {function}
