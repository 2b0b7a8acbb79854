"""Computing blocks: in this process, in local processes, or on the workers of a Dask cluster.

All backends do the same: models are made (`make`), as many side by side as there are workers, blocks are submitted and
come back in any order, each with the image of its file, made where the block was computed so that the driver only has
to write it. A backend knows nothing of campaigns, files or statistics; because random numbers belong to histories and
blocks are added in order, which backend computed a block can not be seen in a result.
"""

import logging
import time
from collections import deque
from typing import Any

from kernelcache import prepared, threads
from mcbelt.errors import ExecutionError
from mcbelt.workers import local
from mcbelt.workers.backend import (
    OF_A_CASE,
    Backend,
    Computed,
    Job,
    Made,
    Recipe,
    Refused,
    RunBlock,
    Tell,
    computed,
    made,
    used_since,
)


class InProcess:
    """Blocks one after the other in this process."""

    def __init__(self) -> None:
        self._models: dict[int, tuple[RunBlock, Any]] = {}
        self._recipes: deque[tuple[int, Recipe, Tell]] = deque()
        self._tells: dict[int, Tell] = {}
        self._waiting: deque[Job] = deque()
        self._count = 0

    def slots(self) -> int:
        return 1

    def makers(self) -> int:
        return 1

    def make(self, recipe: Recipe, tell: Tell) -> int:
        self._count += 1
        self._recipes.append((self._count, recipe, tell))
        return self._count

    def unload(self, handle: int) -> None:
        del self._models[handle], self._tells[handle]

    def submit(self, job: Job) -> None:
        self._waiting.append(job)

    def collect(self) -> list[Computed | Made | Refused]:
        if self._recipes:
            handle, recipe, tell = self._recipes.popleft()
            began = time.process_time()
            try:
                model = made(recipe.prepare, recipe.campaign, tell)
            except OF_A_CASE as error:
                return [Refused(handle, error)]
            self._models[handle], self._tells[handle] = (recipe.run_block, model), tell
            return [Made(handle, model, used_since(began))]
        job = self._waiting.popleft()
        with prepared.told_to(self._tells[job.handle]):  # of the first block, that its kernels are compiled
            return [Computed(job, *computed(*self._models[job.handle], job.stamp))]

    def close(self) -> None:
        self._models.clear()
        self._recipes.clear()
        self._waiting.clear()


def capped(workers: int) -> int:
    """A number of workers that this machine can keep busy: more than its usable cores are not, and that is said.

    Processes beyond the cores would share them, each with a model in memory. Raises ExecutionError below 0; 0 stays.
    """
    if workers < 0:
        raise ExecutionError(f"--workers {workers} is not a number of workers; give 1 or more.")
    cores = threads.usable_cores()
    if workers <= cores:
        return workers
    logging.getLogger("mcbelt").warning(
        "--workers %d: this process may use %d cores, so %d workers are started.", workers, cores, cores
    )
    return cores


def opened(workers: int = 1, dask: str | None = None) -> Backend:
    """Backend by name.

    Parameters
    ----------
    workers : int
        Processes on this machine; 1 is this process itself. With `dask = "local"`, the processes of its cluster.
    dask : str, optional
        Address of a Dask scheduler, "tcp://host:8786", or "local" for a cluster on this machine.

    Returns
    -------
    Backend
        To be closed by the caller.

    Raises
    ------
    ExecutionError
        The cluster cannot be reached, or Dask is not installed.
    """
    if workers < 1:
        raise ExecutionError(f"--workers {workers} is not a number of workers; give 1 or more.")
    if dask is not None:
        try:
            from mcbelt.workers import dask_cluster  # an optional dependency
        except ImportError as error:
            raise ExecutionError(f"--dask {dask}: {error.name} is not installed; install mcbelt[cluster].") from None
        return dask_cluster.DaskWorkers(dask, workers)
    if workers == 1:
        return InProcess()
    return local.LocalWorkers(workers)
