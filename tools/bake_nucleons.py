"""Bake the tables of secondary nucleons, mcbelt/data/yields/nucleons_{proton,alpha}_N.npz, with Geant4's cascades.

One inelastic collision per beam particle on N-14, as in bake_yields.py; here the protons,
neutrons and light fragments are recorded. A fragment (d, t, He-3, He-4) counts as its protons and neutrons at its
energy per nucleon and its direction: that is how it collides next. So does an alpha that leaves the collision whole.

Models: protons INCL++ below 3 GeV, linear in T to FTFP_BERT between 3 and 6 GeV, FTFP above; alphas G4IonPhysics.
Quasi-elastic collisions are in, as in Geant4's inelastic cross section: their proton has x near 1.

    python tools/bake_nucleons.py --work build/nucleons               # resumable: one file per job
    python tools/bake_nucleons.py --work build/nucleons --assemble    # writes mcbelt/data/yields (numpy only)
"""

import argparse
import json
import pathlib
import sys
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import geant4_run
import job_files
import numpy as np
from assemble_yields import LICENCE, ROOT
from first_collision import depth_seen, inelastic_mb
from meson_histogram import angle_variable
from yield_plan import BLEND, model_weights

TARGET = "N"
SPECIES = ("p", "n")
# PDG code: protons, neutrons, mass [MeV] (CODATA 2018)
NUCLEI = {
    2212: (1, 0, 938.27209),
    2112: (0, 1, 939.56542),
    1000010020: (1, 1, 1875.61294),
    1000010030: (1, 2, 2808.92113),
    1000020030: (2, 1, 2808.39161),
    1000020040: (2, 2, 3727.37941),
}
COUNTED = {"pbar": -2212, "nbar": -2112, "Lambda": 3122, "Sigma+": 3222, "Sigma-": 3112}
PROTON_ENERGIES = (
    0.3, 0.5, 0.7, 1.0, 1.5, 2.2, 3.2, 5.0, 7.0, 10.0, 14.0, 20.0, 30.0, 45.0, 70.0, 120.0, 250.0, 500.0,
)  # fmt: skip  # [GeV]
ALPHA_ENERGIES = (1.0, 3.0, 6.0, 10.0, 20.0, 40.0, 100.0, 500.0)  # [GeV per nucleon]
X_EDGES = np.concatenate([np.geomspace(1e-3, 0.1, 13)[:-1], np.linspace(0.1, 1.0, 31)])
V_BINS = 30
LOWEST_MEV = 10.0  # evaporated nucleons make no pions and stop where they are
PARTS = 20
EVENTS = {"proton": 5000, "alpha": 2000}  # per part


class Group(NamedTuple):
    """One model and projectile at several energies [GeV, per nucleon]."""

    physics: str
    projectile: str
    energies: np.ndarray

    def job_name(self, energy: float, part: int) -> str:
        """Name of one part at one energy [GeV], whose crc32 is its seed."""
        return f"nucleons-{self.projectile}-{TARGET}-{self.physics}-{energy:.4f}-{part}"


def groups() -> list[Group]:
    """All groups in the order in which they are baked."""
    protons = np.array(PROTON_ENERGIES)
    return [
        Group("FTFP_BERT", "proton", protons[protons > BLEND[0]]),
        Group("INCLXX", "proton", protons[protons < BLEND[1]]),
        Group("FTFP_BERT", "alpha", np.array(ALPHA_ENERGIES)),
    ]


