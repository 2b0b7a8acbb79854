"""Make the tables of nucleons from the job files of `python -m tools.bake run` (numpy alone).

Protons of 0.01-500 GeV and alphas of 0.05-500 GeV per nucleon on N-14: protons, neutrons and light nuclei per
inelastic collision over x = T / T_projectile, per nucleon, and v. Nuclei are kept apart (a fragment of an alpha is a d,
t, He-3 or He-4 there, not its nucleons); nucleons of hyperons are counted. Quasi-elastic collisions are in, as in
Geant4's inelastic cross section: their proton has x near 1. Neutrons as projectiles: exchange p and n, N-14 is
symmetric under charge.
"""

import json
import pathlib
from collections.abc import Mapping
from typing import Any

import numpy as np

from tools import job_files
from tools.bake.histograms import NUCLEONS, X_EDGES
from tools.bake.meson_tables import LICENCE
from tools.bake.plan import BLEND, NUCLEON_ENERGIES, model_weights
from tools.first_collision import depth_seen, inelastic_mb

TARGET = "N"

Job = tuple[np.ndarray, dict[str, Any]]  # counts and record


def jobs(work: pathlib.Path) -> dict[tuple[str, str, float], list[Job]]:
    """{(projectile, physics, energy): list of (counts, record)} of the job files."""
    out: dict[tuple[str, str, float], list[Job]] = {}
    for path in sorted(work.glob("nucleons-*.npz")):
        counts, record = job_files.read(path)
        key = (record["projectile"], record["physics"], round(record["energy_GeV"], 4))
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


def models_at(projectile: str, energy: float) -> list[str]:
    """Models that are joined at one energy [GeV, per nucleon]."""
    if projectile == "alpha":
        return ["FTFP_BERT"]
    return ["INCLXX"] * bool(energy < BLEND[1]) + ["FTFP_BERT"] * bool(energy > BLEND[0])


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
    yields : ndarray, shape (6, X, V)
        Of each of `NUCLEONS` per collision [1].
    variance : ndarray, shape (6,)
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
    models = models_at(projectile, energy)
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
        "generator": "Geant4 11.4.1 through geant4-pybind 0.1.3, tools/bake; secondaries killed at birth",
        "models": "INCLXX: INCL++ below 3 GeV, linear in T to FTFP_BERT between 3 and 6 GeV, FTFP above; "
        "alphas: G4IonPhysics (binary light-ion cascade, FTFP above 3-6 GeV per nucleon)",
        "fragments": "d, t, He-3, He-4 have columns of their own, at their energy per nucleon",
        "hyperons": "their decays are counted",
        "axes": "pdf[E, species, x, v]: x = T / T_projectile, per nucleon, x > 1 in the last bin; "
        "v = sqrt((1 - cos theta)/2), 30 bins on 0..1; pdf sums to 1 over x and v",
        "energy": "E_GeV: kinetic energy, per nucleon for alphas",
        "sigma_inel": "from the mean depth of the first collision (Barashenkov-Glauber-Gribov in Geant4)",
        "left_out": "nucleons below 1 MeV or x < 2e-6 (jobs/other/below), heavier nuclei, antinucleons",
        "errors": "one standard deviation from counts",
        "seed_rule": "crc32 of the job name (plan.Job.part_name) modulo 2e9, plus 1",
        "licence": LICENCE,
        "cpu_s": round(sum(job["cpu_s"] for job in listed), 1),
        "date": max(job["date"] for job in listed),
        "jobs": listed,
    }
    return json.dumps(header)


def assemble(work: pathlib.Path, out: pathlib.Path) -> list[str]:
    """Write nucleons_{projectile}_N.npz of each projectile whose jobs are there.

    Parameters
    ----------
    work : Path
        Folder of the job files.
    out : Path
        Folder of the tables.

    Returns
    -------
    list of str
        What was not written, and why.

    Raises
    ------
    OSError
        A file cannot be written.
    """
    baked, incomplete = jobs(work), []
    for projectile, energies in NUCLEON_ENERGIES.items():
        keys = [(projectile, model, float(e)) for e in energies for model in models_at(projectile, e)]
        missing = [key for key in keys if key not in baked]
        if missing:
            incomplete.append(f"nucleons of {projectile}+N: {len(missing)} jobs missing, first {missing[0]}")
            continue
        rows = [mixture(projectile, float(energy), baked) for energy in energies]
        yields = np.array([row[0] for row in rows])
        mult = yields.sum(axis=(2, 3))
        path = out / f"nucleons_{projectile}_{TARGET}.npz"
        np.savez_compressed(
            path,
            E_GeV=energies,
            sigma_inel_mb=np.array([row[2] for row in rows]),
            species=np.array(list(NUCLEONS)),
            x_edges=X_EDGES,
            mult=mult,
            mult_err=np.sqrt(np.array([row[1] for row in rows])),
            pdf=(yields / np.where(mult > 0.0, mult, 1.0)[:, :, None, None]).astype(np.float32),
            provenance=np.array(provenance(projectile, [job for row in rows for job in row[3]])),
        )
        print(f"{path}: {len(energies)} energies, {path.stat().st_size / 1e3:.0f} kB")
    return incomplete
