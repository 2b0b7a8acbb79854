"""Models and blocks on processes of this machine.

Each worker is a fresh Python process with a pipe to the driver and nothing shared. It makes a model and hands it to the
driver, or receives one once, and then the ranges of histories, and keeps one block waiting in its pipe while it
computes another. A worker that dies
(killed, out of memory) is replaced and only its own blocks are submitted again; when the driver dies the pipes
close and the workers stop.
"""

import contextlib
import multiprocessing
import os
import signal
import threading
import time
from collections import deque
from multiprocessing.connection import Connection, wait
from typing import Any, NamedTuple

from kernelcache import prepared, threads
from mcbelt.errors import ExecutionError, McbeltError
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
    computed,
    made,
    sendable,
    used_since,
)

_DEPTH = 2  # blocks at a worker: one computed, one waiting
_READY = "ready"  # the first word of a worker


class _Told(NamedTuple):
    """What a worker is at."""

    handle: int
    words: str


def _serve(pipe: Connection) -> None:
    """Life of a worker: make, load, unload and compute until the pipe closes."""
    threads.limit(1)  # its siblings have the other cores
    threading.Thread(target=_end_with_driver, daemon=True).start()
    try:
        pipe.send(_READY)
    except (BrokenPipeError, ConnectionResetError):
        return  # the driver is gone
    models: dict[int, tuple[RunBlock, Any]] = {}
    sending = threading.Lock()  # a kernel may be compiled, and told of, in a thread of the preparation
    while True:
        try:
            order, *content = pipe.recv()
        except EOFError:
            return
        if order == "load":
            models[content[0]] = (content[1], content[2])  # no name of its own, which would outlive the order
        elif order == "unload":
            models.pop(content[0], None)
        else:
            handle = content[0] if order == "make" else content[0].handle

            def tell(words: str, handle: int = handle) -> None:
                with sending, contextlib.suppress(BrokenPipeError, ConnectionResetError):
                    pipe.send(_Told(handle, words))

            answer = _made(models, handle, content[1], tell) if order == "make" else _computed(models, content[0], tell)
            try:
                with sending:
                    pipe.send(answer)
            except (BrokenPipeError, ConnectionResetError):
                return  # the driver is gone
            del answer  # a model that was made is the driver's to keep or forget


def _made(models: dict[int, tuple[RunBlock, Any]], handle: int, recipe: Recipe, tell: Tell) -> Any:
    began = time.process_time()
    try:
        with threads.limited(recipe.threads):
            model = made(recipe.prepare, recipe.campaign, tell)
    except OF_A_CASE as error:
        return Refused(handle, error)
    except McbeltError as error:
        return error
    models[handle] = (recipe.run_block, model)
    return Made(handle, model, used_since(began))


def _computed(models: dict[int, tuple[RunBlock, Any]], job: Job, tell: Tell) -> Any:
    try:
        with prepared.told_to(tell):
            return Computed(job, *computed(*models[job.handle], job.stamp))
    except McbeltError as error:
        return error


def _end_with_driver() -> None:
    """End this process when the driver's ends, also in the middle of a block, which nobody would take."""
    driver = multiprocessing.parent_process()
    if driver is not None:
        wait([driver.sentinel])
        os._exit(1)


def _unheard(words: str) -> None:
    """What a worker was at when its case was over."""


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
        self.making: int | None = None  # handle of the model that it makes

    @property
    def idle(self) -> bool:
        return not self.jobs and self.making is None


