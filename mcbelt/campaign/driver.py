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
from typing import NamedTuple

import xarray

from atmosphere.errors import OutOfRange as OutOfAir
from geomag.errors import NoShell, OutOfRange
from mcbelt.campaign import aside, notes
from mcbelt.campaign.case import CaseRun, Progress, Simulation
from mcbelt.campaign.file import CampaignFile, Case
from mcbelt.campaign.lock import locked
from mcbelt.errors import CasesFailed, ConfigError, ExecutionError, PhysicsError, ResultsError
from mcbelt.files import located, sealed
from mcbelt.files import result as results
from mcbelt.keys import Campaign
from mcbelt.settings import identity
from mcbelt.workers.backend import Backend, Job
from mcbelt.workers.in_process import InProcess

_MOST_ACTIVE = 8  # cases whose models are in memory at once
_STATUS_SECONDS = 2.0
OF_A_CASE = (ConfigError, PhysicsError, OutOfRange, NoShell, OutOfAir)  # what a model or a result may be refused by
_logger = logging.getLogger("mcbelt")


class Finished(NamedTuple):
    """A complete case."""

    case: str
    result: Path
    histories: int
    blocks_computed: int  # by this driver; 0 if everything was there already
    stopped_because: str
    computed: bool = True  # by this driver; without histories, a case has no blocks


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
        Told of the progress after every block.
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
        done: dict[str, Finished] = {}
        open_cases = []
        aside.require_own(bool(file.scanned), output, fresh)
        for case in file.cases:
            directory = case_directory(output, case.name)
            chosen = simulation if isinstance(simulation, Simulation) else simulation(case.config)
            finished = _begun(case, directory, chosen, fresh)
            if finished is None:
                open_cases.append(CaseRun(case, file.text, chosen, directory))
            else:
                done[case.name] = finished
        _keep_text(file, output)  # after the cases: a campaign that is refused leaves no trace
        if open_cases:
            (output / "report.html").unlink(missing_ok=True)  # of results that are about to change
            count = f"{len(open_cases)} of {len(file.cases)} cases to do"
            codes = sorted({case.simulation.code_hash for case in open_cases})
            note(output, f"{file.path}: {count}, code {', '.join(codes)}")
            driver = _Driver(open_cases, open_backend, watch, output)
            done.update(driver.run())
            if driver.failed:
                raise _failure(file, done, driver.failed)
        return [done[case.name] for case in file.cases]


def _failure(file: CampaignFile, done: dict[str, Finished], failed: dict[str, Exception]) -> Exception:
    """What is raised when all is done that could be."""
    if not file.scanned:
        return failed[file.cases[0].name]
    lines = [f"{name}: failed: {error}" for name, error in failed.items()]
    count = f"{file.path}: {len(failed)} of {len(file.cases)} cases failed, the others are complete."
    return CasesFailed("\n".join([*lines, count]), [done[case.name] for case in file.cases if case.name in done])


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
    driver = _Driver([case_run], open_backend, lambda progress: None, None)
    driver.run()
    if driver.failed:
        raise driver.failed[case.name]
    assert case_run.dataset is not None
    return case_run.dataset


