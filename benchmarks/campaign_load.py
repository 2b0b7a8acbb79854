"""What a campaign costs beside its physics: overhead of Dask, cost of a block, memory of the driver, scaling.

    python benchmarks/campaign_load.py overhead   # blocks of 5 s through --dask local on 2 workers: <= 5 %
    python benchmarks/campaign_load.py tiny       # 10^4 empty blocks through Dask: < 5 min
    python benchmarks/campaign_load.py memory     # 10^5 blocks that come back at once: driver below 1 GB
    python benchmarks/campaign_load.py scaling    # busy blocks on 1 and 2 processes: >= 1.8 on free cores
    python benchmarks/campaign_load.py waiting    # the same with blocks that only wait: what coordination costs
    python benchmarks/campaign_load.py cases      # real preparations: values of L and F10.7, on 1 and 2 processes
    python benchmarks/campaign_load.py further    # processor time of one case, and of a further one with another F10.7

Each prints one JSON line. Blocks wait or burn processor time and hand over a tally of ordinary size; files are written
as in a real run. `--blocks` and `--seconds` make a run shorter.
"""

import argparse
import functools
import json
import os
import resource
import sys
import tempfile
import time
from pathlib import Path
from typing import Any, NamedTuple

import numba
import numpy as np
import xarray

from mcbelt.campaign import driver, kinds
from mcbelt.campaign import file as campaign_file
from mcbelt.campaign.case import Simulation
from mcbelt.tally import Axis, BlockResult, TallyAxes
from mcbelt.workers import backend, in_process

CAMPAIGN = """\
kind = "belt"
name = "load"
shell = {{ L = 1.2, date = 1998-06-05 }}
air = {{ f107 = 112.0, f107a = 108.0, ap = 10.0 }}
[run]
histories = {blocks}
block_size = 1
"""


class LoadModel(NamedTuple):
    """How long a block takes, waiting or busy, and an array as large as the tables of a real model."""

    wait: float  # [s]
    busy: float  # [s of processor time]
    tables: np.ndarray


def prepare(config: Any, wait: float, busy: float) -> LoadModel:
    return LoadModel(wait, busy, np.zeros(2_000_000))  # 16 MB


def run_block(model: LoadModel, seed: int, first: int, last: int) -> BlockResult:
    time.sleep(model.wait)
    began = time.process_time()
    while time.process_time() - began < model.busy:
        sum(range(10_000))
    score = np.full((2, 5, 24), float(first))
    return BlockResult(last - first, {"ABSORBED": last - first}, {"births": score}, {"births": score**2})


def tally_axes(model: LoadModel) -> dict[str, TallyAxes]:
    names = ("species", 2), ("pitch_angle", 5), ("energy", 24)
    return {"births": TallyAxes(tuple(Axis(name, "1", np.arange(n + 1.0)) for name, n in names), "1", "births")}


def flux_dataset(config: Any, model: LoadModel, merged: BlockResult) -> xarray.Dataset:
    names = [f"flux_{species}{what}" for species in config.species for what in ("", "_sigma")]
    empty = ("energy_MeV", np.zeros(24), {"units": "m-2 s-1 sr-1 MeV-1"})
    energy = ("energy_MeV", np.geomspace(10.0, 1000.0, 24), {"units": "MeV"})
    return xarray.Dataset(dict.fromkeys(names, empty), coords={"energy_MeV": energy})


def timed(blocks: int, open_backend: Any, wait: float = 0.0, busy: float = 0.0) -> tuple[float, float]:
    """Seconds from the first block on a ready backend to the finished result, and processor seconds of this process."""
    filled = functools.partial(prepare, wait=wait, busy=busy)
    simulation = Simulation(filled, run_block, tally_axes, flux_dataset, "load-1")
    marks: list[tuple[float, float]] = []

    def opened() -> backend.Backend:
        backend = open_backend()
        marks.append((time.perf_counter(), time.process_time()))
        return backend

    with tempfile.TemporaryDirectory() as directory:
        file = campaign_file.parse(CAMPAIGN.format(blocks=blocks), Path(directory) / "campaign.toml")
        finished = []

        def watch(progress: Any) -> None:
            if progress.blocks_done == progress.blocks_planned:
                finished.append((time.perf_counter(), time.process_time()))

        driver.run(file, Path(directory) / "results", simulation, opened, watch)
    (began, cpu_began), (ended, cpu_ended) = marks[0], finished[0]
    return ended - began, cpu_ended - cpu_began


def driver_megabytes() -> float:
    """Largest memory of this process so far [MB]."""
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak / (1e6 if sys.platform == "darwin" else 1e3)


