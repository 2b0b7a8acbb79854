"""A campaign: its cases, its directory, and the loop that keeps the workers busy until every case is complete.

    results/                     one case             results/                     a scan
      lock campaign.toml run.log                        lock campaign.toml run.log
      case.json status.json                             L=1.2/  case.json status.json blocks/ result.nc
      blocks/000000.nc ...                              L=1.25/ ...
      result.nc

Starting again is resuming: blocks that are there, whole, and of the same physics, code, seed and histories are
added, the others computed. Nothing is ever overwritten by something that does not belong: what another version of
the program computed is set aside, and a directory that holds another campaign is refused.

A case that fails (its model or its results cannot be made, a history is lost) leaves its sentence in its status.json
and the other cases alone; the next run tries it again. What concerns all cases, a full disk or a lost cluster, ends
the run.
"""

import logging
import os
import time
from collections import Counter, deque
from collections.abc import Callable
from pathlib import Path
from typing import Any

import xarray

from kernelcache import prepared
from mcbelt.campaign import aside, notes
from mcbelt.campaign import directory as directories
from mcbelt.campaign.case import CaseRun, Progress, Simulation
from mcbelt.campaign.directory import Finished
from mcbelt.campaign.file import CampaignFile, Case
from mcbelt.campaign.lock import locked
from mcbelt.errors import CasesFailed, ExecutionError
from mcbelt.files import located, preparations, sealed
from mcbelt.keys import Campaign
from mcbelt.workers.backend import OF_A_CASE, Backend, Computed, Job, Made, Refused
from mcbelt.workers.in_process import InProcess

_MOST_ACTIVE = 8  # cases whose models are in memory at once
_STATUS_SECONDS = 2.0
_logger = logging.getLogger("mcbelt")


def output_directory(file: CampaignFile, chosen: Path | None = None) -> Path:
    """Where the results of a campaign go: the chosen directory, that which the campaign was found by, or the usual."""
    return Path(chosen) if chosen is not None else file.results or located.results_directory(file.path)


def case_directory(output: Path, case: str) -> Path:
    """Directory of a case; that of the campaign if it is no scan."""
    return output / case if case else output


def run(
    file: CampaignFile,
    output: Path,
    simulation: Simulation | Callable[[Campaign], Simulation],
    open_backend: Callable[[], Backend] = InProcess,
    watch: Callable[[Progress], None] = lambda progress: None,
    fresh: bool = False,
) -> list[Finished]:
    """Compute every case of a campaign that is not complete yet.

    Parameters
    ----------
    file : CampaignFile
        The campaign.
    output : Path
        Directory for results; made if need be.
    simulation : Simulation, or function of a checked case that gives one
        What computes its cases.
    open_backend : callable
        Opens the backend when there is something to compute.
    watch : callable
        Told of the progress after every block, and of each phase of a preparation.
    fresh : bool
        Set aside what is in the directory and begin anew.

    Returns
    -------
    list of Finished
        In the order of the cases.

    Raises
    ------
    ConfigError, ResultsError, ExecutionError
        The directory holds another campaign or is in use or cannot be written; a block fails.
    CasesFailed
        Cases of a scan failed; the others are complete. The only case of a campaign raises its own error.
    """
    sealed.make_directory(output)
    with locked(output):
        foreign = aside.foreign(bool(file.scanned), output, fresh)
        looks = []
        for case in file.cases:
            chosen = simulation if isinstance(simulation, Simulation) else simulation(case.config)
            looks.append(directories.look(case, case_directory(output, case.name), chosen, fresh))
        wanted = [each for each in looks if each.finished is None]
        if wanted:
            sealed.tried(output)  # what can fail is tried before anything is set aside, and so is the backend
            preparations.most_bytes()
        backend = _opened([each.case for each in wanted], open_backend) if wanted else None
        try:
            for place in foreign:
                aside.set_aside(place)
            for each in looks:
                directories.begin(each)
            directories.keep_text(file, output)  # after the cases: a campaign that is refused leaves no trace
            done = {each.case.name: each.finished for each in looks if each.finished is not None}
            if backend is not None:
                (output / "report.html").unlink(missing_ok=True)  # of results that are about to change
                count = f"{len(wanted)} of {len(file.cases)} cases to do"
                codes = sorted({each.simulation.code_hash for each in wanted})
                note(output, f"{file.path}: {count}, code {', '.join(codes)}")
                cases = [CaseRun(each.case, file.text, each.simulation, each.directory) for each in wanted]
                driver = _Driver(cases, backend, watch, output)
                done.update(driver.run())
                if driver.failed:
                    raise _failure(file, done, driver.failed)
        finally:
            if backend is not None:
                backend.close()
        return [done[case.name] for case in file.cases]


