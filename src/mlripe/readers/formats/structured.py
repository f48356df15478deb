"""YAML and JSON files: their documents, and what the dialects that know them say of them."""

from __future__ import annotations

from msgspec.structs import replace

from mlripe.facts import Document, FileFacts
from mlripe.readers import Unreadable
from mlripe.readers.ci.azure_pipelines import is_azure_pipeline, read_azure_pipelines
from mlripe.readers.ci.cloud_builds import is_buildspec, read_buildspec, read_cloudbuild
from mlripe.readers.ci.concourse import is_concourse, read_concourse
from mlripe.readers.dependencies.conda import conda_facts
from mlripe.readers.formats.dialects import structured_facts
from mlripe.readers.formats.documents import read_document, text_of
from mlripe.readers.infrastructure.helm import helm_template_facts
from mlripe.readers.infrastructure.terraform import terraform_facts

__all__ = ["read_structured"]

MARK = b"{{"  # of Go's and Jinja's template languages


def read_structured(path: str, content: bytes) -> FileFacts:
    """A YAML or JSON file: its documents with their facts. Raises `Unreadable` for what is none and no template."""
    if MARK in content and "/templates/" in f"/{path}" and not path.endswith(".json"):
        return helm_template_facts(path, text_of(content))
    try:
        read = read_document(path, content)
    except Unreadable:
        if MARK not in content or path.endswith(".json"):
            raise
        facts = helm_template_facts(path, text_of(content))
        if not (facts.units or facts.resources):
            raise
        return facts
    if any(_is_cloud_build(document.data) for document in read.documents):
        return replace(read_cloudbuild(path, content), reader="ci.cloud_builds:read_cloudbuild")
    if any(is_buildspec(document.data) for document in read.documents):
        return replace(read_buildspec(path, content), reader="ci.cloud_builds:read_buildspec")
    if any(is_azure_pipeline(document.data) for document in read.documents):
        return replace(read_azure_pipelines(path, content), reader="ci.azure_pipelines:read_azure_pipelines")
    if any(is_concourse(document.data) for document in read.documents):
        return replace(read_concourse(path, content), reader="ci.concourse:read_concourse")
    return sum((_known(path, document) for document in read.documents), read)


def _is_cloud_build(data: object) -> bool:
    """Cloud Build files may have any name: what starts them names it."""
    steps = data.get("steps") if isinstance(data, dict) else None
    return isinstance(steps, list) and any(
        isinstance(step, dict) and "name" in step and ("args" in step or "entrypoint" in step) for step in steps
    )


def _known(path: str, document: Document) -> FileFacts:
    if path.endswith(".json"):
        return terraform_facts(path, document) if path.endswith(".tf.json") else structured_facts(path, document)
    return structured_facts(path, document) + conda_facts(path, document)
