"""Collect what was measured of p + C above 3 GeV/c beside what the cascade makes in the same bins: production_C.csv.

And how the cascade divides the energy of a collision, production_C_energy.csv, for the sum rule of the fit.

Each experiment has its own definition of a cross section; here each bin is counted in its own limits, from the
particles of `bake_beams`:
  HARP      forward d2sigma/(dp dOmega); large angles d2sigma/(dp dtheta)
  HARP-CDP  d2sigma/(dp dOmega) in bins of theta and pT
  NA61      dsigma/dp in a bin of theta; protons per produced event, times sigma_prod = 229.3 mb
  NA49      invariant E d3sigma/dp3 at (xF, pT), averaged over a window about the point; neutrons dN/dxF, times 226.3 mb
  ITEP      invariant E d3sigma/dp3 at (angle, T)
The prediction is that of nitrogen, which campaigns use, times (12/14)^0.7; the cascades' own ratio of N to C goes from
A^1.1 (INCL++) to A^0.1 (FTFP). Below 3 GeV the shipped factors of pi+- are in it, as they are in a campaign.

    python tools/measured_production.py --data FOLDER --work build/beams      # writes both into tests/data

FOLDER holds had_*.csv: transcriptions whose headers name their sources. NA49's kaons are an interpolated grid: every
fourth point of it is taken.
"""

import argparse
import csv
import math
import pathlib
from collections.abc import Iterator, Mapping
from typing import NamedTuple

import bake_beams
import numpy as np

from mcbelt.physics.production_weights import MASSES, q_coordinate, variables, x_coordinate
from mcbelt.physics.yield_factors import data_factor

ROOT = pathlib.Path(__file__).resolve().parent.parent
OUT, OUT_ENERGY = ROOT / "tests/data/production_C.csv", ROOT / "tests/data/production_C_energy.csv"
SPECIES = {"piplus": "pi+", "piminus": "pi-", "kplus": "K+", "proton": "p", "neutron": "n", "K+": "K+", "K-": "K-"}
SIGMA_PROD_NA61, SIGMA_NA49 = 229.3, 226.3  # [mb]
# NA61, pi+ of 180-240 mrad at 0.3-0.6 GeV/c: 20.7, 25.6, 27.3 in the transcription, 10 above their neighbours in angle
# and momentum and 1.7 to 2.3 times the pi- (1.1 to 1.3 elsewhere): left out.
MISPRINTED = {("piplus", "180", p) for p in ("0.3", "0.4", "0.5")}
TO_CARBON = (12.0 / 14.0) ** 0.7  # cross sections of p + C over those of p + N; the cascades' own ratio is another
CELLS = (20, 12)  # of the energy, in the coordinates of the knots
FEWEST = 10  # particles of the cascade in a bin that is kept
COLUMNS = (
    "set", "beam_GeVc", "species", "a_lo", "a_hi", "b_lo", "b_hi", "value", "err", "err_sys", "model", "model_err",
    "width", "p_GeVc", "angle_rad",
)  # fmt: skip
HEADER = """\
# p + C measured at 3 to 158 GeV/c, beside Geant4's cascades on N in the same bins, brought to C by A^0.7
# source: {sources}
# the measured numbers are facts; transcriptions from Geant4's tests 10.1.p03 (Geant4 Software License), HEPData/Rivet,
#   and PPFX (Apache-2.0, NA49's kaons: every fourth point in pT, every second in xF)
# model: tools/bake_beams.py, p + N (Geant4 11.4.1, models and blend of the yield tables; k of factors.csv in pi+- below
#   3 GeV) times (12/14)^0.7; model_err: of counts. Made by tools/measured_production.py
# licence: BSD-3-Clause. date: {date}
# value, err, err_sys (correlated, 0 where err holds all), model [unit of the set]
# width: value * width is the cross section in the bin [mb]; p_GeVc, angle_rad: mean of the cascade's particles in it
# set: a, b, unit
#   harp_fw: angle [rad], p [GeV/c], mb/(GeV/c sr); harp_la: angle [rad], p [GeV/c], mb/(GeV/c rad)
#   harp_cdp: angle [rad], pT [GeV/c], mb/(GeV/c sr); na61: angle [rad], p [GeV/c], mb/(GeV/c)
#   na49: xF [1], pT [GeV/c], E d3sigma/dp3 [mb/(GeV2/c3)]; na49_n: xF [1], all pT, mb per unit of xF
#   itep: angle [rad], T [GeV], E d3sigma/dp3 [mb/(GeV2/c3)]
"""
HEADER_ENERGY = """\
# Energy that a collision p + N hands to mesons (whole) and nucleons (kinetic), by cells of x and q
# source: tools/bake_beams.py (Geant4 11.4.1), tools/measured_production.py; licence: BSD-3-Clause. date: {date}
# energy_GeV: per inelastic collision [GeV]; pi+- with half of the pi0 (their mean), K+- with the neutral kaons
# x = T_secondary/T [1], q = 2 p sin(theta/2) [GeV/c]: means of the cell
"""
SOURCES = (
    "HARP, PRC 80 (2009) 035208 and PRC 77 (2008) 055207; HARP-CDP, EPJC 64 (2009) 181 and following; NA61, PRC 84 "
    "(2011) 034604, PRC 85 (2012) 035210; NA49, EPJC 49 (2007) 897, EPJC 73 (2013) 2364, kaons: thesis of G. Tinti "
    "(2010); ITEP, Bayukov et al., Sov. J. Nucl. Phys. 42 (1985) 116"
)


