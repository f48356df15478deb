"""What docker, compose and their kin start: an image's build, a service, the command that is run in one."""

from __future__ import annotations

from collections.abc import Container, Iterator, Sequence

from mlripe.wiring.command_words import arguments, option
from mlripe.wiring.commands import Launcher
from mlripe.wiring.places import Place

__all__ = ["DOCKER_RUN_VALUED", "compose", "docker"]


def docker(launcher: Launcher, words: Sequence[str], bases: Sequence[str]) -> Iterator[Place]:
    words = list(words)
    if words and words[0] == "compose":
        yield from compose(launcher, words[1:], bases)
        return
    while words and words[0] in ("buildx", "image", "builder", "container"):
        words.pop(0)
    if not words:
        return
    if words[0] in ("build", "bake"):
        named = option(words, "-f", "--file")
        contexts = arguments(words[1:], _DOCKER_VALUED)
        context = launcher.tree.folder(contexts[-1], bases) if contexts else bases[0]
        path = launcher.tree.file(named, bases) if named else None
        for base in ([context] if context is not None else []) if not named else []:
            path = path or launcher.tree.named(base, "Dockerfile", "Containerfile")
        if path:
            yield from launcher.built(path, option(words, "--target"))
    elif words[0] == "run":
        rest = arguments(words[1:], DOCKER_RUN_VALUED)
        inner = list(words[words.index(rest[0]) + 1 :]) if rest else []
        if inner:
            yield from launcher.places(inner, bases)


_DOCKER_VALUED = tuple(
    """
    -t --tag -f --file --build-arg --platform --target --cache-from --cache-to --label --secret --output -o
    --progress --network --builder --iidfile
    """.split()
)
DOCKER_RUN_VALUED = tuple(
    """
    -v --volume -e --env --env-file -p --publish --name -w --workdir --network --gpus -u --user --mount --platform
    --entrypoint --restart --memory -m --cpus --shm-size --ipc -l --label -h
    """.split()
)


def compose(launcher: Launcher, words: Sequence[str], bases: Sequence[str]) -> Iterator[Place]:
    named = [words[i + 1] for i, w in enumerate(words[:-1]) if w in ("-f", "--file")]
    files = [p for n in named if (p := launcher.tree.file(n, bases))]
    if not named:
        for base in bases:
            found = launcher.tree.named(
                base, "compose.yaml", "compose.yml", "docker-compose.yml", "docker-compose.yaml"
            )
            if found:
                files = [found]
                break
    rest = arguments(words, ("-f", "--file", "-p", "--project-name", "--env-file", "--profile", "--scale"))
    if not rest or rest[0] not in ("up", "run", "build", "start", "create", "watch"):
        return
    for path in files:
        known = launcher.tree.units(path, ("service",))
        wanted = [w for w in rest[1:] if w in known]
        if rest[0] == "run":
            wanted = wanted[:1]
            if len(rest) > 2:  # the command takes the place of the service's own
                yield from launcher.places(rest[2:], bases)
                continue
        asked = frozenset(value for at, word in enumerate(words) if (value := _profile(word, words[at + 1 :])))
        for service in wanted or (name for name in known if _on(launcher, Place(path, name), asked)):
            yield Place(path, service)


def _profile(word: str, following: Sequence[str]) -> str:
    """The profile that `--profile fit` or `--profile=fit` asks for."""
    name, equals, value = word.partition("=")
    return "" if name != "--profile" else value if equals else next(iter(following), "")


def _on(launcher: Launcher, service: Place, profiles: Container[str]) -> bool:
    """Whether a service starts without being named: one of a profile does only where that is asked for."""
    unit = launcher.tree.unit(service)
    own = unit.inputs.get("profiles") if unit else None
    return not isinstance(own, tuple) or "*" in profiles or any(profile in profiles for profile in own)
