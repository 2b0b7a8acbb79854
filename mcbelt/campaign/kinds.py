"""What each kind of campaign computes with, and a run of one campaign from Python.

Workers import the functions named here, so they are functions of modules. A new kind is one more entry.
"""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import xarray

from kernelcache import threads
from mcbelt import fields, places, sentences, sources
from mcbelt.campaign import composite, driver
from mcbelt.campaign import file as campaign_file
from mcbelt.campaign.case import Simulation
from mcbelt.campaign.file import CampaignFile
from mcbelt.errors import ConfigError
from mcbelt.files import provenance
from mcbelt.settings import doubts
from mcbelt.settings.several import Several
from mcbelt.workers import in_process
from mcbelt.workers.backend import Backend


def _belt(asked: Any) -> Simulation:
    """Functions of the source that a belt campaign names, or of its sources together."""
    if isinstance(asked, Several):
        return composite.composite({name: _belt(part) for name, part in asked.parts.items()})
    kind = asked.source.kind
    sources.complete(kind)
    fields.model(asked.shell.field)
    block = sources.part(kind, "block")
    return Simulation(
        sources.part(kind, "prepare").prepare,
        block.run_block,
        block.tally_axes,
        sources.part(kind, "fluxes").flux_dataset,
        provenance.code_hash(_modules_of(asked)),
    )


def _modules_of(asked: Any) -> tuple[str, ...]:
    """Modules that a belt campaign names, by its source, place and field; the code hash follows what they import."""
    of_source = [f"{sources.SOURCES[asked.source.kind]}.{part}" for part in ("prepare", "block", "fluxes")]
    of_place = [] if asked.place is None else [places.PLACES[asked.place.kind]]
    return (*of_source, *of_place, fields.FIELDS[asked.shell.field].home.partition(":")[0])


def _galaxy(asked: Any) -> Simulation:
    from mcbelt.interstellar import result

    code = provenance.code_hash((result.__name__,))
    return Simulation(result.prepared, result.no_histories, result.no_tallies, result.dataset, code)


# The modules behind an entry are imported when it is asked for: reading a result should not load the physics.
_SIMULATIONS: dict[str, Callable[[Any], Simulation]] = {"belt": _belt, "galaxy": _galaxy}


def simulation(asked: Any) -> Simulation:
    """Functions that compute a checked campaign.

    Parameters
    ----------
    asked : Campaign
        The campaign of one case.

    Returns
    -------
    Simulation

    Raises
    ------
    ConfigError
        Its source lacks a part, or its field has no model.
    """
    return _SIMULATIONS[asked.kind](asked)


def remarks(asked: Any) -> list[str]:
    """What a reader should know of a checked campaign: the sources that are added, and what each has to say."""
    if isinstance(asked, Several):
        of_parts = [f"{name}: {words}" for name, part in asked.parts.items() for words in remarks(part)]
        return [f"sum of {' and '.join(asked.parts)}", *of_parts]
    found = sources.remarks(asked) if asked.kind == "belt" else ""
    return [found] if found else []


def _reached(asked: Any) -> tuple[str, ...]:
    """What the source, or each of several, says of a campaign before it is prepared; raises what it is refused by."""
    if isinstance(asked, Several):
        return tuple(f"{name}: {words}" for name, part in asked.parts.items() for words in _reached(part))
    return sources.reach(asked.source.kind)(asked) if asked.kind == "belt" else ()


def require_complete(file: CampaignFile) -> dict[str, tuple[str, ...]]:
    """Refuse a campaign for which a part of the program is missing, or that no model could be made of, before anything
    is written.

    Parameters
    ----------
    file : CampaignFile

    Returns
    -------
    dict
        Name of a case -> what a user should know of it, and "" of a scan -> of all; what there is nothing to say of is
        left out.

    Raises
    ------
    ConfigError
        As `simulation`, or what the model would be refused by, with the name of the file and the case.
    """
    told = {"": doubts.of_scan(file.scanned)} if file.scanned else {}
    for case in file.cases:
        where = f"{file.path} (case {case.name})" if case.name else str(file.path)
        try:
            simulation(case.config)
        except ConfigError as error:
            raise ConfigError(f"{file.path}: {error}") from error
        try:
            words = (*_reached(case.config), *doubts.of(case.config))
        except driver.OF_A_CASE as error:
            raise ConfigError(f"{where}: {error}") from error
        told[case.name] = words
    return {name: words for name, words in told.items() if words}


def run(
    config: str | Path | Mapping[str, Any] | CampaignFile,
    workers: int = 1,
    dask: str | None = None,
    output: str | Path | None = None,
) -> xarray.Dataset:
    """Run a campaign without a scan and return its result.

    Parameters
    ----------
    config : path, str, mapping or CampaignFile
        A campaign file or its directory; the text of one (with a line break in it); or its content as mappings.
    workers : int
        Processes on this machine, and threads of the preparation; 1 computes in this process and on one thread. More
        than 1 needs the usual `if __name__ == "__main__":` around the main part of a script.
    dask : str, optional
        Address of a Dask scheduler, or "local".
    output : path, optional
        Directory for blocks and result, so that an interrupted run resumes; none keeps everything in memory.

    Returns
    -------
    Dataset
        As `open_result` gives it; docs/result-format.md lists the variables with their units.

    Raises
    ------
    ConfigError, ResultsError, ExecutionError
        As the command line would say it.

    Examples
    --------
    >>> import mcbelt
    >>> result = mcbelt.run("runs/trapped-protons-L1.20", workers=2)  # doctest: +SKIP
    >>> result.flux_positron.attrs["units"]  # doctest: +SKIP
    'm-2 s-1 sr-1 MeV-1'
    """
    workers = in_process.capped(workers)
    file = _campaign_file(config)
    if file.scanned:
        count = len(file.cases)
        raise ConfigError(f"{file.path}: [scan] spans {count} cases; run it by `mcbelt run`, or take [scan] out.")
    require_complete(file)
    case = file.cases[0]
    chosen = simulation(case.config)

    def open_backend() -> Backend:
        return in_process.opened(workers, dask)

    with threads.limited(workers if workers > 0 else None):
        if output is None:
            return driver.run_in_memory(case, file.text, chosen, open_backend)
        finished = driver.run(file, Path(output), chosen, open_backend)
    from mcbelt.files import result as results

    return results.open_result(finished[0].result)


def _campaign_file(config: str | Path | Mapping[str, Any] | CampaignFile) -> CampaignFile:
    if isinstance(config, CampaignFile):
        return config
    if isinstance(config, Mapping):
        return campaign_file.parse(_toml(config), Path("campaign.toml"))
    if isinstance(config, str) and "\n" in config:
        return campaign_file.parse(config, Path("campaign.toml"))
    return campaign_file.read(Path(config))


def _toml(content: Mapping[str, Any]) -> str:
    """TOML text of nested mappings of scalars, and of lists of such: plain keys first, then sections."""
    tables = {section: keys for section, keys in content.items() if _are_tables(keys)}
    lines = [f"{key} = {sentences.toml_value(value)}" for key, value in content.items() if key not in tables]
    for section, found in tables.items():
        heading = f"[{section}]" if isinstance(found, Mapping) else f"[[{section}]]"
        for keys in [found] if isinstance(found, Mapping) else found:
            lines += [heading, *(f"{key} = {sentences.toml_value(value)}" for key, value in keys.items())]
    return "\n".join(lines) + "\n"


def _are_tables(value: Any) -> bool:
    is_list = isinstance(value, list | tuple) and len(value) > 0
    return isinstance(value, Mapping) or (is_list and all(isinstance(each, Mapping) for each in value))
