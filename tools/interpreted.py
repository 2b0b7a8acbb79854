"""Coverage of the rooms with the compiled code counted: `python -m tools.interpreted`, in the root of the checkout.

Lines of a kernel are seen by coverage where numba is told to compile nothing (NUMBA_DISABLE_JIT=1). Tests that then
need more than a limit of processor time are ended and named, and so are those that fail, because an overload of numba
has no other way or because the machine's floating-point errors become warnings. What is left runs the lines that the
table counts which is printed, and `tools.mutants` tries it first, because it needs no compiler.
"""

import argparse
import importlib
import json
import os
import signal
import sys
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
NAMED = ROOT / "tools" / "interpreted.json"
LIMIT_S = 60.0  # of processor time of one test


class Limit:
    """Plugin of pytest: a test that takes longer than a limit of processor time is skipped from there on."""

    def __init__(self, limit: float, log: Path | None = None) -> None:
        """With the limit [s], and a file that gets a line for each test as it ends."""
        self.limit, self.log = limit, log
        self.outcomes: dict[str, str] = {}
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
        signal.setitimer(signal.ITIMER_PROF, self.limit, 1.0)

    def pytest_runtest_logfinish(self, nodeid: str) -> None:
        """A test has ended."""
        signal.setitimer(signal.ITIMER_PROF, 0.0)
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
    failed = sum(outcome == "failed" for outcome in plugin.outcomes.values())
    passed = sum(outcome == "passed" for outcome in plugin.outcomes.values()) - len(plugin.dear)
    lines = [f"{passed} tests pass without the compiler; {len(plugin.dear)} take more than {plugin.limit:.0f} s of"]
    lines += [
        f"processor time there, and {failed} cannot do without it: `tools/interpreted.json` names both kinds.",
        "",
    ]
    lines += ["| room | lines of code | run |", "|---|---|---|"]
    lines += [f"| {name} | {n} | {100.0 * hit / n:.0f} % |" for name, (hit, n) in sorted(rooms.items())]
    return "\n".join([*lines, f"| all | {every} | {100.0 * run / every:.0f} % |", ""])


def keep(plugin: Limit) -> None:
    """Write the names of tests that are left out.

    Parameters
    ----------
    plugin : Limit
    """
    failed = sorted(name for name, outcome in plugin.outcomes.items() if outcome == "failed")
    named = {"limit_s": plugin.limit, "dear": sorted(plugin.dear), "fail": failed}
    NAMED.write_text(json.dumps(named, indent=1) + "\n", encoding="utf-8")


def main() -> None:
    """Run the tests and keep what was found."""
    parser = argparse.ArgumentParser(prog="python -m tools.interpreted", description=str(__doc__).partition("\n")[0])
    parser.add_argument(
        "tests", nargs="*", help="files or names; all that are not slow by default, of which those left out are kept"
    )
    parser.add_argument("--limit", type=float, default=LIMIT_S, help="processor time of one test [s]")
    parser.add_argument("--log", type=Path, help="file that gets a line for each test as it ends")
    asked = parser.parse_args()
    sys.path.insert(0, str(ROOT))
    plugin, watch = measured(asked.tests, asked.limit, asked.log)
    text = table(by_room(watch), plugin)
    if not asked.tests:
        keep(plugin)
    print(text)


if __name__ == "__main__":
    main()
