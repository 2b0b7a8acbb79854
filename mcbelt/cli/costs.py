"""What is left to compute of a campaign: blocks, and from those that are there how long and how large it will be.

How long a history takes depends on the shell, the energies and the machine, so it is not guessed: blocks that were
computed before, also of a run of fewer histories, say it. They are kept, so trying a few costs nothing.
"""

import math
from pathlib import Path

from mcbelt.campaign import driver
from mcbelt.campaign.file import CampaignFile, Case
from mcbelt.campaign.status import CaseStatus, case_status
from mcbelt.cli.progress import duration


def words(file: CampaignFile, directory: Path) -> str:
    """One line on the cost of what is left; empty where no history is asked for.

    Parameters
    ----------
    file : CampaignFile
    directory : Path
        Of its results; it need not be there.

    Returns
    -------
    str
        Blocks and, where some were computed before, time at their rate and bytes on the disk.
    """
    rows = {driver.case_directory(directory, case.name): case for case in file.cases}
    states = [case_status(case, place, directory) for place, case in rows.items()]
    planned = sum(map(_blocks, file.cases))
    if not planned:
        return ""
    done = sum(min(state.blocks_done, _blocks(case)) for state, case in zip(states, file.cases, strict=True))
    left = planned - done
    counted = f"{planned} blocks{f', {done} done' if done else ''}"
    rate = _rate(states)
    if not left:
        return f"{counted}."
    if rate is None:
        return f"{counted}; run the first of them (fewer histories, which are kept), and this says how long all take."
    sizes = [path.stat().st_size for place in rows for path in (place / "blocks").glob("*.nc")]
    disk = left * sum(sizes) / max(len(sizes), 1) / 2**20
    return (
        f"{counted}; the others take {duration(left / rate)} at the {rate:.2g} blocks/s of the last run, beside the "
        f"preparation of each case, and {disk:.2g} MiB."
    )


def _blocks(case: Case) -> int:
    """Of the histories that a case asks for at least."""
    run = getattr(case.config, "run", None)
    return math.ceil(run.histories / run.block_size) if run is not None else 0


def _rate(states: list[CaseStatus]) -> float | None:
    """Blocks per second of the cases that say it, their mean."""
    known = [state.blocks_per_second for state in states if state.blocks_per_second]
    return sum(known) / len(known) if known else None