class Bin(NamedTuple):
    """One measured bin; `inside` and `each` are of the cascade's particles."""

    set: str
    beam: float
    species: str
    edges: tuple[float, float, float, float]  # of a and b
    value: float
    err: float
    err_sys: float
    width: float  # [mb per unit of value]; 0: `each` weighs each particle
    axis: str  # what b is: "p", "pT", "T", "xF" (a is xF, b pT)


def rows(folder: pathlib.Path, name: str) -> list[dict[str, str]]:
    """Rows of one file of data."""
    with open(folder / name) as file:
        return list(csv.DictReader(line for line in file if not line.startswith("#")))


def harp(folder: pathlib.Path) -> Iterator[Bin]:
    """HARP on carbon."""
    for r in rows(folder, "had_harp_pC_3to12GeVc.csv"):
        if r["target"] != "C":
            continue
        a, b, c, d = (float(r[k]) for k in ("theta_lo_rad", "theta_hi_rad", "p_lo_GeVc", "p_hi_GeVc"))
        forward = r["region"] == "FW"
        angle = 2.0 * math.pi * (math.cos(a) - math.cos(b)) if forward else b - a
        value, err = float(r["value_mb"]), float(r["err_mb"])
        if value == 0.0 and err == 0.0:
            continue  # not measured
        yield Bin("harp_fw" if forward else "harp_la", float(r["beam_GeVc"]), SPECIES[r["species"]], (a, b, c, d),
                  value, err, 0.0, (d - c) * angle, "p")  # fmt: skip


def harp_cdp(folder: pathlib.Path) -> Iterator[Bin]:
    """HARP-CDP; in a bin of theta and pT the integral of dp dOmega is 2 pi times both widths."""
    for r in rows(folder, "had_harpcdp_pC_large_angle.csv"):
        a, b = (math.radians(float(r[k])) for k in ("theta_lo_deg", "theta_hi_deg"))
        c, d = float(r["pT_lo"]), float(r["pT_hi"])
        value, err = float(r["d2sigma_dpdOmega_mb_per_GeVc_sr"]), float(r["err"])
        width = 2.0 * math.pi * (d - c) * (b - a)
        yield Bin("harp_cdp", float(r["beam_GeVc"]), "pi" + r["charge"], (a, b, c, d), value, err, 0.0, width, "pT")


def na61(folder: pathlib.Path) -> Iterator[Bin]:
    """NA61; err2 is systematic."""
    for r in rows(folder, "had_na61_pC_31GeVc.csv"):
        if r["species"] not in SPECIES or (r["species"], r["theta_lo_mrad"], r["p_lo_GeVc"]) in MISPRINTED:
            continue
        a, b = 1e-3 * float(r["theta_lo_mrad"]), 1e-3 * float(r["theta_hi_mrad"])
        c, d = float(r["p_lo_GeVc"]), float(r["p_hi_GeVc"])
        scale = 1.0 if r["unit"].startswith("mb") else SIGMA_PROD_NA61
        value, err, system = (scale * float(r[k] or 0.0) for k in ("value", "err1", "err2"))
        yield Bin("na61", 31.0, SPECIES[r["species"]], (a, b, c, d), value, err, system, d - c, "p")


