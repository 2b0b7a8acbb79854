"""Faults put into runs of the real physics, one kind after the other: python faults.py [--tries 40] [--kinds NAME ...]

Every try begins a campaign of trapped protons, disturbs it at a random moment of a phase (the seed is the number of
the try), goes on until it is complete, and compares all numbers with those of an undisturbed run, bit by bit. What was
tried is noted in a file, line by line, so that this program goes on where it was stopped; the table is printed and
written to docs/faults.md.
"""

import argparse
import csv
import os
import pickle
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import toy_simulation as toy

from mcbelt.campaign import driver, file, kinds
from mcbelt.files import result as results
from mcbelt.workers import local

HERE = Path(__file__).parent
NOTES = toy.ROOT / "build" / "faults.csv"
PAGE = toy.ROOT / "docs" / "faults.md"
TRIES = 40
# The assumptions of the paper, one instant, two bins: the real kernels and tables, with a preparation of seconds.
CAMPAIGN = """\
kind = "belt"
name = "small"
preset = "paper"
[shell]
L = 1.2
date = 1998-06-05
field = "eccentric"
[air]
f107 = 220.0
f107a = 220.0
ap = 16.0
times = "instant"
[energy]
min_MeV = 100.0
max_MeV = 400.0
bins = 2
[run]
histories = 200
block_size = 40
"""


class Bench(NamedTuple):
    """What all tries share: the model, prepared once, and the undisturbed result."""

    model: object
    pickled: Path
    undisturbed: object


def bench(directory: Path) -> Bench:
    """Prepare the model and run the campaign undisturbed."""
    (directory / "campaign.toml").write_text(CAMPAIGN)
    case = file.read(directory).cases[0]
    model = kinds.simulation(case.config).prepare(case.config)
    pickled = directory / "model.pickle"
    pickled.write_bytes(pickle.dumps(model))
    return Bench(model, pickled, finished(directory, model))


def simulation(model: object) -> Callable:
    """The real functions of a case, with a model that is prepared already."""
    return lambda config: kinds.simulation(config)._replace(prepare=lambda config: model)


def finished(directory: Path, model: object, open_backend: Callable | None = None) -> object:
    """Run a campaign, or what is left of it, to its end; its result."""
    options = {} if open_backend is None else {"open_backend": open_backend}
    (done,) = driver.run(file.read(directory), directory / "results", simulation(model), **options)
    return results.open_result(done.result)


# ---------------------------------------------------------------- kinds of faults: each leaves a campaign to go on with


def _started(directory, phase, physics, *options, **environment):
    """The command line at the beginning of a phase."""
    process = subprocess.Popen(
        [sys.executable, str(HERE / "drive_phases.py"), phase, str(physics), "run", str(directory), *options],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": f"{toy.ROOT}{os.pathsep}{HERE}", **environment},
    )
    for line in process.stderr:
        if line == f"at {phase.partition(':')[0]}\n":
            return process
    raise AssertionError(f"{phase} was never reached")


