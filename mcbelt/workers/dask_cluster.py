"""Models and blocks on the workers of a Dask cluster, on this machine or any other.

The model travels to each worker once and stays there; a block is then a handful of numbers going out and a few
kilobytes coming back. Only as many blocks as keep the workers busy are submitted, so the scheduler and the driver
hold little however long the campaign is. Workers may come and go: what Dask loses is submitted again, the model
included.
"""

import contextlib
import logging
import math
import time
from collections import deque
from collections.abc import Iterator
from concurrent.futures import CancelledError
from typing import Any

import distributed
from distributed.scheduler import KilledWorker

from kernelcache import threads
from mcbelt.errors import ExecutionError
from mcbelt.tally import BlockResult
from mcbelt.workers.backend import (
    MOST_ATTEMPTS,
    OF_A_CASE,
    Computed,
    Job,
    Made,
    Recipe,
    Refused,
    RunBlock,
    Tell,
    Used,
    computed,
    made,
    sendable,
)

_DEPTH = 4  # submitted blocks per worker thread
_CONNECT_SECONDS = 10
_WORKER_SECONDS = 300  # how long a cluster that answers may take for its first worker
_COUNT_SECONDS = 1.0  # how often the workers are counted anew
_LOST_SECONDS = 15.0  # how long a scheduler that was lost may take to come back


class _Loaded:
    """A model as a worker holds it, with the function that computes its blocks."""

    def __init__(self, run_block: RunBlock, model: Any) -> None:
        self.run_block, self.model = run_block, model


def _compute(loaded: _Loaded, job: Job) -> tuple[BlockResult, bytes, Used]:
    with threads.alone():  # a worker computes as many blocks at once as it has threads
        return computed(loaded.run_block, loaded.model, job.stamp)


def _make(recipe: Recipe) -> Any:
    with threads.alone():
        return made(recipe.prepare, recipe.campaign)


