"""A mutant and its tests, in a copy of the tree, in a process of its own.

The process is a fork of one that holds the libraries and none of our modules, so that a run does not begin with seconds
of imports. A test that uses more than its share of processor or clock is killed by a timer that nothing can catch, a
loop in compiled code included. By the interpreter alone a test that takes long is left to the compiler instead, and so
are all others once they have taken long together.
"""

import json
import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any, NamedTuple, NoReturn

from tools.mutants import kernels, rooms

CPU_LIMIT, CLOCK_LIMIT = 300.0, 2400.0  # [s] of one test; the slowest of the default suite takes 60 s of processor
INTERPRETED_LIMIT, INTERPRETED_WHOLE = 10.0, 60.0  # [s] of processor without the compiler: of one test, and of all
_LIBRARIES = (
    "numpy numba scipy.interpolate scipy.sparse.linalg scipy.integrate scipy.special scipy.optimize xarray h5netcdf"
    " h5py matplotlib.figure pydantic typer rich.progress hypothesis pytest pymsis ppigrf platformdirs threadpoolctl"
).split()


class Run(NamedTuple):
    """How tests ended."""

    status: str  # passed, failed, hung
    test: str  # that failed or hung first
    cpu: float  # [s] of the process and its children
    held: frozenset[str] = frozenset()  # tests that passed


class How(NamedTuple):
    """How tests are run."""

    compiled: bool = True  # or by the interpreter alone
    without: frozenset[str] = frozenset()  # names of tests that are not run
    first: tuple[str, ...] = ()  # names of those that come before all others, in this order


_COMPILED = How()


class Bench(NamedTuple):
    """A folder of one worker: the copy of the tree, kernels of the sources as they are and of the run, a cache."""

    folder: Path

    @property
    def tree(self) -> Path:
        """The copy."""
        return self.folder / "tree"

    @property
    def kernels(self) -> Path:
        """Of the sources as they are."""
        return self.folder / "kernels"

    @property
    def events(self) -> Path:
        """What the tests of a run told, a line each."""
        return self.folder / "events.jsonl"


def load_libraries() -> None:
    """Import what our modules import, so that forks have it; none of ours, and no threads."""
    for name in _LIBRARIES:
        __import__(name)
    ours = [name for name in sys.modules if name.partition(".")[0] in rooms.PACKAGES]
    assert not ours, f"{ours} would be tested in the place of the copy"


def git(root: Path, *arguments: str) -> str:
    """What git says of a checkout."""
    return subprocess.run(["git", "-C", str(root), *arguments], capture_output=True, check=True, text=True).stdout


def copy_tree(root: Path, bench: Bench) -> None:
    """Make the copy equal to the checkout: what git tracks or does not ignore, as it stands in the working tree.

    Kernels that can reach a source that differs are forgotten.

    Parameters
    ----------
    root : Path
        The checkout.
    bench : Bench
    """
    told = git(root, "ls-files", "-z", "--cached", "--others", "--exclude-standard")
    names = {name for name in told.split("\0") if name and (root / name).is_file()}
    there = {p.relative_to(bench.tree).as_posix() for p in bench.tree.rglob("*") if p.is_file()}
    there = {name for name in there if "__pycache__" not in name}
    new = {n for n in names if n not in there or (bench.tree / n).read_bytes() != (root / n).read_bytes()}
    kernels.forget(new & set(rooms.sources(root)), bench.kernels, root, bench.tree)
    for name in new:
        target = bench.tree / name
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(root / name, target)
    for name in there - names:
        (bench.tree / name).unlink()


