"""Blocks on processes of this machine.

Each worker is a fresh Python process with a pipe to the driver and nothing shared. It receives a model once and
then the ranges of histories, and keeps one block waiting in its pipe while it computes another. A worker that dies
(killed, out of memory) is replaced and only its own blocks are submitted again; when the driver dies the pipes
close and the workers stop.
"""

import multiprocessing
import os
import signal
import threading
from collections import deque
from multiprocessing.connection import Connection, wait
from typing import Any

from kernelcache import threads
from mcbelt.errors import ExecutionError, McbeltError
from mcbelt.workers.backend import MOST_ATTEMPTS, Computed, Job, RunBlock, computed

_DEPTH = 2  # blocks at a worker: one computed, one waiting
_READY = "ready"  # the first word of a worker


def _serve(pipe: Connection) -> None:
    """Life of a worker: load, unload and compute until the pipe closes."""
    threads.limit(1)  # its siblings have the other cores
    threading.Thread(target=_end_with_driver, daemon=True).start()
    try:
        pipe.send(_READY)
    except (BrokenPipeError, ConnectionResetError):
        return  # the driver is gone
    models: dict[int, tuple[RunBlock, Any]] = {}
    while True:
        try:
            order, *content = pipe.recv()
        except EOFError:
            return
        if order == "load":
            handle, run_block, model = content
            models[handle] = (run_block, model)
        elif order == "unload":
            models.pop(content[0], None)
        else:
            job = content[0]
            try:
                answer: Any = Computed(job, *computed(*models[job.handle], job.stamp))
            except McbeltError as error:
                answer = error
            try:
                pipe.send(answer)
            except (BrokenPipeError, ConnectionResetError):
                return  # the driver is gone


def _end_with_driver() -> None:
    """End this process when the driver's ends, also in the middle of a block, which nobody would take."""
    driver = multiprocessing.parent_process()
    if driver is not None:
        wait([driver.sentinel])
        os._exit(1)


class _Worker:
    """A process, its pipe, and what it was given."""

    def __init__(self, context: Any) -> None:
        self.pipe, theirs = context.Pipe()
        self.process = context.Process(target=_serve, args=(theirs,), daemon=True)
        blocked = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})  # Ctrl-C is the driver's to answer, and
        try:  # a worker, which keeps this mask, would answer with a traceback as soon as it starts
            self.process.start()
        except OSError as error:
            raise ExecutionError(
                f"--workers: a worker process cannot be started ({error.strerror}); give fewer workers."
            ) from None
        finally:
            signal.pthread_sigmask(signal.SIG_SETMASK, blocked)
            theirs.close()
        self.began = False
        self.loaded: set[int] = set()
        self.jobs: deque[Job] = deque()


class LocalWorkers:
    """Blocks on `count` processes of this machine.

    The processes are spawned, so a script that uses this must guard its main part by `if __name__ == "__main__":`.
    """

    def __init__(self, count: int) -> None:
        self._context = multiprocessing.get_context("spawn")
        self._models: dict[int, tuple[RunBlock, Any]] = {}
        self._count_loaded = 0
        self._waiting: deque[Job] = deque()
        self._attempts: dict[Job, int] = {}
        self._workers = [_Worker(self._context) for _ in range(count)]

    def slots(self) -> int:
        return _DEPTH * len(self._workers)

    def load(self, run_block: RunBlock, model: Any) -> int:
        self._count_loaded += 1
        self._models[self._count_loaded] = (run_block, model)
        return self._count_loaded

    def unload(self, handle: int) -> None:
        del self._models[handle]
        for worker in self._workers:
            if handle in worker.loaded:
                worker.loaded.discard(handle)
                self._send(worker, ("unload", handle))

    def submit(self, job: Job) -> None:
        self._waiting.append(job)
        self._distribute()

    def _distribute(self) -> None:
        for worker in sorted(self._workers, key=lambda worker: len(worker.jobs)):
            while self._waiting and len(worker.jobs) < _DEPTH:
                job = self._waiting[0]
                if job.handle not in worker.loaded:
                    if worker.jobs:
                        break  # a model is sent to an idle worker only: a busy one would not read it from its pipe
                    self._send(worker, ("load", job.handle, *self._models[job.handle]))
                    worker.loaded.add(job.handle)
                self._waiting.popleft()
                worker.jobs.append(job)
                self._send(worker, ("compute", job))
                if any(not other.jobs for other in self._workers):
                    break  # first one block for each worker, then a second

    def _send(self, worker: _Worker, message: tuple) -> None:
        try:
            worker.pipe.send(message)
        except (BrokenPipeError, ConnectionResetError):
            pass  # it died; `collect` finds its pipe closed and submits its blocks again

    def collect(self) -> list[Computed]:
        found: list[Computed] = []
        while not found:
            self._distribute()
            by_pipe: dict[Any, _Worker] = {worker.pipe: worker for worker in self._workers}
            for pipe in wait(list(by_pipe)):
                worker = by_pipe[pipe]
                try:
                    answer = worker.pipe.recv()
                except (EOFError, ConnectionResetError):
                    self._replace(worker)
                    continue
                if isinstance(answer, str) and answer == _READY:
                    worker.began = True
                    continue
                if isinstance(answer, McbeltError):
                    raise answer
                worker.jobs.remove(answer.job)
                self._attempts.pop(answer.job, None)
                found.append(answer)
        self._distribute()
        return found

    def _replace(self, worker: _Worker) -> None:
        worker.process.join()
        worker.pipe.close()
        if worker.process.exitcode == 1 and not worker.began:
            raise ExecutionError(
                "a worker process ended before it began: it runs the main script again, so a script that computes with "
                'more than one worker must be a file, and its main part stand under `if __name__ == "__main__":`.'
            )
        if worker.process.exitcode == 1:
            raise ExecutionError("a worker met an error in the program (its traceback is above); please report it.")
        if worker.jobs:
            running = worker.jobs[0]
            self._attempts[running] = self._attempts.get(running, 0) + 1
            if self._attempts[running] >= MOST_ATTEMPTS:
                raise ExecutionError(
                    f"the histories {running.stamp.first} to {running.stamp.last} brought down their worker "
                    f"{MOST_ATTEMPTS} times (exit code {worker.process.exitcode}; -9 is often a lack of memory); "
                    "use fewer workers or smaller blocks."
                )
        self._waiting.extendleft(reversed(worker.jobs))
        self._workers[self._workers.index(worker)] = _Worker(self._context)

    def close(self) -> None:
        for worker in self._workers:
            worker.process.terminate()
        for worker in self._workers:
            worker.process.join(timeout=5)
            if worker.process.is_alive():
                worker.process.kill()
                worker.process.join()
            worker.pipe.close()
