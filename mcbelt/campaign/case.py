"""One case of a campaign on its way: which blocks there are, which are done, their sum so far, and when it is enough.

Blocks cover the histories in steps of block_size. They may come back in any order; they are added in the order of
their first history, so the sum is the same to the last bit for any number of workers and after any interruption.
With a stop rule by precision the decision to go on is taken only where a whole stage of blocks has been added, from
the sum alone, so it is the same every time too.
"""

import logging
import math
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import xarray

from kernelcache import threads
from mcbelt import tally
from mcbelt.campaign.file import Case
from mcbelt.errors import ExecutionError, ResultsError
from mcbelt.files import block as block_file
from mcbelt.files import result as results
from mcbelt.files import sealed
from mcbelt.files.block import Stamp
from mcbelt.keys import Campaign
from mcbelt.particles import Fate
from mcbelt.settings import identity
from mcbelt.tally import BlockResult, TallyAxes, parts
from mcbelt.workers.backend import NOT_TOLD, Recipe, Used, made

_MOST_KEPT = 256  # blocks held in memory that wait for an earlier one; beyond it they are read again from their files
_STAGE_GROWTH = 2.0  # a stage at most doubles the number of histories, as an early error estimate may be wrong
_STAGE_MARGIN = 1.05
_logger = logging.getLogger("mcbelt")


class Simulation(NamedTuple):
    """What a kind of campaign does; functions of modules, so that workers can import them."""

    prepare: Callable[[Campaign], Any]  # the model: picklable; made on workers where the function is, too
    run_block: Callable[[Any, int, int, int], BlockResult]  # (model, seed, first, last)
    tally_axes: Callable[[Any], dict[str, TallyAxes]]  # (model)
    flux_dataset: Callable[[Campaign, Any, BlockResult], xarray.Dataset]  # (config, model, merged)
    code_hash: str
    sources: int = 1  # each history is one of each of them, and has as many fates


class Progress(NamedTuple):
    """How far a case is."""

    case: str
    blocks_done: int
    blocks_planned: int
    histories: int
    relative_error: float  # worst bin; NaN before the first block is added
    blocks_computed: int  # by this driver
    blocks_per_second: float  # of this driver, without the time to prepare and compile; NaN before the second block
    phase: str = ""  # what is done before its blocks come, or while a kernel is compiled
    preparation_seconds: float = math.nan  # of processor time, for the model
    history_seconds: float = math.nan  # of processor time, for a history; the first block, which compiles, left out
    megabytes: float = math.nan  # the most memory that a process had


def require_fluxes(config: Any, physics: xarray.Dataset) -> None:
    """Refuse, with a ResultsError, what a source made of its tallies if a species that was asked for is not in it."""
    for species in getattr(config, "species", ()):
        for name in (f"flux_{species}", f"flux_{species}_sigma"):
            if name not in physics:
                raise ResultsError(
                    f"[source] kind = {config.source.kind!r}: its fluxes have no {name}, and species holds "
                    f"{species!r}; compute it there, or leave that species out."
                )


def plan(first: int, last: int, block_size: int) -> list[tuple[int, int]]:
    """Blocks [first, last) of a stage: whole steps of block_size, the last one shorter if need be.

    Parameters
    ----------
    first, last : int
        Histories of the stage.
    block_size : int
        Histories of a block, at least 1.

    Returns
    -------
    list of tuple of 2 int
        In ascending order, without a gap.
    """
    return [(start, min(start + block_size, last)) for start in range(first, last, block_size)]


