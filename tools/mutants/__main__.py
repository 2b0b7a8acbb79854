"""Run the tests against one small error at a time: `make mutants`, or `python -m tools.mutants --help`.

Mutants are taken in an order shuffled at a fixed seed, so that those that are done are a fair sample of all. Each is
tried until a test fails, first without the compiler with those tests that reach its line (`tools.interpreted`), then
compiled with those of its room that did not pass there; the one that fails must pass without the mutant. `--suite`
tries those that survived their room with all other tests of the default suite. What is known is kept in outcomes.jsonl
after each mutant, and a later run goes on from there.
"""

import argparse
import fcntl
import json
import os
import random
import tempfile
import time
from pathlib import Path
from typing import Any

from tools.mutants import listing, rooms, table, trial
from tools.mutants.listing import Mutant

NICE = 10
_NOT_ALONE = ("tests/system/", "tests/regression/")  # whole campaigns, which need the compiler


def options() -> argparse.ArgumentParser:
    """Of the command line."""
    parser = argparse.ArgumentParser(prog="python -m tools.mutants", description="Do the tests notice small errors?")
    parser.add_argument("--list", action="store_true", help="print the mutants and end")
    parser.add_argument("--only", nargs="+", metavar="ID", help="these mutants, done or not")
    parser.add_argument("--room", help="mutants of this room, such as geomag or mcbelt.physics")
    parser.add_argument("--suite", action="store_true", help="survivors of their rooms, with all other tests")
    parser.add_argument("--quick", action="store_true", help="without the compiler alone; what survives that is left")
    parser.add_argument("--jobs", type=int, default=1, help="processes, each with a tree and kernels of its own")
    parser.add_argument("--minutes", type=float, default=float("inf"), help="begin no mutant after this time")
    parser.add_argument("--fresh", action="store_true", help="forget the outcomes that are there")
    parser.add_argument("--draw", action="store_true", help="draw others for those whose line is gone, and end")
    parser.add_argument("--table", action="store_true", help="write the table of docs/testing.md, and end")
    return parser


def chosen(asked: argparse.Namespace, mutants: list[Mutant], outcomes: dict[str, dict[str, Any]]) -> list[Mutant]:
    """The mutants to try now, in their order.

    Parameters
    ----------
    asked : argparse.Namespace
        Of the command line.
    mutants : list of Mutant
        All.
    outcomes : dict
        What is known, by name.

    Returns
    -------
    list of Mutant
    """
    mutants = random.Random(listing.SEED).sample(mutants, len(mutants))
    if asked.only:
        unknown = set(asked.only) - {one.id for one in mutants}
        if unknown:
            raise SystemExit(f"{', '.join(sorted(unknown))}: no mutant of this name; --list prints them.")
        return [one for one in mutants if one.id in asked.only]
    mutants = [one for one in mutants if asked.room in (None, one.room)]
    if asked.suite:
        return [one for one in mutants if table.survived_room(outcomes.get(one.id, {}))]
    return [one for one in mutants if one.id not in outcomes]


def tried(
    mutant: Mutant, bench: trial.Bench, number: int, asked: argparse.Namespace, green: set[tuple[str, bool]]
) -> dict[str, Any]:
    """Try a mutant.

    Parameters
    ----------
    mutant : Mutant
    bench : Bench
    number : int
        Of the mutant in the list.
    asked : argparse.Namespace
        Of the command line: `suite` for all tests but those of its room, `quick` for those without the compiler alone.
    green : set of (str, bool)
        Tests that are known to pass without a mutant, by the interpreter alone (False) or compiled; grows.

    Returns
    -------
    dict
        The outcome: caught, hung, survived, stale or left; the test, whether compiled, and the processor time [s].
    """
    text = listing.mutated(mutant, (bench.tree / mutant.file).read_text(encoding="utf-8"))
    if text is None:
        return {"outcome": "stale"}
    files = rooms.held_by(mutant.file, _seconds(bench), bench.tree)
    if asked.suite:
        files = [str(p.relative_to(bench.tree)) for p in bench.tree.glob("tests/*/test_*.py") if _name(p) not in files]
    cpu, held = 0.0, frozenset[str]()
    for compiled in (False,) if asked.quick else (False, True):
        some, how = (files, trial.How(True, held)) if compiled else _alone(bench, mutant, files)
        if not some:
            continue
        found = _until_caught(bench, mutant.file, text, number, some, green, how)
        cpu, held = cpu + found.cpu, found.held
        if found.status != "passed":
            outcome = "hung" if found.status == "hung" else "caught"
            return {"outcome": outcome, "test": found.test, "compiled": compiled, "cpu_s": round(cpu)}
    return {"outcome": "left" if asked.quick else "survived", "cpu_s": round(cpu)}


