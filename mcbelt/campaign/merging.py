"""Merging results of several runs: tallies are added, and the fluxes computed again from the sum."""

import json
from pathlib import Path

import xarray

from kernelcache import threads
from mcbelt.campaign import file as campaign_file
from mcbelt.campaign import kinds
from mcbelt.errors import ConfigError, ResultsError
from mcbelt.files import located, result
from mcbelt.files.result import Origin
from mcbelt.settings import identity
from mcbelt.workers.backend import made


def case_of(dataset: xarray.Dataset, where: str) -> campaign_file.Case:
    """The checked case that a result was made of, from the text inside it. Raises ConfigError, ResultsError."""
    file = campaign_file.parse(str(dataset.attrs["config_toml"]), _beside(Path(where)))
    for case in file.cases:
        if case.name == dataset.attrs["case"]:
            if identity.physics_hash(case.config) != dataset.attrs["physics_hash"]:
                raise ResultsError(f"{where}: the spectrum that it was made of has changed; give the file as it was.")
            return case
    raise ResultsError(f"{where}: its campaign file has no case {dataset.attrs['case']!r:.100}; it was changed.")


def _beside(path: Path) -> Path:
    """A name beside the campaign file of a result, from which paths in that file start; beside the result without."""
    directory = path.parent
    try:
        return located.campaign(directory)[0]
    except ConfigError:  # one case of a scan, or a directory of campaigns of other names
        scan = directory.parent
        return located.campaign(scan)[0] if (scan / located.CAMPAIGN).is_file() else path


def merged_result(datasets: list[xarray.Dataset], where: list[str]) -> xarray.Dataset:
    """Result of all histories of several results of one physics.

    Parameters
    ----------
    datasets : list of Dataset
        As `open_result` gives them, in any order.
    where : list of str
        Their paths.

    Returns
    -------
    Dataset
        The same whatever the order.

    Raises
    ------
    ResultsError
        Different physics or code, or histories that would count twice.
    """
    total, runs = result.merged(datasets, where)
    first = min(range(len(datasets)), key=lambda index: result.runs_of(datasets[index]))
    case = case_of(datasets[first], where[first])
    simulation = kinds.simulation(case.config)
    if simulation.code_hash != datasets[first].attrs["code_hash"]:
        raise ResultsError(
            f"{where[first]}: was made with another version of the program ({datasets[first].attrs['mcbelt_version']}, "
            f"code {datasets[first].attrs['code_hash']}, not {simulation.code_hash}); merge with that version."
        )
    model = made(simulation.prepare, case.config)
    with threads.serial_blas():
        physics = simulation.flux_dataset(case.config, model, total)
    overrides = json.loads(datasets[first].attrs["case_overrides"])
    origin = Origin(str(datasets[first].attrs["config_toml"]), case.name, overrides, case.config, simulation.code_hash)
    axes = simulation.tally_axes(model)
    return result.assembled(origin, total, runs, axes, physics, f"merged of {len(datasets)} results")
