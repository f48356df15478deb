"""Packages of Node that a platform serves from the repository itself: what their framework starts is deployed code."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator

from mlripe.detection.observations import Observation
from mlripe.evidence import Hop
from mlripe.kinds import Role
from mlripe.readers.store import FactStore
from mlripe.wiring import Place, StartKind, Wiring
from mlripe.wiring.javascript_programs import application
from mlripe.wiring.roots import add_described_roots

__all__ = ["hosted", "stacks"]


def hosted(observations: list[Observation], store: FactStore, wiring: Wiring) -> Iterator[Observation]:
    """Makes roots of what the package starts that is built for such a platform (role `hosted`), each package once."""
    known: set[str] = set()
    for observation in observations:
        if observation.role != Role.HOSTED or store.role(observation.path) is not None:
            continue
        folder = _package_of(observation.path, store)
        if folder is not None and folder not in known:
            known.add(folder)
            for place in application(wiring.edges.launcher, (), (folder,)):
                wiring.add_root(place, StartKind.DEPLOYMENT, Hop(observation.path, observation.line, observation.says))
    return iter(())


def stacks(observations: list[Observation], store: FactStore, wiring: Wiring) -> Iterator[Observation]:
    """Makes roots of the programs that build stacks (cdk.json), and of the pipelines that these describe.

    Whoever deploys the stacks, they say what runs.
    """
    for path, facts in list(store.loaded()):
        for resource in facts.resources if store.role(path) is None else ():
            if resource.type == "cdk:app":
                hop = Hop(path, resource.line, "stacks of a CDK app")
                wiring.add_root(Place(path, resource.unit), StartKind.MANIFEST, hop)
    add_described_roots(store, wiring)
    return iter(())


def _package_of(path: str, store: FactStore) -> str | None:
    """The nearest folder at or above a file that holds a package.json."""
    folder = posixpath.dirname(path)
    while posixpath.join(folder, "package.json") not in store.entries:
        if not folder:
            return None
        folder = posixpath.dirname(folder)
    return folder
