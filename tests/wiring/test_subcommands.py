"""Which functions the words of a command mean, in programs whose groups of commands lie in one file or in several."""

from __future__ import annotations

import pytest

from mlripe.readers.store import FactStore
from mlripe.snapshot.memory import MemorySnapshot
from mlripe.wiring import Place, Wiring
from mlripe.wiring.roots import add_structured_roots

FIT = {"churn/__init__.py": "", "churn/fit.py": "def train():\n    pass\n"}
SCRIPT = '[project]\nname = "churn"\nversion = "1"\n[project.scripts]\nchurn = "churn.cli:main"\n'


def trains(files: dict[str, str], command: str) -> bool:
    """Whether a push that runs the command reaches the function that trains."""
    pushed = f"on: push\njobs:\n  a:\n    runs-on: x\n    steps:\n      - run: {command}\n"
    shown = {**FIT, "pyproject.toml": SCRIPT, **files, ".github/workflows/ci.yml": pushed}
    store = FactStore(MemorySnapshot(shown), (), lambda *_: True)
    store.load()
    wiring = Wiring(store)
    add_structured_roots(store, wiring)
    return bool(wiring.kinds(Place("churn/fit.py", "train")))


MODEL = """\
import click
from churn.fit import train
@click.group("model")
def model_group():
    pass
@model_group.command()
def fit_cmd():
    train()
@model_group.command("serve")
def run_server():
    print("served")
"""
GROUPS = {
    "churn/model.py": MODEL,
    "churn/cli.py": (
        "import click\nfrom churn.model import model_group\n"
        "@click.group()\n@click.option('--env')\ndef main(env):\n    print(env)\n"
        "main.add_command(model_group)\n"
        "@main.group()\ndef data():\n    pass\n@data.command()\ndef fit():\n    print('fitted')\n"
    ),
}


@pytest.mark.parametrize(
    ("command", "wanted"),
    [
        ("churn model fit", True),
        ("churn model fit-cmd --epochs 3", True),
        ("churn --env cloud model fit", True),
        ("churn --env=cloud model serve", False),
        ("churn model serve --port 80", False),
        ("churn data fit", False),
        ("churn model --port 80", True),  # nothing says which of the group's commands
        ("churn model $TASK", True),
        ("churn $TASK serve", True),
        ("churn later fit", True),  # a command that a plugin may bring
    ],
)
def test_words_are_followed_from_group_to_group(command: str, wanted: bool) -> None:
    assert trains(GROUPS, command) == wanted


@pytest.mark.parametrize("word", ["fit", "serve"])
@pytest.mark.parametrize(
    "cli",
    [
        # a name that a package hands on, and another word
        (
            "import click\nfrom churn import tasks\n@click.group()\ndef main():\n    pass\n"
            "main.add_command(tasks.group, name='model')\n"
        ),
        # in a loop
        (
            "import click\nfrom churn.model import model_group\n@click.group()\ndef main():\n    pass\n"
            "for each in (model_group,):\n    main.add_command(each)\n"
        ),
        # where the program is put together by a function
        (
            "import click\n@click.group()\ndef cli():\n    pass\n"
            "def main():\n    from churn.model import model_group\n    cli.add_command(model_group)\n    cli()\n"
        ),
        # a collection has the commands of its sources as its own
        (
            "import click\nfrom churn.model import model_group\n@click.group()\ndef top():\n    pass\n"
            "top.add_command(model_group)\nmain = click.CommandCollection(sources=[top])\n"
        ),
        # by the table of a group
        "import click\nfrom churn.model import model_group\nmain = click.Group(commands={'model': model_group})\n",
    ],
)
def test_a_group_of_another_file_is_found(cli: str, word: str) -> None:
    handed = {"churn/tasks/__init__.py": "from churn.model import model_group as group\n"}
    files = {"churn/cli.py": cli, "churn/model.py": MODEL, **handed}
    assert trains(files, f"churn model {word}") == (word == "fit")


TYPER = """\
import typer
from churn.fit import train
main = typer.Typer()
model = typer.Typer(name="model")
more = typer.Typer()
main.add_typer(model)
main.add_typer(more)
@main.callback()
def begin():
    {always}
@model.command("fit")
def fit():
    train()
@more.command()
def export_model():
    print("exported")
def check():
    print("checked")
main.command("check")(check)
"""


@pytest.mark.parametrize(
    ("always", "command", "wanted"),
    [
        ("pass", "churn model fit", True),
        ("pass", "churn export-model", False),
        ("pass", "churn check", False),
        ("train()", "churn check", True),  # a callback runs whatever is asked
    ],
)
def test_typer_takes_in_the_commands_of_an_app_without_a_name(always: str, command: str, wanted: bool) -> None:
    assert trains({"churn/cli.py": TYPER.format(always=always)}, command) == wanted


CHAIN = """\
import click
from churn.fit import train
@click.group(chain={chain})
def main():
    pass
@main.command()
def prepare():
    print("prepared")
@main.command()
def fit():
    train()
"""


@pytest.mark.parametrize("chain", [True, False])
def test_a_chain_takes_several_commands(chain: bool) -> None:
    assert trains({"churn/cli.py": CHAIN.format(chain=chain)}, "churn prepare fit") is chain


@pytest.mark.parametrize("word", ["fit", "report"])
def test_commands_may_be_given_to_a_group_that_they_import(word: str) -> None:
    base = "import click\n@click.group()\ndef cli():\n    pass\n"
    files = {
        "churn/base.py": base,
        "churn/commands.py": (
            "from churn.base import cli\nfrom churn.fit import train\n"
            "@cli.command()\ndef fit():\n    train()\n@cli.command()\ndef report():\n    print(1)\n"
        ),
        "churn/cli.py": "from churn import commands\nfrom churn.base import cli as main\n",
    }
    assert trains(files, f"churn {word}") == (word == "fit")


def test_groups_that_contain_each_other_come_to_an_end() -> None:
    cli = (
        "import click\nfrom churn.fit import train\n@click.group()\ndef main():\n    pass\n"
        "@main.group()\ndef inner():\n    pass\ninner.add_command(main)\nmain.add_command(main)\n"
        "@inner.command()\ndef fit():\n    train()\n"
    )
    assert trains({"churn/cli.py": cli}, "churn inner main inner fit")


@pytest.mark.parametrize(
    ("decorator", "registered"),
    [
        ("import contextlib\n@contextlib.contextmanager\n", False),
        ("from functools import lru_cache\n@lru_cache(maxsize=1)\n", False),
        ("import torch\n@torch.no_grad()\n", False),
        ("from celery import shared_task\n@shared_task\n", True),
        ("from churn.registry import task\n@task\n", True),
    ],
)
def test_what_is_only_wrapped_does_not_run_when_its_module_is_imported(decorator: str, registered: bool) -> None:
    helpers = f"from churn.fit import train\n{decorator}def later():\n    train()\n"
    files = {
        "churn/helpers.py": helpers,
        "churn/registry.py": "def task(f):\n    return f\n",
        "churn/serve.py": "import churn.helpers\nprint(1)\n",
    }
    assert trains(files, "python churn/serve.py") == registered


def test_what_is_wrapped_runs_where_it_is_called() -> None:
    helpers = (
        "from contextlib import contextmanager\nfrom churn.fit import train\n"
        "@contextmanager\ndef trained():\n    yield train()\n"
    )
    files = {
        "churn/helpers.py": helpers,
        "churn/run.py": "from churn.helpers import trained\nwith trained():\n    pass\n",
    }
    assert trains(files, "python churn/run.py")
