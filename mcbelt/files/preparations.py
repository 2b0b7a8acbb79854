"""Parts of preparations on disk: made once for all cases, workers and runs, in the user's cache directory.

    ~/.cache/mcbelt/prepared/PART/KEY.npz    the key is a hash of the part, its inputs, the code and data behind it

An entry is a sealed archive of arrays, written whole or not at all, so any number of processes may read and write.
Whatever is wrong with it, or with the directory, costs that a part is made again, and one line. While one process of a
machine makes a part, others that want the same wait for it. What was used least lately goes when there is too much.
"""

import contextlib
import functools
import hashlib
import io
import json
import logging
import os
import platform
import socket
import threading
import time
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

import llvmlite.binding as llvm
import numpy as np

import kernelcache
from kernelcache import prepared
from mcbelt.errors import ConfigError, ResultsError
from mcbelt.files import provenance, sealed

MEGABYTES = 2000  # that are kept, unless the user says otherwise in
VARIABLE = "MCBELT_CACHE_MB"
_KEPT_SHARE = 0.8  # of the most that there may be, left when some has to go
_PATIENCE = 600.0  # how long another process may take for a part until it is made here, too [s]
_LOOK = 0.1  # how often that is looked at [s]
_FORMAT = 1
_logger = logging.getLogger("mcbelt")
_writing = threading.Lock()  # threads of one process have one name for what they write


class Entry(NamedTuple):
    """A part on disk."""

    part: str
    path: Path
    size: int  # [bytes]
    used: float  # when it was last read or written [s since 1970]


def default_directory() -> Path:
    """Where parts are kept: below the cache directory of the program."""
    return kernelcache.cache_root() / "prepared"


def most_bytes() -> int:
    """How much may be kept [bytes]; 0 keeps nothing. Raises ConfigError where the user's number is none."""
    text = os.environ.get(VARIABLE, "")
    try:
        megabytes = float(text) if text else float(MEGABYTES)
        if not 0.0 <= megabytes < 1e9:
            raise ValueError
    except ValueError:
        raise ConfigError(
            f"{VARIABLE} = {text!r:.60} is no number of megabytes; give 0 (keep nothing) or more, or leave it out."
        ) from None
    return int(megabytes * 1e6)


def entries(directory: Path) -> list[Entry]:
    """What is kept in a directory, that used last at the end; nothing where there is no such directory."""
    found = []
    for path in directory.glob("*/*.npz"):
        with contextlib.suppress(OSError):  # removed meanwhile
            about = path.stat()
            found.append(Entry(path.parent.name, path, about.st_size, about.st_mtime))
    return sorted(found, key=lambda entry: (entry.used, entry.path))


def clear(directory: Path) -> list[Entry]:
    """Remove what is kept, and what processes that ended left behind; what was there.

    Raises
    ------
    ResultsError
        An entry cannot be removed.
    """
    found = entries(directory)
    try:
        for entry in found:
            entry.path.unlink(missing_ok=True)
    except OSError as error:
        raise ResultsError(f"{directory}: cannot be cleared ({error.strerror}); remove it by hand.") from None
    for folder in directory.glob("*/"):
        sealed.sweep(folder)
        with contextlib.suppress(OSError):
            folder.rmdir()  # where nobody is at work in it
    return found


@contextlib.contextmanager
def in_use() -> Iterator[None]:
    """While this lasts, parts that this thread asks for come from the user's cache directory and go there."""
    most = most_bytes()
    with prepared.kept_in(Entries(default_directory(), most) if most else None):
        yield


class Entries:
    """The store of a directory; `most` is how much it may hold [bytes]."""

    def __init__(self, directory: Path, most: int) -> None:
        self._directory, self._most = directory, most

    def kept(self, home: str, name: str, inputs: str, make: Callable[[], Any]) -> Any:
        """The result of a part, made where there is none that is whole.

        Parameters
        ----------
        home, name : str
            Module of the function, whose code and data count, and its name there.
        inputs : str
            Hash of its arguments.
        make : callable
            Gives the result.

        Returns
        -------
        object
        """
        try:
            code = provenance.code_hash((home,))
        except ModuleNotFoundError:  # a part of a user's own, whose code is not followed
            return make()
        key = hashlib.sha256(f"{_FORMAT} {home}.{name} {code} {_processor()} {inputs}".encode()).hexdigest()[:32]
        path = self._directory / name.strip("_") / f"{key}.npz"
        found = _read(path, key)
        if found is not None:
            return found[0]
        with _claimed(path) as alone:
            found = None if alone else _read(path, key)
            if found is not None:
                return found[0]
            value = make()
            self._write(path, key, value)
        return value

    def _write(self, path: Path, key: str, value: Any) -> None:
        image = _image(value, key)
        if len(image) > self._most:
            return
        try:
            with _writing, sealed.replaced(path, flush=False) as temporary:  # the seal tells what a crash has cut
                temporary.write_bytes(image)
        except OSError as error:
            _say_once(
                f"cache directory {self._directory}: parts of the preparation cannot be kept "
                f"({error.strerror or error}); they are made again each time."
            )
        self._shrink()

    def _shrink(self) -> None:
        """Remove what was used least lately, down to a share of the most that there may be."""
        found = entries(self._directory)
        total = sum(entry.size for entry in found)
        if total <= self._most:
            return
        for entry in found[:-1]:
            with contextlib.suppress(OSError):
                entry.path.unlink()
                total -= entry.size
            if total <= _KEPT_SHARE * self._most:
                return


