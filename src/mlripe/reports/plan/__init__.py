"""A plan in each of its formats; all tell the same."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from importlib import import_module
from typing import Final

from mlripe.planning.plan import Plan
from mlripe.reports import Options

__all__ = ["FORMATS"]


def _format(module: str) -> Callable[[str, Plan, Options], str]:
    def render(name: str, plan: Plan, options: Options) -> str:
        text: str = import_module(f"mlripe.reports.plan.{module}").render(name, plan, options)
        return text

    return render


FORMATS: Final[Mapping[str, Callable[[str, Plan, Options], str]]] = {
    "terminal": _format("text"),
    "json": _format("data"),
    "markdown": _format("markdown"),
    "csv": _format("table"),
}
