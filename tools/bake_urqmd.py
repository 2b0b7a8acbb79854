"""Bake pion and kaon yields of p + N-14 with UrQMD 3.4, the other generator that mcbelt's are compared with.

UrQMD comes from the wheel of chromo (0.11.0). What has to be known to use it for multiplicities:
  - chromo switches elastic scattering of nucleons off (CTOption(7) = 1); collisions are then inelastic ones only and
    there are 1.2-1.3 times as many pions per collision at 14 GeV. Here it is on, as quasi-elastic collisions are in
    Geant4's inelastic cross section.
  - chromo repeats an event until the projectile has hit something. Here every impact parameter up to `bdist` counts:
    the share that hit gives UrQMD's reaction cross section, and yields are per collision.
  - below 4.9 GeV/c chromo turns a potential on, in one time step of 200 fm/c; here it stays off.
  - K0 and anti-K0 are made into K0S and K0L one by one; pi0, eta, K and the hyperons Lambda, Sigma+- do not decay.

The arrays of the table are those of mcbelt/data/yields. The cross section in it is Geant4's, read from the shipped
table of nitrogen, so that only the yields per collision differ; UrQMD's own is kept beside it.

    python tools/bake_urqmd.py --work build/urqmd --workers 1      # resumable: one file per job; 20 CPU minutes
    python tools/bake_urqmd.py --work build/urqmd --assemble       # numpy only
    python tools/bake_urqmd.py --work build/urqmd --compare        # multiplicities; both generators over HARP (mcbelt)

The licence of UrQMD (see LICENCE) allows neither its code nor events to be passed on: job files hold histograms, and
the tables are not part of the package.
"""

import argparse
import csv
import datetime
import json
import os
import pathlib
import sys
import time
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

import job_files
import numpy as np
from first_collision import NUCLEUS
from meson_histogram import PDF_SCALE, SPECIES, histogram

if TYPE_CHECKING:
    from mcbelt.physics.yield_tables import YieldTable

ROOT = pathlib.Path(__file__).resolve().parent.parent
PROTON_MASS = 0.93827209  # [GeV], with which the momenta of the baked jobs were made
SEEDS = 900_000_000  # what the generator takes
NITROGEN = (3.0, 4.5, 6.5, 9.0, 14.0, 20.0, 30.0, 45.0, 60.0, 100.0, 150.0, 300.0, 500.0)  # [GeV]
CARBON = (4.149, 11.098)  # HARP and HARP-CDP at 5 and 12 GeV/c [GeV]
# (energy up to which [GeV], parts, impact parameters per part). Short parts at high energies: the hard collisions, made
# with Pythia, take longer and longer within a process.
TRIALS = ((50.0, 1, 160_000), (70.0, 1, 80_000), (1e9, 4, 3_000))
LICENCE = (
    "UrQMD 3.4 (S. A. Bass et al., Prog. Part. Nucl. Phys. 41 (1998) 255; M. Bleicher et al., J. Phys. G 25 (1999) "
    "1859), whose copyright notice says: provided freely for the purpose of checking and reproducing published results "
    "of the authors; neither the code nor events generated with it are to be given to third parties without consent of "
    "the authors. This file holds averages over events, made to check a calculation, and no events. Run through chromo "
    "0.11.0 (BSD-3-Clause; includes Pythia 6 inside UrQMD)."
)


def trials(energy: float) -> tuple[int, int]:
    """Parts of an energy [GeV] and impact parameters in each."""
    return next((parts, n) for limit, parts, n in TRIALS if energy <= limit)


class Job(NamedTuple):
    """One part, from 0, of the protons of a kinetic energy [GeV] on a target."""

    target: str
    energy: float
    part: int

    @property
    def name(self) -> str:
        """Name, whose crc32 is the seed."""
        return f"urqmd-proton-{self.target}-{self.energy:.4f}" + (f"-{self.part}" if self.part else "")


def jobs() -> list[Job]:
    """Every job."""
    pairs = [("C", e) for e in CARBON] + [("N", e) for e in NITROGEN]
    return [Job(target, e, part) for target, e in pairs for part in range(trials(e)[0])]


