"""Bake the pion and kaon yield tables of mcbelt/data/yields with Geant4's cascades.

One inelastic collision per beam particle is made in a large box of a pure isotope (`geant4_run`); what is baked stands
in `yield_plan`.

Models (Geant4 11.4.1 through geant4-pybind 0.1.3):
  N, O, Ar   INCL++ (G4HadronPhysicsINCLXX) below 3 GeV, linear in T to FTFP_BERT between 3 and 6 GeV, FTFP above 6 GeV
  H, He      FTFP_BERT: Bertini below 3 GeV, Geant4's own change to FTFP between 3 and 6 GeV, FTFP above
  alphas     G4IonPhysics: binary light-ion cascade, FTFP above (Geant4's own change at 3-6 GeV per nucleon)
  C          as N; a check against measurements, it is not shipped with the package

    python tools/bake_yields.py --work build/yields --workers 2    # resumable: one file per job in the work folder
    python tools/bake_yields.py --work build/yields --assemble     # writes mcbelt/data/yields and tests/data

Needs the extra `bake` (geant4-pybind); assembling needs numpy only. All parts take about an hour on two cores.
"""

import argparse
import pathlib
import sys

import assemble_yields
import geant4_run
import job_files
from meson_histogram import COUNTED, SPECIES, histogram
from yield_plan import PARTS, Group, groups

MESONS = frozenset(SPECIES.values()) | frozenset(COUNTED.values()) | {311, -311}


def bake_group(work: pathlib.Path, group: Group, part: int) -> None:
    """Bake one part of a group in this process, one file per energy; existing files are kept.

    Parameters
    ----------
    work : Path
        Folder of the job files.
    group : Group
        Model, projectile, target and energies.
    part : int
        Which part of its events, from 0.
    """
    jobs = {group.job_name(e, part): (e, part, group.events(e)) for e in group.energies}
    setup = geant4_run.Setup(group.physics, group.projectile, group.target, MESONS)
    geant4_run.bake_missing(work, setup, jobs, lambda born, energy: histogram(born, group.projectile, energy))


def bake(work: pathlib.Path, workers: int) -> None:
    """Bake every group: first parts first, then the targets that matter.

    One process per group and part, because Geant4 allows one run manager per process.
    """
    work.mkdir(parents=True, exist_ok=True)
    tasks = [(i, part) for part in range(PARTS) for i, group in enumerate(groups()) if part < group.parts]
    tasks.sort(key=lambda task: (task[1] > 0, groups()[task[0]].parts < PARTS, task[0] > 0, task[1], task[0]))
    commands = [[sys.executable, __file__, "--work", str(work), "--group", str(i), "--part", str(p)] for i, p in tasks]
    status = job_files.run_all(commands, work / "bake.log", workers)
    failed = [task for task, code in zip(tasks, status, strict=True) if code]
    if failed:
        sys.exit(f"bake_yields: groups {failed} failed; see {work}/bake.log")


def main() -> None:
    """Bake what the command line asks for."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument(
        "--work", type=pathlib.Path, default=pathlib.Path("build/yields"), help="folder of the job files"
    )
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--group", type=int, help="bake one group in this process")
    parser.add_argument("--part", type=int, default=0)
    parser.add_argument("--list", action="store_true", help="print groups and events")
    parser.add_argument("--assemble", action="store_true", help="make the shipped tables from the job files")
    args = parser.parse_args()
    if args.list:
        for i, group in enumerate(groups()):
            n = group.parts * sum(group.events(e) for e in group.energies)
            what = f"{group.projectile}+{group.target} {group.physics}: {len(group.energies)} energies x {group.parts}"
            print(f"{i:3d} {what}, {n / 1e6:.2f} M events")
    elif args.assemble:
        assemble_yields.assemble(args.work)
    elif args.group is not None:
        bake_group(args.work, groups()[args.group], args.part)
    else:
        bake(args.work, args.workers)


if __name__ == "__main__":
    main()
