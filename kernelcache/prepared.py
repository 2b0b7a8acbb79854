"""Parts of a preparation: functions of plain inputs that say when they begin, and whose results may be kept.

What a model is made of depends on few of the keys of a campaign: only the air on those of [air], the protons of the
belt on L, the yields on none. Each such piece is a function under `part`. Its result depends on its arguments and on
the code behind it, so where a store is in use (`mcbelt.files.preparations`) it is made once for all cases, workers and
runs. Arguments may be numbers, text, dates, arrays, and tuples, dictionaries and objects of them; results are arrays,
numbers, text, and tuples, lists and dictionaries of them.

Kept or made now, a result is the same to the last bit and in the layout of its arrays: also what was made now goes
through the form in which it would be kept.
"""

import contextlib
import dataclasses
import datetime
import functools
import hashlib
import inspect
from collections.abc import Callable, Iterator
from contextvars import ContextVar
from typing import Any, Protocol, TypeVar

import numpy as np

from kernelcache import compiling

Tree = Any  # of lists, as JSON has them: what `rebuilt` puts together again
_Function = TypeVar("_Function", bound=Callable[..., Any])


class Store(Protocol):
    """Where results of parts are kept."""

    def kept(self, home: str, name: str, inputs: str, make: Callable[[], Any]) -> Any:
        """The result of a part, made where there is none.

        Parameters
        ----------
        home, name : str
            Module of the function, and its name there.
        inputs : str
            Hash of its arguments.
        make : callable
            Gives the result.

        Returns
        -------
        object
        """


_store: ContextVar[Store | None] = ContextVar("store", default=None)
_listener: ContextVar[Callable[[str], None] | None] = ContextVar("listener", default=None)
_phase: ContextVar[str] = ContextVar("phase", default="")


@contextlib.contextmanager
def kept_in(store: Store | None) -> Iterator[None]:
    """While this lasts, parts that this thread asks for are kept in a store; None: each is made anew."""
    before = _store.set(store)
    try:
        yield
    finally:
        _store.reset(before)


@contextlib.contextmanager
def told_to(listener: Callable[[str], None]) -> Iterator[None]:
    """While this lasts, a listener hears the words of each phase that this thread begins, and that kernels compile."""
    last = ""

    def hear(words: str) -> None:
        nonlocal last
        if words != last:
            last = words
            listener(words)

    before = _listener.set(hear)
    try:
        with compiling.told(
            lambda: listener(f"{last}: {compiling.WORDS}" if last else compiling.WORDS), lambda: listener(last)
        ):
            yield
    finally:
        _listener.reset(before)


@contextlib.contextmanager
def phase(words: str) -> Iterator[None]:
    """A piece of work that is told by these words; where it ends, the one around it is told again."""
    around = _phase.get()
    _tell(words, around)
    before = _phase.set(words)
    try:
        yield
    finally:
        _phase.reset(before)
        _tell(around, words)


def tell(words: str) -> None:
    """Say what is going on within a phase; nobody need listen."""
    listener = _listener.get()
    if listener is not None:
        listener(words)


def _tell(words: str, last: str) -> None:
    if words and words != last:
        tell(words)


def part(words: str, of: Callable[..., Any] | None = None) -> Callable[[_Function], _Function]:
    """Make a function a part of a preparation.

    Parameters
    ----------
    words : str
        What is being made, as a user should read it while it is.
    of : class, optional
        A NamedTuple that the function returns; of others a result comes back as a plain tuple.

    Returns
    -------
    callable
        A decorator.
    """

    def decorated(function: _Function) -> _Function:
        signature = inspect.signature(function)

        @functools.wraps(function)
        def found(*arguments: Any, **options: Any) -> Any:
            with phase(words):
                value = _found(function, signature.bind(*arguments, **options))
            return value if of is None else of(*value)

        return found  # type: ignore[return-value]

    return decorated


def _found(function: Callable[..., Any], given: inspect.BoundArguments) -> Any:
    def make() -> Any:
        return rebuilt(*flattened(function(*given.args, **given.kwargs)))

    store = _store.get()
    if store is None:
        return make()
    given.apply_defaults()
    try:
        inputs = fingerprint(dict(given.arguments))
    except TypeError:  # an input that is no plain value, as a model of a user's own may be
        return make()
    return store.kept(function.__module__, function.__qualname__, inputs, make)


# ---------------------------------------------------------------- inputs


def fingerprint(value: Any) -> str:
    """Hash of a plain value: equal if and only if type, shape and every bit are.

    Raises
    ------
    TypeError
        Something in it is no plain value.
    """
    digest = hashlib.sha256()
    for piece in _pieces(value):
        digest.update(f"{len(piece)}:".encode())
        digest.update(piece)
    return digest.hexdigest()


def _pieces(value: Any) -> Iterator[bytes]:
    kind = type(value)
    yield f"{kind.__module__}.{kind.__qualname__}".encode()
    if value is None or isinstance(value, bool | int | str | bytes | datetime.date):
        yield repr(value).encode()
    elif isinstance(value, float):
        yield value.hex().encode()
    elif isinstance(value, np.ndarray | np.generic) and not value.dtype.hasobject:
        yield f"{value.dtype.str} {value.shape}".encode()
        yield value.tobytes()
    elif isinstance(value, tuple | list):
        yield str(len(value)).encode()
        for each in value:
            yield from _pieces(each)
    elif isinstance(value, dict):
        yield str(len(value)).encode()
        for key in sorted(value):
            yield str(key).encode()
            yield from _pieces(value[key])
    elif not callable(value) and (dataclasses.is_dataclass(value) or hasattr(value, "__dict__")):
        yield from _pieces(dict(vars(value)))
    else:
        raise TypeError(f"{kind.__qualname__} is no plain value")


# ---------------------------------------------------------------- results


def flattened(value: Any) -> tuple[Tree, list[np.ndarray]]:
    """A result as a tree of lists that JSON can hold, and the arrays that it names by their number.

    Raises
    ------
    TypeError
        Something in it can not be kept.
    """
    arrays: list[np.ndarray] = []

    def tree(each: Any) -> Tree:
        if each is None or type(each) in (bool, int, str, float):
            return ["value", each]
        if isinstance(each, np.ndarray | np.generic) and not each.dtype.hasobject:
            arrays.append(np.asarray(each))
            return ["array" if isinstance(each, np.ndarray) else "number", len(arrays) - 1]
        if isinstance(each, tuple | list):
            return ["tuple" if isinstance(each, tuple) else "list", [tree(one) for one in each]]
        if isinstance(each, dict) and all(isinstance(key, str) for key in each):
            return ["dict", [[key, tree(one)] for key, one in each.items()]]
        raise TypeError(f"a part gave a {type(each).__qualname__}, which can not be kept")

    return tree(value), arrays


def rebuilt(tree: Tree, arrays: list[np.ndarray]) -> Any:
    """A result from what `flattened` gave, its arrays contiguous and writable; NamedTuples come back as tuples."""
    kind, content = tree
    if kind == "value":
        return content
    if kind == "array":
        return _own(arrays[content])
    if kind == "number":
        return arrays[content][()]
    if kind == "dict":
        return {key: rebuilt(one, arrays) for key, one in content}
    return {"tuple": tuple, "list": list}[kind](rebuilt(one, arrays) for one in content)


def _own(array: np.ndarray) -> np.ndarray:
    """The array in the layout that a file gives it: of rows, or of columns where it is so alone."""
    order: Any = "F" if array.flags.f_contiguous and not array.flags.c_contiguous else "C"
    return np.require(array, requirements=[order, "W", "A"])
