"""training-determinism: a seed that stands among a model's settings in a file, where training reads that file."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator

from mlripe.detection.observations import Observation
from mlripe.evidence import Strength
from mlripe.kinds import Role
from mlripe.readers.store import FactStore
from mlripe.wiring import Wiring

__all__ = ["seeded_settings"]


def seeded_settings(observations: list[Observation], store: FactStore, wiring: Wiring) -> Iterator[Observation]:
    """An observation at each place that reads settings with a seed (role `seed`) for a training or within one."""
    seeds = {
        observation.path: observation
        for observation in observations
        if observation.role == Role.SEED and store.role(observation.path) is None
    }
    if not seeds:
        return
    present = [
        observation
        for observation in observations
        if observation.strength >= Strength.present and store.role(observation.path) is None
    ]
    training = {observation.place for observation in present if observation.capability == "training-code"}
    within = wiring.below(training)
    for observation in present:
        if observation.capability != "configuration-management" or not observation.path.endswith((".py", ".ipynb")):
            continue
        if observation.place not in within and not training & wiring.below([observation.place]):
            continue
        text = store.text(observation.path)
        for path, seed in seeds.items():
            if posixpath.basename(path).encode() in text:
                says = f"reads settings of the model with a seed: {path}:{seed.line}"
                yield Observation("training-determinism", "settings", observation.place, observation.line, says)
