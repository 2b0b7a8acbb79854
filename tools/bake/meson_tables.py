"""Make the tables of mesons from the job files of `python -m tools.bake run` (numpy alone).

Writes into one folder:
  {projectile}_{target}.npz      H, He, N, O, Ar for protons; He, N, O for alphas: as in mcbelt/data/yields
  model_spread.csv               Bertini against INCL++ for N and O: as in mcbelt/data/yields
  yields_check_C.npz             carbon, the target of most measurements: as in tests/data
  yields_check_C_models.csv      INCL++ and Bertini totals on carbon: as in tests/data
A table whose energies are not all baked is not written. What short-lived parents decay to is added with the factors of
parents.csv.
"""

import csv
import json
import pathlib
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np

from tools import job_files
from tools.bake import particles, plan
from tools.bake.histograms import DALITZ, MADE, MESONS, ROWS, U_BINS, V_EDGES
from tools.first_collision import NUCLEUS, depth_seen, inelastic_mb

FACTORS = pathlib.Path(__file__).with_name("parents.csv")
PDF_SCALE = 16384.0  # largest float16 entry of a distribution: keeps single counts out of the subnormal range
# Columns of a table: mesons of the collision itself, then what the decays of short-lived ones make.
DECAYED = {"pi+": "pi+ of decays", "pi-": "pi- of decays", "pi0": "pi0 of decays"}
COLUMNS = (*MESONS, *(DECAYED.get(name, name) for name in MADE), DALITZ)
FINE_ABOVE = 2.5  # [GeV], per nucleon; below, pions fly at wide angles, and the 30 equal bins are kept
# pp -> N N pi and d pi+ below 0.5 GeV: VerWest and Arndt 1982, and 0.20 eta + 0.95 eta^3 mb for d pi+, eta = p*/m_pi.
# Geant4's inelastic pp cross section is 0.005 instead of 0.6 mb at 0.35 GeV, and right from 0.5 GeV on.
PP_PION_CHANNELS = (
    (0.2875, 0.295, 0.300, 0.319, 0.325, 0.350, 0.400, 0.444, 0.450, 0.500),  # [GeV]
    (0.0, 0.0625, 0.0963, 0.2535, 0.3135, 0.620, 1.538, 2.781, 2.992, 5.262),  # [mb], +-15 %
)
LICENCE = (
    "Produced with Geant4 (Geant4 Software License, https://geant4.web.cern.ch/download/license). This product "
    "includes software developed by Members of the Geant4 Collaboration (http://cern.ch/geant4); "
    "S. Agostinelli et al., NIM A 506 (2003) 250; J. Allison et al., NIM A 835 (2016) 186. "
    "The tables themselves are part of mcbelt (BSD-3-Clause)."
)


Key = tuple[str, str, str, float]  # projectile, target, physics, energy [GeV, per nucleon]
Entry = dict[str, Any]  # what all parts of a job have counted


class Row(NamedTuple):
    """One energy [GeV, per nucleon] of a table: cross section [mb], mesons per collision, and the jobs behind them."""

    energy: float
    sigma: float
    sigma_error: float
    mult: np.ndarray
    mult_error: np.ndarray
    mass: np.ndarray
    entries: list[Entry]
    weights: list[float]
    models: list[str]


def jobs(work: pathlib.Path) -> dict[Key, Entry]:
    """All job files of mesons as {(projectile, target, physics, energy): summed record}."""
    out: dict[Key, Entry] = {}
    for path in sorted(work.glob("mesons-*.npz")):
        counts, record = job_files.read(path)
        key = (record["projectile"], record["target"], record["physics"], round(record["energy_GeV"], 4))
        zero = dict.fromkeys(("counts", "events", "collided"), 0) | {"depth": 0.0, "cpu_s": 0.0}
        entry = out.setdefault(key, {**zero, "seeds": [], "dates": [], "other": {}})
        entry["counts"] = entry["counts"] + counts.astype(np.int64)
        entry["events"] += record["events"]
        entry["collided"] += record["collided"]
        entry["depth"] += depth_seen(record)
        entry["cpu_s"] += record["cpu_s"]
        entry["seeds"].append(record["seed"])
        entry["dates"].append(record["date"])
        for name, n in record["other"].items():
            entry["other"][name] = entry["other"].get(name, 0) + n
    return out


