"""The finished results under a path: one file, or every case of a campaign."""

from pathlib import Path
from typing import NamedTuple

import xarray

from mcbelt.errors import ResultsError
from mcbelt.files import result


class Collected(NamedTuple):
    """Results and the directory that figures of them belong to."""

    directory: Path
    datasets: dict[str, xarray.Dataset]  # name of the case -> result, in the order of names


def results_in(path: Path) -> Collected:
    """Results under a path.

    Parameters
    ----------
    path : Path
        A result file; a directory with results/; or a directory of results itself.

    Returns
    -------
    Collected
        At least one result.

    Raises
    ------
    ResultsError
        There is none, or one of them is damaged.
    """
    path = Path(path)
    if not path.is_dir():
        dataset = result.open_result(path)
        return Collected(path.parent, {_title(dataset): dataset})
    directory = path / "results" if (path / "results").is_dir() else path
    files = [directory / "result.nc", *sorted(directory.glob("*/result.nc"))]
    found = [file for file in files if file.is_file() and not file.parent.name.startswith("set-aside-")]
    if not found:
        raise ResultsError(f"{path}: holds no finished result; run the campaign first by `mcbelt run {path}`.")
    datasets = [result.open_result(file) for file in found]
    return Collected(directory, {_title(dataset): dataset for dataset in datasets})


def _title(dataset: xarray.Dataset) -> str:
    return str(dataset.attrs["case"]) or str(dataset.attrs["name"])
