"""Bake p + N at the momenta of the beams of HARP, NA61 and NA49: every particle, for `measured_production`.

The shipped tables have bins of 67 mrad at 0, wider than most of what was measured above 10 GeV. Here the particles
themselves are kept (species, momentum, angle), so that each measured bin is predicted in its own limits. Models,
energies' blend and the meaning of a collision are those of the shipped tables (`tools.bake.plan`).

    python tools/bake_beams.py --work build/beams --workers 2      # resumable: one file per job; one CPU minute

Needs the extra `bake` (geant4-pybind).
"""

import argparse
import math
import pathlib
import sys
from collections.abc import Sequence
from typing import NamedTuple

import job_files
import numpy as np
from first_collision import depth_seen, inelastic_mb

sys.path.append(str(pathlib.Path(__file__).resolve().parent.parent))  # where tools.bake is found
from tools.bake import collisions
from tools.bake.plan import BLEND, model_weights

TARGET = "N"
PROTON_MASS = 0.93827209  # [GeV]
SPECIES = {"pi+": 211, "pi-": -211, "K+": 321, "K-": -321, "p": 2212, "n": 2112}
BEAMS = (3.0, 5.0, 8.0, 12.0, 31.0, 158.0)  # momenta of the beams [GeV/c]
PARTS = dict.fromkeys(BEAMS, 1)
EVENTS = {"INCLXX": 25_000, "FTFP_BERT": 50_000}  # of a part


class Group(NamedTuple):
    """One model and beam momentum [GeV/c]."""

    physics: str
    beam: float

    @property
    def energy(self) -> float:
        """Kinetic energy of the beam [GeV]."""
        return round(math.sqrt(self.beam**2 + PROTON_MASS**2) - PROTON_MASS, 4)

    def job_name(self, part: int) -> str:
        """Name of one part, whose crc32 is its seed."""
        return f"beam-{self.physics}-{self.beam:g}-{part}"


def groups() -> list[Group]:
    """All models and beams."""
    both = [Group(physics, beam) for beam in BEAMS for physics in ("INCLXX", "FTFP_BERT")]
    return [g for g in both if (g.energy < BLEND[1] if g.physics == "INCLXX" else g.energy > BLEND[0])]


def particles(born: Sequence[tuple], energy: float) -> tuple[np.ndarray, dict[str, int]]:
    """What is kept of the particles of a job.

    Parameters
    ----------
    born : sequence of tuple
        PDG code and momentum [MeV] of every secondary, the beam along z.
    energy : float
        Kinetic energy of the beam [GeV]; not used.

    Returns
    -------
    rows : ndarray, shape (n, 3), float32
        Index into `SPECIES`, momentum [GeV/c], angle to the beam [rad].
    other : dict
        Empty.
    """
    rows = np.array(born).reshape(-1, 4)
    codes = np.array(list(SPECIES.values()))
    index = np.argmax(rows[:, :1] == codes, axis=1)
    momentum = 1e-3 * np.sqrt(np.sum(rows[:, 1:] ** 2, axis=1))
    angle = np.arctan2(np.hypot(rows[:, 1], rows[:, 2]), rows[:, 3])
    return np.stack([index, momentum, angle], axis=1).astype(np.float32), {}


class Sample(NamedTuple):
    """Particles of one beam momentum; weights turn counts into cross sections."""

    species: np.ndarray  # index into SPECIES, shape (n,)
    momentum: np.ndarray  # [GeV/c], shape (n,)
    angle: np.ndarray  # [rad], shape (n,)
    weight: np.ndarray  # cross section of each [mb], shape (n,)
    sigma_inel: float  # inelastic cross section [mb]


def read(work: pathlib.Path, beam: float) -> Sample:
    """Sample of all parts of a beam that are baked.

    Parameters
    ----------
    work : Path
        Folder of the job files.
    beam : float
        Momentum of the beam [GeV/c].

    Returns
    -------
    Sample

    Raises
    ------
    FileNotFoundError
        A model that is joined at this beam has no part.
    """
    models = [g for g in groups() if g.beam == beam]
    shares = model_weights(models[0].energy, [g.physics for g in models])
    loaded = {}
    for group in models:
        found = [job_files.read(path) for path in sorted(work.glob(f"beam-{group.physics}-{beam:g}-*.npz"))]
        if not found:
            raise FileNotFoundError(f"bake_beams: no part of {group.physics} at {beam:g} GeV/c in {work}. Bake it.")
        loaded[group.physics] = found
    records = [record for found in loaded.values() for _, record in found]
    collided, depth = sum(r["collided"] for r in records), sum(depth_seen(r) for r in records)
    sigma = inelastic_mb(TARGET, collided, depth)
    rows, weights = [], []
    for share, found in zip(shares, loaded.values(), strict=True):
        each = share * sigma / sum(record["collided"] for _, record in found)
        for counts, _ in found:
            rows.append(counts)
            weights.append(np.full(len(counts), each))
    species, momentum, angle = np.concatenate(rows).T
    return Sample(species.astype(int), momentum, angle, np.concatenate(weights), sigma)


def main() -> None:
    """Bake what the command line asks for."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument(
        "--work", type=pathlib.Path, default=pathlib.Path("build/beams"), help="folder of the job files"
    )
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--group", type=int, help="bake one group in this process")
    parser.add_argument("--part", type=int, default=0)
    args = parser.parse_args()
    if args.group is not None:
        group = groups()[args.group]
        setup = collisions.Setup(group.physics, "proton", TARGET, frozenset(SPECIES.values()))
        jobs = {group.job_name(args.part): (group.energy, EVENTS[group.physics])}
        collisions.bake_missing(args.work, setup, jobs, lambda born, _, energy, __: particles(born, energy))
        return
    args.work.mkdir(parents=True, exist_ok=True)
    tasks = sorted((part, i) for i, group in enumerate(groups()) for part in range(PARTS[group.beam]))
    base = [sys.executable, __file__, "--work", str(args.work)]
    commands = [[*base, "--group", str(i), "--part", str(part)] for part, i in tasks]
    status = job_files.run_all(commands, args.work / "bake.log", args.workers)
    failed = [task for task, code in zip(tasks, status, strict=True) if code]
    if failed:
        sys.exit(f"bake_beams: parts {failed} failed; see {args.work}/bake.log")


if __name__ == "__main__":
    main()
