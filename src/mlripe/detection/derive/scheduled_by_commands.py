"""Schedules that commands set up: `gcloud scheduler jobs create` for a job or a function that another command defines.

The platform knows both by their names. What a schedule's address names is looked for among what any command of the
repository deploys, with the folder or the image that it takes the code from.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from mlripe.detection.observations import Observation
from mlripe.evidence import Hop
from mlripe.facts import Unit
from mlripe.lazy_regex import lazy_regex
from mlripe.readers.store import FactStore
from mlripe.wiring import Place, StartKind, Wiring
from mlripe.wiring.command_words import arguments, option
from mlripe.wiring.image_names import bare

__all__ = ["scheduled_by_commands"]

_NOT_APPLIED = frozenset((StartKind.MANIFEST, StartKind.PULL_REQUEST))
_SCHEDULER = ("gcloud", "scheduler", "jobs")
_DEPLOYERS = (("gcloud", "run", "jobs"), ("gcloud", "run"), ("gcloud", "functions"))
_VERBS = frozenset(("deploy", "create", "update"))
_BETA = frozenset(("beta", "alpha"))
# how an address names a job, a function or a service
_NAMED = lazy_regex(
    r"/jobs/([\w-]{1,80}):run|cloudfunctions\.net/([\w-]{1,80})|//([a-z][\w-]{0,80}?)-[\w]{6,14}-\w{2,4}\.a\.run\.app"
)
_VALUED = ("--region", "--image", "--source", "--project", "--location", "--schedule", "--uri", "--entry-point")


def scheduled_by_commands(observations: list[Observation], store: FactStore, wiring: Wiring) -> Iterator[Observation]:
    """Makes roots of what a schedule calls that a command of automation creates."""
    known: dict[str, list[Place]] | None = None
    for path, unit, line, words in _commands(store, wiring, _SCHEDULER):
        place = Place(path, unit.id)
        if not (_VERBS & {*words[3:4]} and option(words, "--schedule") and wiring.kinds(place) - _NOT_APPLIED):
            continue
        known = _defined(store, wiring) if known is None else known
        names = [name for found in _NAMED.findall(" ".join(words)) for name in found if name]
        hop = Hop(path, line, f"schedule {option(words, '--schedule')}")
        for started in [started for name in names for started in known.get(name, ())]:
            wiring.add_root(started, StartKind.SCHEDULE, hop, via=place)
    return iter(())


def _commands(
    store: FactStore, wiring: Wiring, begins: Sequence[str]
) -> Iterator[tuple[str, Unit, int, tuple[str, ...]]]:
    """The commands that begin with these words: file, unit, line and words."""
    for path, facts in list(store.loaded()):
        for unit in facts.units if store.role(path) is None else ():
            for command in unit.commands:
                words = tuple(w for w in wiring.words.unwrapped(command.argv) if w not in _BETA)
                if words[: len(begins)] == tuple(begins):
                    yield path, unit, command.line, words


def _defined(store: FactStore, wiring: Wiring) -> dict[str, list[Place]]:
    """By name, what runs in the jobs, services and functions that commands deploy."""
    built: Mapping[str, set[Place]] = wiring.edges.images.names
    found: dict[str, list[Place]] = {}
    for begins in _DEPLOYERS:
        for path, unit, _, words in _commands(store, wiring, begins):
            rest = words[len(begins) :]
            name = next(iter(arguments(rest[1:], _VALUED)), "") if _VERBS & {*rest[:1]} else ""
            if name:
                found.setdefault(name, []).extend(_code(path, unit, rest, built, wiring))
    return found


def _code(
    path: str, unit: Unit, words: Sequence[str], built: Mapping[str, set[Place]], wiring: Wiring
) -> Iterator[Place]:
    """The code that a deploying command takes: of its image, or of its folder."""
    yield from sorted(built.get(bare(option(words, "--image")), ()))
    tree = wiring.edges.tree
    folder = tree.folder(option(words, "--source") or ".", [unit.directory, ""])
    if folder is None or option(words, "--image"):
        return
    function = option(words, "--entry-point")
    if function and (main := tree.named(folder, "main.py")):
        yield Place(main, function)
    elif dockerfile := tree.named(folder, "Dockerfile"):
        yield Place(dockerfile, "run")
