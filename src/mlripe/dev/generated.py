"""Everything in a checkout that is generated from the code and the catalogue, in one list."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from mlripe.catalog import Catalog
from mlripe.dev import hook_files, model_pages, problem_page, reference_pages, words_page
from mlripe.reports.machine import schema as report_schema
from mlripe.settings import schema as settings_schema

__all__ = ["generated", "stale", "write"]

MODELS = "docs/models"
REFERENCE = "docs/reference"


def generated(catalog: Catalog, root: Path) -> dict[Path, str]:
    """The path and the text of each generated file of the checkout at `root`."""
    hooks = root / hook_files.HOOKS
    return {
        report_schema.SCHEMA_FILE: report_schema.schema_text(),
        settings_schema.SCHEMA_FILE: settings_schema.schema_text(),
        root / problem_page.PAGE: problem_page.page(catalog),
        hooks: hook_files.with_files(hooks.read_text(encoding="utf-8"), catalog),
        **{root / MODELS / name: text for name, text in model_pages.pages(catalog.models).items()},
        root / REFERENCE / "words.md": words_page.page(catalog),
        **{root / REFERENCE / name: text for name, text in reference_pages.pages(catalog).items()},
    }


def stale(catalog: Catalog, root: Path) -> Iterator[Path]:
    """The files that are not what `generated` gives, and pages of models and references that it no longer gives."""
    wanted = generated(catalog, root)
    for path, text in wanted.items():
        if not path.is_file() or path.read_text(encoding="utf-8") != text:
            yield path
    for folder in (root / MODELS, root / REFERENCE):
        yield from (path for path in sorted(folder.glob("*.md")) if path not in wanted)


def write(catalog: Catalog, root: Path) -> list[Path]:
    """Writes what is stale, removes pages that are no longer generated, and returns the paths of both."""
    wanted = generated(catalog, root)
    changed = list(stale(catalog, root))
    for path in changed:
        if path in wanted:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(wanted[path], encoding="utf-8")
        else:
            path.unlink()
    return changed
