"""What a command line really starts: the wrappers around it taken off, its options told from its arguments."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

__all__ = ["arguments", "idle", "option", "program", "unwrapped"]

# program -> options of it that take a value (so that the value is not taken for the command)
_WRAPPERS: dict[str, frozenset[str]] = {
    name: frozenset(values.split())
    for name, values in {
        "sudo": "-u -g",
        "env": "-u -C",
        "time": "",
        "nohup": "",
        "nice": "-n",
        "exec": "",
        "command": "",
        "eval": "",
        "xvfb-run": "-s -n",
        "stdbuf": "",
        "tini": "",
        "dumb-init": "",
        "catchsegv": "",
        "opentelemetry-instrument": "--service_name",
        "ddtrace-run": "",
        "newrelic-admin": "",
        "retry": "",
        "xargs": "-n -P -I -L -d -E -s -a --max-args --max-procs --delimiter --arg-file",
        "winpty": "",
        "accelerate launch": "--config_file --num_processes --num_machines --mixed_precision --main_process_port",
        "torchrun": "--nproc_per_node --nnodes --node_rank --master_addr --master_port --rdzv_backend --rdzv_endpoint",
        "deepspeed": "--num_gpus --num_nodes --include --master_port --hostfile",
        "horovodrun": "-np -H",
        "mpirun": "-np -n -H --hostfile",
        "mpiexec": "-np -n",
        "srun": "-n -N -p --gres --partition --time --mem",
        "poetry run": "-C -P --directory",
        "pipenv run": "",
        "pdm run": "-p",
        "rye run": "",
        "hatch run": "",
        "pixi run": "-e --environment --manifest-path",
        "uv run": "--with --extra --group --python -p --project --directory --env-file --package --only-group",
        "uvx": "--with --from --python",
        "uv tool run": "--with --from",
        "pipx run": "--spec",
        "conda run": "-n -p --name --prefix",
        "mamba run": "-n -p --name --prefix",
        "micromamba run": "-n -p --name --prefix",
        "coverage run": "--source --rcfile --omit --include --data-file --branch-",
        "dvc exp run --": "",
        "doppler run": "-p -c",
        "op run": "--env-file",
        "dotenv run": "-f",
        "dotenv": "-f",
        "docker exec": "-u -w -e --user --workdir --env",
        "docker compose exec": "-u -w -e -f --file --user --workdir --env",
        "docker-compose exec": "-u -w -e -f --file --user --workdir --env",
        "bundle exec": "",
        "npx": "-p --package",
        "pnpm exec": "",
        "npm exec": "-p --package",
        "pnpm dlx": "",
        "yarn dlx": "",
        "bunx": "",
    }.items()
}
# programs of a package that its manager runs by their bare name (`pnpm vitest`, `yarn eslint .`)
_BINARIES = frozenset(
    """
    vitest jest mocha ava playwright cypress eslint oxlint tsc vue-tsc svelte-check prettier biome stylelint turbo nx
    lerna tsx ts-node promptfoo wrangler vercel semantic-release changeset knip nyc c8 moon
    """.split()
)
# programs that hand files over, and what they do with them without running anything
_IDLE: dict[str, frozenset[str]] = {
    name: frozenset(verbs.split())
    for names, verbs in {
        "kubectl oc": "get describe delete diff logs wait explain annotate label top config version auth port-forward",
        "helm": "lint uninstall delete list status show package pull push repo dependency version history get search",
        "argo": "lint list get logs delete stop terminate watch wait",
        "kustomize": "edit cfg version",
        "ansible-playbook": "--syntax-check --list-tasks --list-hosts",
        "make gmake": "-n --dry-run --just-print --print-data-base -p",
        "just task invoke inv poe nox tox": "--list --summary --dry-run -n -l",
        "dvc": "--dry",
        "snakemake": "-n --dry-run --dryrun --lint --dag --unlock",
        "sky": "status down stop logs queue cancel check show-gpus",
        "databricks": "validate destroy schema",
        "sam": "validate local logs delete",
        "docker-compose podman-compose": "config",
    }.items()
    for name in names.split()
}
# options that say where, with a value before the verb (`kubectl -n ml get`)
_PLACES = ("-n", "--namespace", "--context", "--kubeconfig", "-f", "--file", "-C", "-p", "--project-name")
_ASKS = frozenset(("--help", "--version"))  # a program that only says what it is runs nothing
_LONGEST = max(len(name.split()) for name in _WRAPPERS)
_WRAPPING = frozenset(name.split()[0] for name in _WRAPPERS)
_TAKES_NAME = {"docker exec", "docker compose exec", "docker-compose exec"}  # first argument names a container
_PLUGINS = {("poetry", "poe"), ("poetry", "task")}  # a runner of tasks as a command of the package manager
_PYTHON = re.compile(
    r"(?:python|pypy)[\d.]*w?(?:\.exe)?|\$[({]?\w*(?:PY|PYTHON|python)(?:\d|_\w+)?(?::-[\w./-]*)?[)}]?"
)
_PREFIX = re.compile(r"\$\{\w+\}(?=[A-Za-z])")  # `${PREFIX}pytest`: the folder of an environment, or nothing
_ASSIGNMENT = re.compile(r"[A-Za-z_]\w*=")
# what an environment installed, wherever that was made: /app/.venv/bin/uvicorn, ./env/bin/python
_INSTALLED = re.compile(r"(?:^|/)(?:\.?v?env|\.?virtualenv|envs/[\w.-]+)/bin/[^/]+$")


def program(word: str) -> str:
    """The name of a program without its folder: `/usr/bin/python3` is `python`."""
    name = _PREFIX.sub("", word.replace("\\", "/").rsplit("/", 1)[-1])
    if "@" in name[1:]:  # npx promptfoo@latest
        name = name[: name.index("@", 1)]
    return "python" if _PYTHON.fullmatch(name) else name


def unwrapped(argv: Sequence[str]) -> tuple[str, ...]:
    """The command without what only wraps it: `poetry run python -m pytest -q` is `pytest -q`.

    The first word is the program's bare name unless it is a path in the repository (`./train.sh`, `scripts/x.sh`).
    """
    words = list(argv)
    for _ in range(6):
        while words and (_ASSIGNMENT.match(words[0]) or words[0] in ("--", "!", "then", "do", "else")):
            words.pop(0)
        if not words:
            return ()
        name = program(words[0])
        wrapper = _wrapper([name, *words[1:]])
        if (name, *words[1:2]) in _PLUGINS:
            words = words[1:]
        elif wrapper:
            words = _after(words, wrapper)
        elif name in ("pnpm", "yarn", "bunx", "bun") and len(words) > 1 and words[1] in _BINARIES:
            words = words[1:]
        elif name == "python" and len(words) > 2 and "-m" in words[1:4]:
            at = words.index("-m")
            words = words[at + 1 :]
            if words and words[0] in ("torch.distributed.launch", "torch.distributed.run"):
                words = ["torchrun", *words[1:]]
            elif words and words[0] in ("coverage", "accelerate.commands.launch"):
                words = ["coverage" if words[0] == "coverage" else "accelerate launch", *words[1:]]
            elif words:
                return ("-m", *words)
        else:
            break
    if not words:
        return ()
    outside = words[0].startswith(("/usr/", "/bin/", "/opt/", "$", "~", "venv", ".venv")) or _INSTALLED.search(words[0])
    local = "/" in words[0] and not outside
    return (words[0] if local else program(words[0]), *words[1:])


def _wrapper(words: Sequence[str]) -> str:
    for count in range(min(_LONGEST, len(words)), 0, -1) if words[0] in _WRAPPING else ():
        name = " ".join(words[:count])
        if name in _WRAPPERS:
            return name
    return ""


def _after(words: list[str], wrapper: str) -> list[str]:
    valued = _WRAPPERS[wrapper]
    at = len(wrapper.split())
    while at < len(words) and (
        words[at].startswith("-") or (words[at][:1] == "$" and words[at + 1 : at + 2] == ["-m"])
    ):
        word = words[at]
        if word == "--":
            at += 1
            break
        if word in ("-m", "--module"):  # `coverage run -m pytest`, `deepspeed --module pkg.train`: a module follows
            return ["python", "-m", *words[at + 1 :]]
        at += 2 if word in valued else 1
    rest = words[at:]
    if wrapper in _TAKES_NAME:
        rest = rest[1:]
    if (
        wrapper in ("torchrun", "deepspeed", "accelerate launch", "coverage run", "horovodrun")
        and rest
        and rest[0].endswith(".py")
    ):
        return ["python", *rest]
    return rest


def idle(words: Sequence[str]) -> bool:
    """Whether a command runs nothing of what it names: it asks, lists, checks or removes.

    `--version 1.2` is an argument of what a program does, as is a word of another program's command.
    """
    following = (*words[1:], "")
    if any(
        word in _ASKS and (not after or after.startswith("-")) for word, after in zip(words, following, strict=True)
    ):
        return True
    verbs = _IDLE.get(words[0], frozenset())
    dry = any(word.startswith("--dry-run") and not word.endswith(("=none", "=false")) for word in words)
    first = next(iter(arguments(words[1:], _PLACES)), "")
    return bool(verbs) and (dry or first in verbs or any(word.startswith("-") and word in verbs for word in words[1:]))


def arguments(words: Iterable[str], valued: Iterable[str] = ()) -> list[str]:
    """The words that are neither options nor values of the options named in `valued`."""
    out: list[str] = []
    skip = False
    takes = frozenset(valued)
    for word in words:
        if skip:
            skip = False
        elif word.startswith("-") and word != "-":
            skip = word in takes
        else:
            out.append(word)
    return out


def option(words: Sequence[str], *names: str) -> str:
    """The value of the first of these options (`-f x`, `--file x`, `--file=x`), "" where it is not given."""
    for index, word in enumerate(words):
        for name in names:
            if word == name and index + 1 < len(words):
                return words[index + 1]
            if word.startswith(name + "="):
                return word[len(name) + 1 :]
            if (
                len(name) == 2
                and not name.startswith("--")
                and word.startswith(name)
                and len(word) > 2
                and name != "-m"
            ):
                return word[2:].lstrip("=")
    return ""
