"""Bake the tables of secondary nucleons, mcbelt/data/yields/nucleons_{proton,alpha}_N.npz, with Geant4's cascades.

One inelastic collision per beam particle on N-14, as in bake_yields.py, from which the run is taken; here the protons,
neutrons and light fragments are recorded. A fragment (d, t, He-3, He-4) counts as its protons and neutrons at its
energy per nucleon and its direction: that is how it collides next. So does an alpha that leaves the collision whole.

Models: protons INCL++ below 3 GeV, linear in T to FTFP_BERT between 3 and 6 GeV, FTFP above; alphas G4IonPhysics.
Quasi-elastic collisions are in, as in Geant4's inelastic cross section: their proton has x near 1.

    python tools/bake_nucleons.py --work build/nucleons               # resumable: one file per job
    python tools/bake_nucleons.py --work build/nucleons --assemble    # writes mcbelt/data/yields (numpy only)
"""

import argparse
import datetime
import json
import os
import pathlib
import subprocess
import sys
import tempfile
import time
import zlib

import numpy as np
from assemble_yields import AVOGADRO_MB, BOX_DEPTH, LICENCE, MOLAR_MASS, ROOT
from bake_yields import BLEND, Catcher, geant4_run, write_stub_data

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


def groups():
    """(physics, projectile, energies) in the order in which they are baked."""
    protons = np.array(PROTON_ENERGIES)
    return [
        ("FTFP_BERT", "proton", protons[protons > BLEND[0]]),
        ("INCLXX", "proton", protons[protons < BLEND[1]]),
        ("FTFP_BERT", "alpha", np.array(ALPHA_ENERGIES)),
    ]


def job_name(physics, projectile, energy, part):
    return f"nucleons-{projectile}-{TARGET}-{physics}-{energy:.4f}-{part}"


