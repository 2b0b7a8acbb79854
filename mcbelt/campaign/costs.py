"""What a campaign will cost: time, memory and disk of what is left, and what that is known from.

Blocks of the campaign itself say it best, also those of a run of fewer histories, which are kept. Before there is one
it is taken from a measured campaign of the same source, place and estimator (mcbelt/data/costs/measured.csv): how long
a history takes depends on the shell, the energies and the processor too, so that this holds within a factor of
`WITHIN`.
"""

import csv
import functools
import math
from collections.abc import Iterable
from importlib import resources
from pathlib import Path
from typing import Any, NamedTuple

from kernelcache import threads
from mcbelt.campaign import driver, notes
from mcbelt.campaign.file import CampaignFile, Case
from mcbelt.settings.several import Several

WITHIN = 3.0
_AS = {"table": "trapped_protons"}  # sources that are computed as another


class Cost(NamedTuple):
    """What was measured; None where it was not."""

    preparation_seconds: float | None  # of processor time, for a case
    history_seconds: float | None  # of processor time
    megabytes: float | None  # the most that a process had
    block_bytes: float | None
    result_bytes: float | None
    basis: str  # what it was measured on


class Estimate(NamedTuple):
    """What is left of a campaign; None where nothing is known."""

    basis: str  # what it is known from; empty: nothing like it was measured
    blocks_planned: int
    blocks_done: int
    workers: int  # that the times are for
    preparation_seconds: float | None  # of processor time, for a case
    seconds: float | None  # on so many workers, preparations included
    process_MB: float | None  # memory of each of them
    disk_MB: float | None


def like(asked: Any) -> tuple[str, ...]:
    """What the costs of a checked campaign go by: the kind, place and estimator of each of its sources."""
    if asked.kind != "belt":
        return (str(asked.kind),)
    if isinstance(asked, Several):
        return tuple(name for part in asked.parts.values() for name in like(part))
    words = [_AS.get(asked.source.kind, asked.source.kind)]
    if asked.place is not None:
        words += [asked.place.kind, asked.estimator]
    if getattr(asked.source, "transmission", "") == "traced":
        words.append("traced")
    return ("/".join(words),)


@functools.cache
def measured() -> dict[str, Cost]:
    """Costs by what they go by, as they were measured once."""
    text = (resources.files("mcbelt") / "data" / "costs" / "measured.csv").read_text(encoding="utf-8")
    lines = text.splitlines()
    machine = next(line.partition(": ")[2] for line in lines if line.startswith("# machine: "))
    rows = csv.DictReader(line for line in lines if not line.startswith("#"))
    return {
        row["like"]: Cost(
            float(row["preparation_s"]),
            float(row["history_s"]),
            float(row["process_MB"]),
            1e3 * float(row["block_kB"]),
            1e3 * float(row["result_kB"]),
            f"{row['campaign']} on {machine}",
        )
        for row in rows
    }


def own(places: Iterable[Path]) -> Cost | None:
    """What the cases in these directories have cost so far; None where no block says it.

    Parameters
    ----------
    places : iterable of Path
        Of the cases.

    Returns
    -------
    Cost or None
    """
    told, sizes, results = [], [], []
    for place in places:
        told.append(notes.read(place / "status.json"))
        sizes += [path.stat().st_size for path in (place / "blocks").glob("*.nc")]
        results += [path.stat().st_size for path in place.glob("result.nc")]
    preparation, history = (
        _mean(each.get(name) for each in told) for name in ("preparation_seconds", "history_seconds")
    )
    most = max((each["megabytes"] for each in told if each.get("megabytes")), default=None)
    if not sizes or history is None:
        return None
    return Cost(preparation, history, most, _mean(sizes), _mean(results), f"{len(sizes)} blocks of this campaign")


def _mean(values: Iterable[Any]) -> float | None:
    known = [float(value) for value in values if value]
    return sum(known) / len(known) if known else None


def estimate(file: CampaignFile, directory: Path) -> Estimate:
    """Cost of what is left of a campaign on the cores that this process may use.

    Parameters
    ----------
    file : CampaignFile
    directory : Path
        Of its results; it need not be there.

    Returns
    -------
    Estimate
    """
    places = [driver.case_directory(directory, case.name) for case in file.cases]
    planned = [blocks(case) for case in file.cases]
    there = [sum(1 for _ in (place / "blocks").glob("*.nc")) for place in places]
    done = [min(pair) for pair in zip(planned, there, strict=True)]
    open_cases = [
        case for case, place, pair in zip(file.cases, places, zip(planned, done, strict=True), strict=True)
        if pair[0] > pair[1] or not (place / "result.nc").exists()
    ]  # fmt: skip
    workers, left = threads.usable_cores(), sum(planned) - sum(done)
    costs = [known] if (known := own(places)) else [measured().get(name) for name in like(file.cases[0].config)]
    whole = Estimate("", sum(planned), sum(done), workers, None, None, None, None)
    if any(cost is None for cost in costs):
        return whole
    summed = [_sum(getattr(cost, name) for cost in costs) for name in Cost._fields[:-1]]
    preparation, history, process, block, result = summed
    seconds = (preparation or 0.0) * math.ceil(len(open_cases) / workers)
    seconds += (history or 0.0) * left * _block_size(file) / workers
    disk = left * (block or 0.0) + len(open_cases) * (result or 0.0)
    basis = " and ".join(cost.basis for cost in costs if cost is not None)
    return whole._replace(
        basis=basis, preparation_seconds=preparation, seconds=seconds, process_MB=process, disk_MB=disk / 1e6
    )


def _sum(values: Iterable[float | None]) -> float | None:
    known = list(values)
    return None if any(value is None for value in known) else math.fsum(value or 0.0 for value in known)


def _block_size(file: CampaignFile) -> int:
    run = getattr(file.cases[0].config, "run", None)
    return run.block_size if run is not None else 1


def blocks(case: Case) -> int:
    """Of the histories that a case asks for at least."""
    run = getattr(case.config, "run", None)
    return math.ceil(run.histories / run.block_size) if run is not None else 0
