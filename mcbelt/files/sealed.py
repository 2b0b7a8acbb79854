"""Files that are whole or not there: written under a temporary name, flushed to the disk, renamed, and checked when
read.

Every file of a run ends in a seal, the SHA-256 of all bytes before it. HDF5 ignores what follows its own end, so a
sealed netCDF file opens in any program that reads netCDF, while a file cut short, or with a single bit changed, is
found out here before the HDF5 library sees it.
"""

import hashlib
import os
from pathlib import Path

from mcbelt.errors import ResultsError

_MARK = b"\nsha256:"
SEAL_LENGTH = len(_MARK) + 64 + 1


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
    temporary = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    try:
        with open(temporary, "wb") as file:
            file.write(image)
            file.flush()
            os.fsync(file.fileno())
        os.replace(temporary, path)
        _flush_directory(path.parent)
    except OSError as error:
        _remove(temporary)
        raise ResultsError(
            f"{path}: cannot be written ({error.strerror}); free space or choose another directory by --output, "
            "then run again: finished blocks are kept."
        ) from None


def make_directory(path: Path) -> None:
    """Make a directory and its parents. Raises ResultsError where that cannot be."""
    try:
        path.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise ResultsError(
            f"{path}: the directory cannot be made ({error.strerror}); choose another by --output."
        ) from None


def _flush_directory(path: Path) -> None:
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
