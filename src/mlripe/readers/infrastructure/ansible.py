"""Ansible: plays and task files, with the module of every task and the commands of those that run a shell."""

from __future__ import annotations

from collections.abc import Iterator

from mlripe.facts import Command, FileFacts, Resource, Unit
from mlripe.lazy_regex import lazy_regex
from mlripe.readers.formats.cursor import Node, beside, run_by, unique
from mlripe.readers.runners.timers import timer
from mlripe.readers.shell.commands import commands

__all__ = ["ansible_facts"]

KEYWORDS = frozenset(
    """
    name when register become become_user become_method become_flags vars tags loop loop_control notify
    ignore_errors changed_when failed_when delegate_to delegate_facts environment args until retries delay
    run_once no_log check_mode listen async poll throttle any_errors_fatal connection remote_user collections
    module_defaults timeout diff debugger local_action action block rescue always port ignore_unreachable
    """.split()
)
TASK_LISTS = ("pre_tasks", "tasks", "post_tasks", "handlers")
BLOCKS = ("block", "rescue", "always")
SHELLS = frozenset({"shell", "command", "raw"})
VARIABLE = lazy_regex(r"\{\{ *([\w.]+)[^{}\n]*\}\}")
SERVICES = frozenset({"systemd", "systemd_service", "service"})
COPIES = frozenset({"copy", "template"})
INCLUDES = frozenset({"include_tasks", "import_tasks", "import_playbook", "include", "script"})


def ansible_facts(path: str, root: Node) -> FileFacts:
    """The facts of a playbook, or of a role's tasks (a file in a folder `tasks` or `handlers`); else nothing."""
    items = [item for item in root.items() if item.is_mapping]
    plays = [
        item for item in items if "hosts" in item or any(key.endswith("import_playbook") for key, _ in item.entries())
    ]
    in_role = any(f"/{folder}/" in f"/{path}" for folder in ("tasks", "handlers"))
    if plays:
        return sum((_play(path, play, index) for index, play in enumerate(plays)), FileFacts())
    if items and in_role and any(_module(item)[0] for item in items):
        return _tasks_facts(path, items, Unit("tasks", "script", 1, "tasks"))
    return FileFacts()


def _play(path: str, play: Node, index: int) -> FileFacts:
    name = play["name"].text or play["hosts"].text or str(index)
    roles = [role.text or role["role"].text or role["name"].text for role in play["roles"].items()]
    # a role lies beside the playbook, or beside the folder that holds the playbooks
    uses = (beside(path, f"{up}roles/{role}/tasks/main.yml") for role in roles if role for up in ("", "../"))
    imported = (beside(path, node.text) for key, node in play.entries() if key.endswith("import_playbook"))
    unit = Unit(f"play/{name}", "script", play.line, f"play {name}", uses=unique(*uses, *imported))
    tasks = [task for key in TASK_LISTS for task in play[key].items()]
    return _tasks_facts(path, tasks, unit)


def _tasks_facts(path: str, tasks: list[Node], unit: Unit) -> FileFacts:
    found: list[Command] = []
    uses = list(unit.uses)
    resources: list[Resource] = []
    timers: list[Unit] = []
    for number, task in enumerate(_flat(tasks)):
        module, node = _module(task)
        if not module:
            continue
        short = module.rsplit(".", 1)[-1]
        resources.append(Resource(f"ansible:{short}", task["name"].text, node.line, unit.id))
        if module != short:
            resources.append(Resource(f"ansible:{module}", task["name"].text, node.line, unit.id))
        if short in SHELLS:
            found += _commands(node)
        elif short == "cron" and node["job"].text:
            timers.append(_cron(f"{unit.id}/cron/{number}", node, unit.id))
        elif short in SERVICES:
            found += _service(node)
        elif short in COPIES and "cron" in node["dest"].text:
            found += _copied(node)
        elif short in INCLUDES:
            uses.append(beside(path, node.text or node["file"].text))
    whole = Unit(unit.id, unit.kind, unit.line, unit.says, commands=tuple(found), uses=unique(*uses))
    return FileFacts(units=(whole, *timers), resources=tuple(resources))


def _cron(id: str, node: Node, play: str) -> Unit:
    """A line that a task puts into a crontab."""
    fields = (node[key].text or "*" for key in ("minute", "hour", "day", "month", "weekday"))
    when = node["special_time"].text or " ".join(fields)
    off = node["state"].text == "absent" or node["disabled"].text in ("true", "yes")
    return timer(id, when, node["job"].text, node["job"].line, needs=(play,), off=off)


def _service(node: Node) -> tuple[Command, ...]:
    """`systemctl`, for a unit that a task enables or starts."""
    asked = node["state"].text in ("started", "restarted", "reloaded") or node["enabled"].text in ("true", "yes")
    if not asked or node["state"].text == "stopped" or not node["name"].text:
        return ()
    return (_command(("systemctl", "restart", node["name"].text), node),)


def _copied(node: Node) -> tuple[Command, ...]:
    """`cp`, for a file or a text that a task puts where the machine looks for crontabs."""
    if content := node["content"].text:
        return (_command(("echo", content), node), _command(("cp", "-", node["dest"].text), node))
    source = node["src"].text.removeprefix("./")
    return tuple(
        _command(("cp", f"{folder}{source}", node["dest"].text), node)
        for folder in ("", "files/", "templates/", "../files/", "../templates/")
    )


def _command(argv: tuple[str, ...], node: Node) -> Command:
    return Command(" ".join(argv), argv, node.line)


def _flat(tasks: list[Node], depth: int = 10) -> Iterator[Node]:
    for task in tasks:
        yield task
        if depth:
            for key in BLOCKS:
                yield from _flat(list(task[key].items()), depth - 1)


def _module(task: Node) -> tuple[str, Node]:
    """The module of a task: its first key that no task keyword takes."""
    for key, node in task.entries():
        if key not in KEYWORDS and not key.startswith("with_"):
            return key, node
    return "", task


def _commands(node: Node) -> tuple[Command, ...]:
    text = node if node.text else node["cmd"]
    if node["argv"].is_list:
        return run_by(list(node["argv"].items()), node["argv"].line)
    script = VARIABLE.sub(r"${\1}", text.text)  # so that the shell's reader sees one word
    return commands(script, text.text_line, strict=False) if script else ()
