"""Coverage of the rooms with the compiled code counted: `python -m tools.interpreted`, in the root of the checkout.

Lines of a kernel are seen by coverage where numba is told to compile nothing (NUMBA_DISABLE_JIT=1). Tests that then
need more than a limit of processor time are ended and named, and so are those that fail, because an overload of numba
has no other way or because the machine's floating-point errors become warnings. What is left runs the lines that the
table counts which is printed. Which of these tests reach the line of a mutant is kept in mutants/reached.json, the
quickest first: `tools.mutants` tries them first, because they need no compiler.
"""

import argparse
import importlib
import json
import os
import signal
import sys
import time
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
NAMED = ROOT / "tools" / "interpreted.json"
REACHED = ROOT / "tools" / "mutants" / "reached.json"
MOST_REACHED = 40  # tests that are kept for a mutant
FOLDERS = (
    "tests/unit",
    "tests/physics",
    "tests/statistics",
)  # the others run whole campaigns, in processes of their own
LIMIT_S = 10.0  # of processor time of one test


class Limit:
    """Plugin of pytest: a test that takes longer than a limit of processor time is skipped from there on."""

    def __init__(self, limit: float, log: Path | None = None) -> None:
        """With the limit [s], and a file that gets a line for each test as it ends."""
        self.limit, self.log = limit, log
        self.outcomes: dict[str, str] = {}
        self.seconds: dict[str, float] = {}  # of processor
        self.watch: Any = None  # of coverage, which is to know the test that runs a line
        self.dear: set[str] = set()
        self.now = ""
        signal.signal(signal.SIGPROF, self._too_long)

    def _too_long(self, number: int, frame: Any) -> None:
        self.dear.add(self.now)
        pytest = importlib.import_module("pytest")
        pytest.skip("takes too long without the compiler")

    def pytest_runtest_logstart(self, nodeid: str) -> None:
        """A test begins; what takes long is ended, and again should it have swallowed that."""
        self.now = nodeid
        self.seconds[nodeid] = -time.process_time()
        if self.watch is not None:
            self.watch.switch_context(nodeid)
        signal.setitimer(signal.ITIMER_PROF, self.limit, 1.0)

    def pytest_runtest_logfinish(self, nodeid: str) -> None:
        """A test has ended."""
        signal.setitimer(signal.ITIMER_PROF, 0.0)
        self.seconds[nodeid] += time.process_time()
        if self.log:
            with open(self.log, "a", encoding="utf-8") as file:
                file.write(f"{'dear' if nodeid in self.dear else self.outcomes.get(nodeid)} {nodeid}\n")

    def pytest_runtest_logreport(self, report: Any) -> None:
        """A part of a test has ended: failed, if any of its parts did."""
        if self.outcomes.get(report.nodeid) != "failed":
            self.outcomes[report.nodeid] = report.outcome


def measured(arguments: list[str], limit: float, log: Path | None) -> tuple[Limit, Any]:
    """Run tests in this process without the compiler.

    Parameters
    ----------
    arguments : list of str
        Of pytest.
    limit : float
        Of one test [s of processor].
    log : Path, optional
        File that gets a line for each test as it ends.

    Returns
    -------
    Limit
        What became of each test.
    coverage.Coverage
        Lines that were run.
    """
    os.environ["NUMBA_DISABLE_JIT"] = "1"
    coverage, pytest = importlib.import_module("coverage"), importlib.import_module("pytest")
    watch = coverage.Coverage(source=["geomag", "atmosphere", "kernelcache", "mcbelt"], data_file=None)
    plugin = Limit(limit, log)
    plugin.watch = watch
    watch.start()
    pytest.main(["-p", "no:cacheprovider", "-q", *arguments], plugins=[plugin])
    watch.stop()
    return plugin, watch


def by_room(watch: Any) -> dict[str, tuple[int, int]]:
    """Lines of code of each room: run, and all.

    Parameters
    ----------
    watch : coverage.Coverage

    Returns
    -------
    dict of str to (int, int)
    """
    rooms = importlib.import_module("tools.mutants.rooms")
    found: dict[str, tuple[int, int]] = {}
    for name in rooms.sources(ROOT):
        _, lines, _, missing, _ = watch.analysis2(str(ROOT / name))
        run, every = found.get(rooms.room_of(name), (0, 0))
        found[rooms.room_of(name)] = run + len(lines) - len(missing), every + len(lines)
    return found