def generator(job: Job, seed: int) -> Any:
    """UrQMD for the protons and the nucleus of a job, set as this file says above.

    ImportError where chromo (the extra `peers`) is not installed.
    """
    import chromo
    from chromo.constants import GeV
    from chromo.kinematics import FixedTarget

    charge, mass_number = NUCLEUS[job.target]
    momentum = np.sqrt(job.energy * (job.energy + 2.0 * PROTON_MASS))
    made = chromo.models.UrQMD34(FixedTarget(momentum * GeV, "p", (mass_number, charge)), seed=seed)
    lib = made._lib
    lib.options.ctoption[7 - 1] = 0  # elastic scattering of nucleons on
    lib.options.ctoption[24 - 1] = 2  # no potential
    lib.inputs.eos = lib.sys.eos = 0
    return made


def collision(lib: Any) -> tuple[np.ndarray, np.ndarray] | None:
    """PDG codes, shape (n,), and momenta [MeV], shape (3, n), of one event; None where the projectile hits nothing."""
    lib.cascinit(lib.sys.zt, lib.sys.at, 2)
    lib.urqmd(1)  # 1: do not repeat an event without a collision
    if lib.sys.ctag <= 0:
        return None
    lib.chepevt()
    size = int(lib.sys.npart)
    return np.array(lib.hepevt.idhep[:size]), 1e3 * np.array(lib.hepevt.phep[:3, :size])


def bake_one(work: pathlib.Path, job: Job) -> None:
    """Bake one job in this process (the library is global)."""
    work = work.resolve()
    os.chdir(work)  # UrQMD keeps a file of resonance tables in the current folder
    seed = job_files.seed(job.name, SEEDS)
    made = generator(job, seed)
    lib, repeats = made._lib, trials(job.energy)[1]
    start = time.process_time()
    born: list[tuple] = []
    counts = np.zeros((), np.int64)
    other: dict[str, int] = {}
    collided = with_mesons = elastic = 0
    for n in range(repeats):
        event = collision(lib)
        if event is not None:
            pdg, momenta = event
            mesons = bool((np.abs(pdg) < 1000).any())
            collided += 1
            with_mesons += mesons
            elastic += not mesons and bool(np.all((pdg == 2212) | (pdg == 2112)))
            born += [(code, *p) for code, p in zip(pdg, momenta.T, strict=True) if abs(code) not in (2212, 2112)]
        if len(born) > 200_000 or n == repeats - 1:
            c, o = histogram(born, "proton", job.energy)
            counts, other, born = counts + c.astype(np.int64), {k: other.get(k, 0) + o[k] for k in o}, []
    record = {
        "target": job.target, "energy_GeV": job.energy, "seed": seed, "trials": repeats, "collided": collided,
        "with_mesons": with_mesons, "only_nucleons": elastic, "bdist_fm": float(lib.rsys.bdist), "other": other,
        "cpu_s": round(time.process_time() - start, 1), "date": datetime.date.today().isoformat(),
    }  # fmt: skip
    job_files.save(work, job.name, counts, record)


def bake(work: pathlib.Path, workers: int) -> None:
    """Bake every job that is missing, one process each."""
    work.mkdir(parents=True, exist_ok=True)
    todo = [i for i, job in enumerate(jobs()) if not job_files.path_of(work, job.name).exists()]
    script = str(pathlib.Path(__file__).resolve())
    commands = [[sys.executable, script, "--work", str(work), "--job", str(index)] for index in todo]
    status = job_files.run_all(commands, work / "bake.log", workers)
    failed = [jobs()[i] for i, code in zip(todo, status, strict=True) if code]
    if failed:
        sys.exit(f"bake_urqmd: {failed} failed; see {work}/bake.log")


def _summed(work: pathlib.Path, target: str, energy: float) -> tuple[np.ndarray, dict[str, Any]]:
    """Counts [1] of all parts of an energy [GeV], shape (6, U, V), and their record."""
    parts = [job_files.read(job_files.path_of(work, Job(target, energy, k).name)) for k in range(trials(energy)[0])]
    total, record = sum(counts.astype(float) for counts, _ in parts), parts[0][1]
    for _, found in parts:
        found["seeds"] = [found.pop("seed")]
    for _, found in parts[1:]:
        for key in ("trials", "collided", "with_mesons", "only_nucleons", "cpu_s", "seeds"):
            record[key] = record[key] + found[key]
        record["other"] = {key: record["other"][key] + found["other"][key] for key in record["other"]}
    return np.asarray(total), record


def reaction_cross_section(record: dict[str, Any]) -> float:
    """UrQMD's cross section for a collision of any kind [mb]."""
    return 10.0 * np.pi * record["bdist_fm"] ** 2 * record["collided"] / record["trials"]


