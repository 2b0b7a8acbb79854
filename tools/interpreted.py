"""Coverage of the rooms with the compiled code counted: `python -m tools.interpreted`, in the root of the checkout.

Lines of a kernel are seen by coverage where numba is told to compile nothing (NUMBA_DISABLE_JIT=1). Tests that then
need more than a limit of processor time are ended and named, and so are those that fail, because an overload of numba
has no other way or because the machine's floating-point errors become warnings. What is left runs the lines that the
table counts which is printed. Which of these tests reach the line of a mutant is kept in mutants/reached.json, the
quickest first: `tools.mutants` tries them first, because they need no compiler.

Each file of tests is run in a process of its own on one core, as a test that waits for threads cannot be ended from
outside; what it found is kept in a folder, so that a run goes on where it was stopped.
"""

import argparse
import importlib
import json
import os
import signal
import sys
import tempfile
import time
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from tools.mutants import listing, rooms, trial

ROOT = rooms.ROOT
NAMED = ROOT / "tools" / "interpreted.json"
REACHED = ROOT / "tools" / "mutants" / "reached.json"
MOST_REACHED = 400  # tests that are kept for a mutant
FOLDERS = (
    "tests/unit",
    "tests/physics",
    "tests/statistics",
)  # the others run whole campaigns, in processes of their own
LIMIT_S = 10.0  # of processor time of one test
_LONGEST = 1800  # [s] of clock of a file


class Limit:
    """Plugin of pytest: a test that takes longer than a limit of processor time is skipped from there on."""

    def __init__(self, limit: float, watch: Any) -> None:
        """With the limit [s], and the coverage that is to know which test runs a line."""
        self.limit, self.watch = limit, watch
        self.outcomes: dict[str, str] = {}
        self.seconds: dict[str, float] = {}  # of processor
        self.now = ""
        signal.signal(signal.SIGPROF, self._too_long)

    def _too_long(self, number: int, frame: Any) -> None:
        self.outcomes[self.now] = "dear"
        pytest = importlib.import_module("pytest")
        pytest.skip("takes too long without the compiler")

    def pytest_runtest_logstart(self, nodeid: str) -> None:
        """A test begins; what takes long is ended, and again should it have swallowed that."""
        self.now = nodeid
        self.seconds[nodeid] = -time.process_time()
        self.watch.switch_context(nodeid)
        signal.setitimer(signal.ITIMER_PROF, self.limit, 1.0)

    def pytest_runtest_logfinish(self, nodeid: str) -> None:
        """A test has ended."""
        signal.setitimer(signal.ITIMER_PROF, 0.0)
        self.seconds[nodeid] += time.process_time()

    def pytest_runtest_logreport(self, report: Any) -> None:
        """A part of a test has ended: failed, if any of its parts did."""
        if self.outcomes.get(report.nodeid) not in ("failed", "dear"):
            self.outcomes[report.nodeid] = report.outcome


def measured(arguments: list[str], limit: float) -> dict[str, Any]:
    """Run tests in this process without the compiler.

    Parameters
    ----------
    arguments : list of str
        Of pytest.
    limit : float
        Of one test [s of processor].

    Returns
    -------
    dict
        "outcomes" and "seconds" of the tests by name, and "lines": source -> line -> the tests that ran it; "" stands
        for an import.
    """
    os.environ["NUMBA_DISABLE_JIT"] = "1"
    coverage, pytest = importlib.import_module("coverage"), importlib.import_module("pytest")
    watch = coverage.Coverage(source=list(rooms.PACKAGES), data_file=None)
    plugin = Limit(limit, watch)
    watch.start()
    pytest.main(["-p", "no:cacheprovider", "-q", *arguments], plugins=[plugin])
    watch.stop()
    data = watch.get_data()
    lines = {Path(file).relative_to(ROOT).as_posix(): data.contexts_by_lineno(file) for file in data.measured_files()}
    return {"outcomes": plugin.outcomes, "seconds": plugin.seconds, "lines": lines}


def in_a_process(file: str, arguments: list[str], limit: float, part: Path) -> int:
    """Run a file of tests in a fork on one core, and keep what is found.

    Parameters
    ----------
    file : str
        Below the root.
    arguments : list of str
        Of pytest besides.
    limit : float
        Of one test [s of processor].
    part : Path
        JSON file, written when the tests have ended; not written where they never do.

    Returns
    -------
    int
        The process.
    """
    child = os.fork()
    if child:
        return child
    try:
        cores = sorted(os.sched_getaffinity(0))
        os.sched_setaffinity(0, {cores[os.getpid() % len(cores)]})  # one thread, which the limit can end
        signal.signal(signal.SIGALRM, signal.SIG_DFL)
        signal.alarm(_LONGEST)
        import numba

        numba.config.DISABLE_JIT = True
        found = measured([file, *arguments], limit)
        part.with_suffix(".tmp").write_text(json.dumps(found), encoding="utf-8")
        part.with_suffix(".tmp").rename(part)
    finally:
        sys.stdout.flush()
        os._exit(0)


def together(parts: Iterable[Path]) -> dict[str, Any]:
    """What the parts found, as of `measured`.

    Parameters
    ----------
    parts : iterable of Path

    Returns
    -------
    dict
    """
    whole: dict[str, Any] = {"outcomes": {}, "seconds": {}, "lines": {}}
    for part in parts:
        found = json.loads(part.read_text(encoding="utf-8"))
        whole["outcomes"] |= found["outcomes"]
        whole["seconds"] |= found["seconds"]
        for source, lines in found["lines"].items():
            known = whole["lines"].setdefault(source, {})
            for line, tests in lines.items():
                known.setdefault(int(line), set()).update(tests)
    return whole


