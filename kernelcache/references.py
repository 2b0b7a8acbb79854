"""What a compiled function is made of beyond its own text: the functions it calls and the values it reads.

Numba compiles a global or a closed-over value into a kernel as a constant, so a fingerprint of a kernel has the
files of all functions that it reaches and the values of all constants that it names.
"""

import contextlib
import hashlib
import sys
import sysconfig
import types
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import numpy as np

_PLAIN = (bool, int, float, complex, str, bytes, type(None), np.generic)
_LIBRARIES = tuple(Path(sysconfig.get_path(name)).resolve() for name in ("stdlib", "purelib", "platlib"))


def inside(kernel: Any, packages: tuple[str, ...]) -> bool:
    """Whether a function is from one of the packages; also when there is none."""
    module = getattr(kernel, "__module__", None)
    return kernel is None or str(module).partition(".")[0] in packages


def fingerprint(roots: Iterable[Any], packages: tuple[str, ...]) -> str:
    """Hash of what functions and classes are made of, without what is in the packages [16 hex digits].

    Parameters
    ----------
    roots : iterable
        Kernels and models. The files of the roots themselves are read wherever they are.
    packages : tuple of str
        Top-level packages whose sources are accounted for already.

    Returns
    -------
    str
        Equal in every process. A function without a file (typed at a prompt) counts by its bytecode.
    """
    entries: set[str] = set()
    seen: dict[int, Any] = {}  # holds what it has seen, or an identity might come again
    roots = list(roots)
    waiting = [(f"root {number}", root) for number, root in enumerate(roots)]
    while waiting:
        label, thing = waiting.pop()
        code = getattr(thing, "py_func", thing)
        if isinstance(thing, np.ndarray):
            entries.add(f"{label} {thing.dtype} {thing.shape} {hashlib.sha256(thing.tobytes()).hexdigest()}")
        elif isinstance(thing, _PLAIN):
            entries.add(f"{label} {type(thing).__name__} {thing!r}")
        elif isinstance(thing, tuple | list | frozenset):
            waiting += [(f"{label}[{number}]", part) for number, part in enumerate(thing)]
        elif isinstance(code, types.FunctionType | type) and id(code) not in seen and not inside(code, packages):
            seen[id(code)] = code
            path = _source(code)
            if path is None or not _library(path) or any(thing is root for root in roots):
                entries.add(f"{label} {code.__qualname__} {_text(code, path)}")
                waiting += [(f"{code.__module__}.{code.__qualname__}.{name}", part) for name, part in _parts(code)]
    return hashlib.sha256("\n".join(sorted(entries)).encode()).hexdigest()[:16]


def _parts(thing: types.FunctionType | type) -> Iterator[tuple[str, Any]]:
    """What a function names, or the methods and values of a class."""
    if isinstance(thing, type):
        yield from ((name, value) for name, value in vars(thing).items() if not name.startswith("__"))
        return
    yield "defaults", thing.__defaults__ or ()
    for name, cell in zip(thing.__code__.co_freevars, thing.__closure__ or (), strict=True):
        with contextlib.suppress(ValueError):  # a cell that is empty yet
            yield name, cell.cell_contents
    for code in _codes(thing.__code__):
        modules = [thing.__globals__]
        for names in modules:
            for name in code.co_names:  # `a.b.c` is three names: which belong together is not told, so all are taken
                value = names.get(name)
                if isinstance(value, types.ModuleType):
                    if not any(vars(value) is known for known in modules):
                        modules.append(vars(value))
                else:
                    yield f"{names.get('__name__')}.{name}", value


def _codes(code: types.CodeType) -> Iterator[types.CodeType]:
    """Code of a function and of the functions written in it."""
    yield code
    for constant in code.co_consts:
        if isinstance(constant, types.CodeType):
            yield from _codes(constant)


def _source(thing: Any) -> Path | None:
    module = sys.modules.get(thing.__module__)
    code = getattr(thing, "__code__", None)
    name = code.co_filename if code is not None else getattr(module, "__file__", None)
    return Path(name).resolve() if name and Path(name).is_file() else None


def _library(path: Path) -> bool:
    return any(path.is_relative_to(folder) for folder in _LIBRARIES)


def _text(thing: types.FunctionType | type, path: Path | None) -> str:
    if path is not None:
        return hashlib.sha256(path.read_bytes()).hexdigest()
    if isinstance(thing, type):
        return thing.__qualname__
    codes = [
        (code.co_code, code.co_names, [c for c in code.co_consts if isinstance(c, _PLAIN)])
        for code in _codes(thing.__code__)
    ]
    return hashlib.sha256(repr(codes).encode()).hexdigest()