def assemble(work: pathlib.Path, path: pathlib.Path) -> None:
    """Write the table of nitrogen in the format of mcbelt/data/yields."""
    with np.load(ROOT / "mcbelt/data/yields/proton_N.npz") as ours:
        sigma_inel = np.interp(np.log(NITROGEN), np.log(ours["E_GeV"]), ours["sigma_inel_mb"])
    records = [_summed(work, "N", energy)[1] for energy in NITROGEN]
    header = {
        "what": "mesons per collision of proton + N-14 by UrQMD 3.4, quasi-elastic collisions among the collisions",
        "generator": "UrQMD 3.4 through chromo 0.11.0, tools/bake_urqmd.py; CTOption(7) = 0, CTOption(24) = 2, "
        "cascade mode, empty events not counted",
        "axes": "as in mcbelt/data/yields: pdf[E, species, u, v], u = ln(T/MeV)/ln(T_projectile/MeV), "
        "v = sqrt((1 - cos theta)/2), up to a common factor",
        "sigma_inel": "Geant4's, interpolated from mcbelt/data/yields/proton_N.npz; sigma_urqmd_mb is UrQMD's own",
        "errors": "one standard deviation from counts",
        "licence": LICENCE,
        "seed_rule": "crc32 of the job name (bake_urqmd.Job.name) modulo 9e8, plus 1",
        "cpu_s": round(sum(record["cpu_s"] for record in records), 1),
        "date": max(record["date"] for record in records),
        "jobs": records,
    }
    path.parent.mkdir(parents=True, exist_ok=True)
    table = arrays(work, "N", NITROGEN, sigma_inel)
    np.savez_compressed(path, **table, provenance=np.array(json.dumps(header)))
    print(f"{path}: {path.stat().st_size / 1e3:.0f} kB")


def arrays(work: pathlib.Path, target: str, energies: Sequence[float], sigma_inel: np.ndarray) -> dict[str, Any]:
    """Arrays of a table in the format of mcbelt/data/yields, from the jobs of one target.

    Parameters
    ----------
    work : Path
        Folder of the job files.
    target : str
        Element.
    energies : sequence of float
        Kinetic energies [GeV], rising, n of them.
    sigma_inel : ndarray
        Cross section that the table shall have [mb], shape (n,).

    Returns
    -------
    dict
        All arrays but the provenance.

    Raises
    ------
    FileNotFoundError
        A job that is not baked.
    """
    baked = [_summed(work, target, energy) for energy in energies]
    numbers = np.stack([counts.sum(axis=(1, 2)) for counts, _ in baked])
    collided = np.array([record["collided"] for _, record in baked], float)
    pdf = np.zeros((len(baked), *baked[0][0].shape), dtype=np.float16)
    for i, (counts, _) in enumerate(baked):
        pdf[i] = PDF_SCALE * counts / np.maximum(counts.max(axis=(1, 2), keepdims=True), 1.0)
    return {
        "E_GeV": np.array(energies),
        "sigma_inel_mb": sigma_inel,
        "sigma_urqmd_mb": np.array([reaction_cross_section(record) for _, record in baked]),
        "mult": numbers / collided[:, None],
        "mult_err": np.sqrt(numbers) / collided[:, None],
        "pdf": pdf,
        "species": np.array(list(SPECIES)),
        "nucleons": np.array(1),
    }


def print_jobs(work: pathlib.Path) -> None:
    """Print what the jobs hold, per collision."""
    for target, energy in dict.fromkeys((target, energy) for target, energy, _ in jobs()):
        counts, record = _summed(work, target, energy)
        numbers = counts.sum(axis=(1, 2)) / record["collided"]
        print(
            f"{target} {energy:.3f} GeV: sigma {reaction_cross_section(record):.1f} mb, only nucleons in "
            f"{record['only_nucleons'] / record['collided']:.3f} of collisions; per collision "
            + " ".join(f"{s} {x:.3f}" for s, x in zip(SPECIES, numbers, strict=True))
            + f"; {record['cpu_s']} s"
        )


