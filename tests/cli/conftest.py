"""The command line over an audit that is not run: it gives the sample, and keeps what it was asked."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import ModuleType, SimpleNamespace
from typing import Any

import pytest

from mlripe.assessment import Assessment
from mlripe.catalog.schema import MaturityModel

Replace = Callable[[Callable[..., Any]], None]


@pytest.fixture
def replace_audit(monkeypatch: pytest.MonkeyPatch, model: MaturityModel) -> Replace:
    """Puts a function in the place of `mlripe.auditing.audit`, under a catalogue of one model."""

    def replace(audit: Callable[..., Any]) -> None:
        @contextmanager
        def inspected(path: str, **options: Any) -> Iterator[Any]:
            catalog = SimpleNamespace(models={"azure": model}, model=lambda name: model)
            yield SimpleNamespace(
                catalog=catalog, assessment=lambda models=(), **how: audit(path, models=models, **how, **options)
            )

        module = ModuleType("mlripe.auditing")
        module.audit = audit  # type: ignore[attr-defined]
        module.inspected = inspected  # type: ignore[attr-defined]
        monkeypatch.setitem(sys.modules, "mlripe.auditing", module)

    return replace


@pytest.fixture
def asked(replace_audit: Replace, assessment: Assessment) -> list[dict[str, Any]]:
    """What the audit was asked, call by call."""
    calls: list[dict[str, Any]] = []

    def audit(path: str, **options: Any) -> Assessment:
        calls.append({"path": path, **options})
        return assessment

    replace_audit(audit)
    return calls