def _alone(bench, mutant, files):
    """Files of tests without the compiler and how they are run: those that reach the line first, the quickest of them
    before the others, then those of the room, which may meet the mutant in what another test has made.
    """
    reached = json.loads((bench.tree / "tools/mutants/reached.json").read_text()).get(mutant.id, [])
    reached = [name for name in reached if (bench.tree / name.partition("::")[0]).exists()]
    some = [name.partition("::")[0] for name in reached] + [n for n in files if not n.startswith(_NOT_ALONE)]
    return list(dict.fromkeys(some)), trial.How(False, _not_interpreted(bench), tuple(reached))


def _until_caught(bench, file, text, number, tests, green, how):
    """Run of the tests that ends with one that fails and passes without the mutant, or with none."""
    cpu = 0.0
    while True:
        found = trial.with_mutant(bench, file, text, number, tests, how)
        cpu += found.cpu
        if found.status == "passed" or (found.test, how.compiled) in green or _passes(bench, found.test, how.compiled):
            green.add((found.test, how.compiled))
            return found._replace(cpu=cpu)
        print(f"{found.test}: fails without a mutant; left out", flush=True)
        how = how._replace(without=how.without | {found.test})
        tests = [name for name in tests if name != found.test]  # a file that cannot even be read


def _not_interpreted(bench):
    """Tests that need the compiler, by what they do or for the time that they take (`tools.interpreted`)."""
    named = json.loads((bench.tree / "tools/interpreted.json").read_text())
    return frozenset([*named["dear"], *named["fail"]])


def _name(path):
    return "/".join(path.parts[-3:])


def _passes(bench, test, compiled):
    arguments = [test] if "::" in test else ["--collect-only", test]
    return trial.run(bench, arguments, how=trial.How(compiled)).status == "passed"


def _seconds(bench):
    """Processor time of test files, of all runs of the bench [s]."""
    file = bench.folder / "seconds.json"
    known = json.loads(file.read_text()) if file.exists() else {}
    for name, value in trial.seconds_of(bench).items():
        known[name] = max(value, known.get(name, 0.0))
    file.write_text(json.dumps(known))
    return known


def work(mutants: list[tuple[int, Mutant]], asked: argparse.Namespace, folder: Path, until: float) -> None:
    """Try mutants one after the other, and keep each outcome.

    Parameters
    ----------
    mutants : list of (int, Mutant)
        With their numbers in the list.
    asked : argparse.Namespace
        Of the command line.
    folder : Path
        Of the bench.
    until : float
        Clock after which no mutant is begun [s].
    """
    bench = trial.Bench(folder)
    bench.kernels.mkdir(parents=True, exist_ok=True)
    trial.copy_tree(rooms.ROOT, bench)
    commit = _state()
    began, green = time.monotonic(), set[tuple[str, bool]]()
    for done, (number, mutant) in enumerate(mutants, start=1):
        if time.time() > until:
            return
        found = {"id": mutant.id, **tried(mutant, bench, number, asked, green)}
        found |= {"tests": "suite" if asked.suite else "room", "commit": commit}
        if found["outcome"] != "left":
            _keep(found)
        pace = 60.0 * done / (time.monotonic() - began)
        about = f"{found['outcome']:8} {found.get('test', '')}"
        print(f"{done}/{len(mutants)} {mutant.id:22} {about} ({pace:.2f} a minute)", flush=True)


def _state():
    """The last commit that changed sources or tests; "dirty" where files differ from it."""
    what = ["--", *rooms.PACKAGES, "tests"]
    commit = trial.git(rooms.ROOT, "log", "-1", "--format=%h", *what).strip()
    return commit + ("-dirty" if trial.git(rooms.ROOT, "status", "--porcelain", *what) else "")


def _keep(found):
    with open(table.OUTCOMES, "a", encoding="utf-8") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        file.write(json.dumps(found) + "\n")
        file.flush()
        table.write(listing.read())


def main() -> None:
    """Do what is asked."""
    asked, mutants = options().parse_args(), listing.read()
    if asked.draw:
        return listing.write(listing.redrawn(mutants))
    if asked.table:
        return table.write(mutants)
    if asked.list:
        for one in mutants:
            print(f"{one.id:22} {one.operator:8} {one.file} {one.within}\n    - {one.line}\n    + {one.instead}")
        return None
    if asked.fresh:
        table.OUTCOMES.unlink(missing_ok=True)
    numbers = {one.id: number for number, one in enumerate(mutants)}
    todo = [(numbers[one.id], one) for one in chosen(asked, mutants, table.outcomes())]
    folder = Path(os.environ.get("MUTANTS_DIR", Path(tempfile.gettempdir()) / f"mcbelt-mutants-{os.getuid()}"))
    os.nice(NICE)
    trial.load_libraries()
    until = time.time() + 60.0 * asked.minutes
    children = []
    for job in range(1, asked.jobs):
        child = os.fork()
        if child == 0:
            work(todo[job :: asked.jobs], asked, folder / f"worker-{job}", until)
            os._exit(0)
        children.append(child)
    work(todo[:: asked.jobs], asked, folder / "worker-0", until)
    for child in children:
        os.waitpid(child, 0)
    print(table.summary(mutants))
    return None


if __name__ == "__main__":
    try:
        main()
    except KeyboardInterrupt:
        raise SystemExit(130) from None
