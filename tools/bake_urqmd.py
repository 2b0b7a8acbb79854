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
import subprocess
import sys
import time
import types
import zlib
from concurrent.futures import ThreadPoolExecutor

import numpy as np
from bake_yields import NUCLEUS, SPECIES, histogram

ROOT = pathlib.Path(__file__).resolve().parent.parent
PROTON_MASS = 0.93827209  # [GeV]
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


def trials(energy):
    """Parts of an energy [GeV] and impact parameters in each."""
    return next((parts, n) for limit, parts, n in TRIALS if energy <= limit)


def jobs():
    """(target, energy [GeV], part) of every job."""
    pairs = [("C", e) for e in CARBON] + [("N", e) for e in NITROGEN]
    return [(target, e, part) for target, e in pairs for part in range(trials(e)[0])]


def job_name(target, energy, part):
    return f"urqmd-proton-{target}-{energy:.4f}" + (f"-{part}" if part else "")


def bake_one(work, target, energy, part):
    """Bake one job in this process (the library is global)."""
    import chromo
    from chromo.constants import GeV
    from chromo.kinematics import FixedTarget

    work = pathlib.Path(work).resolve()
    os.chdir(work)  # UrQMD keeps a file of resonance tables in the current folder
    name = job_name(target, energy, part)
    seed = zlib.crc32(name.encode()) % 900_000_000 + 1
    charge, mass_number = NUCLEUS[target]
    momentum = np.sqrt(energy * (energy + 2.0 * PROTON_MASS))
    generator = chromo.models.UrQMD34(FixedTarget(momentum * GeV, "p", (mass_number, charge)), seed=seed)
    lib = generator._lib
    lib.options.ctoption[7 - 1] = 0  # elastic scattering of nucleons on
    lib.options.ctoption[24 - 1] = 2  # no potential
    lib.inputs.eos = lib.sys.eos = 0
    repeats = trials(energy)[1]
    start, born, collided, with_mesons, elastic, counts, other = time.process_time(), [], 0, 0, 0, 0, {}
    for n in range(repeats):
        lib.cascinit(lib.sys.zt, lib.sys.at, 2)
        lib.urqmd(1)  # 1: do not repeat an event without a collision
        if lib.sys.ctag > 0:
            lib.chepevt()
            size = int(lib.sys.npart)
            pdg = np.array(lib.hepevt.idhep[:size])
            momenta = 1e3 * np.array(lib.hepevt.phep[:3, :size])
            mesons = np.abs(pdg) < 1000
            collided += 1
            with_mesons += bool(mesons.any())
            elastic += not mesons.any() and bool(np.all((pdg == 2212) | (pdg == 2112)))
            born += [(code, *p) for code, p in zip(pdg, momenta.T, strict=True) if abs(code) not in (2212, 2112)]
        if len(born) > 200_000 or n == repeats - 1:
            c, o = histogram(types.SimpleNamespace(born=born), "proton", energy)
            counts, other, born = counts + c.astype(np.int64), {k: other.get(k, 0) + o[k] for k in o}, []
    record = {
        "target": target, "energy_GeV": energy, "seed": seed, "trials": repeats, "collided": collided,
        "with_mesons": with_mesons, "only_nucleons": elastic, "bdist_fm": float(lib.rsys.bdist), "other": other,
        "cpu_s": round(time.process_time() - start, 1), "date": datetime.date.today().isoformat(),
    }  # fmt: skip
    temporary = work / f".{name}.{os.getpid()}.npz"
    np.savez_compressed(temporary, counts=counts, record=json.dumps(record))
    os.replace(temporary, work / (name + ".npz"))


def bake(work, workers):
    """Bake every job that is missing, one process each."""
    work = pathlib.Path(work)
    work.mkdir(parents=True, exist_ok=True)
    todo = [i for i, job in enumerate(jobs()) if not (work / (job_name(*job) + ".npz")).exists()]

    def one(index):
        command = [sys.executable, str(pathlib.Path(__file__).resolve()), "--work", str(work), "--job", str(index)]
        with open(work / "bake.log", "a") as log:
            return subprocess.run(command, stdout=log, stderr=subprocess.STDOUT, check=False).returncode

    with ThreadPoolExecutor(workers) as pool:
        failed = [jobs()[i] for i, code in zip(todo, pool.map(one, todo), strict=True) if code]
    if failed:
        sys.exit(f"bake_urqmd: {failed} failed; see {work}/bake.log")


def read(work, target, energy):
    """Counts (6, U, V) and record of an energy, summed over its parts."""
    total, record = 0.0, None
    for part in range(trials(energy)[0]):
        with np.load(pathlib.Path(work) / (job_name(target, energy, part) + ".npz")) as data:
            counts, found = data["counts"].astype(float), json.loads(str(data["record"]))
        total, found["seeds"] = total + counts, [found.pop("seed")]
        if record is None:
            record = found
            continue
        for key in ("trials", "collided", "with_mesons", "only_nucleons", "cpu_s", "seeds"):
            record[key] = record[key] + found[key]
        record["other"] = {key: record["other"][key] + found["other"][key] for key in record["other"]}
    return total, record