def histogram(rows, energy):
    """Counts per (species, x, v) of nucleons and what is left out.

    Parameters
    ----------
    rows : list of tuple
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
    rows = np.array(rows).reshape(-1, 4)
    pdg = rows[:, 0].astype(np.int64)
    counts = np.zeros((2, X_EDGES.size - 1, V_BINS), dtype=np.uint32)
    other = {name: int(np.sum(pdg == code)) for name, code in COUNTED.items()}
    other |= {"below": 0, "in fragments": 0}
    for code, (*content, mass) in NUCLEI.items():
        p = rows[pdg == code, 1:]
        momentum = np.sqrt(np.sum(p * p, axis=1))
        kinetic = (np.sqrt(momentum**2 + mass**2) - mass) / sum(content)
        x = 1e-3 * kinetic / energy
        v = np.sqrt(np.clip(0.5 * (1.0 - p[:, 2] / np.maximum(momentum, 1e-9)), 0.0, 1.0))
        kept = (x >= X_EDGES[0]) & (kinetic >= LOWEST_MEV)
        ix = np.minimum(np.searchsorted(X_EDGES, x, side="right") - 1, X_EDGES.size - 2)
        iv = np.minimum((v * V_BINS).astype(int), V_BINS - 1)
        for i, number in enumerate(content):
            np.add.at(counts[i], (ix[kept], iv[kept]), number)
        other["below"] += sum(content) * int(np.sum(~kept))
        other["in fragments"] += sum(content) * int(np.sum(kept & (x > 0.1))) if sum(content) > 1 else 0
    return counts, other


def bake_group(work, physics, projectile, energies, part):
    """Bake one part of a group in this process, one file per energy; existing files are kept."""
    work = pathlib.Path(work)
    todo = [e for e in energies if not (work / (job_name(physics, projectile, e, part) + ".npz")).exists()]
    if not todo:
        return
    with tempfile.TemporaryDirectory() as stubs:
        write_stub_data(stubs)
        import geant4_pybind as g4

        catcher = Catcher()
        run, keep = geant4_run(g4, physics, projectile, TARGET, catcher, frozenset(NUCLEI) | set(COUNTED.values()))
        for energy in todo:
            name = job_name(physics, projectile, energy, part)
            seed = zlib.crc32(name.encode()) % 2_000_000_000 + 1
            g4.G4Random.setTheSeed(seed)
            catcher.gun.SetParticleEnergy(float(energy) * (4.0 if projectile == "alpha" else 1.0) * g4.GeV)
            catcher.clear()
            start = time.process_time()
            run.BeamOn(EVENTS[projectile])
            counts, other = histogram(catcher.born, energy)
            depth = np.array(catcher.depth)
            record = {
                "physics": physics, "projectile": projectile, "energy_GeV": float(energy), "part": part, "seed": seed,
                "events": EVENTS[projectile], "collided": int(np.sum(depth >= 0.0)),
                "depth_sum_g_cm2": float(np.sum(depth[depth >= 0.0])), "later_collisions": catcher.second,
                "other": other, "cpu_s": time.process_time() - start, "date": datetime.date.today().isoformat(),
            }  # fmt: skip
            temporary = work / f".{name}.{os.getpid()}.npz"
            np.savez_compressed(temporary, counts=counts, record=json.dumps(record))
            os.replace(temporary, work / (name + ".npz"))
            print(f"{name}: {record['events']} events, {record['cpu_s']:.1f} s CPU", flush=True)
        del keep


def bake(work):
    """Bake every group, all first parts first; one process per group and part (Geant4 has one run manager)."""
    pathlib.Path(work).mkdir(parents=True, exist_ok=True)
    for part in range(PARTS):
        for i in range(len(groups())):
            command = [sys.executable, __file__, "--work", str(work), "--group", str(i), "--part", str(part)]
            with open(pathlib.Path(work) / "bake.log", "a") as log:
                if subprocess.run(command, stdout=log, stderr=subprocess.STDOUT, check=False).returncode:
                    sys.exit(f"bake_nucleons: group {i}, part {part} failed; see {work}/bake.log")


def jobs(work):
    """{(projectile, physics, energy): list of (counts, record)} of the job files."""
    out = {}
    for path in sorted(pathlib.Path(work).glob("*.npz")):
        with np.load(path) as data:
            counts, record = data["counts"].astype(float), json.loads(str(data["record"]))
        out.setdefault((record["projectile"], record["physics"], record["energy_GeV"]), []).append((counts, record))
    return out


def assemble_one(projectile, baked):
    """Write the table of one projectile."""
    energies = np.array(PROTON_ENERGIES if projectile == "proton" else ALPHA_ENERGIES)
    yields, variance, sigma, listed = [], [], [], []
    for energy in energies:
        models = [m for m, kind, es in groups() if kind == projectile and energy in es]
        high = min(max((energy - BLEND[0]) / (BLEND[1] - BLEND[0]), 0.0), 1.0)
        row, square, collided_all, depth = 0.0, 0.0, 0, 0.0
        for model in models:
            parts = baked[projectile, model, float(energy)]
            weight = 1.0 if len(models) == 1 else high if model == "FTFP_BERT" else 1.0 - high
            records = [record for _, record in parts]
            collided = sum(r["collided"] for r in records)
            counts = sum(c for c, _ in parts)
            row = row + weight * counts / collided
            square = square + weight**2 * counts.sum(axis=(1, 2)) / collided**2
            collided_all += collided
            depth += sum(r["depth_sum_g_cm2"] + BOX_DEPTH * (r["events"] - r["collided"]) for r in records)
            listed.append(
                {
                    "E_GeV": float(energy), "physics": model, "weight": round(weight, 4),
                    "events": sum(r["events"] for r in records), "seeds": [r["seed"] for r in records],
                    "later_collisions": sum(r["later_collisions"] for r in records),
                    "other": {key: sum(r["other"][key] for r in records) for key in records[0]["other"]},
                    "cpu_s": round(sum(r["cpu_s"] for r in records), 1),
                    "date": max(r["date"] for r in records),
                }
            )  # fmt: skip
        yields.append(row)
        variance.append(square)
        sigma.append(MOLAR_MASS[TARGET] / AVOGADRO_MB * collided_all / depth)
    yields = np.array(yields)
    mult = yields.sum(axis=(2, 3))
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
        "seed_rule": "crc32 of the job name (bake_nucleons.job_name) modulo 2e9, plus 1",
        "licence": LICENCE,
        "cpu_s": round(sum(job["cpu_s"] for job in listed), 1),
        "date": max(job["date"] for job in listed),
        "jobs": listed,
    }
    path = ROOT / f"mcbelt/data/yields/nucleons_{projectile}_{TARGET}.npz"
    np.savez_compressed(
        path,
        E_GeV=energies,
        sigma_inel_mb=np.array(sigma),
        species=np.array(SPECIES),
        x_edges=X_EDGES,
        mult=mult,
        mult_err=np.sqrt(np.array(variance)),
        pdf=(yields / mult[:, :, None, None]).astype(np.float32),
        provenance=np.array(json.dumps(header)),
    )
    print(f"{path.relative_to(ROOT)}: {len(energies)} energies, {path.stat().st_size / 1e3:.0f} kB")


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--work", default="build/nucleons", help="folder of the job files")
    parser.add_argument("--group", type=int, help="bake one group in this process")
    parser.add_argument("--part", type=int, default=0)
    parser.add_argument("--assemble", action="store_true", help="make the shipped tables from the job files")
    args = parser.parse_args()
    if args.assemble:
        baked = jobs(args.work)
        for projectile in ("proton", "alpha"):
            assemble_one(projectile, baked)
    elif args.group is not None:
        bake_group(args.work, *groups()[args.group], args.part)
    else:
        bake(args.work)


if __name__ == "__main__":
    main()
