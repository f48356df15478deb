"""What infrastructure code opens to everybody: ports of machines and databases, buckets."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from mlripe.evidence import Defect
from mlripe.lazy_regex import lazy_regex
from mlripe.problem_kinds import DefectKind
from mlripe.problems.sources import Examined

__all__ = ["exposure"]

_TERRAFORM: Final = (".tf", ".tf.json")
_TEMPLATE: Final = lazy_regex(r"(?i)\.(?:ya?ml|json|template)\Z")
_ANYWHERE: Final = lazy_regex(r'"(?:0\.0\.0\.0/0|::/0)"')
_PUBLIC_READ: Final = lazy_regex(r'\bacl\s*=\s*"public-read(?:-write)?"|\bpredefined_acl\s*=\s*"public')
_OPEN_DATABASE: Final = lazy_regex(r"\bpublicly_accessible\s*=\s*true\b")
_ALL_USERS: Final = lazy_regex(r'\bmembers?\s*=\s*\[?\s*"all(?:Authenticated)?Users"')
_BLOCK: Final = lazy_regex(r'^\s*(?:resource|module|data)\s+"([\w-]+)"')
_PORT: Final = lazy_regex(r'\b(?:from_port|to_port|port|ports)\s*=\s*\[?\s*"?(-?\d+)')
_WEB: Final = frozenset(("80", "443"))
_GROUP_INGRESS: Final = lazy_regex(rb"(?i)CidrIp(?:v6)?\"?\s*:\s*[\"']?(?:0\.0\.0\.0/0|::/0)")
_FROM_PORT: Final = lazy_regex(r"(?i)FromPort\"?\s*:\s*[\"']?(-?\d+)")


def exposure(examined: Examined) -> Iterator[Defect]:
    """Lines that let everybody in; a port of the web is meant to be open."""
    store = examined.store
    for path in examined.paths:
        if store.role(path) is not None:
            continue
        if path.endswith(_TERRAFORM):
            yield from _terraform(path, store.text(path).decode("utf-8", "replace"))
        elif _TEMPLATE.search(path) and any(
            each.type.startswith("cloudformation:AWS::EC2::SecurityGroup") for each in store.of(path).resources
        ):
            yield from _cloudformation(path, store.text(path))


def _terraform(path: str, text: str) -> Iterator[Defect]:
    if not any(word in text for word in ("0.0.0.0/0", "::/0", "public", "allUsers", "allAuthenticatedUsers")):
        return
    lines = text.split("\n")
    resource, depth, ingress, ports = "", 0, "", list[str]()
    pending: list[int] = []
    for number, raw in enumerate(lines, 1):
        line = raw.partition("#")[0]
        if depth == 0 and (found := _BLOCK.match(line)):
            resource, ingress, ports, pending = found[1], "", [], []
        if re.match(r"\s*(?:dynamic\s+\"ingress\"|ingress)\b", line) or re.search(r'\btype\s*=\s*"ingress"', line):
            ingress, ports = "in", []
        elif re.match(r"\s*egress\b", line) or re.search(r'\btype\s*=\s*"egress"|direction\s*=\s*"EGRESS"', line):
            ingress = "out"
        ports += [found[1] for found in _PORT.finditer(line)]
        if _ANYWHERE.search(line) and _is_filter(resource):
            pending.append(number)
        depth += line.count("{") - line.count("}")
        if pending and (depth <= 1 or line.strip() == "}"):
            if _opens(resource, ingress) and not (ports and _WEB.issuperset(ports)):
                for at in pending:
                    shown = f" (port {ports[0]})" if ports else ""
                    yield Defect(path, at, f"lets every address in{shown}", path, finds=DefectKind.OPEN_NETWORK)
            pending, ports = [], []
        if _PUBLIC_READ.search(line):
            yield Defect(path, number, "a bucket that everybody may read", path, finds=DefectKind.OPEN_NETWORK)
        if _OPEN_DATABASE.search(line):
            yield Defect(path, number, "a database that the internet may reach", path, finds=DefectKind.OPEN_NETWORK)
        if _ALL_USERS.search(line) and "bucket" in resource:
            yield Defect(path, number, "a bucket that everybody may read", path, finds=DefectKind.OPEN_NETWORK)


def _is_filter(resource: str) -> bool:
    """Whether the resource says who may come in: a route or an allow-list of users is something else."""
    return any(word in resource for word in ("security_group", "firewall", "security_rule", "network_acl"))


def _opens(resource: str, ingress: str) -> bool:
    if "ingress" in resource:
        return True
    return ingress == "in" or (ingress == "" and "firewall" in resource)


def _cloudformation(path: str, content: bytes) -> Iterator[Defect]:
    lines = content.decode("utf-8", "replace").split("\n")
    for number, line in enumerate(lines, 1):
        if not _GROUP_INGRESS.search(line.encode("utf-8", "replace")):
            continue
        around = "\n".join(lines[max(number - 6, 0) : number + 5])
        before = "\n".join(lines[max(number - 12, 0) : number])
        ports = _FROM_PORT.findall(around)
        if before.rfind("Egress") > before.rfind("Ingress") or (ports and _WEB.issuperset(ports)):
            continue
        yield Defect(path, number, "lets every address in", path, finds=DefectKind.OPEN_NETWORK)