def reaction_cross_section(record):
    """UrQMD's cross section for a collision of any kind [mb]."""
    return 10.0 * np.pi * record["bdist_fm"] ** 2 * record["collided"] / record["trials"]


def assemble(work, path):
    """Write the table of nitrogen in the format of mcbelt/data/yields."""
    with np.load(ROOT / "mcbelt/data/yields/proton_N.npz") as ours:
        sigma_inel = np.interp(np.log(NITROGEN), np.log(ours["E_GeV"]), ours["sigma_inel_mb"])
    records = [read(work, "N", energy)[1] for energy in NITROGEN]
    header = {
        "what": "mesons per collision of proton + N-14 by UrQMD 3.4, quasi-elastic collisions among the collisions",
        "generator": "UrQMD 3.4 through chromo 0.11.0, tools/bake_urqmd.py; CTOption(7) = 0, CTOption(24) = 2, "
        "cascade mode, empty events not counted",
        "axes": "as in mcbelt/data/yields: pdf[E, species, u, v], u = ln(T/MeV)/ln(T_projectile/MeV), "
        "v = sqrt((1 - cos theta)/2), up to a common factor",
        "sigma_inel": "Geant4's, interpolated from mcbelt/data/yields/proton_N.npz; sigma_urqmd_mb is UrQMD's own",
        "errors": "one standard deviation from counts",
        "licence": LICENCE,
        "seed_rule": "crc32 of the job name (bake_urqmd.job_name) modulo 9e8, plus 1",
        "cpu_s": round(sum(record["cpu_s"] for record in records), 1),
        "date": max(record["date"] for record in records),
        "jobs": records,
    }
    path.parent.mkdir(parents=True, exist_ok=True)
    table = arrays(work, "N", NITROGEN, sigma_inel)
    np.savez_compressed(path, **table, provenance=np.array(json.dumps(header)))
    print(f"{path}: {path.stat().st_size / 1e3:.0f} kB")


def arrays(work, target, energies, sigma_inel):
    """Arrays of a table in the format of mcbelt/data/yields, from the jobs of one target."""
    baked = [read(work, target, energy) for energy in energies]
    numbers = np.stack([counts.sum(axis=(1, 2)) for counts, _ in baked])
    collided = np.array([record["collided"] for _, record in baked], float)
    pdf = np.zeros((len(baked), *baked[0][0].shape), dtype=np.float16)
    for i, (counts, _) in enumerate(baked):
        pdf[i] = 16384.0 * counts / np.maximum(counts.max(axis=(1, 2), keepdims=True), 1.0)
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


def compare(work):
    """Print what the jobs hold, per collision, and both generators over HARP's and HARP-CDP's p + C (needs mcbelt)."""
    from mcbelt.physics.yield_tables import YieldTable

    for target, energy in dict.fromkeys((target, energy) for target, energy, _ in jobs()):
        counts, record = read(work, target, energy)
        numbers = counts.sum(axis=(1, 2)) / record["collided"]
        print(
            f"{target} {energy:.3f} GeV: sigma {reaction_cross_section(record):.1f} mb, only nucleons in "
            f"{record['only_nucleons'] / record['collided']:.3f} of collisions; per collision "
            + " ".join(f"{s} {x:.3f}" for s, x in zip(SPECIES, numbers, strict=True))
            + f"; {record['cpu_s']} s"
        )
    with np.load(ROOT / "tests/data/yields_check_C.npz") as data:
        ours = dict(data)
    sigma = np.interp(np.log(CARBON), np.log(ours["E_GeV"]), ours["sigma_inel_mb"])
    urqmd = arrays(work, "C", CARBON, sigma) | {"provenance": np.array("{}")}
    for name, table in (("ours", YieldTable(ours)), ("UrQMD", YieldTable(urqmd))):
        regions = {}
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


def carbon_pions(table):
    """Cross sections of the pions of p + C in the bins of HARP and HARP-CDP, summed over momentum.

    Returns {(beam [GeV/c], charge, low, high angle [deg]): (calculated, measured, error of the measurement) [mb]}.
    """
    sums = {}
    for name in ("harp_pC_forward.csv", "harpcdp_pC_large_angle.csv"):
        with open(ROOT / "tests/data" / name) as file:
            for row in csv.DictReader(line for line in file if not line.startswith("#")):
                if "p_lo_GeVc" in row:
                    beam = 12
                    low, high = (np.degrees(1e-3 * float(row[f"theta_{end}_mrad"])) for end in ("lo", "hi"))
                    edges = np.array([float(row["p_lo_GeVc"]), float(row["p_hi_GeVc"])])
                else:
                    beam, low, high = int(row["beam_GeVc"]), float(row["theta_lo_deg"]), float(row["theta_hi_deg"])
                    edges = np.array([float(row["pT_lo"]), float(row["pT_hi"])])
                    edges /= np.sin(np.radians(float(row["mean_theta_deg"])))
                energy = min(CARBON, key=lambda T: abs(T - np.hypot(beam, PROTON_MASS) + PROTON_MASS))
                if beam < 5:
                    continue
                momentum = np.linspace(*edges, 11)[1::2]
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


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--work", default="build/urqmd", help="folder of the job files")
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
        bake_one(args.work, *jobs()[args.job])
    else:
        bake(args.work, args.workers)


if __name__ == "__main__":
    main()
