"""From templates to the page: escaping, addresses, and the policy that keeps a browser from running anything else.

Three walls, each enough by itself: the engine escapes every value (`autoescape`); before that, what is not printable is
written out and only addresses of the web become links; and the page's Content-Security-Policy allows the one style and
the one script that it was written with, by their digests, and no address to load from.
"""

from __future__ import annotations

import base64
import hashlib
from pathlib import Path
from typing import Any, Final

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

import mlripe
from mlripe.evidence import Strength
from mlripe.lazy_regex import lazy_regex
from mlripe.reports import Told, view
from mlripe.reports.plan import words
from mlripe.reports.terminal.text import one_line

__all__ = ["anchor", "page"]

FOLDER: Final = Path(__file__).resolve().parent
_WEB: Final = lazy_regex(r"https?://[^\s\"'<>\\]+")
_OBEYED: Final = lazy_regex("#(?=#)")  # Azure's logs look for `##vso[` in any line that a job prints
_NOT_IN_ID: Final = lazy_regex(r"[^a-z0-9-]")


def page(told: Told) -> str:
    """The whole page. The same bytes for the same input: it holds no date and no random value."""
    style, script = _asset("style.css"), _asset("script.js")
    text = _environment(told).get_template("report.html.j2").render(
        told=told,
        assessment=told.assessment,
        version=mlripe.__version__,
        strengths=tuple(Strength),
        style=style,
        script=script,
        policy=_policy(style, script),
    )  # fmt: skip
    return _OBEYED.sub("&#35;", text).encode("ascii", "xmlcharrefreplace").decode() + "\n"


def _environment(told: Told) -> Environment:
    environment = Environment(
        loader=FileSystemLoader(FOLDER),
        autoescape=True,
        undefined=StrictUndefined,
        finalize=_printable,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.globals["link"] = told.link
    environment.globals["view"] = view
    environment.globals["words"] = words
    environment.filters["anchor"] = anchor
    environment.tests["web"] = _is_web
    return environment


def _printable(value: Any) -> Any:
    """What a template puts in: text on one line, with what is not printable (and so could deceive) written out."""
    return one_line(value) if isinstance(value, str) and not isinstance(value, Markup) else value


def _is_web(text: object) -> bool:
    """Whether this may be followed: an address of the web, and nothing that runs (`javascript:`) or opens files."""
    return isinstance(text, str) and _WEB.fullmatch(text) is not None


def anchor(text: str) -> str:
    """`text` as part of an element's id: different texts stay different."""
    return _NOT_IN_ID.sub(lambda match: f"_{ord(match[0]):x}_", text)


def _asset(name: str) -> Markup:
    """A style or script of the package. ASCII only: character references mean nothing in them."""
    return Markup((FOLDER / name).read_text(encoding="ascii"))


def _policy(style: str, script: str) -> str:
    return (
        f"default-src 'none'; style-src {_digest(style)}; script-src {_digest(script)}; "
        "base-uri 'none'; form-action 'none'"
    )


def _digest(text: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"
