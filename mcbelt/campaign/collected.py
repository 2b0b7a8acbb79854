"""The finished results under a path: one file, or every case of a campaign."""

from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType
from typing import NamedTuple

import xarray

from mcbelt.campaign import notes
from mcbelt.errors import ResultsError
from mcbelt.files import result


class Collected(NamedTuple):
    """Results and the directory that figures of them belong to."""

    directory: Path
    datasets: dict[str, xarray.Dataset]  # name of the case -> result, in the order of names
    failed: Mapping[str, str] = MappingProxyType({})  # name of the case -> why


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
    found = cases_in(path)
    if not found.datasets:
        why = "".join(f" {name}: failed: {sentence}" for name, sentence in found.failed.items())
        raise ResultsError(f"{path}: holds no finished result; run the campaign first by `mcbelt run {path}`.{why}")
    return found


def cases_in(path: Path) -> Collected:
    """As `results_in`, but there may be no result; a case that failed says why. Raises ResultsError."""
    path = Path(path)
    if not path.is_dir():
        dataset = result.open_result(path)
        return Collected(path.parent, {_title(dataset): dataset})
    directory = path / "results" if (path / "results").is_dir() else path
    files = [directory / "result.nc", *sorted(directory.glob("*/result.nc"))]
    found = [file for file in files if file.is_file() and not file.parent.name.startswith("set-aside-")]
    datasets = [result.open_result(file) for file in found]
    return Collected(directory, {_title(dataset): dataset for dataset in datasets}, _failed(directory))


def _failed(directory: Path) -> dict[str, str]:
    """The cases below a directory that failed in the last run, and why."""
    said = {path.parent.name: notes.failure(path.parent) for path in sorted(directory.glob("*/status.json"))}
    found = {name: why for name, why in said.items() if why is not None and not name.startswith("set-aside-")}
    why = notes.failure(directory)
    return found if why is None else {str(notes.read(directory / "status.json").get("case")): why, **found}


def _title(dataset: xarray.Dataset) -> str:
    return str(dataset.attrs["case"]) or str(dataset.attrs["name"])