def na49(folder: pathlib.Path) -> Iterator[Bin]:
    """NA49: pions, protons and kaons at points, windows up to half the way to the next; neutrons over pT."""
    points = rows(folder, "had_na49_pC_158GeVc_invariant.csv")
    kaons = rows(folder, "had_na49_pC_kaons_158GeVc.csv")
    for r in points + [k for k in kaons if round(float(k["xF"]) / 0.0125) % 2 == 0 and _fourth(k)]:
        if r["species"] not in SPECIES or float(r["err"]) <= 0.0:
            continue
        x, pt = float(r["xF"]), float(r["pT_GeVc"])
        half = min(0.025, max(0.005, 0.12 * abs(x)))
        edges = (x - half, x + half, max(pt - 0.05, 0.0), pt + 0.05)
        yield Bin("na49", 158.0, SPECIES[r["species"]], edges, float(r["f_mb_GeV2"]), float(r["err"]), 0.0, 0.0, "xF")
    for r in rows(folder, "had_na49_pC_158GeVc_xF.csv"):
        if r["species"] == "neutron":
            x, value = float(r["xF"]), SIGMA_NA49 * float(r["dN_dxF"])
            err = 0.01 * float(r["dN_err_pct"]) * value
            yield Bin("na49_n", 158.0, "n", (x - 0.05, x + 0.05, 0.0, 9.0), value, err, 0.0, 0.1, "xF")


def _fourth(row):
    """Whether a point of the grid of kaons, 0.025 GeV/c apart, is one of those a step of 0.1 GeV/c apart."""
    return round(float(row["pT_GeVc"]) / 0.025) % 4 == 0


def itep(folder: pathlib.Path) -> Iterator[Bin]:
    """ITEP at the beams that are baked; windows of 4 degrees and a tenth of the energy."""
    for r in rows(folder, "had_itep_pC_nucleons_1to9GeVc.csv"):
        beam = float(r["beam_GeVc"])
        if r["target"] != "C" or beam not in bake_beams.BEAMS:
            continue
        angle, kinetic = math.radians(float(r["angle_deg"])), float(r["T_GeV"])
        half = math.radians(4.0)
        value, err = float(r["value_mb_GeV2"]), float(r["err"])
        edges = (max(angle - half, 0.0), angle + half, 0.92 * kinetic, 1.08 * kinetic)
        yield Bin("itep", beam, SPECIES[r["species"]], edges, value, err, float(r["frac_sys"] or 0) * value, 0.0, "T")


class Particles(NamedTuple):
    """One species of the cascade at one beam, by all axes that experiments use."""

    axes: dict[str, np.ndarray]  # p, pT [GeV/c], T [GeV], angle [rad], xF [1]
    weight: np.ndarray  # [mb]
    energy_cm: np.ndarray  # [GeV]
    energy: np.ndarray  # [GeV]
    root_s: float  # [GeV]


def species_of(sample: bake_beams.Sample, beam: float, name: str) -> Particles:
    """One species of a sample."""
    mine = sample.species == list(bake_beams.SPECIES).index(name)
    p, angle, weight = (a[mine].astype(float) for a in (sample.momentum, sample.angle, sample.weight))
    mass, nucleon = MASSES[name], bake_beams.PROTON_MASS
    total = math.hypot(beam, nucleon) + nucleon
    root_s = math.sqrt(total**2 - beam**2)
    gamma, gamma_beta = total / root_s, beam / root_s
    energy = np.hypot(p, mass)
    along = gamma * p * np.cos(angle) - gamma_beta * energy
    energy_cm = gamma * energy - gamma_beta * p * np.cos(angle)
    axes = {"p": p, "pT": p * np.sin(angle), "T": energy - mass, "angle": angle, "xF": 2.0 * along / root_s}
    order = np.argsort(axes["angle"])
    axes = {key: value[order] for key, value in axes.items()}
    return Particles(axes, weight[order], energy_cm[order], energy[order], root_s)


def predicted(made: Particles, b: Bin) -> tuple[float, float, float, float, float] | None:
    """The cascade's value, its error [unit of the set], width, mean momentum and angle; None below ten particles."""
    a_lo, a_hi, b_lo, b_hi = b.edges
    across = "xF" if b.axis == "xF" else "angle"
    along = "pT" if b.axis == "xF" else b.axis
    first, last = (0, len(made.weight)) if across == "xF" else np.searchsorted(made.axes["angle"], (a_lo, a_hi))
    part = slice(first, last)
    one, two = made.axes[across][part], made.axes[along][part]
    inside = np.flatnonzero((one >= a_lo) & (one < a_hi) & (two >= b_lo) & (two < b_hi)) + first
    if inside.size < FEWEST:
        return None
    weight = made.weight[inside]
    width = b.width
    if width == 0.0:  # E d3sigma/dp3: d3p/E is pi dpT^2 dxF sqrt(s)/2 / E* or 2 pi dcos p dT
        if b.axis == "xF":
            volume = math.pi * (b_hi**2 - b_lo**2) * (a_hi - a_lo) * made.root_s / 2.0 / made.energy_cm[inside]
        else:
            volume = 2.0 * math.pi * (math.cos(a_lo) - math.cos(a_hi)) * (b_hi - b_lo) * made.axes["p"][inside]
        width = weight.sum() / np.sum(weight / volume)
    value = weight.sum() / width
    mean = [float(np.average(made.axes[key][inside], weights=weight)) for key in ("p", "angle")]
    return value, math.sqrt(np.sum(weight**2)) / width, width, *mean


