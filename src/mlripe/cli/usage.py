"""What the command line takes, and wrong use of it told in words of our own.

click's own sentences, its help on commands without arguments and what it does about them differ between its versions;
the exit codes and messages of mlripe do not.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import cached_property
from typing import TYPE_CHECKING, Any

import click

from mlripe.catalog.nearest import nearest

__all__ = ["Command", "Group", "OneOf", "wrong_use"]


if TYPE_CHECKING:
    _Type = click.ParamType[str]
else:
    _Type = click.ParamType  # takes no type in brackets in older versions


class Command(click.Command):
    """A command that says itself which argument is one too many, and which value is empty.

    An empty value comes from a variable that is not set: to go on without it would answer another question.
    """

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        ctx.allow_extra_args = True
        words = list(args)
        try:
            rest = super().parse_args(ctx, args)
        except click.UsageError as error:
            error.ctx = error.ctx or ctx  # the parser leaves it out where an option lacks a value, or has one too many
            raise
        if rest and not ctx.resilient_parsing:
            raise click.UsageError(f"{rest[0]!r} is one argument too many", ctx)
        if "" in words or any(word.endswith("=") for word in words):
            self._refuse_empty(ctx, words)
        return rest

    def _refuse_empty(self, ctx: click.Context, words: list[str]) -> None:
        given, _, _ = self.make_parser(ctx).parse_args(words)
        for parameter in self.params:
            value = given.get(parameter.name or "")
            if value == "" or (isinstance(value, list | tuple) and "" in value):
                optional = isinstance(parameter, click.Option) or not parameter.required
                raise click.BadParameter(f"is empty; give it a value{' or leave it out' * optional}", ctx, parameter)


class Group(click.Group):
    """A group of such commands that says itself which of them there is not."""

    command_class = Command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        known = self.list_commands(ctx)
        if args[0] not in known and not args[0].startswith("-"):
            raise click.UsageError(self.no_command(args[0], known), ctx)
        return super().resolve_command(ctx, args)

    def no_command(self, word: str, known: Iterable[str]) -> str:
        """What is wrong with a word in the place of a command, and what was perhaps meant."""
        return f"there is no command {word!r}{nearest(word, known)}; known are {', '.join(known)}"


class OneOf(_Type):
    """One of several words; `later` gives further ones, and is only asked where one is needed."""

    name = "word"

    def __init__(self, *words: str, later: Callable[[], Iterable[str]] = tuple) -> None:
        self._words = words
        self._later = later

    @cached_property
    def words(self) -> tuple[str, ...]:
        return (*self._later(), *self._words)

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        if value not in self.words:
            says = f"there is no {value!r}{nearest(str(value), self.words)}; known are {', '.join(self.words)}"
            raise click.BadParameter(says, ctx, param)
        return str(value)

    def get_metavar(self, param: click.Parameter, ctx: click.Context | None = None) -> str:
        return f"[{'|'.join(self.words)}]"

    def shell_complete(self, ctx: click.Context, param: click.Parameter, incomplete: str) -> list[Any]:
        from click.shell_completion import CompletionItem

        return [CompletionItem(word) for word in self.words if word.startswith(incomplete)]


def wrong_use(error: click.ClickException) -> str:
    """What is wrong with the command line, as a sentence without its full stop."""
    context = getattr(error, "ctx", None)
    options = [each for each in context.command.params if isinstance(each, click.Option)] if context else []
    if isinstance(error, click.NoSuchOption):
        known = [name for option in options for name in (*option.opts, *option.secondary_opts)]
        return f"there is no option {error.option_name!r}{nearest(error.option_name, [*known, '--help'])}"
    if isinstance(error, click.BadOptionUsage):
        flag = any(error.option_name in option.opts and option.is_flag for option in options)
        return f"{error.option_name}: {'takes no value' if flag else 'needs a value'}"
    if isinstance(error, click.BadParameter):
        says = "is missing" if isinstance(error, click.MissingParameter) else error.message
        return f"{_written(error.param)}: {says.rstrip('.')}" if error.param else says.rstrip(".")
    return error.message.rstrip(".")


def _written(parameter: click.Parameter) -> str:
    """A parameter as one writes it: an option's longest name, an argument's as the help has it."""
    if isinstance(parameter, click.Option):
        return max(parameter.opts, key=len)
    return parameter.metavar or parameter.human_readable_name.upper()
