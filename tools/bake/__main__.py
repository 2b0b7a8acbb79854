"""Bake the tables of mcbelt/data/yields with Geant4's generators: plan, measure, run, assemble.

One inelastic collision per beam particle is made in a large box of a pure isotope (`collisions`); what is baked and how
many events stands in `plan`. Short-lived mesons, hyperons and K0L decay here (`decays`), pi+-, K+- and K0S do not.

Generators (Geant4 11.4.1 through geant4-pybind 0.1.3):
  N, O, Ar   INCL++ (G4HadronPhysicsINCLXX) below 3 GeV, linear in T to FTFP_BERT between 3 and 6 GeV, FTFP above 6 GeV
  H, He      FTFP_BERT: Bertini below 3 GeV, Geant4's own change to FTFP between 3 and 6 GeV, FTFP above
  alphas     G4IonPhysics: binary light-ion cascade, FTFP above (Geant4's own change at 3-6 GeV per nucleon)
  C          as N; a check against measurements, it is not shipped with the package

Examples:
  python -m tools.bake plan --jobs 2 --hours 3                     # events, errors and time; numpy alone
  python -m tools.bake measure --again                             # events per second, into tools/bake/rates.csv
  python -m tools.bake run --work build/yields --jobs 2 --hours 3  # one file per part; goes on where it stopped
  python -m tools.bake assemble --work build/yields --out build/new_yields

`run` and `measure` need the extra `bake` (geant4-pybind).
"""

import argparse
import pathlib
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

import numpy as np

from tools import job_files
from tools.bake import collisions, histograms, meson_tables, nucleon_tables, plan
from tools.bake.plan import Job

KINDS = {
    "mesons": (histograms.WANTED, histograms.mesons),
    "nucleons": (histograms.NUCLEONS_WANTED, histograms.nucleons),
}
TRIAL_S = 0.5  # CPU time of a measurement of the rate, about