def _computed_for(process, seconds):
    """Wait until a process has computed so long; its own clock, so that the load of the machine does not count."""
    ticks = os.sysconf("SC_CLK_TCK")

    def used():
        fields = Path(f"/proc/{process.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / ticks

    begin = used()
    while process.poll() is None and used() - begin < seconds:
        time.sleep(0.005)


def killed(phase: str, longest: float) -> Callable:
    """kill -9 at a random moment of the first `longest` seconds of a phase."""

    def fault(place: Bench, directory: Path, chosen: random.Random) -> None:
        physics = "real" if phase == "preparation" else place.pickled
        process = _started(directory, phase, physics, "--workers", "1")
        _computed_for(process, chosen.uniform(0.0, longest))
        process.kill()
        process.communicate()

    return fault


def interrupted(phase: str, longest: float, number: int) -> Callable:
    """A signal at a random moment; the command leaves within five seconds with status 130, or had ended before."""

    def fault(place: Bench, directory: Path, chosen: random.Random) -> None:
        physics = "real" if phase == "preparation" else place.pickled
        process = _started(directory, phase, physics, "--workers", "1")
        _computed_for(process, chosen.uniform(0.0, longest))
        begin = time.monotonic()
        process.send_signal(number)
        _, told = process.communicate(timeout=60)
        assert process.returncode in (130, 0), (process.returncode, told)
        assert time.monotonic() - begin < 5.0, f"{time.monotonic() - begin:.1f} s to leave"
        assert "Traceback" not in told, told

    return fault


def worker_killed(place: Bench, directory: Path, chosen: random.Random) -> None:
    """kill -9 of one of two workers while they compute; the run itself goes on to its end."""
    backends = []

    def open_backend():
        backends.append(local.LocalWorkers(2))
        return backends[0]

    after = chosen.randint(0, 3)

    def watch(progress):
        if progress.blocks_computed == after + 1:
            os.kill(chosen.choice(backends[0]._workers).process.pid, signal.SIGKILL)

    driver.run(file.read(directory), directory / "results", simulation(place.model), open_backend, watch)


def full_disk(place: Bench, directory: Path, chosen: random.Random) -> None:
    """A disk that takes some of the blocks, refuses in a sentence, and is made larger."""
    disk = directory / "results"
    disk.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", f"size={chosen.randint(10, 40) * 4}k", "tmpfs", disk]
    if subprocess.run(mount, capture_output=True).returncode:
        raise PermissionError("mounting is not permitted here")
    try:
        process = _started(directory, "block", place.pickled, "--workers", "1")
        _, told = process.communicate(timeout=300)
        assert process.returncode in (2, 0), told
        assert process.returncode == 0 or "No space left on device" in told, told
        assert "Traceback" not in told, told
        subprocess.run(["mount", "-o", "remount,size=16m", disk], check=True)
        finished(directory, place.model)
        shutil.copytree(disk, directory / "kept")
    finally:
        subprocess.run(["umount", disk], check=True)
    shutil.copytree(directory / "kept", disk, dirs_exist_ok=True)


def kernels_lost(how: str) -> Callable:
    """The cache of compiled kernels is emptied or cut in the middle of a run, which goes on to its end."""

    def fault(place: Bench, directory: Path, chosen: random.Random) -> None:
        cache = directory / "kernels"
        shutil.copytree(_warm(place), cache)
        process = _started(directory, "preparation", "real", "--workers", "1", NUMBA_CACHE_DIR=str(cache))
        _computed_for(process, chosen.uniform(0.0, 2.0))
        if how == "emptied":
            shutil.rmtree(cache, ignore_errors=True)
        for path in sorted(cache.rglob("*.nb?")) if how == "cut" else []:
            if chosen.random() < 0.1:
                path.write_bytes(path.read_bytes()[: chosen.randint(0, 500)])
        _, told = process.communicate(timeout=600)
        assert process.returncode == 0, told

    return fault


def _warm(place):
    """A cache of compiled kernels that holds what the campaign needs, in a directory that may be copied."""
    cache = place.pickled.parent / "kernels"
    if not cache.exists():
        directory = place.pickled.parent / "warm"
        directory.mkdir()
        (directory / "campaign.toml").write_text(CAMPAIGN)
        _started(directory, "preparation", "real", "--workers", "1", NUMBA_CACHE_DIR=str(cache)).communicate()
    return cache


def cold_starts(directories: int) -> Callable:
    """Two commands at once that share an empty cache of kernels, on one directory or on two."""

    def fault(place: Bench, directory: Path, chosen: random.Random) -> None:
        cache = {"NUMBA_CACHE_DIR": str(directory / "kernels")}
        outputs = [directory / ("results" if number < 1 or directories == 1 else "other") for number in range(2)]
        both = [
            _started(directory, "preparation", "real", "--workers", "1", "--output", str(output), **cache)
            if number == 0 or directories == 2
            else subprocess.Popen(
                [sys.executable, "-m", "mcbelt", "run", str(directory), "--workers", "1"],
                stdout=subprocess.DEVNULL,
                stderr=subprocess.PIPE,
                text=True,
                env={**os.environ, "PYTHONPATH": str(toy.ROOT), **cache},
            )
            for number, output in enumerate(outputs)
        ]
        told = [process.communicate(timeout=600)[1] for process in both]
        states = [process.returncode for process in both]
        assert states == [0, 0] if directories == 2 else states == [0, 2], told
        for output in set(outputs):
            assert toy.same_bits(results.open_result(output), place.undisturbed)

    return fault


class Kind(NamedTuple):
    """A kind of fault and what it costs: `long` ones compile anew, and are tried a tenth as often."""

    fault: Callable
    long: bool = False


KINDS = {
    "kill -9 in the preparation": Kind(killed("preparation", 4.0)),
    "kill -9 in the first block": Kind(killed("block", 0.5)),
    "kill -9 in the merge": Kind(killed("merge", 0.8)),
    "kill -9 in the result": Kind(killed("result", 1.0)),
    "kill -9 in the report": Kind(killed("report", 1.5)),
    "kill -9 of a worker": Kind(worker_killed),
    "SIGTERM in the preparation": Kind(interrupted("preparation", 4.0, signal.SIGTERM)),
    "SIGTERM in the blocks": Kind(interrupted("block", 1.0, signal.SIGTERM)),
    "Ctrl-C in the report": Kind(interrupted("report", 1.5, signal.SIGINT)),
    "full disk": Kind(full_disk),
    "kernels cut in mid-run": Kind(kernels_lost("cut"), long=True),
    "kernels removed in mid-run": Kind(kernels_lost("emptied"), long=True),
    "two cold starts, one directory": Kind(cold_starts(1), long=True),
    "two cold starts, two directories": Kind(cold_starts(2), long=True),
}


def tried(kind: str, trial: int, place: Bench, directory: Path) -> str:
    """One try: empty if the campaign survived, else what was lost.

    Parameters
    ----------
    kind : str
        Of `KINDS`.
    trial : int
        Seed of the moment.
    place : Bench
    directory : Path
        Empty; the campaign is made in it.
    """
    (directory / "campaign.toml").write_text(CAMPAIGN)
    try:
        KINDS[kind].fault(place, directory, random.Random(trial))
        if not toy.same_bits(finished(directory, place.model), place.undisturbed):
            return "other numbers"
        left = [path.name for path in (directory / "results").rglob("*.tmp")]
        return f"left behind: {left}" if left else ""
    except PermissionError:
        raise
    except Exception as error:
        return f"{type(error).__name__}: {error}"


# ---------------------------------------------------------------- the table


def noted(code: str) -> dict[tuple[str, int], str]:
    """Tries of this code that are done already."""
    if not NOTES.exists():
        return {}
    with NOTES.open(newline="") as lines:
        return {(kind, int(trial)): lost for found, kind, trial, lost in csv.reader(lines) if found == code}


def table(done: dict[tuple[str, int], str]) -> str:
    """Kind, tries, survived, lost, as a page has it."""
    lines = ["| fault | tries | survived | lost |", "|---|---|---|---|"]
    for kind in KINDS:
        lost = [lost for (of, _), lost in done.items() if of == kind]
        if lost:
            lines.append(f"| {kind} | {len(lost)} | {lost.count('')} | {len(lost) - lost.count('')} |")
    return "\n".join(lines)


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    asked.add_argument("--tries", type=int, default=TRIES)
    asked.add_argument("--kinds", nargs="*", default=list(KINDS), choices=list(KINDS))
    options = asked.parse_args()
    code = kinds.simulation(file.parse(CAMPAIGN, Path("campaign.toml")).cases[0].config).code_hash
    done = noted(code)
    NOTES.parent.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as scratch:
        (Path(scratch) / "bench").mkdir()
        place = bench(Path(scratch) / "bench")
        for kind in options.kinds:
            for trial in range(options.tries // 10 if KINDS[kind].long else options.tries):
                if (kind, trial) in done:
                    continue
                with tempfile.TemporaryDirectory(dir=scratch) as directory:
                    try:
                        done[kind, trial] = tried(kind, trial, place, Path(directory))
                    except PermissionError as error:
                        print(f"{kind}: skipped, {error}")
                        break
                with NOTES.open("a", newline="") as lines:
                    csv.writer(lines).writerow([code, kind, trial, done[kind, trial]])
                if done[kind, trial]:
                    print(f"{kind}, try {trial}: {done[kind, trial]}", flush=True)
    text = PAGE.read_text(encoding="utf-8")
    begin, end = text.index("| fault |"), text.index("\n\n", text.index("| fault |"))
    PAGE.write_text(text[:begin] + table(done) + text[end:], encoding="utf-8")
    print(table(done))
    sys.exit(any(done.values()))


if __name__ == "__main__":
    main()