def by_room(lines: dict[str, dict[int, set[str]]]) -> dict[str, tuple[int, int]]:
    """Lines of code of each room: run, and all.

    Parameters
    ----------
    lines : dict
        Of `measured`.

    Returns
    -------
    dict of str to (int, int)
    """
    found: dict[str, tuple[int, int]] = {}
    for name in rooms.sources(ROOT):
        all_lines = _parsed(ROOT / name).statements
        run, every = found.get(rooms.room_of(name), (0, 0))
        hit = len(all_lines & set(lines.get(name, ())))
        found[rooms.room_of(name)] = run + hit, every + len(all_lines)
    return found


def _parsed(path):
    source = importlib.import_module("coverage.python").get_python_source(str(path))
    parsed = importlib.import_module("coverage.parser").PythonParser(text=source, filename=str(path))
    parsed.parse_source()
    return parsed


def table(counts: dict[str, tuple[int, int]], outcomes: dict[str, str], limit: float) -> str:
    """What is printed.

    Parameters
    ----------
    counts : dict
        Of `by_room`.
    outcomes : dict
        Of `measured`.
    limit : float
        Of one test [s of processor].

    Returns
    -------
    str
        Markdown.
    """
    counts = {name: both for name, both in counts.items() if both[1]}
    run, every = (sum(both[i] for both in counts.values()) for i in (0, 1))
    passed, dear, failed = (sum(each == kind for each in outcomes.values()) for kind in ("passed", "dear", "failed"))
    lines = [
        f"{passed} tests pass without the compiler; {dear} take more than {limit:.1f} s of processor time there, and"
    ]
    lines += [f"{failed} cannot do without it: `tools/interpreted.json` names both kinds.", ""]
    lines += ["| room | lines of code | run |", "|---|---|---|"]
    lines += [f"| {name} | {n} | {100.0 * hit / n:.0f} % |" for name, (hit, n) in sorted(counts.items())]
    return "\n".join([*lines, f"| all | {every} | {100.0 * run / every:.0f} % |", ""])


def reached(found: dict[str, Any]) -> dict[str, list[str]]:
    """Tests that pass and reach the line of each mutant, the quickest first.

    Parameters
    ----------
    found : dict
        Of `together`.

    Returns
    -------
    dict of str to list of str
        Name of the mutant -> names of tests; a line that is run by an import alone has none.
    """
    good = {name for name, outcome in found["outcomes"].items() if outcome == "passed"}
    result = {}
    for one in listing.read():
        line = listing.place(one, (ROOT / one.file).read_text(encoding="utf-8"))
        if line is not None:
            first = _parsed(ROOT / one.file).first_line(line)  # of the statement: coverage knows no other
            tests = good & found["lines"].get(one.file, {}).get(first, set())
            result[one.id] = sorted(tests, key=lambda name: (found["seconds"][name], name))[:MOST_REACHED]
    return result


def left_out() -> dict[str, list[str]]:
    """Names of the tests that take long ("dear") or cannot do without the compiler ("fail"), as they are kept."""
    known = json.loads(NAMED.read_text(encoding="utf-8"))
    return {kind: known[kind] for kind in ("dear", "fail")}


def keep(outcomes: dict[str, str], limit: float) -> None:
    """Write the names of tests that are left out, beside those that were not tried for it.

    Parameters
    ----------
    outcomes : dict
        Of `measured`.
    limit : float
        Of one test [s of processor].
    """
    named: dict[str, Any] = {"limit_s": limit}
    for kind, outcome in (("dear", "dear"), ("fail", "failed")):
        new = {name for name, ended in outcomes.items() if ended == outcome}
        named[kind] = sorted(new | {name for name in left_out()[kind] if name not in outcomes})
    NAMED.write_text(json.dumps(named, indent=1) + "\n", encoding="utf-8")


def main() -> None:
    """Run the tests and keep what was found."""
    parser = argparse.ArgumentParser(prog="python -m tools.interpreted", description=str(__doc__).partition("\n")[0])
    parser.add_argument(
        "tests", nargs="*", help="files; by default all of tests/{unit,physics,statistics}, and what is new is kept"
    )
    parser.add_argument("--limit", type=float, default=LIMIT_S, help="processor time of one test [s]")
    parser.add_argument("--parts", type=Path, help="folder of what was found; a run goes on from what is there")
    parser.add_argument("--jobs", type=int, default=1, help="files at once")
    asked = parser.parse_args()
    parts = asked.parts or Path(tempfile.mkdtemp())
    parts.mkdir(parents=True, exist_ok=True)
    known = [f"--deselect={name}" for names in left_out().values() for name in names]
    files = asked.tests or [
        p.relative_to(ROOT).as_posix() for f in FOLDERS for p in sorted((ROOT / f).glob("test_*.py"))
    ]
    trial.load_libraries()
    running = 0
    for file in files:
        part = parts / (str(file).replace("/", "-") + ".json")
        if not part.exists():
            in_a_process(str(file), [] if asked.tests else known, asked.limit, part)
            running += 1
        if running == asked.jobs:
            os.wait()
            running -= 1
    for _ in range(running):
        os.wait()
    found = together(sorted(parts.glob("*.json")))
    text = table(by_room(found["lines"]), found["outcomes"], asked.limit)
    if not asked.tests:
        keep(found["outcomes"], asked.limit)
        REACHED.write_text(json.dumps(reached(found), indent=1) + "\n", encoding="utf-8")
    print(text)


if __name__ == "__main__":
    main()
