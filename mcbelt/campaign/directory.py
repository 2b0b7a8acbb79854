"""The directory of a case: what is found there, whether it belongs to the campaign, and what is set aside.

Looking comes first, for all cases, and changes nothing; so a campaign that is refused, or cannot be computed for lack
of a disk or a cluster, leaves everything as it was, also with `--fresh`.
"""

import logging
import os
from pathlib import Path
from typing import Any, NamedTuple

from mcbelt.campaign import aside, notes
from mcbelt.campaign.case import Simulation
from mcbelt.campaign.file import CampaignFile, Case
from mcbelt.errors import ConfigError, ResultsError
from mcbelt.files import result as results
from mcbelt.files import sealed
from mcbelt.settings import identity

_logger = logging.getLogger("mcbelt")


class Finished(NamedTuple):
    """A complete case."""

    case: str
    result: Path
    histories: int
    blocks_computed: int  # by this driver; 0 if everything was there already
    stopped_because: str
    computed: bool = True  # by this driver; without histories, a case has no blocks


class Look(NamedTuple):
    """A case and what its directory holds."""

    case: Case
    directory: Path
    simulation: Simulation
    card: dict[str, Any]  # what case.json is to say
    aside: str  # name of the directory for what is there and does not belong; empty: it belongs
    finished: Finished | None  # nothing is left to do


def look(case: Case, directory: Path, simulation: Simulation, fresh: bool) -> Look:
    """See what is there, and change nothing.

    Parameters
    ----------
    case : Case
    directory : Path
        Of the case; need not be there.
    simulation : Simulation
        What computes the case.
    fresh : bool
        Whether what is there is to be set aside.

    Returns
    -------
    Look

    Raises
    ------
    ConfigError
        The directory holds a case of another campaign.
    ResultsError
        What is there would be set aside, and cannot be.
    """
    card_says = {
        "physics_hash": identity.physics_hash(case.config),
        "seed": case.config.run.seed,
        "block_size": case.config.run.block_size,
    }
    found, name = notes.read(directory / "case.json"), ""
    blocks = directory / "blocks"
    if fresh and (found or (blocks.is_dir() and any(blocks.iterdir()))):
        name = f"set-aside-{notes.utc().replace(':', '')}"
    elif found and {key: found.get(key) for key in card_says} != card_says:
        differing = ", ".join(key for key in card_says if found.get(key) != card_says[key])
        raise ConfigError(
            f"{directory}: holds a run of another campaign ({differing} differ from the campaign file); give --fresh "
            "to set it aside, or another directory by --output."
        )
    elif found and found.get("code_hash") != simulation.code_hash:
        name = f"set-aside-code-{str(found.get('code_hash'))[:16]}"
    if name and not os.access(directory, os.W_OK | os.X_OK):
        raise ResultsError(f"{directory}: cannot be set aside (no permission to write); give another by --output.")
    card = {**card_says, "code_hash": simulation.code_hash, "case": case.name, "overrides": case.overrides}
    return Look(case, directory, simulation, card, name, None if name else _finished(case, directory, simulation))


def begin(seen: Look) -> None:
    """Make the directory of a case ready: set aside what does not belong, write its card. Raises ResultsError."""
    blocks = seen.directory / "blocks"
    sealed.make_directory(blocks)
    for place in (seen.directory, blocks):
        sealed.sweep(place)
    if seen.aside:
        aside.set_aside(seen.directory, seen.aside)
    notes.write(seen.directory / "case.json", seen.card)


def keep_text(file: CampaignFile, output: Path) -> None:
    """A copy of the campaign file beside the results, for people and for `mcbelt status`. Raises ResultsError."""
    copy = output / "campaign.toml"
    if not copy.exists() or copy.read_bytes() != file.text.encode():
        sealed.write(copy, file.text.encode())


def _finished(case: Case, directory: Path, simulation: Simulation) -> Finished | None:
    path = directory / "result.nc"
    if not path.exists():
        return None
    try:
        dataset = results.open_result(path)
    except ResultsError as error:
        _logger.warning("%s", error)
        return None  # made again from the blocks
    wanted = (identity.physics_hash(case.config), simulation.code_hash, results.run_json(case.config))
    if (dataset.attrs["physics_hash"], dataset.attrs["code_hash"], dataset.attrs["run_json"]) != wanted:
        return None
    histories, because = int(dataset.attrs["histories"]), str(dataset.attrs["stopped_because"])
    return Finished(case.name, path, histories, 0, because, computed=False)
