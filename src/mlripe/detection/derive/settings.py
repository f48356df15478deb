"""training-determinism: a seed that stands among a model's settings in a file, where training reads that file."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator

from mlripe.detection.observations import Sign
from mlripe.evidence import Strength
from mlripe.kinds import Role
from mlripe.readers.store import FactStore
from mlripe.wiring import Wiring

__all__ = ["seeded_settings"]


def seeded_settings(signs: list[Sign], store: FactStore, wiring: Wiring) -> Iterator[Sign]:
    """A sign at each place that reads settings with a seed (role `seed`) for a training or within one."""
    seeds = {sign.path: sign for sign in signs if sign.role == Role.SEED and store.role(sign.path) is None}
    if not seeds:
        return
    present = [sign for sign in signs if sign.strength >= Strength.present and store.role(sign.path) is None]
    training = {sign.place for sign in present if sign.capability == "training-code"}
    within = wiring.below(training)
    for sign in present:
        if sign.capability != "configuration-management" or not sign.path.endswith((".py", ".ipynb")):
            continue
        if sign.place not in within and not training & wiring.below([sign.place]):
            continue
        text = store.text(sign.path)
        for path, seed in seeds.items():
            if posixpath.basename(path).encode() in text:
                says = f"reads settings of the model with a seed: {path}:{seed.line}"
                yield Sign("training-determinism", "settings", sign.place, sign.line, says)