def compare(bins: list[Bin], samples: Mapping[float, bake_beams.Sample]) -> list[tuple]:
    """Rows of the table, in the order of `COLUMNS`."""
    out, found = [], {}
    for beam in sorted({b.beam for b in bins}):
        sample = samples[beam]
        energy = math.hypot(beam, bake_beams.PROTON_MASS) - bake_beams.PROTON_MASS
        print(f"{beam:g} GeV/c: sigma_inel {sample.sigma_inel:.1f} mb")
        for name in sorted({b.species for b in bins if b.beam == beam}):
            made = species_of(sample, beam, name)
            k = float(data_factor("proton", "N", name, np.array([energy]))[0]) if name.startswith("pi") else 1.0
            found[beam, name] = made._replace(weight=k * TO_CARBON * made.weight)
        for b in bins:
            if b.beam == beam and (cascade := predicted(found[beam, b.species], b)):
                value, err, width, p, angle = cascade
                out.append((b.set, b.beam, b.species, *b.edges, b.value, b.err, b.err_sys, value, err, width, p, angle))
        found.clear()
    print(f"{len(out)} of {len(bins)} bins; the others have fewer than {FEWEST} particles of the cascade")
    return out


def energy_cells(sample: bake_beams.Sample, beam: float) -> list[tuple]:
    """How a collision divides its energy, by species and cells of x and q.

    Parameters
    ----------
    sample : bake_beams.Sample
    beam : float
        Momentum of the beam [GeV/c].

    Returns
    -------
    list of tuple
        beam [GeV/c], species, mean x [1] and q [GeV/c] of a cell, energy per collision [GeV]: whole for mesons, kinetic
        for nucleons. pi0 carry the mean of what pi+ and pi- do, K0S and K0L together what K+ and K- do.
    """
    out, kinetic = [], math.hypot(beam, bake_beams.PROTON_MASS) - bake_beams.PROTON_MASS
    for name, share in (("pi+", 1.5), ("pi-", 1.5), ("K+", 2.0), ("K-", 2.0), ("p", 1.0), ("n", 1.0)):
        made = species_of(sample, beam, name)
        x, q = variables(kinetic, name, made.axes["p"], made.axes["angle"])
        each = share * made.weight / sample.sigma_inel * (made.axes["T"] if name in "pn" else made.energy)
        where = [
            np.minimum((c * n).astype(int), n - 1)
            for c, n in zip((x_coordinate(x), q_coordinate(q)), CELLS, strict=True)
        ]
        cell = np.minimum(where[0], CELLS[0] - 1) * CELLS[1] + where[1]
        whole, of_x, of_q = (np.bincount(cell, w, math.prod(CELLS)) for w in (each, each * x, each * q))
        for c in np.flatnonzero(whole > 1e-6 * kinetic):
            out.append((beam, name, of_x[c] / whole[c], of_q[c] / whole[c], whole[c]))
    return out


def write(path: pathlib.Path, header: str, columns: tuple[str, ...], table: list[tuple]) -> None:
    """Write a table with five digits."""
    with open(path, "w", newline="") as file:
        file.write(header)
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(columns)
        writer.writerows([x if isinstance(x, str) else f"{x:.5g}" for x in row] for row in table)
    print(f"{path.relative_to(ROOT)}: {path.stat().st_size / 1e3:.0f} kB")


def main() -> None:
    """Write the tables."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("--data", type=pathlib.Path, required=True, help="folder of had_*.csv")
    parser.add_argument("--work", type=pathlib.Path, default=pathlib.Path("build/beams"), help="of bake_beams")
    parser.add_argument("--date", required=True, help="date in the header, e.g. 2026-12-01")
    args = parser.parse_args()
    bins = [b for read in (harp, harp_cdp, na61, na49, itep) for b in read(args.data)]
    samples = {beam: bake_beams.read(args.work, beam) for beam in bake_beams.BEAMS}
    write(OUT, HEADER.format(sources=SOURCES, date=args.date), COLUMNS, compare(bins, samples))
    cells = [row for beam, sample in samples.items() for row in energy_cells(sample, beam)]
    columns = ("beam_GeVc", "species", "x", "q_GeVc", "energy_GeV")
    write(OUT_ENERGY, HEADER_ENERGY.format(date=args.date), columns, cells)


if __name__ == "__main__":
    main()