class _Driver:
    """Feeds blocks to the backend and what comes back to the cases."""

    def __init__(
        self,
        cases: list[CaseRun],
        open_backend: Callable[[], Backend],
        watch: Callable[[Progress], None],
        output: Path | None,
    ) -> None:
        self._coming = deque(cases)
        self._active: list[CaseRun] = []
        self._by_handle: dict[int, CaseRun] = {}
        self._handles: dict[int, int] = {}  # id of the case run -> handle of its model
        self._flying: Counter[int] = Counter()  # handle -> blocks submitted and not back yet
        self._open_backend, self._watch, self._output = open_backend, watch, output
        self._backend: Backend | None = None
        self._written: dict[int, float] = {}
        self._done: dict[str, Finished] = {}
        self.failed: dict[str, Exception] = {}  # name of the case -> why

    def run(self) -> dict[str, Finished]:
        """Until every case is complete or has failed."""
        try:
            while True:
                self._fill()
                if not self._flying.total() and not self._active and not self._coming:
                    return self._done
                if self._flying.total():
                    self._take()
        except BaseException as error:
            self._note_end(error)
            raise
        finally:
            if self._backend is not None:
                self._backend.close()

    def _fill(self) -> None:
        while self._backend is None or self._flying.total() < self._backend.slots():
            job = self._next_job()
            if job is None:
                return
            assert self._backend is not None
            self._backend.submit(job)
            self._flying[job.handle] += 1

    def _next_job(self) -> Job | None:
        while True:
            for case in list(self._active):
                stamp = next(case.wanted(), None)
                if case.complete:
                    self._finish(case)
                elif stamp is not None:
                    handle = self._handle(case)
                    if handle is not None:
                        return Job(handle, stamp)
            if not self._coming or len(self._active) >= _MOST_ACTIVE:
                return None
            self._active.append(self._coming.popleft())

    def _handle(self, case: CaseRun) -> int | None:
        """Handle of the model of a case; None if it cannot be made and the case has failed."""
        if id(case) not in self._handles:
            if self._backend is None:
                self._backend = self._open_backend()  # its processes start while the model is prepared
            try:
                model = case.model
            except OF_A_CASE as error:
                self._fail(case, error)
                return None
            handle = self._backend.load(case.simulation.run_block, model)
            self._handles[id(case)], self._by_handle[handle] = handle, case
        return self._handles[id(case)]

    def _take(self) -> None:
        assert self._backend is not None
        for job, result, image in self._backend.collect():
            self._flying[job.handle] -= 1
            case = self._by_handle[job.handle]
            if case.name in self.failed:
                self._forget(case)
                continue
            try:
                case.accept(job.stamp, result, image)
            except ExecutionError as error:
                self._fail(case, error)
                continue
            self._report(case, "running")
            if case.complete:
                self._finish(case)

    def _fail(self, case: CaseRun, error: Exception) -> None:
        """Leave a case as it is, with its sentence, and go on with the others."""
        self.failed[case.name] = error
        self._active.remove(case)
        self._report(case, "failed", sentence=str(error))
        self._forget(case)
        if self._output is not None:
            note(self._output, f"{case.name or case.case.config.name}: failed: {error}")

    def _forget(self, case: CaseRun) -> None:
        """Free the model of a case that is over, once none of its blocks is under way."""
        handle = self._handles.get(id(case))
        if handle is not None and not self._flying[handle] and self._backend is not None:
            self._backend.unload(handle)
            del self._by_handle[handle], self._handles[id(case)]
        case.forget_model()

    def _finish(self, case: CaseRun) -> None:
        try:
            case.finish()
        except OF_A_CASE as error:
            self._fail(case, error)
            return
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
        about = {"state": state, "utc": notes.utc(), **progress._asdict(), **more}
        notes.write(case.directory / "status.json", about)

    def _note_end(self, error: BaseException) -> None:
        if self._output is None:
            return
        about = "interrupted" if isinstance(error, KeyboardInterrupt) else f"{type(error).__name__}: {error}"
        note(self._output, f"stopped with {self._flying.total()} blocks in flight: {about}")


def _begun(case: Case, directory: Path, simulation: Simulation, fresh: bool) -> Finished | None:
    """Make the directory of a case ready; the finished case if nothing is left to do."""
    sealed.make_directory(directory / "blocks")
    for place in (directory, directory / "blocks"):
        sealed.sweep(place)
    card_says = {
        "physics_hash": identity.physics_hash(case.config),
        "seed": case.config.run.seed,
        "block_size": case.config.run.block_size,
    }
    card = directory / "case.json"
    found = notes.read(card)
    if fresh and (found or any((directory / "blocks").iterdir())):
        aside.set_aside(directory)
    elif found and {key: found.get(key) for key in card_says} != card_says:
        differing = ", ".join(key for key in card_says if found.get(key) != card_says[key])
        raise ConfigError(
            f"{directory}: holds a run of another campaign ({differing} differ from the campaign file); give --fresh "
            "to set it aside, or another directory by --output."
        )
    elif found and found.get("code_hash") != simulation.code_hash:
        aside.set_aside(directory, f"set-aside-code-{str(found.get('code_hash'))[:16]}")
    notes.write(card, {**card_says, "code_hash": simulation.code_hash, "case": case.name, "overrides": case.overrides})
    return _complete(case, directory, simulation)


def _complete(case: Case, directory: Path, simulation: Simulation) -> Finished | None:
    path = directory / "result.nc"
    if not path.exists():
        return None
    try:
        dataset = results.open_result(path)
    except ResultsError as error:
        _logger.warning("%s", error)
        return None  # made again from the blocks
    wanted = (identity.physics_hash(case.config), simulation.code_hash, results.run_json(case.config))
    if (dataset.attrs["physics_hash"], dataset.attrs["code_hash"], dataset.attrs["run_json"]) != wanted:
        return None
    histories, because = int(dataset.attrs["histories"]), str(dataset.attrs["stopped_because"])
    return Finished(case.name, path, histories, 0, because, computed=False)


def _keep_text(file: CampaignFile, output: Path) -> None:
    """A copy of the campaign file beside the results, for people and for `mcbelt status`."""
    copy = output / "campaign.toml"
    if not copy.exists() or copy.read_bytes() != file.text.encode():
        sealed.write(copy, file.text.encode())


def note(output: Path, text: str) -> None:
    """One line for run.log and for whoever listens to the logger."""
    _logger.info("%s", text)
    try:
        with open(output / "run.log", "a", encoding="utf-8") as file:
            file.write(f"{notes.utc()} pid {os.getpid()} {text}\n")
    except OSError as error:
        _logger.warning("%s: cannot be written (%s)", output / "run.log", error.strerror)