def _opened(cases: list[Case], open_backend: Callable[[], Backend]) -> Backend:
    """What computes the cases; a single one that has no histories is computed here."""
    run: Any = cases[0].config.run
    return InProcess() if len(cases) == 1 and run.histories == 0 else open_backend()


def _failure(file: CampaignFile, done: dict[str, Finished], failed: dict[str, Exception]) -> Exception:
    """What is raised when all is done that could be."""
    if not file.scanned:
        return failed[file.cases[0].name]
    sentences = {name: str(error) for name, error in failed.items()}
    lines = [f"{name}: failed: {why}" for name, why in sentences.items()]
    count = f"{file.path}: {len(failed)} of {len(file.cases)} cases failed, the others are complete."
    complete = [done[case.name] for case in file.cases if case.name in done]
    return CasesFailed("\n".join([*lines, count]), complete, sentences)


def run_in_memory(
    case: Case, toml: str, simulation: Simulation, open_backend: Callable[[], Backend] = InProcess
) -> xarray.Dataset:
    """Result of one case without touching the disk.

    Parameters
    ----------
    case : Case
    toml : str
        Text of the campaign file, kept with the result.
    simulation : Simulation
        What prepares, computes and summarises a case of its kind.
    open_backend : callable
        Opens what computes blocks; by default this process.

    Returns
    -------
    Dataset

    Raises
    ------
    ExecutionError
        A block fails, or a history is lost.
    """
    case_run = CaseRun(case, toml, simulation, None)
    backend = _opened([case], open_backend)
    try:
        driver = _Driver([case_run], backend, lambda progress: None, None)
        driver.run()
    finally:
        backend.close()
    if driver.failed:
        raise driver.failed[case.name]
    assert case_run.dataset is not None
    return case_run.dataset


