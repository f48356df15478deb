"""Detectors that need code: functions that installed packages offer under the entry points `mlripe.detectors`.

Each is called as the derivations of `derive/` are - `(signs, store, wiring)` - and gives further signs. They are
installed by the user as any package is; nothing that is scanned can add one.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any, Final

from mlripe.catalog.packages import entry_points
from mlripe.problem import Problem

if TYPE_CHECKING:
    from mlripe.detection.observations import Sign
    from mlripe.readers.store import FactStore
    from mlripe.wiring import Wiring

__all__ = ["GROUP", "Plugin", "names", "plugins"]

GROUP: Final = "mlripe.detectors"


@dataclass(frozen=True, slots=True)
class Plugin:
    """A detector of a package; `name` tells it and the package's version."""

    name: str
    point: Any

    def signs(self, signs: list[Sign], store: FactStore, wiring: Wiring) -> Iterator[Sign]:
        """What it finds; its failure is a problem of the report and stops nothing."""
        from mlripe.detection.observations import Sign

        try:
            found: Iterable[Sign] = self.point.load()(list(signs), store, wiring)
            for sign in found:
                if not isinstance(sign, Sign):
                    raise TypeError(f"it gave {type(sign).__name__}, not mlripe.detection.observations.Sign")
                yield sign
        except Exception as error:
            says = " ".join(f"{type(error).__name__}: {error}".split())[:200]
            store.problems.append(Problem("", f"the installed detector {self.name} failed: {says}"))


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
