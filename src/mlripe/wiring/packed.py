"""What infrastructure code packs: images that it builds from a folder, and the handlers of functions in scripts."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator, Sequence

from mlripe.facts import Call
from mlripe.lazy_regex import lazy_regex
from mlripe.readers.store import FactStore
from mlripe.wiring.name_resolution import RepositoryTree
from mlripe.wiring.places import EVERYTHING, Place

__all__ = ["PACKING", "deployed_from", "named_images", "packed"]

# calls that pack a folder, in Python and in TypeScript
PACKING = (".from_asset", ".AssetCode", ".from_image_asset", ".fromAsset", ".fromImageAsset", ".fromDockerBuild")
_OF_IMAGES = lazy_regex(r"(?:Image|ImageCode)\.(?:from_(?:image_)?asset|from(?:Image)?Asset)\Z|\.DockerImageAsset\Z")
_DIRECTORY = ("directory", "entry")
_HANDLER = lazy_regex(r"([\w./-]+)\.(\w+)\Z")
_BESIDE = ".defineFunction"  # of Amplify: its script is `handler` beside it, if it says nothing else
_ENTRY = "entry"  # of a function whose code is bundled: the script itself
_MOST_VALUES = 100
_APPS = ("cdk.json", "sst.config.ts", "Pulumi.yaml", "amplify/backend.ts")


def deployed_from(path: str, store: FactStore) -> str | None:
    """The folder from which infrastructure code in a file is deployed: paths that it writes are seen from there."""
    folder = posixpath.dirname(path)
    while not any(posixpath.join(folder, name) in store.entries for name in _APPS):
        if not folder:
            return None
        folder = posixpath.dirname(folder)
    return folder


def named_images(call: Call, bases: Sequence[str], tree: RepositoryTree) -> Iterator[Place]:
    """The images of the folders that a construct is given by their paths, however deep: it has them built."""
    waiting: list[object] = [*call.args, *call.keywords.values()]
    for _ in range(_MOST_VALUES):
        if not waiting:
            return
        value = waiting.pop()
        if isinstance(value, (tuple, dict)):
            waiting += value.values() if isinstance(value, dict) else value
        elif isinstance(value, str) and "/" in value and " " not in value:
            folder = tree.folder(value, bases)
            if folder and (image := tree.named(folder, "Dockerfile")):
                yield from (Place(image, part) for part in ("build", "image", "run"))


def packed(call: Call, bases: Sequence[str], folders: Sequence[str], tree: RepositoryTree) -> Iterator[Place]:
    """What runs in the image that a call builds, or the handler in a script that a function has.

    `folders`: those that the same scope packs, in which a handler's file is looked for.
    """
    if _OF_IMAGES.search(call.name):
        for value in (*call.args, *(call.keywords.get(key) for key in _DIRECTORY)):
            folder = tree.folder(value, bases) if isinstance(value, str) else None
            named = call.keywords.get("file")
            names = (named,) if isinstance(named, str) else ("Dockerfile", "dockerfile", "Containerfile")
            if folder is not None and (image := tree.named(folder, *names)):
                yield from (Place(image, part) for part in ("build", "image", "run"))
                return
    else:
        yield from named_images(call, bases, tree)
    handler, entry = call.keywords.get("handler"), call.keywords.get(_ENTRY)
    if call.name.endswith(_BESIDE) and entry is None:
        entry = "handler"
    if isinstance(entry, str) and (script := tree.script(entry, bases)):
        yield Place(script, handler if isinstance(handler, str) else "handler")
    elif isinstance(handler, str) and (parts := _HANDLER.match(handler)):
        script = tree.script(parts[1], [*folders, *bases])
        if script:
            yield Place(script, parts[2] if parts[2] in tree.functions(script) else EVERYTHING)