class _Driver:
    """Feeds cases and blocks to the backend, and what comes back to the cases."""

    def __init__(
        self, cases: list[CaseRun], backend: Backend, watch: Callable[[Progress], None], output: Path | None
    ) -> None:
        self._coming = deque(cases)
        self._making: dict[int, tuple[CaseRun, int]] = {}  # handle of a model -> its case, and threads that make it
        self._active: list[CaseRun] = []
        self._by_handle: dict[int, CaseRun] = {}
        self._handles: dict[int, int] = {}  # id of the case run -> handle of its model
        self._flying: Counter[int] = Counter()  # handle -> blocks submitted and not back yet
        self._backend, self._watch, self._output = backend, watch, output
        self._written: dict[int, float] = {}
        self._done: dict[str, Finished] = {}
        self.failed: dict[str, Exception] = {}  # name of the case -> why

    def run(self) -> dict[str, Finished]:
        """Until every case is complete or has failed."""
        try:
            while True:
                self._fill()
                if self._flying.total() or self._making:
                    self._take()
                elif not self._active and not self._coming:
                    return self._done
        except BaseException as error:
            self._note_end(error)
            raise

    def _fill(self) -> None:
        """Blocks first; where none is wanted and a worker is free, the next model is made."""
        while self._room() > 0 and (job := self._next_job()) is not None:
            self._backend.submit(job)
            self._flying[job.handle] += 1
        while self._coming and self._room() >= self._share() and len(self._active) + len(self._making) < _MOST_ACTIVE:
            self._begin(self._coming.popleft())

    def _share(self) -> int:
        """Blocks that keep one worker busy."""
        return max(1, self._backend.slots() // self._backend.makers())

    def _room(self) -> int:
        """Blocks that the backend can take besides what it has."""
        making = sum(threads for _, threads in self._making.values())
        return self._backend.slots() - self._flying.total() - making * self._share()

    def _next_job(self) -> Job | None:
        for case in list(self._active):
            stamp = next(case.wanted(), None)
            if case.complete:
                self._finish(case)
            elif stamp is not None:
                return Job(self._handles[id(case)], stamp)
        return None

    def _begin(self, case: CaseRun) -> None:
        """Have the model of a case made; where there are fewer of them than workers, on several threads each."""
        threads = max(1, self._backend.makers() // (1 + len(self._coming) + len(self._making)))
        self._tell(case, "the model is prepared", "preparing")
        handle = self._backend.make(case.recipe(threads), lambda words: self._tell(case, words))
        self._making[handle] = case, threads

    def _tell(self, case: CaseRun, words: str, state: str = "") -> None:
        """Say what is going on in a case besides its blocks."""
        case.phase = words
        self._report(case, state or ("running" if id(case) in self._handles else "preparing"))

    def _take(self) -> None:
        for answer in self._backend.collect():
            if isinstance(answer, Computed):
                self._take_block(answer)
            else:
                self._take_model(answer)

    def _take_model(self, answer: Made | Refused) -> None:
        case, _ = self._making.pop(answer.handle)
        case.phase = ""
        if isinstance(answer, Refused):
            self._fail(case, answer.error)
            return
        case.give(answer.model, answer.used)
        self._handles[id(case)], self._by_handle[answer.handle] = answer.handle, case
        self._active.append(case)
        self._tell(case, "", "running")

    def _take_block(self, answer: Computed) -> None:
        job = answer.job
        self._flying[job.handle] -= 1
        case = self._by_handle[job.handle]
        if case.name in self.failed:
            self._forget(case)
            return
        case.phase = ""
        try:
            case.accept(job.stamp, answer.result, answer.image, answer.used)
        except ExecutionError as error:
            self._fail(case, error)
            return
        self._report(case, "running")
        if case.complete:
            self._finish(case)

    def _fail(self, case: CaseRun, error: Exception) -> None:
        """Leave a case as it is, with its sentence, and go on with the others."""
        self.failed[case.name] = error
        if case in self._active:
            self._active.remove(case)
        self._report(case, "failed", sentence=str(error))
        self._forget(case)
        if self._output is not None:
            note(self._output, f"{case.name or case.case.config.name}: failed: {error}")

    def _forget(self, case: CaseRun) -> None:
        """Free the model of a case that is over, once none of its blocks is under way."""
        handle = self._handles.get(id(case))
        if handle is not None and not self._flying[handle]:
            self._backend.unload(handle)
            del self._by_handle[handle], self._handles[id(case)]
        case.forget_model()

    def _finish(self, case: CaseRun) -> None:
        self._tell(case, "its result is made")
        try:
            with prepared.told_to(lambda words: self._tell(case, words or "its result is made")):
                case.finish()
        except OF_A_CASE as error:
            self._fail(case, error)
            return
        finally:
            case.phase = ""
        assert case.merged is not None
        self._report(case, "finished")
        self._active.remove(case)
        self._forget(case)
        directory = case.directory or Path()
        self._done[case.name] = Finished(
            case.name, directory / "result.nc", case.merged.histories, case.blocks_computed, case.stopped_because
        )
        case.merged = None
        if self._output is not None:
            done = self._done[case.name]
            note(self._output, f"{done.result}: complete, {done.histories} histories; {done.stopped_because}")

    def _report(self, case: CaseRun, state: str, **more: str) -> None:
        progress = case.progress()
        self._watch(progress)
        now = time.monotonic()
        if case.directory is None or (state == "running" and now - self._written.get(id(case), -1e9) < _STATUS_SECONDS):
            return
        self._written[id(case)] = now
        about = {"state": state, "utc": notes.utc(), "pid": os.getpid(), **progress._asdict(), **more}
        notes.write(case.directory / "status.json", about)

    def _note_end(self, error: BaseException) -> None:
        if self._output is None:
            return
        about = "interrupted" if isinstance(error, KeyboardInterrupt) else f"{type(error).__name__}: {error}"
        note(self._output, f"stopped with {self._flying.total()} blocks in flight: {about}")


def note(output: Path, text: str) -> None:
    """One line for run.log and for whoever listens to the logger."""
    _logger.info("%s", text)
    try:
        with open(output / "run.log", "a", encoding="utf-8") as file:
            file.write(f"{notes.utc()} pid {os.getpid()} {text}\n")
    except OSError as error:
        _logger.warning("%s: cannot be written (%s)", output / "run.log", error.strerror)