def compare(work: pathlib.Path) -> None:
    """Print the jobs, and both generators over HARP's and HARP-CDP's p + C (needs mcbelt)."""
    from mcbelt.physics.yield_tables import YieldTable

    print_jobs(work)
    with np.load(ROOT / "tests/data/yields_check_C.npz") as data:
        ours = dict(data)
    sigma = np.interp(np.log(CARBON), np.log(ours["E_GeV"]), ours["sigma_inel_mb"])
    urqmd = arrays(work, "C", CARBON, sigma) | {"provenance": np.array("{}")}
    for name, table in (("ours", YieldTable(ours)), ("UrQMD", YieldTable(urqmd))):
        regions: dict[tuple[int, str, str], list[float]] = {}
        for (beam, charge, low, high), (made, measured, error) in carbon_pions(table).items():
            print(
                f"{name} / measured, p + C at {beam} GeV/c, pi{charge}, {low:5.1f}-{high:5.1f} deg: "
                f"{made / measured:.2f} +- {made / measured * error / measured:.2f}"
            )
            total = regions.setdefault((beam, charge, "forward" if high < 15.0 else "large angles"), [0.0, 0.0])
            total[0] += made
            total[1] += measured
        for (beam, charge, region), (made, measured) in regions.items():
            print(f"{name}, {beam} GeV/c, pi{charge}, {region}: {made:.1f} of {measured:.1f} mb, {made / measured:.2f}")


def _bin(row: dict[str, str]) -> tuple[int, float, float, np.ndarray]:
    """Beam [GeV/c], low and high angle [deg] and edges of the momentum [GeV/c] of a measured bin."""
    if "p_lo_GeVc" in row:
        low, high = (float(np.degrees(1e-3 * float(row[f"theta_{end}_mrad"]))) for end in ("lo", "hi"))
        return 12, low, high, np.array([float(row["p_lo_GeVc"]), float(row["p_hi_GeVc"])])
    edges = np.array([float(row["pT_lo"]), float(row["pT_hi"])])
    edges /= np.sin(np.radians(float(row["mean_theta_deg"])))
    return int(row["beam_GeVc"]), float(row["theta_lo_deg"]), float(row["theta_hi_deg"]), edges


def carbon_pions(table: "YieldTable") -> dict[tuple[int, str, float, float], tuple[float, float, float]]:
    """Cross sections of the pions of p + C in the bins of HARP and HARP-CDP, summed over momentum.

    Returns {(beam [GeV/c], charge, low, high angle [deg]): (calculated, measured, error of the measurement) [mb]}.
    """
    sums: dict[tuple[int, str, float, float], np.ndarray] = {}
    for name in ("harp_pC_forward.csv", "harpcdp_pC_large_angle.csv"):
        with open(ROOT / "tests/data" / name) as file:
            for row in csv.DictReader(line for line in file if not line.startswith("#")):
                beam, low, high, edges = _bin(row)
                if beam < 5:
                    continue
                energy = min(CARBON, key=lambda T: abs(T - np.hypot(beam, PROTON_MASS) + PROTON_MASS))
                momentum = np.linspace(edges[0], edges[1], 11)[1::2]
                cosine = np.linspace(np.cos(np.radians(high)), np.cos(np.radians(low)), 15)[1::2, None]
                total = np.hypot(momentum, 0.13957)
                density = table.distribution(energy, total - 0.13957, cosine, "pi" + row["charge"])
                width = (edges[1] - edges[0]) * 2.0 * np.pi * (np.cos(np.radians(low)) - np.cos(np.radians(high)))
                calculated = np.mean(density * momentum / total) / (2.0 * np.pi) * width
                entry = sums.setdefault((beam, row["charge"], low, high), np.zeros(3))
                entry += (
                    calculated,
                    float(row["d2sigma_dpdOmega_mb_per_GeVc_sr"]) * width,
                    (float(row["err"]) * width) ** 2,
                )
    return {key: (made, measured, np.sqrt(variance)) for key, (made, measured, variance) in sums.items()}


def main() -> None:
    """Bake, assemble or compare, as the command line says."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument(
        "--work", type=pathlib.Path, default=pathlib.Path("build/urqmd"), help="folder of the job files"
    )
    parser.add_argument("--workers", type=int, default=1)
    parser.add_argument("--job", type=int, help="bake one job in this process")
    parser.add_argument("--assemble", nargs="?", const="build/urqmd/yields_urqmd_N.npz", help="write the table here")
    parser.add_argument("--compare", action="store_true", help="print multiplicities of all jobs")
    args = parser.parse_args()
    if args.assemble:
        assemble(args.work, ROOT / args.assemble)
    elif args.compare:
        compare(args.work)
    elif args.job is not None:
        bake_one(args.work, jobs()[args.job])
    else:
        bake(args.work, args.workers)


if __name__ == "__main__":
    main()
