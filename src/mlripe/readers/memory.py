"""Results that the path and content of one file alone decide: made once, then taken from where they are kept.

A `Memory` keeps them from one run to the next (`cache/results.py`); `NOTHING_KEPT` is none. What is kept is plain data
in msgpack. A value is only kept where its plain data gives an equal value again, so that a run that remembers says the
same as one that does not.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache
from typing import Any, Final, Generic, Protocol, TypeVar

import msgspec

from mlripe.facts import UNKNOWN, Call, FileFacts, Unit, Unknown
from mlripe.readers.work import Work, metered, spend

__all__ = ["NOTHING_KEPT", "FileMemories", "FileMemory", "Memory", "Reading", "Worked"]

T = TypeVar("T")
_SEARCHES: Final = "searches"
_UNKNOWN: Final = 1  # the code of `UNKNOWN` among msgpack's extensions


class Worked(msgspec.Struct, Generic[T], frozen=True, gc=False, array_like=True):
    """A result, and the work that it took."""

    value: T
    work: int


class Reading(msgspec.Struct, frozen=True, gc=False, array_like=True):
    """What a file's reader gave, and the work that it took.

    msgpack has no tuples: `calls` and `units` are the numbers of those whose values hold some.
    """

    facts: FileFacts
    work: int
    calls: tuple[int, ...] = ()
    units: tuple[int, ...] = ()

    @classmethod
    def of(cls, facts: FileFacts, work: int) -> Reading:
        """The facts, ready to be kept."""
        calls = tuple(n for n, call in enumerate(facts.calls) if any(map(_holds_tuple, _values(call))))
        units = tuple(n for n, unit in enumerate(facts.units) if any(map(_holds_tuple, unit.inputs.values())))
        return cls(facts, work, calls, units)

    def restored(self) -> Reading:
        """The same, with tuples where they were."""
        if not self.calls and not self.units:
            return self
        calls, units = list(self.facts.calls), list(self.facts.units)
        for number in self.calls:
            call = calls[number]
            calls[number] = Call(
                call.name, call.line, call.scope, _tuples(call.args), _tuples(call.keywords), call.decorator
            )
        for number in self.units:
            units[number] = _with_inputs(units[number])
        return Reading(
            msgspec.structs.replace(self.facts, calls=tuple(calls), units=tuple(units)),
            self.work,
            self.calls,
            self.units,
        )


def _values(call: Call) -> tuple[object, ...]:
    return (*call.args, *call.keywords.values())


def _with_inputs(unit: Unit) -> Unit:
    return msgspec.structs.replace(unit, inputs=_tuples(unit.inputs))


def _holds_tuple(value: object) -> bool:
    if isinstance(value, Mapping):
        return any(map(_holds_tuple, value.values()))
    return isinstance(value, tuple)


def _tuples(value: Any) -> Any:
    """A value with a tuple for each list in it."""
    if isinstance(value, (list, tuple)):
        return tuple(map(_tuples, value))
    return {key: _tuples(each) for key, each in value.items()} if isinstance(value, dict) else value


class FileMemory:
    """What is known of one content of one file: results by their names, those that were kept and those of this run."""

    __slots__ = ("_kept", "_made", "_searched", "_searches")

    def __init__(self, kept: Mapping[str, msgspec.Raw] | None = None) -> None:
        self._kept = kept or {}
        self._made: dict[str, tuple[Any, Any]] = {}  # what nobody has kept yet, each with its type
        self._searches: dict[int, tuple[int, str] | None] | None = None
        self._searched = 0  # how many searches are kept

    @property
    def changed(self) -> bool:
        """Whether something of it is not kept yet."""
        return bool(self._made) or len(self._searches or ()) != self._searched

    @property
    def searches(self) -> dict[int, tuple[int, str] | None]:
        """What searches found in the text, line and words, by the numbers of their expressions; None for nothing."""
        if self._searches is None:
            self._searches = self._remembered(_SEARCHES, dict[int, tuple[int, str] | None]) or {}
            self._searched = len(self._searches)
        return self._searches

    def recall(self, name: str, shape: type[T], make: Callable[[], T]) -> T:
        """The result of that name, of the type `shape`: as it is kept, else as it is made now."""
        if name in self._made:
            return self._made[name][1]  # type: ignore[no-any-return]
        known = self._remembered(name, shape)
        if known is None:
            known = make()
            self._made[name] = shape, known
        return known  # type: ignore[no-any-return]

    def _remembered(self, name: str, shape: Any) -> Any:
        kept = self._kept.get(name)
        if kept is None:
            return None
        try:
            return _plain_again(_decoder(shape).decode(kept))
        except (msgspec.DecodeError, ValueError, TypeError, IndexError):
            return None

    def encoded(self) -> bytes:
        """All of it as plain data, without what would not come back as it is."""
        kept = dict(self._kept)
        for name, (shape, value) in self._made.items():
            try:
                data = encoder().encode(value)
                if _plain_again(_decoder(shape).decode(data)) == value:
                    kept[name] = msgspec.Raw(data)
            except (msgspec.MsgspecError, TypeError, ValueError, OverflowError, RecursionError):
                continue
        if self._searches is not None:
            kept[_SEARCHES] = msgspec.Raw(encoder().encode(self._searches))
        return encoder().encode(kept)

    @classmethod
    def decoded(cls, data: bytes) -> FileMemory:
        """The memory of such plain data. Raises msgspec.DecodeError where it is none."""
        return cls(_decoder(dict[str, msgspec.Raw]).decode(data))


def _plain_again(value: Any) -> Any:
    return value.restored() if isinstance(value, Reading) else value


@cache
def encoder() -> msgspec.msgpack.Encoder:
    """What makes msgpack of a result."""
    return msgspec.msgpack.Encoder(enc_hook=_extension)


def _extension(value: object) -> msgspec.msgpack.Ext:
    if isinstance(value, Unknown):
        return msgspec.msgpack.Ext(_UNKNOWN, b"")
    raise TypeError(f"{type(value).__name__} is not kept")


@cache
def _decoder(shape: Any) -> msgspec.msgpack.Decoder[Any]:
    return msgspec.msgpack.Decoder(shape, ext_hook=_of_extension)


def _of_extension(code: int, data: memoryview) -> object:
    if code != _UNKNOWN or len(data):
        raise ValueError("an extension that is not known")
    return UNKNOWN


class Memory(Protocol):
    """Keeps results of files."""

    def about(self, path: str, content: bytes) -> FileMemory | None:
        """What is known of a file with this content; None where nothing is kept."""

    def save(self) -> None:
        """Keeps what was made since."""


class _NothingKept:
    def about(self, path: str, content: bytes) -> FileMemory | None:
        return None

    def save(self) -> None:
        return


NOTHING_KEPT: Final[Memory] = _NothingKept()


class FileMemories:
    """What is kept of the files of one repository: of each, of the content that was read last."""

    def __init__(self, memory: Memory) -> None:
        self._memory = memory
        self._of: dict[str, FileMemory] = {}

    def about(self, path: str, content: bytes) -> FileMemory | None:
        """What is known of a file's content, which the others speak of from now on; None where nothing is kept."""
        known = self._memory.about(path, content)
        if known is not None:
            self._of[path] = known
        return known

    def recalled(self, path: str, name: str, shape: type[T], content: bytes, read: Callable[[bytes], T]) -> T:
        """What `read` makes of a file's content, which nothing else decides: as it was kept before, else made now.

        Nothing is kept of an empty text, which may stand for one that was not read.
        """
        known = self._of.get(path)
        return read(content) if known is None or not content else known.recall(name, shape, lambda: read(content))

    def worked(self, path: str, name: str, shape: type[T], content: bytes, read: Callable[[bytes], T]) -> T:
        """The same of a result whose work counts, whether or not it is done again."""
        done = Work()

        def now(text: bytes) -> Worked[T]:
            with metered() as work:
                value = read(text)
            done.spent = work.spent
            return Worked(value, work.spent)

        found = self.recalled(path, name, Worked[shape], content, now)  # type: ignore[valid-type]
        spend(found.work - done.spent)
        return found.value

    def searches(self, path: str) -> dict[int, tuple[int, str] | None]:
        """What searches found in the text of a file, by numbers of their expressions; what is put there is kept."""
        known = self._of.get(path)
        return {} if known is None else known.searches

    def save(self) -> None:
        """Keeps what was made since."""
        self._memory.save()
