"""The finished results under a path: one file, or every case of a campaign."""

import logging
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType
from typing import NamedTuple

import xarray

from mcbelt.campaign import file as campaign_file
from mcbelt.campaign import notes
from mcbelt.errors import ConfigError, ResultsError
from mcbelt.files import located, result

_logger = logging.getLogger("mcbelt")


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
        A result file, a campaign file, or the directory of either (`mcbelt.files.located`).

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
    directory = located.results(Path(path))
    if not directory.is_dir():
        dataset = result.open_result(directory)
        return Collected(directory.parent, {_title(dataset): dataset})
    places = _of_campaign(directory, [directory, *sorted(path for path in directory.glob("*") if path.is_dir())])
    datasets = [result.open_result(place / located.RESULT) for place in places if (place / located.RESULT).is_file()]
    failed = {str(notes.read(place / "status.json").get("case")): notes.failure(place) for place in places}
    told = {case: why for case, why in failed.items() if why is not None}
    return Collected(directory, {_title(dataset): dataset for dataset in datasets}, told)


def _of_campaign(directory: Path, places: list[Path]) -> list[Path]:
    """Those of the directories that are of cases of the campaign whose results they hold; others are left out.

    What was set aside is; so is, with a word, a case that the campaign no longer has.
    """
    places = [place for place in places if not place.name.startswith("set-aside-")]
    try:
        text = (directory / located.CAMPAIGN).read_text(encoding="utf-8")
        wanted = {directory / name for name in campaign_file.case_names(text)}
    except (OSError, ValueError, ConfigError):  # results without a campaign: all of them are meant
        return places
    others = [place for place in places if place not in wanted and (place / located.RESULT).is_file()]
    if others:
        told = ", ".join(located.RESULT if place == directory else place.name for place in others)
        _logger.warning("%s: left out %s: not of the campaign file that was run there last.", directory, told)
    return [place for place in places if place in wanted]


def _title(dataset: xarray.Dataset) -> str:
    return str(dataset.attrs["case"]) or str(dataset.attrs["name"])
