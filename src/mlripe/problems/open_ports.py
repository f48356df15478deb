"""Which ports rules of a network open to every address: in Terraform, and in templates of CloudFormation.

A rule is judged as a whole, wherever in it the addresses and the ports stand. Where its ports are not written out, it
is not judged: they may be those of the web.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Final

from mlripe.lazy_regex import lazy_regex
from mlripe.readers.formats.cursor import Node

__all__ = ["opened_by_template", "opened_by_terraform"]

_WEB: Final = frozenset(((80, 80), (443, 443)))
_ALL: Final = (0, 65535)
_ANYWHERE: Final = frozenset(("0.0.0.0/0", "::/0", "*", "internet", "any"))
_QUIET: Final = frozenset(("icmp", "icmpv6", "1", "58"))  # protocols that reach no program
_NAME: Final = lazy_regex(r"\$\{((?:var|ingress)\.[\w-]+)\}\Z")
_PORTS: Final = lazy_regex(r"(\d{1,5})(?:-(\d{1,5}))?\Z")
_NAMED: Final = lazy_regex(r"https?\b")  # rules of a module, by their names: `https-443-tcp`

Range = tuple[int, int]
Values = Mapping[str, object]  # what `var.name` is by default
Found = tuple[int, str]


def opened_by_terraform(type: str, body: Node, values: Values) -> Iterator[Found]:
    """The lines of a resource, or of a `module`, that open more than the web to everybody."""
    if type == "module":
        yield from _by_module(body, values)
    elif type in ("aws_security_group", "aws_default_security_group"):
        for rule, known in (*((rule, values) for rule in _blocks(body, "ingress")), *_dynamic(body, values)):
            yield from _amazon(rule, known, ("cidr_blocks", "ipv6_cidr_blocks"))
    elif type == "aws_security_group_rule" and body["type"].text == "ingress":
        yield from _amazon(body, values, ("cidr_blocks", "ipv6_cidr_blocks"))
    elif type == "aws_vpc_security_group_ingress_rule":
        yield from _amazon(body, values, ("cidr_ipv4", "cidr_ipv6"), "ip_protocol")
    elif type == "google_compute_firewall" and body["direction"].text.upper() != "EGRESS":
        allowed = [_google(rule, values) for rule in _blocks(body, "allow")]
        if allowed and None not in allowed:
            yield from _told(body, ("source_ranges",), [each for ports in allowed for each in ports or ()], values)
    elif type == "azurerm_network_security_rule":
        yield from _azure(body, values)
    elif type == "azurerm_network_security_group":
        for rule in _blocks(body, "security_rule"):
            yield from _azure(rule, values)
    elif type.startswith("azurerm_") and type.endswith("firewall_rule"):
        first, last = body["start_ip_address"], body["end_ip_address"]
        if first.text == "0.0.0.0" and last.text == "255.255.255.255":
            yield first.line, "lets every address in"


def opened_by_template(type: str, settings: Node) -> Iterator[Found]:
    """The lines of a resource of CloudFormation that do so."""
    rules: Iterable[Node] = ()
    if type == "AWS::EC2::SecurityGroup":
        rules = settings["SecurityGroupIngress"].items()
    elif type == "AWS::EC2::SecurityGroupIngress":
        rules = (settings,)
    for rule in rules:
        ports = _between(rule["FromPort"], rule["ToPort"], rule["IpProtocol"], {})
        if ports is not None:
            yield from _told(rule, ("CidrIp", "CidrIpv6"), ports, {})


def _blocks(body: Node, name: str) -> Iterator[Node]:
    """The blocks of a name, one or several."""
    block = body[name]
    yield from block.items() if isinstance(block.value, (list, tuple)) else filter(None, (block,))


def _dynamic(body: Node, values: Values) -> Iterator[tuple[Node, Values]]:
    """What a `dynamic` block makes of each value that it is written for; once where these are not written out."""
    made = body["dynamic"]["ingress"]
    given = _value(made["for_each"].value, values)
    for each in given if isinstance(given, (list, tuple)) else (None,):
        yield made["content"], values if each is None else {**values, "ingress.value": each}


def _amazon(rule: Node, values: Values, keys: tuple[str, ...], protocol: str = "protocol") -> Iterator[Found]:
    ports = _between(rule["from_port"], rule["to_port"], rule[protocol], values)
    if ports is not None:
        yield from _told(rule, keys, ports, values)


def _google(rule: Node, values: Values) -> list[Range] | None:
    if rule["protocol"].text.lower() in _QUIET:
        return []
    return _listed(rule["ports"], values) if "ports" in rule else [_ALL]


def _azure(rule: Node, values: Values) -> Iterator[Found]:
    if rule["direction"].text.lower() != "inbound" or rule["access"].text.lower() != "allow":
        return
    listed = [
        _listed(rule[key], values) for key in ("destination_port_range", "destination_port_ranges") if key in rule
    ]
    if rule["protocol"].text.lower() not in _QUIET and listed and None not in listed:
        ports = [each for some in listed for each in some or ()]
        yield from _told(rule, ("source_address_prefix", "source_address_prefixes"), ports, values)


def _by_module(body: Node, values: Values) -> Iterator[Found]:
    """Rules that are given to the well-known module of security groups."""
    for rule in body["ingress_with_cidr_blocks"].items():
        if not rule["rule"]:
            yield from _amazon(rule, values, ("cidr_blocks",))
    rules = [each.text for each in body["ingress_rules"].items()]
    if rules and not all(_NAMED.match(each) for each in rules):
        says = next(each for each in rules if not _NAMED.match(each))
        if _addresses(body["ingress_cidr_blocks"], values):
            yield body["ingress_cidr_blocks"].line, f"lets every address in ({says})"


def _told(rule: Node, keys: Iterable[str], ports: list[Range], values: Values) -> Iterator[Found]:
    """The lines of the addresses, where they are all and one of the ports is none of the web."""
    further = [each for each in ports if each not in _WEB]
    if not further:
        return
    first, last = further[0]
    shown = "all ports" if (first, last) == _ALL else f"port {first}" if first == last else f"ports {first} to {last}"
    for key in keys:
        if _addresses(rule[key], values):
            yield rule[key].line, f"lets every address in ({shown})"


def _addresses(node: Node, values: Values) -> bool:
    """Whether every address is among those that a setting holds."""
    given = _value(node.value, values)
    listed = given if isinstance(given, (list, tuple)) else str(given or "").split(",")
    return any(str(_value(each, values)).strip().lower() in _ANYWHERE for each in listed)


def _between(first: Node, last: Node, protocol: Node, values: Values) -> list[Range] | None:
    """The ports from the one to the other; none for a protocol without ports, None where they are not written out."""
    if str(protocol.value).lower() in _QUIET:
        return []
    if str(protocol.value).lower() in ("-1", "all"):
        return [_ALL]
    ends = [str(_value(each.value, values)) for each in (first, last)]
    if not all(map(str.isdecimal, ends)) or any(len(each) > 5 for each in ends):
        return None
    start, end = map(int, ends)
    return [_ALL if (start, end) in ((0, 0), _ALL) else (start, end)]


def _listed(node: Node, values: Values) -> list[Range] | None:
    """The ports of a setting that holds one or several, each a number, a range or a star."""
    given = _value(node.value, values)
    found = []
    for each in given if isinstance(given, (list, tuple)) else (given,):
        text = str(_value(each, values)).strip()
        if text == "*":
            found.append(_ALL)
        elif match := _PORTS.match(text):
            found.append((int(match[1]), int(match[2] or match[1])))
        else:
            return None
    return found


def _value(value: object, values: Values) -> object:
    """A value, or what a name is worth that stands there alone."""
    if isinstance(value, str) and (named := _NAME.match(value)):
        return values.get(named[1], value)
    return value
