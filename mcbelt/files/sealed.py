"""Files that are whole or not there: written under a temporary name, flushed to the disk, renamed, and checked when
read.

Every file of a run ends in a seal, the SHA-256 of all bytes before it. HDF5 ignores what follows its own end, so a
sealed netCDF file opens in any program that reads netCDF, while a file cut short, or with a single bit changed, is
found out here before the HDF5 library sees it.
"""

import contextlib
import hashlib
import os
import re
from collections.abc import Iterator
from pathlib import Path

from mcbelt.errors import ResultsError
from mcbelt.files import located

_MARK = b"\nsha256:"
SEAL_LENGTH = len(_MARK) + 64 + 1
_TEMPORARY = re.compile(r"\..+\.(\d+)\.tmp")  # of a name: hidden, with the process that writes it
_at_work: set[Path] = set()  # temporary files of this process


def sealed(content: bytes) -> bytes:
    """Content followed by its seal."""
    return content + _MARK + hashlib.sha256(content).hexdigest().encode() + b"\n"


def unsealed(image: bytes, where: str) -> bytes:
    """Content of a sealed file.

    Raises
    ------
    ResultsError
        The seal is missing (a file cut short, or written by another program) or does not fit the content.
    """
    content, seal = image[:-SEAL_LENGTH], image[-SEAL_LENGTH:]
    if not seal.startswith(_MARK):
        if not located.begins_as_result(image):
            raise ResultsError(
                f"{where}: is not a result of mcbelt, it does not begin as one; give a result.nc, a campaign file "
                "(.toml), or the directory of either."
            )
        raise ResultsError(
            f"{where}: is cut short, or was not written by mcbelt (its checksum is missing); restore it from a copy, "
            "or delete it and run the campaign again."
        )
    if image != sealed(content):
        raise ResultsError(
            f"{where}: is damaged or was changed since it was written (its checksum does not fit); restore it from a "
            "copy, or delete it and run the campaign again."
        )
    return content


def read(path: Path) -> bytes:
    """Content of the sealed file at a path. Raises ResultsError."""
    try:
        image = path.read_bytes()
    except OSError as error:
        raise ResultsError(f"{path}: cannot be read ({error.strerror}); give the path of a result file.") from None
    return unsealed(image, str(path))


def write(path: Path, image: bytes) -> None:
    """Write a file so that after any interruption the path holds the old content or the new, never a part.

    Parameters
    ----------
    path : Path
        Its directory exists.
    image : bytes
        The whole file, sealed already where it should be.

    Raises
    ------
    ResultsError
        The disk is full, or the directory cannot be written; nothing is left behind.
    """
    with whole(path) as temporary, open(temporary, "wb") as file:
        file.write(image)


@contextlib.contextmanager
def whole(path: Path) -> Iterator[Path]:
    """As `replaced`; an OSError, also of what writes, becomes a ResultsError as that of `write`."""
    try:
        with replaced(path) as temporary:
            yield temporary
    except OSError as error:
        raise ResultsError(
            f"{path}: cannot be written ({error.strerror or error}); free space or choose another directory by "
            "--output, then run again: finished blocks are kept."
        ) from None


@contextlib.contextmanager
def replaced(path: Path, flush: bool = True) -> Iterator[Path]:
    """A temporary path to write to; it becomes the path when this ends well, and is removed when it does not.

    Without `flush` the disk is not waited for: after a power cut the file may be cut short.

    Raises
    ------
    OSError
        The disk is full, or the directory cannot be written.
    """
    temporary = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    _at_work.add(temporary)
    try:
        yield temporary
        if flush:
            _flush(temporary)
        os.replace(temporary, path)
        if flush:
            _flush(path.parent)
    finally:
        _remove(temporary)  # gone already where all went well
        _at_work.discard(temporary)


def tried(directory: Path, size: int = 2**14) -> None:
    """Write a file of so many bytes to a directory and remove it. Raises ResultsError where that cannot be."""
    path = directory / "try"
    try:
        with replaced(path) as temporary:
            temporary.write_bytes(bytes(size))
        path.unlink()
    except OSError as error:
        raise ResultsError(
            f"{directory}: cannot be written ({error.strerror or error}); free space or choose another directory by "
            "--output. Nothing was changed."
        ) from None


def abandon() -> None:
    """Remove what this process has not finished writing; it ends now, from a thread that does not write."""
    for temporary in list(_at_work):
        _remove(temporary)


def sweep(directory: Path) -> None:
    """Remove from a directory the temporary files of processes that were killed while they wrote."""
    for path in directory.glob(".*.tmp"):
        found = _TEMPORARY.fullmatch(path.name)
        if found and not runs(int(found[1])):
            _remove(path)


def make_directory(path: Path) -> None:
    """Make a directory and its parents. Raises ResultsError where that cannot be."""
    try:
        path.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise ResultsError(
            f"{path}: the directory cannot be made ({error.strerror}); choose another by --output."
        ) from None


def runs(process: int) -> bool:
    """Whether a process of this machine is alive."""
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except OSError:
        pass  # of another user
    return True


def _flush(path: Path) -> None:
    """Have the disk take what was written to a file, or the names in a directory."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _remove(path: Path) -> None:
    try:
        path.unlink(missing_ok=True)
    except OSError:
        pass  # the directory itself is gone or read-only; the error told already is the one that matters
