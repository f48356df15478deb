"""Platforms that run code for a repository, in files of their own: what they call, when, and the code behind it.

Azure's function.json, Zappa's settings, App Engine's and Vercel's crons, and services that a platform builds and
starts (Render, Railway).
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator

from mlripe.facts import FileFacts, Resource, Trigger, Unit
from mlripe.readers.formats.cursor import Node, beside, called_by_name, unique
from mlripe.readers.shell.commands import commands

__all__ = ["azd_facts", "azure_function_facts", "cron_facts", "railway_facts", "zappa_facts"]

REQUESTS = frozenset({"httpTrigger", "signalRTrigger", "warmupTrigger"})  # a caller waits: a service, not an event
# the file of an application that a platform starts by itself
APPLICATIONS = ("app", "main", "application", "function_app", "src/app", "src/main")
# where a platform that calls an address of a site looks for the file that answers there
PAGES = ("{}.py:handler", "{}.ts", "{}.js", "app{}/route.ts", "src/app{}/route.ts", "pages{}.ts", "src/pages{}.ts")


def azure_function_facts(path: str, root: Node) -> FileFacts:
    """A function.json: the trigger among its bindings, and the function that it calls."""
    bindings = list(root["bindings"].items())
    if posixpath.basename(path) != "function.json" or not bindings:
        return FileFacts()
    name = posixpath.basename(posixpath.dirname(path)) or "function"
    script = beside(path, root["scriptFile"].text or "__init__.py")
    function = root["entryPoint"].text or "main"
    triggers = []
    for binding in bindings:
        type = binding["type"].text
        if type.endswith("Trigger") and type not in REQUESTS:
            kind = "schedule" if type == "timerTrigger" else "event"
            triggers.append(
                Trigger(kind, binding.line, binding["schedule"].text or type, root["disabled"].text != "true")
            )
    uses = unique(f"{script}:{function}" if script.endswith(".py") else script)
    unit = Unit(
        f"function/{name}", "resource", root["bindings"].line, f"function {name}", triggers=tuple(triggers), uses=uses
    )
    return FileFacts(units=(unit,), resources=(Resource("azure:function", name, unit.line, unit.id),))


def azd_facts(path: str, root: Node) -> FileFacts:
    """An azure.yaml of the Azure Developer CLI: the services that it packs and deploys, each in its folder."""
    if posixpath.basename(path) not in ("azure.yaml", "azure.yml") or not root["services"].is_mapping:
        return FileFacts()
    units = []
    for name, service in root["services"].entries():
        if service["project"].text and service["host"].text:
            folder, docker = service["project"].text, service["docker"]
            image = docker["path"].text or "Dockerfile"
            sources = (image, posixpath.join(docker["context"].text, image), *(f"{stem}.py" for stem in APPLICATIONS))
            uses = unique(*(beside(path, posixpath.join(folder, source)) for source in sources))
            line, says = service.line, f"service {name}"
            units.append(Unit(f"service/{name}", "service", line, says, uses=uses, directory=folder))
    resources = (Resource("azd:service", unit.says, unit.line, unit.id) for unit in units)
    return FileFacts(units=tuple(units), resources=tuple(resources))


def zappa_facts(path: str, root: Node) -> FileFacts:
    """A zappa_settings.json: for each stage the application, and the functions that events call."""
    if "zappa_settings" not in posixpath.basename(path):
        return FileFacts()
    units = []
    for stage, settings in root.entries():
        if settings["app_function"].text or settings["django_settings"].text:
            for index, event in enumerate(settings["events"].items()):
                units.append(_zappa_event(path, f"{stage}/{index}", event))
    resources = [Resource("zappa:application", stage, node.line) for stage, node in root.entries() if node.is_mapping]
    return FileFacts(units=tuple(units), resources=tuple(resources))


def _zappa_event(path: str, id: str, event: Node) -> Unit:
    when = event["expression"].text or ", ".join(item.text for item in event["expressions"].items())
    function, active = event["function"].text, event["enabled"].text != "false"
    source = event.at("event_source.arn").text
    trigger = Trigger("schedule" if when else "event", event.line, when or source, active)
    return Unit(
        id=f"event/{id}",
        kind="resource",
        line=event.line,
        says=f"event of {function}",
        triggers=(trigger,),
        uses=unique(called_by_name(path, function)),
    )


def cron_facts(path: str, root: Node) -> FileFacts:
    """What calls an address or a command by the clock: App Engine's cron.yaml, Vercel's crons, Render's services."""
    units = [*_calls(path, root), *_services(root)]
    typed = (("service:service" if unit.kind == "service" else "cron:service", unit) for unit in units)
    resources = (Resource(type, unit.says, unit.line, unit.id) for type, unit in typed)
    return FileFacts(units=tuple(units), resources=tuple(resources))


def _calls(path: str, root: Node) -> Iterator[Unit]:
    for key in ("cron", "crons"):
        for index, entry in enumerate(root[key].items()):
            schedule, target = entry["schedule"], entry["url"].text or entry["path"].text
            if schedule.text and target:
                page = re.sub(r"[?#].*", "", target)
                pages = (beside(path, each.format(page).lstrip("/")) for each in PAGES)
                yield Unit(
                    id=f"cron/{index}",
                    kind="resource",
                    line=entry.line,
                    says=f"cron {target}",
                    triggers=(Trigger("schedule", schedule.line, schedule.text),),
                    uses=unique(f"route:{page}", *pages),
                )


def _services(root: Node) -> Iterator[Unit]:
    for service in root["services"].items():
        if service["type"].text not in ("web", "worker", "pserv", "cron"):
            continue
        name, folder = service["name"].text, service["rootDir"].text
        if unit := _service(name, service, service["schedule"], folder):
            yield unit
        elif dockerfile := _dockerfile(service, folder):  # the image starts what it says
            yield Unit(f"service/{name}", "service", service.line, f"service {name}", uses=(dockerfile,))


def _dockerfile(service: Node, folder: str) -> str:
    """The Dockerfile that Render builds a service from; "" for one without."""
    written = service["dockerfilePath"].text
    if not written and "docker" not in (service["runtime"].text, service["env"].text):
        return ""
    return beside("", posixpath.join(folder, (written or "Dockerfile").lstrip("/")))


def railway_facts(path: str, root: Node) -> FileFacts:
    """A railway.json or railway.toml: the command that the platform starts, by the clock where it says so."""
    deploy = root["deploy"]
    if "railway" not in root["$schema"].text and not posixpath.basename(path).startswith("railway."):
        return FileFacts()
    unit = _service("railway", deploy, deploy["cronSchedule"], posixpath.dirname(path))
    dockerfile = beside("", root.at("build.dockerfilePath").text.lstrip("/"))
    resource = Resource("railway:service", "", root.at("deploy").line)
    units = () if unit is None else (unit,)
    if dockerfile and unit is None:
        units = (Unit("service/railway", "service", deploy.line, "service railway", uses=(dockerfile,)),)
    return FileFacts(units=units, resources=(resource,))


def _service(name: str, node: Node, when: Node, folder: str) -> Unit | None:
    start = node["startCommand"]
    if not start.text and not when.text:
        return None
    return Unit(
        id=f"service/{name}",
        kind="service",
        line=node.line,
        says=f"service {name}",
        triggers=(Trigger("schedule", when.line, when.text),) if when.text else (),
        commands=commands(start.text, start.text_line) if start.text else (),
        directory=beside("", folder).removeprefix("./").removeprefix("."),
    )