def histogram(born: Sequence[tuple], energy: float) -> tuple[np.ndarray, dict[str, int]]:
    """Counts per (species, x, v) of nucleons and what is left out.

    Parameters
    ----------
    born : sequence of tuple
        PDG code and momentum [MeV] of every secondary.
    energy : float
        Kinetic energy of the projectile per nucleon [GeV].

    Returns
    -------
    counts : ndarray, shape (2, X, V)
        Protons and neutrons [1].
    other : dict
        Nucleons below 10 MeV or x = 0.001, nucleons bound in fragments with x > 0.1, other baryons [1].
    """
    rows = np.array(born).reshape(-1, 4)
    pdg = rows[:, 0].astype(np.int64)
    counts = np.zeros((2, X_EDGES.size - 1, V_BINS), dtype=np.uint32)
    other = {name: int(np.sum(pdg == code)) for name, code in COUNTED.items()}
    other |= {"below": 0, "in fragments": 0}
    for code, (*content, mass) in NUCLEI.items():
        p = rows[pdg == code, 1:]
        momentum = np.sqrt(np.sum(p * p, axis=1))
        kinetic = (np.sqrt(momentum**2 + mass**2) - mass) / sum(content)
        x = 1e-3 * kinetic / energy
        kept = (x >= X_EDGES[0]) & (kinetic >= LOWEST_MEV)
        ix = np.minimum(np.searchsorted(X_EDGES, x, side="right") - 1, X_EDGES.size - 2)
        iv = np.minimum((angle_variable(p, momentum) * V_BINS).astype(int), V_BINS - 1)
        for i, number in enumerate(content):
            np.add.at(counts[i], (ix[kept], iv[kept]), number)
        other["below"] += sum(content) * int(np.sum(~kept))
        other["in fragments"] += sum(content) * int(np.sum(kept & (x > 0.1))) if sum(content) > 1 else 0
    return counts, other


def _bake_group(work: pathlib.Path, group: Group, part: int) -> None:
    """Bake one part of a group in this process; files that are there are kept."""
    setup = geant4_run.Setup(group.physics, group.projectile, TARGET, frozenset(NUCLEI) | set(COUNTED.values()))
    jobs = {group.job_name(e, part): (e, part, EVENTS[group.projectile]) for e in group.energies}
    geant4_run.bake_missing(work, setup, jobs, histogram)


def bake(work: pathlib.Path) -> None:
    """Bake all groups, all first parts first; one process per group and part (Geant4 has one run manager)."""
    work.mkdir(parents=True, exist_ok=True)
    for part in range(PARTS):
        for i in range(len(groups())):
            command = [sys.executable, __file__, "--work", str(work), "--group", str(i), "--part", str(part)]
            if job_files.run_logged(command, work / "bake.log"):
                sys.exit(f"bake_nucleons: group {i}, part {part} failed; see {work}/bake.log")


Job = tuple[np.ndarray, dict[str, Any]]  # counts and record


def jobs(work: pathlib.Path) -> dict[tuple[str, str, float], list[Job]]:
    """{(projectile, physics, energy): list of (counts, record)} of the job files."""
    out: dict[tuple[str, str, float], list[Job]] = {}
    for path in sorted(work.glob("*.npz")):
        counts, record = job_files.read(path)
        key = (record["projectile"], record["physics"], record["energy_GeV"])
        out.setdefault(key, []).append((counts.astype(float), record))
    return out


def _listed(energy: float, model: str, weight: float, records: list[dict[str, Any]]) -> dict[str, Any]:
    """What one model at one energy [GeV] adds to the list of jobs in the table."""
    return {
        "E_GeV": float(energy), "physics": model, "weight": round(weight, 4),
        "events": sum(r["events"] for r in records), "seeds": [r["seed"] for r in records],
        "later_collisions": sum(r["later_collisions"] for r in records),
        "other": {key: sum(r["other"][key] for r in records) for key in records[0]["other"]},
        "cpu_s": round(sum(r["cpu_s"] for r in records), 1),
        "date": max(r["date"] for r in records),
    }  # fmt: skip


def mixture(projectile: str, energy: float, baked: Mapping) -> tuple[np.ndarray, np.ndarray, float, list[dict]]:
    """Nucleons per collision at one energy, from the models that are joined there.

    Parameters
    ----------
    projectile : {"proton", "alpha"}
    energy : float
        Kinetic energy, per nucleon [GeV].
    baked : mapping
        Jobs, from `jobs`.

    Returns
    -------
    yields : ndarray, shape (2, X, V)
        Protons and neutrons per collision [1].
    variance : ndarray, shape (2,)
        Of their sums over x and v [1].
    sigma : float
        Cross section of an inelastic collision [mb].
    listed : list of dict
        What was run.

    Raises
    ------
    KeyError
        A job that is not baked.
    """
    models = [m for m, kind, es in groups() if kind == projectile and energy in es]
    row, square = np.zeros(()), np.zeros(())
    collided_all, depth, listed = 0, 0.0, []
    for model, weight in zip(models, model_weights(energy, models), strict=True):
        parts = baked[projectile, model, float(energy)]
        records = [record for _, record in parts]
        collided = sum(r["collided"] for r in records)
        counts = sum(c for c, _ in parts)
        row = row + weight * counts / collided
        square = square + weight**2 * counts.sum(axis=(1, 2)) / collided**2
        collided_all += collided
        depth += sum(depth_seen(r) for r in records)
        listed.append(_listed(energy, model, weight, records))
    return row, square, inelastic_mb(TARGET, collided_all, depth), listed


