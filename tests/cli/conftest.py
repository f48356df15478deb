"""The command line over an audit that is not run: it gives the sample, and keeps what it was asked."""

from __future__ import annotations

import sys
from collections.abc import Callable
from types import ModuleType, SimpleNamespace
from typing import Any

import pytest

import mlripe.catalog
from mlripe.assessment import Assessment
from mlripe.catalog.shapes import Capability, MaturityModel

Replace = Callable[[Callable[..., Any]], None]


@pytest.fixture
def replace_audit(monkeypatch: pytest.MonkeyPatch, about: dict[str, Capability], model: MaturityModel) -> Replace:
    """Puts a function in the place of `mlripe.auditing.audit`, and a small catalogue in the place of the real one."""

    def replace(audit: Callable[..., Any]) -> None:
        module = ModuleType("mlripe.auditing")
        module.audit = audit  # type: ignore[attr-defined]
        monkeypatch.setitem(sys.modules, "mlripe.auditing", module)
        catalog = SimpleNamespace(capabilities=about, models={"azure": model})
        monkeypatch.setattr(mlripe.catalog, "load", lambda: catalog)

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