def overhead(blocks: int, seconds: float) -> dict[str, Any]:
    wall, cpu = timed(blocks, lambda: in_process.opened(2, "local"), wait=seconds)
    ideal = -(-blocks // 2) * seconds
    return {"wall_s": wall, "ideal_s": ideal, "overhead": wall / ideal - 1.0, "driver_cpu_per_block_s": cpu / blocks}


def tiny(blocks: int, seconds: float) -> dict[str, Any]:
    wall, cpu = timed(blocks, lambda: in_process.opened(2, "local"), wait=seconds)
    return {"wall_s": wall, "wall_per_block_ms": 1e3 * wall / blocks, "driver_cpu_per_block_ms": 1e3 * cpu / blocks}


class Instant(in_process.InProcess):
    """Blocks that come back at once, all alike: what is left is the driver's own work."""

    def __init__(self) -> None:
        super().__init__()
        self._made: tuple[BlockResult, bytes] | None = None

    def slots(self) -> int:
        return 64

    def collect(self) -> list[backend.Computed | backend.Made | backend.Refused]:
        if self._recipes:
            return super().collect()
        if self._made is None:
            self._made = backend.computed(*self._models[1], self._waiting[0].stamp)
        return [backend.Computed(self._waiting.popleft(), *self._made) for _ in range(len(self._waiting))]


def memory(blocks: int, seconds: float) -> dict[str, Any]:
    before = driver_megabytes()
    wall, cpu = timed(blocks, Instant, wait=seconds)
    peak = driver_megabytes()
    return {"wall_s": wall, "driver_peak_MB": peak, "start_MB": before, "driver_cpu_per_block_ms": 1e3 * cpu / blocks}


def waiting(blocks: int, seconds: float) -> dict[str, Any]:
    one, _ = timed(blocks, lambda: in_process.opened(1), wait=seconds)
    two, _ = timed(blocks, lambda: in_process.opened(2), wait=seconds)
    return {"one_s": one, "two_s": two, "ratio": one / two}


def scaling(blocks: int, seconds: float) -> dict[str, Any]:
    one, _ = timed(blocks, lambda: in_process.opened(1), busy=seconds)
    two, _ = timed(blocks, lambda: in_process.opened(2), busy=seconds)
    return {"one_s": one, "two_s": two, "ratio": one / two}


TRAPPED = """\
kind = "belt"
name = "cases"
shell = {{ L = 1.2, date = 1998-06-05 }}
air = {{ f107 = 112.0, f107a = 108.0, ap = 10.0, sun = "{sun}" }}
source = {{ kind = "trapped_protons" }}
run = {{ histories = 0 }}
"""


def of_cases(key: str, values: list[float], workers: int, sun: str, caches: Path) -> dict[str, float]:
    """Wall time and processor time, of this process and of all, of cases of trapped protons without histories.

    Parts of preparations come from `caches` and go there; kernels are compiled before.
    """

    def used() -> list[float]:
        return [sum(resource.getrusage(who)[:2]) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]

    before, began = used(), time.perf_counter()
    with tempfile.TemporaryDirectory() as directory:
        os.environ |= {"NUMBA_CACHE_DIR": str(numba.config.CACHE_DIR), "XDG_CACHE_HOME": str(caches)}
        text = f'{TRAPPED.format(sun=sun)}[scan]\n"{key}" = {values}\n'
        file = campaign_file.parse(text, Path(directory) / "campaign.toml")
        driver.run(file, Path(directory) / "results", kinds.simulation, lambda: in_process.opened(workers))
    here, elsewhere = (after - first for after, first in zip(used(), before, strict=True))
    return {"wall_s": time.perf_counter() - began, "cpu_s": here + elsewhere, "driver_cpu_s": here}


def _on_empty_caches(key: str, values: list[float], workers: int, sun: str) -> dict[str, float]:
    with tempfile.TemporaryDirectory() as directory:
        return of_cases(key, values, workers, sun, Path(directory))


def cases(blocks: int, seconds: float, sun: str) -> dict[str, Any]:
    """Twenty values of F10.7 beside one, and of L on 2 workers beside 1. Walls count on free cores; what processor
    times alone promise is beside them, for a machine that is shared: the driver's work and half of the workers', one
    after the other.
    """
    _on_empty_caches("air.f107", [112.0], 1, sun)  # kernels are compiled
    shells = [round(1.2 + 0.005 * i, 3) for i in range(blocks)]
    activities = [100.0 + i for i in range(blocks)]
    one = _on_empty_caches("air.f107", [112.0], 2, sun)
    many = _on_empty_caches("air.f107", activities, 2, sun)
    alone, both = (_on_empty_caches("shell.L", shells, workers, sun) for workers in (1, 2))
    least = both["driver_cpu_s"] + 0.5 * (both["cpu_s"] - both["driver_cpu_s"])
    return {
        "one": one,
        "f107_on_two": many,
        "L_on_one": alone,
        "L_on_two": both,
        "f107_over_one": many["wall_s"] / one["wall_s"],
        "L_speed": alone["wall_s"] / both["wall_s"],
        "L_speed_by_cpu": alone["cpu_s"] / least,
    }


def further(blocks: int, seconds: float, sun: str) -> dict[str, Any]:
    """Processor times of a first and of a second case in one process, and what twenty would take of one on 2 cores."""
    _on_empty_caches("air.f107", [111.0], 1, sun)  # kernels are compiled
    with tempfile.TemporaryDirectory() as directory:
        first, second = (of_cases("air.f107", [value], 1, sun, Path(directory))["cpu_s"] for value in (112.0, 113.0))
    return {"first_cpu_s": first, "further_cpu_s": second, "share": second / first}


MEASUREMENTS = {
    "cases": (cases, 20, 0.0),
    "further": (further, 2, 0.0),
    "overhead": (overhead, 24, 5.0),
    "tiny": (tiny, 10_000, 0.0),
    "memory": (memory, 100_000, 0.0),
    "scaling": (scaling, 24, 3.0),
    "waiting": (waiting, 24, 3.0),
}


def main() -> None:
    """Measure what is named."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("what", choices=MEASUREMENTS)
    parser.add_argument("--blocks", type=int)
    parser.add_argument("--seconds", type=float)
    parser.add_argument("--sun", choices=("lived", "day"), default="lived", help="of the real preparations")
    chosen = parser.parse_args()
    measure, blocks, seconds = MEASUREMENTS[chosen.what]
    blocks = chosen.blocks or blocks
    seconds = seconds if chosen.seconds is None else chosen.seconds
    more = (chosen.sun,) if measure in (cases, further) else ()
    found = measure(blocks, seconds, *more)
    print(json.dumps({"what": chosen.what, "blocks": blocks, "block_s": seconds, **found}))


if __name__ == "__main__":
    main()