@functools.cache
def _processor() -> str:
    """Kind of the processor: another rounds in another way, and machines may share a home."""
    return f"{platform.machine()} {llvm.get_host_cpu_name()}"


@functools.lru_cache(maxsize=16)
def _say_once(words: str) -> None:
    """One line for what befalls a directory, however often it does."""
    _logger.warning("%s", words)


# ---------------------------------------------------------------- one entry


def _image(value: Any, key: str) -> bytes:
    tree, arrays = prepared.flattened(value)
    buffer = io.BytesIO()
    text = json.dumps({"key": key, "tree": tree}).encode()
    named = {f"array{number}": array for number, array in enumerate(arrays)}
    np.savez(buffer, about=np.frombuffer(text, dtype=np.uint8), **named)  # type: ignore[arg-type]
    return sealed.sealed(buffer.getvalue())


def _read(path: Path, key: str) -> tuple[Any] | None:
    """The result in an entry; None where there is none, or none that is whole."""
    try:
        image = path.read_bytes()
    except OSError:
        return None
    try:
        with np.load(io.BytesIO(sealed.unsealed(image, str(path))), allow_pickle=False) as content:
            about = json.loads(content["about"].tobytes())
            if about["key"] != key:
                raise ValueError("it is another entry")
            arrays = [content[f"array{number}"] for number in range(len(content.files) - 1)]
        value = prepared.rebuilt(about["tree"], arrays)
    except (ResultsError, OSError, ValueError, KeyError, IndexError, TypeError, zipfile.BadZipFile) as error:
        _logger.warning("%s: a part of the preparation is damaged (%s); it is made again.", path, _reason(error))
        return None
    with contextlib.suppress(OSError):
        os.utime(path)
    return (value,)


def _reason(error: Exception) -> str:
    return "its checksum does not fit" if isinstance(error, ResultsError) else f"{type(error).__name__}: {error:}"


# ---------------------------------------------------------------- one process at a time


@contextlib.contextmanager
def _claimed(path: Path) -> Iterator[bool]:
    """This process makes an entry; False where another did meanwhile. Without a directory to write to it just goes on.

    A claim is a file that says who makes the entry. It stands until the entry is there, or its process is gone.
    """
    claim = path.with_name(f".{path.stem}.claim")
    mine, waited = False, False
    begun = time.monotonic()
    while not mine and time.monotonic() - begun < _PATIENCE:
        try:
            path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            handle = os.open(claim, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
            os.write(handle, _me().encode())
            os.close(handle)
            mine = True
        except FileExistsError:
            if _stands(claim):
                if not waited:
                    waited = True
                    prepared.tell("waiting for another process that makes the same")
                time.sleep(_LOOK)
            else:
                with contextlib.suppress(OSError):
                    claim.unlink()
            waited = True
        except OSError:
            break  # a directory that cannot be written, or is full: said where the entry is written
    try:
        yield not waited
    finally:
        if mine:
            with contextlib.suppress(OSError):
                claim.unlink()


def _me() -> str:
    return f"{os.getpid()} {threading.get_ident()} {socket.gethostname()}"


def _stands(claim: Path) -> bool:
    """Whether the process of a claim may still be at work on it."""
    try:
        holder, age = claim.read_text().split(), time.time() - claim.stat().st_mtime
    except (OSError, ValueError):
        return False
    if age > _PATIENCE:
        return False
    if len(holder) != 3 or not holder[0].isdigit():
        return age < 1.0  # not written yet
    if holder[2] != socket.gethostname():
        return True
    return sealed.runs(int(holder[0])) and holder != _me().split()