class LocalWorkers:
    """Models and blocks on `count` processes of this machine.

    The processes are spawned, so a script that uses this must guard its main part by `if __name__ == "__main__":`.
    """

    def __init__(self, count: int) -> None:
        self._context = multiprocessing.get_context("spawn")
        self._models: dict[int, tuple[RunBlock, Any]] = {}
        self._count = 0
        self._recipes: dict[int, Recipe] = {}  # of models that are not made yet
        self._tells: dict[int, Tell] = {}
        self._unmade: deque[int] = deque()  # those that nobody makes yet
        self._waiting: deque[Job] = deque()
        self._attempts: dict[Job | int, int] = {}
        self._workers = [_Worker(self._context) for _ in range(count)]

    def slots(self) -> int:
        return _DEPTH * len(self._workers)

    def makers(self) -> int:
        return len(self._workers)

    def make(self, recipe: Recipe, tell: Tell) -> int:
        self._count += 1
        self._recipes[self._count], self._tells[self._count] = recipe, tell
        self._unmade.append(self._count)
        self._distribute()
        return self._count

    def _made_here(self) -> list[Computed | Made | Refused]:
        """The first model that waits, if no worker can make it, or all of them would be idle: on all threads."""
        if not self._unmade:
            return []
        recipe = self._recipes[self._unmade[0]]
        if recipe.threads < len(self._workers) and sendable(recipe):
            return []
        handle, began = self._unmade.popleft(), time.process_time()
        try:
            model = made(recipe.prepare, recipe.campaign, self._tells[handle])
            return [self._taken(Made(handle, model, used_since(began)))]
        except OF_A_CASE as error:
            return [self._taken(Refused(handle, error))]

    def _taken(self, answer: Made | Refused) -> Made | Refused:
        """An answer to `make`, and what it leaves to remember."""
        recipe = self._recipes.pop(answer.handle)
        if isinstance(answer, Made):
            self._models[answer.handle] = (recipe.run_block, answer.model)
        return answer

    def unload(self, handle: int) -> None:
        del self._models[handle], self._tells[handle]
        for worker in self._workers:
            if handle in worker.loaded:
                worker.loaded.discard(handle)
                self._send(worker, ("unload", handle))

    def submit(self, job: Job) -> None:
        self._waiting.append(job)
        self._distribute()

    def _distribute(self) -> None:
        for worker in sorted(self._workers, key=lambda worker: len(worker.jobs)):
            while self._waiting and worker.making is None and len(worker.jobs) < _DEPTH:
                job = self._waiting[0]
                if job.handle not in worker.loaded:
                    if worker.jobs:
                        break  # a model is sent to an idle worker only: a busy one would not read it from its pipe
                    self._send(worker, ("load", job.handle, *self._models[job.handle]))
                    worker.loaded.add(job.handle)
                self._waiting.popleft()
                worker.jobs.append(job)
                self._send(worker, ("compute", job))
                if any(other.idle for other in self._workers):
                    break  # first one block for each worker, then a second
        for worker in self._workers:
            if self._unmade and worker.idle and sendable(recipe := self._recipes[self._unmade[0]]):
                if recipe.threads < len(self._workers):  # else it is made here
                    worker.making = self._unmade.popleft()
                    self._send(worker, ("make", worker.making, recipe))

    def _send(self, worker: _Worker, message: tuple) -> None:
        try:
            worker.pipe.send(message)
        except (BrokenPipeError, ConnectionResetError):
            pass  # it died; `collect` finds its pipe closed and submits its blocks again

    def collect(self) -> list[Computed | Made | Refused]:
        found = self._made_here()
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
                if isinstance(answer, _Told):
                    self._tells.get(answer.handle, _unheard)(answer.words)
                else:
                    found.append(self._back(worker, answer))
        self._distribute()
        return found

    def _back(self, worker: _Worker, answer: Computed | Made | Refused) -> Computed | Made | Refused:
        if isinstance(answer, Computed):
            worker.jobs.remove(answer.job)
            self._attempts.pop(answer.job, None)
            return answer
        worker.making = None
        worker.loaded |= {answer.handle} if isinstance(answer, Made) else set()
        self._attempts.pop(answer.handle, None)
        return self._taken(answer)

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
            stamp = worker.jobs[0].stamp
            self._tried(worker, worker.jobs[0], f"the histories {stamp.first} to {stamp.last}", "smaller blocks")
        if worker.making is not None:
            self._tried(worker, worker.making, "the preparation of a case", "fewer bins")
            self._unmade.appendleft(worker.making)
        self._waiting.extendleft(reversed(worker.jobs))
        self._workers[self._workers.index(worker)] = _Worker(self._context)

    def _tried(self, worker: _Worker, what: Job | int, words: str, instead: str) -> None:
        """Count an attempt that brought down its worker. Raises ExecutionError after the last."""
        self._attempts[what] = self._attempts.get(what, 0) + 1
        if self._attempts[what] >= MOST_ATTEMPTS:
            raise ExecutionError(
                f"{words} brought down their worker {MOST_ATTEMPTS} times (exit code {worker.process.exitcode}; -9 is "
                f"often a lack of memory); use fewer workers or {instead}."
            )

    def close(self) -> None:
        for worker in self._workers:
            worker.process.terminate()
        for worker in self._workers:
            worker.process.join(timeout=5)
            if worker.process.is_alive():
                worker.process.kill()
                worker.process.join()
            worker.pipe.close()
