"""How far a case is, from its directory alone: a driver need not be running, and is not disturbed if it is."""

import math
from pathlib import Path
from typing import NamedTuple

from mcbelt.campaign import notes
from mcbelt.campaign.file import Case
from mcbelt.campaign.lock import is_locked


class CaseStatus(NamedTuple):
    """A row of `mcbelt status`."""

    case: str
    state: str  # waiting, running, interrupted, finished, failed
    blocks_done: int
    blocks_planned: int
    histories: int
    blocks_per_second: float | None
    seconds_left: float | None
    relative_error: float | None  # worst bin
    sentence: str | None  # why it failed


def case_status(case: Case, directory: Path, output: Path) -> CaseStatus:
    """State of a case.

    Parameters
    ----------
    case : Case
        As the campaign file has it.
    directory, output : Path
        Of the case, and of the campaign (which holds the lock).

    Returns
    -------
    CaseStatus
        Numbers of the driver's last note (at most 2 s old while it runs), the number of blocks from the files.
    """
    run = case.config.run
    noted = notes.read(directory / "status.json")
    blocks = directory / "blocks"
    done = sum(1 for path in blocks.glob("*.nc")) if blocks.is_dir() else 0
    planned = int(noted.get("blocks_planned") or math.ceil(run.histories / run.block_size))
    state = "waiting" if not done else "interrupted"
    if (directory / "result.nc").exists() and noted.get("state") == "finished":
        state = "finished"
    elif noted.get("state") == "failed":
        state = "failed"
    elif is_locked(output):
        state = "running" if done else "waiting"
    rate = noted.get("blocks_per_second")
    left = (planned - done) / rate if rate and state == "running" else None
    histories = int(noted.get("histories") or 0)
    name = case.name or case.config.name
    sentence = notes.failure(directory) if state == "failed" else None
    return CaseStatus(name, state, done, planned, histories, rate, left, noted.get("relative_error"), sentence)
