"""`python -m mlripe`."""

from __future__ import annotations

from mlripe.cli import main

main()
