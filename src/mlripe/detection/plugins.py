"""Detectors that need code: functions that installed packages offer under the entry points `mlripe.detectors`.

Each is called as the derivations of `derive/` are - `(observations, store, wiring)` - and gives further observations.
They are
installed by the user as any package is; nothing that is scanned can add one.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import cache
from typing import TYPE_CHECKING, Any, Final

from msgspec import Struct

from mlripe.catalog.packages import entry_points
from mlripe.read_fault import ReadFault

if TYPE_CHECKING:
    from mlripe.detection.observations import Observation
    from mlripe.readers.store import FactStore
    from mlripe.wiring import Wiring

__all__ = ["GROUP", "Plugin", "names", "plugins"]

GROUP: Final = "mlripe.detectors"


class Plugin(Struct, frozen=True):
    """A detector of a package; `name` tells it and the package's version."""

    name: str
    point: Any

    def observations(self, observations: list[Observation], store: FactStore, wiring: Wiring) -> Iterator[Observation]:
        """What it finds; its failure is a read fault of the report and stops nothing."""
        from mlripe.detection.observations import Observation

        try:
            found: Iterable[Observation] = self.point.load()(list(observations), store, wiring)
            for observation in found:
                if not isinstance(observation, Observation):
                    raise TypeError(
                        f"it gave {type(observation).__name__}, not mlripe.detection.observations.Observation"
                    )
                yield observation
        except Exception as error:
            says = " ".join(f"{type(error).__name__}: {error}".split())[:200]
            store.read_faults.append(ReadFault("", f"the installed detector {self.name} failed: {says}"))


@cache
def plugins() -> tuple[Plugin, ...]:
    """The detectors of installed packages."""
    return tuple(
        Plugin(f"{point.name} of {point.dist.name} {point.dist.version}" if point.dist else point.name, point)
        for point in entry_points(GROUP)
    )


def names() -> tuple[str, ...]:
    """What the detectors of installed packages are called."""
    return tuple(plugin.name for plugin in plugins())