def bake_parts(work: pathlib.Path, parts: Sequence[tuple[Job, int]]) -> None:
    """Bake parts of one setup in this process; files that are there are kept.

    Parameters
    ----------
    work : Path
        Folder of the job files.
    parts : sequence of (Job, int)
    """
    job = parts[0][0]
    wanted, histogram = KINDS[job.kind]
    setup = collisions.Setup(job.physics, job.projectile, job.target, wanted)
    asked = {f"{j.part_name(part)}": (j.energy, j.events // j.parts) for j, part in parts}
    collisions.bake_missing(work, setup, asked, histogram)


def missing(work: pathlib.Path, parts: Sequence[tuple[Job, int]]) -> bool:
    """Whether one of the parts has no file."""
    return any(not job_files.path_of(work, job.part_name(part)).exists() for job, part in parts)


def run(work: pathlib.Path, workers: int, hours: float) -> None:
    """Bake what is missing of the plan; no process begins after the time.

    Parameters
    ----------
    work : Path
        Folder of the job files and of plan.json, which is made if it is not there.
    workers : int
        Processes at a time.
    hours : float
        Wall-clock time; the plan is made for it.
    """
    work.mkdir(parents=True, exist_ok=True)
    kept = work / "plan.json"
    if not kept.exists():
        plan.save(kept, plan.plan(plan.read_rates(), 3600.0 * hours * workers))
    batches = plan.batches(plan.load(kept))
    todo = [i for i, parts in enumerate(batches) if missing(work, parts)]
    print(f"{len(todo)} of {len(batches)} batches to bake; log: {work}/bake.log", flush=True)
    end = time.monotonic() + 3600.0 * hours
    done = 0

    def one(i: int) -> int | None:
        nonlocal done
        if time.monotonic() > end:
            return None
        command = [sys.executable, "-m", "tools.bake", "batch", "--work", str(work), "--number", str(i)]
        status = job_files.run_logged(command, work / "bake.log")
        done += 1
        left = (len(todo) - done) * (time.monotonic() - end + 3600.0 * hours) / done / 60.0
        job = batches[i][0][0]
        print(f"{done}/{len(todo)} {'-'.join(job.setup)} from {job.energy:g} GeV; {left:.0f} min left", flush=True)
        return status

    with ThreadPoolExecutor(workers) as pool:
        status = list(pool.map(one, todo))
    failed = [i for i, code in zip(todo, status, strict=True) if code]
    if failed:
        sys.exit(f"bake: batches {failed} failed; see {work}/bake.log, then run the command again")
    if None in status:
        sys.exit(f"bake: {status.count(None)} batches are left after {hours:g} h; run the command again")


def measured_rates(setup: tuple[str, str, str, str], energies: Sequence[float]) -> list[tuple[float, float]]:
    """Events per CPU second of a setup, decays and bins with them, measured in this process.

    Parameters
    ----------
    setup : tuple of str
        Kind, physics, projectile, target.
    energies : sequence of float
        Per nucleon [GeV].

    Returns
    -------
    list of (float, float)
        Energy [GeV] and events per second.
    """
    kind, physics, projectile, target = setup
    wanted, histogram = KINDS[kind]
    with tempfile.TemporaryDirectory() as stubs:
        collisions.write_stub_data(stubs)
        going = collisions.begin(collisions.Setup(physics, projectile, target, wanted))

        def seconds(energy: float, events: int) -> float:
            start = time.process_time()
            collisions.collide(going, 1 + events, energy * (4.0 if projectile == "alpha" else 1.0), events)
            histogram(going.catcher.born, projectile, energy, np.random.default_rng(1))
            return time.process_time() - start

        out = []
        for energy in energies:
            short = seconds(energy, 40)  # the first events build tables
            events = int(np.clip(40 * TRIAL_S / short, 60, 4000))
            out.append((float(energy), events / seconds(energy, events)))
    return out


def measure(path: pathlib.Path, again: bool) -> None:
    """Measure events per second of setups, one process each, and write them to a CSV file.

    Parameters
    ----------
    path : Path
        File, kept up to date after each setup.
    again : bool
        Measure those that are in the file, too.
    """
    setups: dict[tuple[str, str, str, str], list[float]] = {}
    for group in plan.groups():
        setups.setdefault(group[:4], []).extend(group.energies)
    known = {} if again or not path.exists() else plan.read_rates(path)
    for setup, energies in setups.items():
        if setup in known:
            continue
        ordered = sorted(set(energies))
        near = [0.3, 0.35, 0.4082, 0.4409] if setup[3] == "H" else []  # Bertini retries long at the pion threshold
        chosen = sorted({*near, *(ordered[round(share * (len(ordered) - 1))] for share in (0.0, 0.3, 0.6, 1.0))})
        command = [sys.executable, "-m", "tools.bake", "rate", *setup, *map(str, chosen)]
        told = subprocess.run(command, capture_output=True, text=True, check=True).stdout
        lines = [line.split()[1:] for line in told.splitlines() if line.startswith("rate ")]
        known[setup] = [(float(energy), float(value)) for energy, value in lines]
        print(*setup, *(f"{e:g} GeV: {v:.0f}/s" for e, v in known[setup]), flush=True)
        plan.write_rates(path, known)


def tell(jobs: Sequence[Job], workers: int) -> None:
    """Print a plan: events, errors of pi- and time of each energy, and the sums."""
    for setup in dict.fromkeys(job.setup for job in jobs):
        own = [job for job in jobs if job.setup == setup]
        events, seconds = sum(job.events for job in own), sum(job.seconds for job in own)
        print(f"{' '.join(setup)}: {len(own)} energies, {events / 1e6:.2f} M events, {seconds / 60.0:.1f} min")
        if setup[0] == "mesons":
            print(
                "   " + ", ".join(f"{j.energy:g}: {j.events / 1e3:.0f}k {100.0 * plan.error_of(j):.2g} %" for j in own)
            )
    parts = plan.batches(jobs)
    seconds = sum(job.seconds for job in jobs) + len(parts) * plan.START_S
    print(
        f"energies [GeV]: events, error of pi- (H: pi+); {sum(job.parts for job in jobs)} files, {len(parts)} processes"
    )
    print(f"{seconds / 3600.0:.2f} CPU hours, {seconds / 3600.0 / workers:.2f} h on {workers} cores of their own")


def options() -> argparse.ArgumentParser:
    """Of the command line."""
    assert __doc__
    first, _, rest = __doc__.partition("\n")
    parser = argparse.ArgumentParser(
        prog="python -m tools.bake",
        description=first,
        epilog=rest,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    does = parser.add_subparsers(dest="does", required=True)
    work = {"type": pathlib.Path, "default": pathlib.Path("build/yields"), "help": "folder of the job files"}
    for name, told in (("plan", "print what is baked"), ("run", "bake what is missing")):
        one = does.add_parser(name, help=told)
        one.add_argument("--jobs", type=int, default=2, help="processes at a time")
        one.add_argument("--hours", type=float, default=3.0, help="wall-clock time for which events are planned")
        if name == "run":
            one.add_argument("--work", **work)
    one = does.add_parser("measure", help="measure events per second")
    one.add_argument("--rates", type=pathlib.Path, default=plan.RATES, help="file to write")
    one.add_argument("--again", action="store_true", help="also what the file has")
    one = does.add_parser("assemble", help="make the tables from the job files")
    one.add_argument("--work", **work)
    one.add_argument("--out", type=pathlib.Path, default=pathlib.Path("build/new_yields"), help="folder of the tables")
    one.add_argument("--no-decays", action="store_true", help="the six mesons alone")
    one = does.add_parser("batch", help="bake one batch of the plan in this process; `run` calls it")
    one.add_argument("--work", **work)
    one.add_argument("--number", type=int, required=True)
    one = does.add_parser("rate", help="measure one setup in this process; `measure` calls it")
    one.add_argument("setup", nargs=4)
    one.add_argument("energies", nargs="+", type=float)
    return parser


def main() -> None:
    """Do what the command line asks for."""
    args = options().parse_args()
    if args.does == "plan":
        tell(plan.plan(plan.read_rates(), 3600.0 * args.hours * args.jobs), args.jobs)
    elif args.does == "measure":
        measure(args.rates, args.again)
    elif args.does == "run":
        run(args.work, args.jobs, args.hours)
    elif args.does == "batch":
        bake_parts(args.work, plan.batches(plan.load(args.work / "plan.json"))[args.number])
    elif args.does == "rate":
        for energy, value in measured_rates(tuple(args.setup), args.energies):
            print("rate", energy, value)
    else:
        args.out.mkdir(parents=True, exist_ok=True)
        left = meson_tables.assemble(args.work, args.out, decays=not args.no_decays)
        left += nucleon_tables.assemble(args.work, args.out)
        if left:
            sys.exit("not written:\n  " + "\n  ".join(left))


if __name__ == "__main__":
    main()
