"""One finished block on disk: a small sealed netCDF file that says what it is a block of.

A block is used again only if its seal, the physics, the code that made it, the seed and the range of histories are
all what the run asks for; anything else is computed anew. Blocks are written through h5netcdf, so any netCDF reader
opens them; they are read through h5py, the layer below, which is five times faster.
"""

import io
from pathlib import Path
from typing import NamedTuple

import h5netcdf
import h5py
import numpy as np

from mcbelt.errors import ResultsError
from mcbelt.files import sealed
from mcbelt.tally import BlockResult

FILETYPE = "mcbelt-block"
SCHEMA_VERSION = 1


class Stamp(NamedTuple):
    """What a block is a block of."""

    physics_hash: str
    code_hash: str
    seed: int
    first: int  # first history
    last: int  # one past the last history


def image(result: BlockResult, stamp: Stamp) -> bytes:
    """The whole file of a block, sealed."""
    buffer = io.BytesIO()
    with h5netcdf.File(buffer, "w") as file:
        file.attrs["filetype"] = FILETYPE
        file.attrs["schema_version"] = np.int64(SCHEMA_VERSION)
        for name, value in stamp._asdict().items():
            file.attrs[name] = value if isinstance(value, str) else np.int64(value)
        file.attrs["histories"] = np.int64(result.histories)
        file.attrs["fates"] = ",".join(result.fates)
        file.dimensions["fate"] = len(result.fates)
        counts = file.create_variable(
            "fate_count", ("fate",), "i8", data=np.array([*result.fates.values()], dtype="i8")
        )
        counts.attrs["units"] = "1"
        for name, values in result.sums.items():
            dimensions = tuple(f"{name}_{axis}" for axis in range(values.ndim))
            for dimension, length in zip(dimensions, values.shape, strict=True):
                file.dimensions[dimension] = length
            file.create_variable(f"{name}_sum", dimensions, "f8", data=values)
            file.create_variable(f"{name}_sum_of_squares", dimensions, "f8", data=result.sums_of_squares[name])
    return sealed.sealed(buffer.getvalue())


def read(path: Path, stamp: Stamp) -> BlockResult:
    """The block at a path, if it is the one that is asked for.

    Raises
    ------
    ResultsError
        Not there, damaged, or a block of something else.
    """
    content = sealed.read(path)
    try:
        with h5py.File(io.BytesIO(content), "r") as file:
            found = {name: _attribute(file, name) for name in ("filetype", "schema_version", *Stamp._fields)}
            wanted = {"filetype": FILETYPE, "schema_version": SCHEMA_VERSION, **stamp._asdict()}
            if found != wanted:
                differing = [name for name in wanted if found[name] != wanted[name]]
                raise ResultsError(f"{path}: is a block of another run ({', '.join(differing)} differ); move it away.")
            return _content(file)
    except (OSError, KeyError, ValueError, TypeError, RuntimeError) as error:
        raise ResultsError(f"{path}: is not a readable block ({error}); delete it and run again.") from None


def _attribute(file: h5py.File, name: str) -> str | int:
    """An attribute as text or number; h5netcdf stores a number as an array of one."""
    value = file.attrs[name]
    return value if isinstance(value, str) else int(np.asarray(value).item())


def _content(file: h5py.File) -> BlockResult:
    names = str(file.attrs["fates"]).split(",") if file.attrs["fates"] else []
    fates = dict(zip(names, (int(count) for count in file["fate_count"][()]), strict=True))
    tallies = [name.removesuffix("_sum") for name in file if name.endswith("_sum")]
    sums = {name: file[f"{name}_sum"][()] for name in tallies}
    squares = {name: file[f"{name}_sum_of_squares"][()] for name in tallies}
    return BlockResult(int(_attribute(file, "histories")), fates, sums, squares)