def provenance(projectile: str, listed: list[dict]) -> str:
    """What made the table of a projectile, with the list of its jobs, as a JSON string."""
    header = {
        "what": f"protons and neutrons of inelastic {projectile} + N-14; neutrons as projectiles: exchange p and n, "
        "N-14 is symmetric under charge",
        "generator": "Geant4 11.4.1 through geant4-pybind 0.1.3, tools/bake_nucleons.py; secondaries killed at birth",
        "models": "INCLXX: INCL++ below 3 GeV, linear in T to FTFP_BERT between 3 and 6 GeV, FTFP above; "
        "alphas: G4IonPhysics (binary light-ion cascade, FTFP above 3-6 GeV per nucleon)",
        "fragments": "d, t, He-3, He-4 count as their protons and neutrons at their energy per nucleon",
        "axes": "pdf[E, species, x, v]: x = T / T_projectile, per nucleon, x > 1 in the last bin; "
        "v = sqrt((1 - cos theta)/2), 30 bins on 0..1; pdf sums to 1 over x and v",
        "energy": "E_GeV: kinetic energy, per nucleon for alphas",
        "sigma_inel": "from the mean depth of the first collision (Barashenkov-Glauber-Gribov in Geant4)",
        "left_out": "nucleons below 10 MeV or x < 0.001 (jobs/other/below), decays of hyperons, antinucleons",
        "errors": "one standard deviation from counts",
        "seed_rule": "crc32 of the job name (bake_nucleons.Group.job_name) modulo 2e9, plus 1",
        "licence": LICENCE,
        "cpu_s": round(sum(job["cpu_s"] for job in listed), 1),
        "date": max(job["date"] for job in listed),
        "jobs": listed,
    }
    return json.dumps(header)


def assemble_one(projectile: str, baked: Mapping) -> None:
    """Write the table of one projectile ("proton" or "alpha") from the jobs."""
    energies = np.array(PROTON_ENERGIES if projectile == "proton" else ALPHA_ENERGIES)
    rows = [mixture(projectile, energy, baked) for energy in energies]
    yields = np.array([row[0] for row in rows])
    mult = yields.sum(axis=(2, 3))
    path = ROOT / f"mcbelt/data/yields/nucleons_{projectile}_{TARGET}.npz"
    np.savez_compressed(
        path,
        E_GeV=energies,
        sigma_inel_mb=np.array([row[2] for row in rows]),
        species=np.array(SPECIES),
        x_edges=X_EDGES,
        mult=mult,
        mult_err=np.sqrt(np.array([row[1] for row in rows])),
        pdf=(yields / mult[:, :, None, None]).astype(np.float32),
        provenance=np.array(provenance(projectile, [job for row in rows for job in row[3]])),
    )
    print(f"{path.relative_to(ROOT)}: {len(energies)} energies, {path.stat().st_size / 1e3:.0f} kB")


def main() -> None:
    """Bake or assemble, as the command line says."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument(
        "--work", type=pathlib.Path, default=pathlib.Path("build/nucleons"), help="folder of the job files"
    )
    parser.add_argument("--group", type=int, help="bake one group in this process")
    parser.add_argument("--part", type=int, default=0)
    parser.add_argument("--assemble", action="store_true", help="make the shipped tables from the job files")
    args = parser.parse_args()
    if args.assemble:
        baked = jobs(args.work)
        for projectile in ("proton", "alpha"):
            assemble_one(projectile, baked)
    elif args.group is not None:
        _bake_group(args.work, groups()[args.group], args.part)
    else:
        bake(args.work)


if __name__ == "__main__":
    main()