class CaseRun:
    """A case being computed; `directory` None keeps everything in memory."""

    def __init__(self, case: Case, toml: str, simulation: Simulation, directory: Path | None) -> None:
        self.case = case
        self.run: Any = case.config.run
        self.directory = directory
        self.simulation = simulation
        self.origin = results.Origin(toml, case.name, case.overrides, case.config, simulation.code_hash)
        self.stage_end: int = self.run.histories
        self.merged: BlockResult | None = None
        self.dataset: xarray.Dataset | None = None
        self.stopped_because = f"histories = {self.run.histories} were asked for"
        self.blocks_computed = 0
        self.phase = ""
        self._physics_hash = identity.physics_hash(case.config)
        self._began = time.monotonic()
        self._first_back = math.nan
        self._preparation, self._megabytes = NOT_TOLD
        self._of_blocks = np.zeros(2)  # processor time [s] and histories, of all blocks but the first
        self._model: Any = None
        self._axes: dict[str, TallyAxes] | None = None
        self._merged_to = 0  # histories before this one are in the sum
        self._ahead: dict[int, BlockResult | None] = {}  # first history -> block that waits for an earlier one
        self._asked = 0  # histories before this one have been asked for by `wanted`

    @property
    def name(self) -> str:
        """Name of the case, "" without a scan."""
        return self.case.name

    @property
    def model(self) -> Any:
        """The model: that which was given, else made here when it is first needed."""
        if self._model is None:
            self._model = made(self.simulation.prepare, self.case.config)
        return self._model

    def recipe(self, threads_of_it: int = 1) -> Recipe:
        """How the model is made; from now on the case is at work."""
        self._began = time.monotonic()
        return Recipe(self.simulation.run_block, self.simulation.prepare, self.case.config, threads_of_it)

    def give(self, model: Any, used: Used = NOT_TOLD) -> None:
        """Take the model that was made."""
        self._model = model
        self._preparation, self._megabytes = used

    @property
    def axes(self) -> dict[str, TallyAxes]:
        """Dimensions of the tallies."""
        if self._axes is None:
            self._axes = self.simulation.tally_axes(self.model)
        return self._axes

    def forget_model(self) -> None:
        """Free the memory of the model."""
        self._model = None

    def stamp(self, first: int, last: int) -> Stamp:
        """What the block of these histories must be a block of."""
        return Stamp(self._physics_hash, self.simulation.code_hash, self.run.seed, first, last)

    def wanted(self) -> Iterator[Stamp]:
        """Blocks still to be computed, as far as is known now; blocks found on disk are added on the way."""
        while self._asked < self.stage_end:
            first = self._asked
            last = min(first + self.run.block_size, self.stage_end)
            self._asked = last
            stamp = self.stamp(first, last)
            found = self._read(stamp)
            if found is None:
                yield stamp
            else:
                self._add(stamp, found)

    def accept(self, stamp: Stamp, result: BlockResult, image: bytes, used: Used = NOT_TOLD) -> None:
        """Store a block that was computed, and add it when its turn has come.

        Parameters
        ----------
        stamp : Stamp
            Which block of which model it is.
        result : BlockResult
            Its scores.
        image : bytes
            Of its file, as `mcbelt.files.block.image` makes it.
        used : Used
            What it cost.

        Raises
        ------
        ExecutionError, ResultsError
            The block does not belong to this run, or cannot be written.
        """
        self._check(stamp, result)
        if self.directory is not None:
            sealed.write(self._path(stamp), image)
        self._megabytes = float(np.fmax(used.megabytes, self._megabytes))
        self.blocks_computed += 1
        if self.blocks_computed == 1:
            self._first_back = time.monotonic()
        else:
            self._of_blocks += np.array([used.seconds, result.histories])
        self._add(stamp, result)

    def _path(self, stamp: Stamp) -> Path:
        assert self.directory is not None
        return self.directory / "blocks" / f"{stamp.first // self.run.block_size:06d}.nc"

    def _read(self, stamp: Stamp) -> BlockResult | None:
        if self.directory is None or not self._path(stamp).exists():
            return None
        try:
            found = block_file.read(self._path(stamp), stamp)
            self._check(stamp, found)
        except (ResultsError, ExecutionError) as error:
            _logger.warning("%s It is computed again.", error)
            return None
        return found

    def _check(self, stamp: Stamp, result: BlockResult) -> None:
        histories = stamp.last - stamp.first
        where = f"case {self.case.name or self.case.config.name}, histories {stamp.first} to {stamp.last}"
        if lost := sum(count for name, count in result.fates.items() if parts.own(name) == Fate.LOST.name):
            raise ExecutionError(
                f"{where}: {lost} were lost because a formula gave no number; the run stops, "
                f"please report it with the campaign file and seed = {stamp.seed}."
            )
        if histories != result.histories or histories * self.simulation.sources != sum(result.fates.values()):
            raise ExecutionError(
                f"{where}: {result.histories} histories came back with {sum(result.fates.values())} fates, {histories} "
                "were asked for; please report it with the campaign file."
            )
        bad = [name for name, values in (*result.sums.items(), *result.sums_of_squares.items()) if not _finite(values)]
        if bad:
            raise ExecutionError(f"{where}: the tally {bad[0]} is not finite; please report it with the campaign file.")

    def _add(self, stamp: Stamp, result: BlockResult) -> None:
        keep = stamp.first == self._merged_to or self.directory is None or len(self._ahead) < _MOST_KEPT
        self._ahead[stamp.first] = result if keep else None
        while self._merged_to in self._ahead:
            first = self._merged_to
            last = min(first + self.run.block_size, self.stage_end)
            block = self._ahead.pop(first)
            if block is None:
                block = block_file.read(self._path(self.stamp(first, last)), self.stamp(first, last))
            self.merged = block if self.merged is None else tally.merge(self.merged, block)
            self._merged_to = last
        if self._merged_to == self.stage_end:
            self._decide()

    def _decide(self) -> None:
        """At the end of a stage: enough, or another stage."""
        target, most = self.run.target_relative_error, self.run.max_histories
        if target is None:
            return
        worst = self.worst_relative_error()
        if worst <= target:
            self.stopped_because = f"every bin's relative error, at most {worst:.3g}, is below the target {target:g}"
        elif self.stage_end >= most:
            found = f"the largest relative error of a bin is {worst:.3g}, above the target {target:g}"
            if math.isinf(worst):
                found = f"a bin has too few scoring histories for an error, the target is {target:g}"
            self.stopped_because = f"max_histories = {most} were reached; {found}"
        else:
            needed = self.stage_end * min(_STAGE_GROWTH, _STAGE_MARGIN * (worst / target) ** 2)
            blocks = max(math.ceil(needed / self.run.block_size), self.stage_end // self.run.block_size + 1)
            self.stage_end = min(blocks * self.run.block_size, most)

    def worst_relative_error(self) -> float:
        """Largest relative error of a bin of the watched tallies; bins without a score do not count; NaN before
        blocks.
        """
        if self.merged is None or self.merged.histories == 0:
            return math.nan
        watched = [name for name, axes in self.axes.items() if axes.targeted]
        errors = [tally.relative_error(self.merged, name).ravel() for name in watched]
        scored = [values[~np.isnan(values)] for values in errors]
        return max((float(values.max()) for values in scored if values.size), default=math.inf)

    @property
    def complete(self) -> bool:
        """Whether all blocks are added and no more are needed."""
        return self._merged_to == self.stage_end

    def progress(self) -> Progress:
        """How far the case is."""
        size = self.run.block_size
        return Progress(
            self.case.name or self.case.config.name,
            math.ceil(self._merged_to / size) + len(self._ahead),
            math.ceil(self.stage_end / size),
            self._merged_to,
            self.worst_relative_error() if self._axes is not None else math.nan,
            self.blocks_computed,
            self._rate(),
            self.phase,
            self._preparation,
            float(self._of_blocks[0] / self._of_blocks[1]) if self._of_blocks[1] else math.nan,
            self._megabytes,
        )

    def _rate(self) -> float:
        """Blocks per second from the first that came back to the last."""
        elapsed = time.monotonic() - self._first_back
        return (self.blocks_computed - 1) / elapsed if self.blocks_computed > 1 and elapsed > 0.0 else math.nan

    def finish(self) -> xarray.Dataset:
        """Result of the complete case, written as result.nc where there is a directory."""
        if self.merged is None:
            zeros = {name: np.zeros(tally.shape(axes)) for name, axes in self.axes.items()}
            self.merged = BlockResult(0, {}, zeros, {name: values.copy() for name, values in zeros.items()})
        model = self.model
        with threads.serial_blas():
            physics = self.simulation.flux_dataset(self.case.config, model, self.merged)
        require_fluxes(self.case.config, physics)
        runs = (results.Histories(self.run.seed, 0, self._merged_to),)
        self.dataset = results.assembled(self.origin, self.merged, runs, self.axes, physics, self.stopped_because)
        self.dataset.attrs["wall_seconds"] = round(time.monotonic() - self._began, 3)
        self.dataset.attrs["blocks_computed"] = self.blocks_computed
        if self.directory is not None:
            results.write(self.dataset, self.directory / "result.nc")
        return self.dataset


def _finite(values: np.ndarray) -> bool:
    return bool(np.isfinite(values).all())