def parent_factors() -> dict[str, float]:
    """Factors on the numbers of the parents that decay in the bake [1], by the names of `particles.PARENTS`."""
    with open(FACTORS, newline="") as file:
        rows = csv.DictReader(line for line in file if not line.startswith("#"))
        return {row["parent"]: float(row["factor"]) for row in rows}


def columns(rows: np.ndarray, power: int = 1) -> np.ndarray:
    """Numbers of the columns of a table from the rows of a job.

    Parameters
    ----------
    rows : ndarray, shape (ROWS, ...)
        Counts [1].
    power : int
        2 for the variance of the result, each weight squared.

    Returns
    -------
    ndarray, shape (COLUMNS, ...)
    """
    of, factors = dict(zip(ROWS, rows, strict=True)), parent_factors()
    made = [sum(factors[parent] ** power * of[f"{parent}: {name}"] for parent in particles.PARENTS) for name in MADE]
    one_charge = (0.5 * particles.DALITZ) ** power * of[DALITZ]
    return np.stack([*(of[name] for name in MESONS), *made, one_charge])


def coarse_angles(number: np.ndarray) -> np.ndarray:
    """Numbers, shape (..., V), spread evenly over each thirtieth of v."""
    first = np.searchsorted(V_EDGES, np.arange(30) * V_EDGES[-1] // 30)
    widths = np.diff(V_EDGES)
    whole = np.add.reduceat(number, first, axis=-1)
    return np.repeat(whole, np.diff([*first, widths.size]), axis=-1) * widths * 30 / V_EDGES[-1]


def mixture(entries: Sequence[Entry], weights: Sequence[float]) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Multiplicities, their errors and the distribution of a weighted mean of models.

    Returns mult (C,), error (C,), mass (C, U, V) of unit sum per column (zero where nothing was counted).
    """
    total, variance = np.zeros(()), np.zeros(())
    for entry, weight in zip(entries, weights, strict=True):
        each = weight / max(entry["collided"], 1)
        total = total + each * columns(entry["counts"].astype(float))
        variance = variance + each**2 * columns(entry["counts"].sum(axis=(1, 2)).astype(float), power=2)
    mult = np.sum(total, axis=(1, 2))
    mass = total / np.where(mult > 0.0, mult, 1.0)[:, None, None]
    return mult, np.sqrt(variance), mass


def target_table(baked: Mapping[Key, Entry], projectile: str, target: str) -> tuple[list[Row], list[tuple[str, float]]]:
    """Rows of one shipped table, or what is missing for it.

    Parameters
    ----------
    baked : mapping
        Jobs, from `jobs`.
    projectile : {"proton", "alpha"}
    target : str
        Element.

    Returns
    -------
    rows : list of Row
        One an energy, rising; none when a job is missing.
    missing : list of (str, float)
        Physics and energy [GeV, per nucleon] of jobs that are not baked.
    """
    wanted = plan.table_models(projectile, target)
    missing = [(p, e) for e, models in wanted.items() for p in models if (projectile, target, p, e) not in baked]
    if missing:
        return [], missing
    rows = []
    for energy in sorted(wanted):
        models = wanted[energy]
        entries = [baked[projectile, target, physics, energy] for physics in models]
        weights = plan.model_weights(energy, models)
        collided, depth = sum(e["collided"] for e in entries), sum(e["depth"] for e in entries)
        sigma = inelastic_mb(target, collided, depth)
        if (projectile, target) == ("proton", "H") and energy < 0.5:
            sigma = float(np.interp(np.log(energy), np.log(PP_PION_CHANNELS[0]), PP_PION_CHANNELS[1]))
            collided = 44.0  # 15 %
        error = sigma / np.sqrt(max(collided, 1))
        rows.append(Row(energy, sigma, error, *mixture(entries, weights), entries, weights, models))
    return rows, []


def provenance(projectile: str, target: str, rows: Sequence[Row]) -> str:
    """What made the table, as a JSON string.

    Parameters
    ----------
    projectile : {"proton", "alpha"}
    target : str
        Element.
    rows : sequence of Row
        The table.

    Returns
    -------
    str
    """
    header = {
        "what": f"mesons of inelastic {projectile} + {target} (Z, A = {NUCLEUS[target]})",
        "generator": "Geant4 11.4.1 through geant4-pybind 0.1.3, tools/bake; secondaries killed at birth",
        "models": "INCLXX: G4HadronPhysicsINCLXX, the INCL++ cascade; FTFP_BERT: Bertini below 3 GeV, FTFP above "
        "6 GeV; N, O, Ar, C: linear in T from INCLXX to FTFP_BERT between 3 and 6 GeV; "
        "alphas: G4IonPhysics (binary cascade, FTFP above 3-6 GeV/n)",
        "sigma_inel": "from the mean depth of the first collision (Barashenkov-Glauber-Gribov in Geant4); "
        "p + H below 0.5 GeV: sums over the pion channels (VerWest and Arndt 1982), +-15 %",
        "axes": "pdf[E, species, u, v]: u = ln(T/MeV)/ln(T_scale/MeV), 60 bins on 0..1, T < 1 MeV in the first; "
        "T_scale = kinetic energy of the whole projectile; v = sqrt((1 - cos theta)/2), edges v_edges / v_edges[-1], "
        f"below {FINE_ABOVE:g} GeV flat inside 30 equal bins; probability per bin up to a common factor",
        "decays": "gamma, e+, e- and '... of decays': of eta, eta', omega, hyperons, K0S -> pi0 pi0, K0L, and K+- but "
        "for mu nu and the charged pion of pi pi0, unpolarised, muons of them decayed; 'e of Dalitz': electrons of one "
        "charge of the Dalitz decays of pi0",
        "parent_factors": parent_factors(),
        "energy": "E_GeV: kinetic energy, per nucleon for alphas",
        "errors": "one standard deviation from counts",
        "left_out": "antinucleons, decays below 1e-4; counts of the parents per energy are in jobs/other",
        "seed_rule": "crc32 of the job name (plan.Job.part_name) modulo 2e9, plus 1",
        "licence": LICENCE,
        "cpu_s": round(sum(e["cpu_s"] for row in rows for e in row.entries), 1),
        "date": max(d for row in rows for e in row.entries for d in e["dates"]),
        "jobs": [
            {
                "E_GeV": row.energy,
                "physics": m,
                "weight": round(w, 4),
                "events": e["events"],
                "seeds": e["seeds"],
                "other": e["other"],
            }
            for row in rows
            for e, w, m in zip(row.entries, row.weights, row.models, strict=True)
        ],
    }
    return json.dumps(header)


def write_table(path: pathlib.Path, projectile: str, target: str, rows: Sequence[Row], decays: bool) -> None:
    """Write one npz: float16 distributions, float64 the rest.

    Parameters
    ----------
    path : Path
    projectile : {"proton", "alpha"}
    target : str
        Element.
    rows : sequence of Row
        The table.
    decays : bool
        Write all columns, not the mesons of the collision alone.

    Raises
    ------
    OSError
        The file cannot be written.
    """
    species = COLUMNS if decays else tuple(MESONS)
    pdf = np.zeros((len(rows), len(species), U_BINS, V_EDGES.size - 1), dtype=np.float16)
    for i, row in enumerate(rows):
        mass = row.mass[: len(species)]
        mass = mass if row.energy > FINE_ABOVE else coarse_angles(mass)
        peak = mass.max(axis=(1, 2), keepdims=True)
        pdf[i] = mass / np.where(peak > 0.0, peak, 1.0) * PDF_SCALE
    np.savez_compressed(
        path,
        E_GeV=np.array([row.energy for row in rows]),
        sigma_inel_mb=np.array([row.sigma for row in rows]),
        sigma_inel_err_mb=np.array([row.sigma_error for row in rows]),
        mult=np.array([row.mult[: len(species)] for row in rows]),
        mult_err=np.array([row.mult_error[: len(species)] for row in rows]),
        pdf=pdf,
        v_edges=V_EDGES,
        species=np.array(species),
        nucleons=np.array(4 if projectile == "alpha" else 1),
        provenance=np.array(provenance(projectile, target, rows)),
    )
    print(f"{path}: {len(rows)} energies, {path.stat().st_size / 1e3:.0f} kB")


def write_spread(path: pathlib.Path, baked: Mapping[Key, Entry], targets: Iterable[str], note: str) -> None:
    """CSV of the pion multiplicities of Bertini and INCL++ at the energies where both were baked.

    Parameters
    ----------
    path : Path
        File to write.
    baked : mapping
        Jobs, from `jobs`.
    targets : iterable of str
        Elements.
    note : str
        First line of the header.

    Raises
    ------
    OSError
        The file cannot be written.
    """
    with open(path, "w", newline="") as file:
        file.write(
            f"# {note}\n# source: tools/bake (Geant4 11.4.1, geant4-pybind 0.1.3); licence: BSD-3-Clause, "
            "made with Geant4\n"
        )
        file.write(
            "# columns: kinetic energy of the proton [GeV], mesons per inelastic collision and statistical errors\n"
        )
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(["target", "E_GeV", "species", "inclxx", "inclxx_err", "bertini", "bertini_err"])
        for target in targets:
            energies = sorted(
                e for (p, t, m, e) in baked if (p, t, m) == ("proton", target, "FTFP_BERT") and e <= plan.BLEND[0]
            )
            for energy in energies:
                keys = [("proton", target, physics, energy) for physics in ("INCLXX", "FTFP_BERT")]
                if not all(key in baked for key in keys):
                    continue
                numbers = [mixture([baked[key]], [1.0]) for key in keys]
                for i, name in enumerate(MESONS):
                    if name.startswith("pi"):
                        writer.writerow([target, energy, name, *(f"{x[k][i]:.5g}" for x in numbers for k in (0, 1))])


def assemble(work: pathlib.Path, out: pathlib.Path, decays: bool = True) -> list[str]:
    """Write every table whose jobs are there.

    Parameters
    ----------
    work : Path
        Folder of the job files.
    out : Path
        Folder of the tables.
    decays : bool
        Write what decays make as well.

    Returns
    -------
    list of str
        What was not written, and why.

    Raises
    ------
    OSError
        A file cannot be written.
    """
    baked = jobs(work)
    print(f"{len(baked)} energies baked, {sum(e['cpu_s'] for e in baked.values()) / 60.0:.1f} CPU minutes")
    shipped = [("proton", t) for t in ("H", "He", "N", "O", "Ar")] + [("alpha", t) for t in ("He", "N", "O")]
    incomplete = []
    for projectile, target in [*shipped, ("proton", "C")]:
        rows, missing = target_table(baked, projectile, target)
        if missing:
            incomplete.append(f"{projectile}+{target}: {len(missing)} energies missing, first {missing[0]}")
            continue
        name = "yields_check_C" if target == "C" else f"{projectile}_{target}"
        write_table(out / f"{name}.npz", projectile, target, rows, decays)
    write_spread(out / "model_spread.csv", baked, ("N", "O"), "Spread between cascades on N and O")
    write_spread(
        out / "yields_check_C_models.csv", baked, ("C",), "Cascades on carbon, for comparison with measurements"
    )
    return incomplete
