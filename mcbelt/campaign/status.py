"""How far a case is, from its directory alone: a driver need not be running, and is not disturbed if it is."""

import datetime
import math
from pathlib import Path
from typing import Any, NamedTuple

from mcbelt.campaign import notes
from mcbelt.campaign.file import Case
from mcbelt.campaign.lock import holder

_AT_WORK = ("preparing", "running")


class CaseStatus(NamedTuple):
    """A row of `mcbelt status`."""

    case: str
    state: str  # waiting, preparing, running, interrupted, finished, failed
    blocks_done: int
    blocks_planned: int
    histories: int
    blocks_per_second: float | None
    seconds_left: float | None
    relative_error: float | None  # worst bin
    sentence: str | None  # why it failed
    phase: str | None = None  # what is prepared or compiled now, or was when the driver ended
    seconds_in_phase: float | None = None  # since that began; None where nobody is at it


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
        A case whose driver has died, which the lock tells, is interrupted, in its preparation too. Numbers of the
        driver's last note (at most 2 s old while it runs), the number of blocks from the files.
    """
    run = case.config.run
    noted = notes.read(directory / "status.json")
    blocks = directory / "blocks"
    done = sum(1 for path in blocks.glob("*.nc")) if blocks.is_dir() else 0
    planned = int(noted.get("blocks_planned") or math.ceil(run.histories / run.block_size))
    state = _state(noted, done, holder(output), (directory / "result.nc").exists())
    rate = noted.get("blocks_per_second")
    left = (planned - done) / rate if rate and state == "running" else None
    histories = int(noted.get("histories") or 0)
    name = case.name or case.config.name
    sentence = notes.failure(directory) if state == "failed" else None
    phase = (noted.get("phase") or None) if state in (*_AT_WORK, "interrupted") else None
    since = _seconds_since(noted.get("utc")) if phase and state in _AT_WORK else None
    error = noted.get("relative_error")
    return CaseStatus(name, state, done, planned, histories, rate, left, error, sentence, phase, since)


def _state(noted: dict[str, Any], done: int, driver: str | None, has_result: bool) -> str:
    """State of a case by its note, its blocks, who holds the lock, and whether there is a result."""
    said = noted.get("state")
    if has_result and said == "finished":
        return "finished"
    if said == "failed":
        return "failed"
    if driver is None:  # the system gives a lock back when its holder dies
        return "interrupted" if done or said in _AT_WORK else "waiting"
    if said in _AT_WORK and driver.startswith(f"process {noted.get('pid')} "):
        return str(said)
    return "running" if done else "waiting"  # the note is of a driver before


def _seconds_since(utc: Any) -> float | None:
    try:
        return round((datetime.datetime.now(datetime.UTC) - datetime.datetime.fromisoformat(utc)).total_seconds(), 1)
    except (TypeError, ValueError):
        return None