def table(rooms: dict[str, tuple[int, int]], plugin: Limit) -> str:
    """What is printed.

    Parameters
    ----------
    rooms : dict
        Of `by_room`.
    plugin : Limit

    Returns
    -------
    str
        Markdown.
    """
    rooms = {name: counts for name, counts in rooms.items() if counts[1]}
    run, every = (sum(counts[i] for counts in rooms.values()) for i in (0, 1))
    passed = sum(outcome == "passed" for outcome in plugin.outcomes.values()) - len(plugin.dear)
    failed = sum(outcome == "failed" for outcome in plugin.outcomes.values())
    lines = [f"{passed} tests pass without the compiler; {len(plugin.dear)} take more than {plugin.limit:.1f} s of"]
    lines += [
        f"processor time there, and {failed} cannot do without it: `tools/interpreted.json` names both kinds.",
        "",
    ]
    lines += ["| room | lines of code | run |", "|---|---|---|"]
    lines += [f"| {name} | {n} | {100.0 * hit / n:.0f} % |" for name, (hit, n) in sorted(rooms.items())]
    return "\n".join([*lines, f"| all | {every} | {100.0 * run / every:.0f} % |", ""])


def reached(watch: Any, plugin: Limit) -> dict[str, list[str]]:
    """Tests that pass and reach the line of each mutant, the quickest first.

    Parameters
    ----------
    watch : coverage.Coverage
    plugin : Limit

    Returns
    -------
    dict of str to list of str
        Name of the mutant -> names of tests; a line that is run by an import alone has none.
    """
    listing = importlib.import_module("tools.mutants.listing")
    good = {name for name, outcome in plugin.outcomes.items() if outcome == "passed"} - plugin.dear
    found, data = {}, watch.get_data()
    for one in listing.read():
        line = listing.place(one, (ROOT / one.file).read_text(encoding="utf-8"))
        by_line = data.contexts_by_lineno(str(ROOT / one.file))
        tests = good & set(by_line.get(_first_line(ROOT / one.file, line), ()))
        found[one.id] = sorted(tests, key=lambda name: plugin.seconds[name])[:MOST_REACHED]
    return found


def _first_line(path, line):
    """Of the statement that a line is part of: coverage knows no other."""
    parser = importlib.import_module("coverage.python").get_python_source, importlib.import_module("coverage.parser")
    parsed = parser[1].PythonParser(text=parser[0](str(path)), filename=str(path))
    parsed.parse_source()
    return parsed.first_line(line)


def left_out() -> dict[str, list[str]]:
    """Names of the tests that take long ("dear") or cannot do without the compiler ("fail"), as they are kept."""
    known = json.loads(NAMED.read_text(encoding="utf-8"))
    return {kind: known[kind] for kind in ("dear", "fail")}


def keep(plugin: Limit) -> None:
    """Write the names of tests that are left out, beside those that were not tried for it.

    Parameters
    ----------
    plugin : Limit
    """
    known = left_out()
    failed = {name for name, outcome in plugin.outcomes.items() if outcome == "failed"}
    named: dict[str, Any] = {"limit_s": plugin.limit}
    for kind, new in (("dear", plugin.dear), ("fail", failed - plugin.dear)):
        named[kind] = sorted(new | {name for name in known[kind] if name not in plugin.outcomes})
    NAMED.write_text(json.dumps(named, indent=1) + "\n", encoding="utf-8")


def main() -> None:
    """Run the tests and keep what was found."""
    parser = argparse.ArgumentParser(prog="python -m tools.interpreted", description=str(__doc__).partition("\n")[0])
    parser.add_argument(
        "tests",
        nargs="*",
        help="files or names; by default all that are neither slow nor known to be left out, and what is new is kept",
    )
    parser.add_argument("--limit", type=float, default=LIMIT_S, help="processor time of one test [s]")
    parser.add_argument("--log", type=Path, help="file that gets a line for each test as it ends")
    asked = parser.parse_args()
    sys.path.insert(0, str(ROOT))
    known = [f"--deselect={name}" for names in left_out().values() for name in names]
    plugin, watch = measured(asked.tests or [*FOLDERS, *known], asked.limit, asked.log)
    text = table(by_room(watch), plugin)
    if not asked.tests:
        keep(plugin)
        REACHED.write_text(json.dumps(reached(watch, plugin), indent=1) + "\n", encoding="utf-8")
    print(text)


if __name__ == "__main__":
    main()
