"""What infrastructure code opens to everybody: ports of machines, databases and brokers, buckets."""

from __future__ import annotations

import posixpath
from collections import defaultdict
from collections.abc import Iterator, Mapping
from typing import Final

from mlripe.evidence import Defect
from mlripe.facts import Document, Resource
from mlripe.lazy_regex import lazy_regex
from mlripe.problem_kinds import DefectKind
from mlripe.problems.open_ports import opened_by_template, opened_by_terraform
from mlripe.problems.sources import Examined
from mlripe.readers.formats.cursor import Node

__all__ = ["exposure"]

_TERRAFORM: Final = (".tf", ".tf.json")
_TEMPLATE: Final = lazy_regex(r"(?i)\.(?:ya?ml|json|template)\Z")
_EVERYBODY: Final = frozenset(("allUsers", "allAuthenticatedUsers"))
_READABLE: Final = lazy_regex(r"(?i)public-?read(?:-?write)?\Z")
# what may have an address of the internet, by a part of its type's name: all others are some service
_REACHED: Final = (
    ("broker", "a message broker"),
    ("replication", "a server that copies databases"),
    ("db", "a database"),
    ("rds", "a database"),
    ("redshift", "a database"),
    ("neptune", "a database"),
    ("database", "a database"),
)
Found = tuple[int, str]


def exposure(examined: Examined) -> Iterator[Defect]:
    """Lines that let everybody in; a port of the web and the bucket of a website are meant to be open."""
    store = examined.store
    read = dict(store.loaded())  # of templates no others are worth reading
    modules: dict[str, list[tuple[str, Document]]] = defaultdict(list)
    for path in examined.paths:
        if store.role(path) is not None:
            continue
        if path.endswith(_TERRAFORM):
            modules[posixpath.dirname(path)] += ((path, document) for document in store.of(path).documents)
        elif _TEMPLATE.search(path) and any(map(_is_amazons, read[path].resources if path in read else ())):
            for document in read[path].documents:
                yield from _defects(path, _of_template(Node.root(document)["Resources"]))
    for documents in modules.values():
        defaults = {
            f"var.{name}": body["default"].value
            for _, document in documents
            for name, body in Node.root(document)["variable"].entries()
        }
        site = any("aws_s3_bucket_website_configuration" in Node.root(each)["resource"] for _, each in documents)
        for path, document in documents:
            yield from _defects(path, _of_terraform(Node.root(document), defaults, site))


def _is_amazons(resource: Resource) -> bool:
    return resource.type.startswith("cloudformation:")


def _defects(path: str, found: Iterator[Found]) -> Iterator[Defect]:
    for line, says in found:
        yield Defect(path, line, says, path, finds=DefectKind.OPEN_NETWORK)


def _of_terraform(root: Node, defaults: Mapping[str, object], site: bool) -> Iterator[Found]:
    for type, named in root["resource"].entries():
        for _, body in named.entries():
            yield from opened_by_terraform(type, body, defaults)
            yield from _reachable(type, body["publicly_accessible"])
            if "bucket" in type and not site and not body["website"]:
                yield from _bucket(body)
    for _, body in root["module"].entries():
        yield from opened_by_terraform("module", body, defaults)
        yield from _reachable(body["source"].text, body["publicly_accessible"])


def _reachable(type: str, setting: Node) -> Iterator[Found]:
    if str(setting.value).lower() == "true":
        what = next((what for part, what in _REACHED if part in type.lower()), "a service")
        yield setting.line, f"{what} that the internet may reach"


def _bucket(body: Node) -> Iterator[Found]:
    for key in ("acl", "predefined_acl"):
        if _READABLE.match(body[key].text.replace("publicRead", "public-read")):
            yield body[key].line, "a bucket that everybody may read"
    for key in ("member", "members"):
        given = body[key]
        if _EVERYBODY & {given.text, *(each.text for each in given.items())}:
            yield given.line, "a bucket that everybody may read"


def _of_template(resources: Node) -> Iterator[Found]:
    for _, resource in resources.entries():
        type, settings = resource["Type"].text, resource["Properties"]
        yield from opened_by_template(type, settings)
        yield from _reachable(type, settings["PubliclyAccessible"])
        access = settings["AccessControl"]
        if type == "AWS::S3::Bucket" and not settings["WebsiteConfiguration"] and _READABLE.match(access.text):
            yield access.line, "a bucket that everybody may read"
