"""mlripe: how ripe a machine-learning repository's operations are, with the place of every proof.

    import mlripe
    assessment = mlripe.audit("path/to/repository")

`audit` is loaded when it is first asked for: `mlripe --version` pays for none of it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from mlripe.auditing import audit

__all__ = ["__version__", "audit"]

__version__ = "0.1.0"


def __getattr__(name: str) -> object:
    if name == "audit":
        from mlripe.auditing import audit

        return audit
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