def with_mutant(bench: Bench, file: str, text: str, number: int, arguments: list[str], how: How = _COMPILED) -> Run:
    """Run tests with one source changed.

    Parameters
    ----------
    bench : Bench
    file : str
        The source, below the tree.
    text : str
        What it holds meanwhile.
    number : int
        Of the mutant: sources and their compiled files are told apart by it.
    arguments : list of str
        Of pytest.
    how : How

    Returns
    -------
    Run
    """
    path, trial = bench.tree / file, bench.folder / "trial"
    original, status = path.read_bytes(), path.stat()
    touched = kernels.reaching({file}, bench.tree)
    kernels.linked(bench.kernels, trial, kernels.of_files(touched, bench.kernels, bench.tree))
    try:
        path.write_text(text, encoding="utf-8")
        later = status.st_mtime_ns + (number + 1) * 10**12  # .pyc files go by whole seconds and the size
        os.utime(path, ns=(later, later))
        fields = "geomag/unrolled.py" in touched  # generated sources of fields lie in the cache
        return run(bench, arguments, trial, "cache-mutant" if fields else "cache", how)
    finally:
        path.write_bytes(original)
        os.utime(path, ns=(status.st_atime_ns, status.st_mtime_ns))
        kernels.kept(trial, bench.kernels, kernels.of_files(touched, trial, bench.tree))
        shutil.rmtree(bench.folder / "cache-mutant", ignore_errors=True)


def run(
    bench: Bench, arguments: list[str], directory: Path | None = None, cache: str = "cache", how: How = _COMPILED
) -> Run:
    """Run tests of the copy until the first failure.

    Parameters
    ----------
    bench : Bench
    arguments : list of str
        Of pytest.
    directory : Path, optional
        Of kernels; by default those of the sources as they are.
    cache : str
        Name of the user's cache in the bench.
    how : How

    Returns
    -------
    Run

    Raises
    ------
    RuntimeError
        A module of ours did not come from the copy, or no test was found.
    """
    bench.events.unlink(missing_ok=True)
    before = os.times()
    child = os.fork()
    if child == 0:
        _in_the_child(bench, arguments, directory or bench.kernels, cache, how)
    try:
        _, ended = os.waitpid(child, 0)
    finally:
        _kill_group(child)
    told = [json.loads(line) for line in bench.events.read_text().splitlines()] if bench.events.exists() else []
    cpu = sum(os.times()[2:4]) - sum(before[2:4])
    foreign = [event["foreign"] for event in told if "foreign" in event]
    code = os.waitstatus_to_exitcode(ended)
    if foreign or code in (3, 4) or (code == 5 and how == _COMPILED):
        raise RuntimeError(f"pytest {' '.join(arguments)}: {foreign or f'exit status {code}'}; see {bench.folder}/log")
    failed = [event["failed"] for event in told if "failed" in event]
    began = [event["began"] for event in told if "began" in event]
    held = frozenset(event["passed"] for event in told if "passed" in event)
    code = 0 if code == 5 else code  # every test was left out
    if code < 0:
        status = "hung" if -code in (signal.SIGPROF, signal.SIGALRM) else "failed"
        return Run(status, began[-1] if began else " ".join(arguments), cpu)
    return Run("failed" if code else "passed", failed[0] if failed else "", cpu, held)


def seconds_of(bench: Bench) -> dict[str, float]:
    """Processor time of the test files of the last run that came to their end [s]."""
    found: dict[str, float] = {}
    for line in bench.events.read_text().splitlines() if bench.events.exists() else ():
        event = json.loads(line)
        if "cpu" in event:
            found[event["file"]] = found.get(event["file"], 0.0) + event["cpu"]
    return found


# ---------------------------------------------------------------- in the child