class DaskWorkers:
    """Models and blocks on a Dask cluster: "local" for one of `workers` processes here, else a scheduler's address."""

    def __init__(self, address: str, workers: int) -> None:
        self._cluster, self._address = None, address
        # a message that could not be sent is seen by what becomes of the scheduler; Dask would add a traceback
        logging.getLogger("distributed.batched").setLevel(logging.CRITICAL)
        try:
            if address == "local":
                self._cluster = distributed.LocalCluster(
                    n_workers=workers, threads_per_worker=1, processes=True, dashboard_address=":0"
                )
            self._client = distributed.Client(
                self._cluster or address,
                timeout=_CONNECT_SECONDS if self._cluster is None else 3 * _CONNECT_SECONDS,
                set_as_default=False,  # or xarray would lock its files over the network
            )
            self._client.wait_for_workers(1, timeout=_WORKER_SECONDS)
        except (OSError, ValueError, TimeoutError) as error:
            reason = str(error).splitlines()[0] if str(error) else "no answer"
            raise ExecutionError(
                f'--dask {address}: no cluster with a worker answers there ({reason}); give "local" or the address '
                "that `dask scheduler` prints."
            ) from None
        self._models: dict[int, _Loaded] = {}
        self._handles: dict[int, distributed.Future] = {}
        self._count = 0
        self._here: deque[tuple[int, Recipe, Tell]] = deque()  # models that this process makes
        self._recipes: dict[str, tuple[int, Recipe, Tell]] = {}  # by the key of their task
        self._submitted = distributed.as_completed(loop=self._client.loop)
        self._jobs: dict[str, Job] = {}
        self._attempts: dict[Job, int] = {}
        self._number = 0
        self._threads, self._counted = 1, -math.inf

    def slots(self) -> int:
        return _DEPTH * self.makers()

    def makers(self) -> int:
        now = time.monotonic()
        if now - self._counted > _COUNT_SECONDS:
            with self._answering():
                self._threads, self._counted = max(1, sum(self._client.nthreads().values())), now
        return self._threads

    def make(self, recipe: Recipe, tell: Tell) -> int:
        self._count += 1
        if recipe.threads >= self.makers() or not sendable(recipe):
            self._here.append((self._count, recipe, tell))
            return self._count
        key = f"mcbelt-model-{self._count}"
        self._recipes[key] = (self._count, recipe, tell)
        tell("on a worker of the cluster")
        with self._answering():
            self._submitted.add(self._client.submit(_make, recipe, key=key, pure=False))
        return self._count

    def _made_here(self) -> list[Computed | Made | Refused]:
        if not self._here:
            return []
        handle, recipe, tell = self._here.popleft()
        try:
            return [self._taken(handle, recipe, made(recipe.prepare, recipe.campaign, tell))]
        except OF_A_CASE as error:
            return [Refused(handle, error)]

    def _taken(self, handle: int, recipe: Recipe, model: Any) -> Made:
        self._models[handle] = _Loaded(recipe.run_block, model)
        self._broadcast(handle)
        return Made(handle, model)

    def _broadcast(self, handle: int) -> None:
        with self._answering():
            self._handles[handle] = self._client.scatter(self._models[handle], broadcast=True, hash=False)

    @contextlib.contextmanager
    def _answering(self) -> Iterator[None]:
        """While this lasts, a scheduler that is lost and does not come back is an ExecutionError."""
        lost = (
            f"--dask {self._address}: the scheduler or all of its workers are gone; finished blocks are kept: start "
            "them again, then run again to resume."
        )
        deadline = time.monotonic() + _LOST_SECONDS
        while self._client.status == "connecting" and time.monotonic() < deadline:
            time.sleep(0.1)
        if self._client.status != "running":
            raise ExecutionError(lost)
        try:
            yield
        except (OSError, TimeoutError, CancelledError, distributed.client.ClosedClientError):
            raise ExecutionError(lost) from None

    def unload(self, handle: int) -> None:
        del self._models[handle], self._handles[handle]

    def submit(self, job: Job) -> None:
        self._number += 1
        key = f"mcbelt-block-{self._number}"
        self._jobs[key] = job
        with self._answering():
            self._submitted.add(self._client.submit(_compute, self._handles[job.handle], job, key=key, pure=False))

    def collect(self) -> list[Computed | Made | Refused]:
        found = self._made_here()
        while not found:
            for future in self._submitted.next_batch(block=True):
                if future.key in self._recipes:
                    found += self._made_there(future)
                    continue
                job = self._jobs.pop(future.key)
                if future.status == "finished":
                    self._attempts.pop(job, None)
                    found.append(Computed(job, *future.result()))
                else:
                    self._again(job, future)
            found = found or self._made_here()
        return found

    def _made_there(self, future: distributed.Future) -> list[Computed | Made | Refused]:
        """A model from a worker. One that failed is made here: a worker may lack a file that lies beside the driver."""
        handle, recipe, tell = self._recipes.pop(str(future.key))
        if future.status == "finished":
            return [self._taken(handle, recipe, future.result())]
        self._here.append((handle, recipe, tell))
        return []

    def _again(self, job: Job, future: distributed.Future) -> None:
        """Submit a block again that was lost with its worker; an error of the block itself is raised."""
        if future.status == "error":
            error = future.exception()
            if not isinstance(error, KilledWorker | CancelledError):
                raise error
        self._attempts[job] = self._attempts.get(job, 0) + 1
        if self._attempts[job] >= MOST_ATTEMPTS:
            raise ExecutionError(
                f"the histories {job.stamp.first} to {job.stamp.last} were lost with their worker {MOST_ATTEMPTS} "
                "times; look into the workers' logs, or give smaller blocks."
            )
        if self._handles[job.handle].status != "finished":
            self._broadcast(job.handle)
        self.submit(job)

    def close(self) -> None:
        if self._client.status == "running":
            self._client.cancel(list(self._submitted.futures), force=True)
        else:  # what has become of the scheduler is said already; closing, Dask would add a traceback
            logging.getLogger("distributed.client").setLevel(logging.CRITICAL)
        self._client.close(timeout=5)
        if self._cluster is not None:
            self._cluster.close(timeout=10)
