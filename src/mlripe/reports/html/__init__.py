"""The report as one HTML page: a single file that loads nothing, to look at, to print and to send.

Reading it takes no JavaScript; that only filters, copies and turns the colours. Everything that comes from a repository
is escaped by the template engine, not by whoever writes a template: `page.py` says how.
"""

from __future__ import annotations

from mlripe.reports import Options, Told

__all__ = ["render"]


def render(told: Told, options: Options) -> str:
    """The page, ASCII only, so that no way of writing it can change it. `options` changes nothing."""
    from mlripe.reports.html.page import page

    return page(told)