class Watch:
    """Plugin of pytest: tells what begins and what fails, and sets the timers of each test."""

    def __init__(self, bench: Bench, how: How) -> None:
        self.bench, self.how = bench, how
        self.start = self.began = _cpu()
        if not how.compiled:
            signal.signal(signal.SIGPROF, self._left_to_the_compiler)

    def tell(self, **event: Any) -> None:
        """Write a line."""
        with open(self.bench.events, "a", encoding="utf-8") as file:
            file.write(json.dumps(event) + "\n")

    def set_timers(self) -> None:
        """From here a test has so long; what they send kills the process."""
        if self.how.compiled:
            signal.setitimer(signal.ITIMER_PROF, CPU_LIMIT)
        else:
            signal.setitimer(signal.ITIMER_PROF, INTERPRETED_LIMIT, 1.0)  # again, should the test have swallowed it
        signal.setitimer(signal.ITIMER_REAL, CLOCK_LIMIT)

    def _left_to_the_compiler(self, number: int, frame: Any) -> NoReturn:
        import pytest

        pytest.skip("takes too long without the compiler")

    def pytest_collection_modifyitems(self, items: list[Any]) -> None:
        """Tests that are not run are as if they were not there."""
        items[:] = [item for item in items if item.nodeid not in self.how.without]
        place = {name: number for number, name in enumerate(self.how.first)}
        items.sort(key=lambda item: place.get(item.nodeid, len(place)))  # stable: the others stay as they are

    def pytest_runtest_setup(self) -> None:
        """Without the compiler there is an end to patience."""
        if not self.how.compiled and _cpu() - self.start > INTERPRETED_WHOLE:
            self._left_to_the_compiler(0, None)

    def pytest_runtest_logstart(self, nodeid: str) -> None:
        """A test begins."""
        self.set_timers()
        self.began = _cpu()
        self.tell(began=nodeid)

    def pytest_runtest_logfinish(self, nodeid: str) -> None:
        """A test has ended."""
        self.tell(file=nodeid.partition("::")[0], cpu=round(_cpu() - self.began, 3))

    def pytest_runtest_logreport(self, report: Any) -> None:
        """A part of a test has ended."""
        if report.failed:
            self.tell(failed=report.nodeid)
        elif report.when == "call" and report.passed:
            self.tell(passed=report.nodeid)

    def pytest_collectreport(self, report: Any) -> None:
        """A file was read."""
        if report.failed:
            self.tell(failed=report.nodeid)

    def pytest_sessionfinish(self) -> None:
        """All has ended: our modules must be those of the copy."""
        for name, module in list(sys.modules.items()):
            file = getattr(module, "__file__", None)
            if name.partition(".")[0] in rooms.PACKAGES and file and not file.startswith(str(self.bench.folder)):
                self.tell(foreign=f"{name} is {file}")


def _cpu():
    """Processor time of this process and of its children that have ended [s]."""
    return sum(os.times()[:4])


def _in_the_child(bench, arguments, directory, cache, how):
    code = 3
    try:
        os.setsid()
        _redirect(bench.folder / "log")
        os.chdir(bench.tree)
        shown = {"NUMBA_CACHE_DIR": directory, "XDG_CACHE_HOME": bench.folder / cache, "PYTHONPATH": bench.tree}
        os.environ.update({key: str(value) for key, value in shown.items()})
        os.environ.update({} if how.compiled else {"NUMBA_DISABLE_JIT": "1"})
        sys.path[:] = [str(bench.tree), *(entry for entry in sys.path if entry not in ("", str(rooms.ROOT)))]
        for name in [name for name in sys.modules if name.partition(".")[0] == "tools"]:
            del sys.modules[name]  # that of the copy is tested, too
        import numba
        import pytest

        numba.config.CACHE_DIR, numba.config.DISABLE_JIT = str(directory), not how.compiled
        watch = Watch(bench, how)
        watch.set_timers()
        code = int(pytest.main(["-x", "-p", "no:cacheprovider", *arguments], plugins=[watch]))
    finally:
        sys.stdout.flush()
        os._exit(code)


def _redirect(log):
    handle = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    os.dup2(handle, 1)
    os.dup2(handle, 2)


def _kill_group(leader):
    """What tests have left running goes with their process."""
    try:
        os.killpg(leader, signal.SIGKILL)
    except ProcessLookupError:
        pass
