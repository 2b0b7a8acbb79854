"""Fit the weights of production above 1.6 GeV, mcbelt/data/yields/weights.csv, to HARP, HARP-CDP, NA61 and NA49.

Linear least squares in ln w at the knots of `weights_data`, four times about the last solution. Beside
the data enter a smooth prior about w = 1, normalisations and correlated systematic errors of each experiment, and the
sum of energy that a collision hands out, which stays within 0.5 %. Nothing else is fitted: no lepton, no ITEP.

    python tools/fit_weights.py --date 2026-12-01              # fit, write weights.csv, print the tables of the page
    python tools/fit_weights.py --date 2026-12-01 --dry        # print only

Half a minute; needs numpy and scipy only. tests/data/production_C*.csv are made by tools/measured_production.py.
"""

import argparse
import csv
import io
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import weights_report
from weights_data import (
    KNOTS,
    PLACES,
    ROOT,
    Bins,
    Energy,
    design,
    fitted,
    handed_out,
    load,
    norms,
    variance,
)  # fmt: skip

from mcbelt.physics.production_weights import SPECIES, LARGEST_ONE_GeV, q_coordinate, x_coordinate

OUT = ROOT / "mcbelt/data/yields/weights.csv"
# The prior of ln w: how far a cascade may be off, and over what it varies.
SIZE = 0.45  # standard deviation [1]
LENGTH_LN_T, LENGTH_X, LENGTH_Q = 3.0, 0.16, 0.3  # in ln T and in the coordinates of the knots
ALIKE = {("pi+", "pi-"): 0.7, ("K+", "K-"): 0.5, ("p", "n"): 0.5}  # correlation between species
SUM_RULE = 0.005  # of the energy of the projectile [1]
# Nucleons of x = 1 are quasi-elastic, known as well as elastic pp: nothing else that is fitted reaches into their peak.
PEAK_APART, PEAK_ERROR = 0.25, 0.1  # in the coordinate of x; of ln w [1]
MODES = 20
TURNS = 4


def prior_root() -> np.ndarray:
    """Columns whose outer product is the prior covariance of ln w at the knots, shape (PLACES, rank)."""
    ln_T = np.log(KNOTS.T_GeV / LARGEST_ONE_GeV)
    alike = np.exp(-np.abs(ln_T[:, None] - ln_T) / LENGTH_LN_T)
    along_T = alike - np.outer(np.exp(-ln_T / LENGTH_LN_T), np.exp(-ln_T / LENGTH_LN_T))  # w = 1 at 1.6 GeV
    along_T[-1, :-1] = along_T[:-1, -1] = along_T[-2, :-1]  # scales above the last beam, with an error that grows
    along_T[-1, -1] = along_T[-2, -2] + 2.0 * (1.0 - alike[-1, -2])
    along_x = x_coordinate(KNOTS.x) + PEAK_APART * (KNOTS.x == 1.0)
    gauss = [
        np.exp(-0.5 * ((c[:, None] - c) / length) ** 2)
        for c, length in ((along_x, LENGTH_X), (q_coordinate(KNOTS.q_GeVc), LENGTH_Q))
    ]
    between = np.eye(len(SPECIES))
    for (a, b), rho in ALIKE.items():
        between[SPECIES.index(a), SPECIES.index(b)] = between[SPECIES.index(b), SPECIES.index(a)] = rho
    values, vectors = np.ones(1), np.ones((1, 1))
    for matrix in (between, along_T, *gauss):
        e, v = np.linalg.eigh(matrix)
        values, vectors = np.kron(values, np.maximum(e, 0.0)), np.kron(vectors, v)
    kept = values > 3e-4 * values.max()
    return SIZE * vectors[:, kept] * np.sqrt(values[kept])


class Problem(NamedTuple):
    """What is the same for all fits."""

    root: np.ndarray  # prior, shape (PLACES, rank)
    energies: list[Energy]


class Fit(NamedTuple):
    """A solution; its parameters are those of the prior's root, then the norms."""

    ln_weight: np.ndarray  # at the knots, shape (PLACES,)
    moves: np.ndarray  # of the norms [standard deviations]
    norm_names: list[str]
    cover: np.ndarray  # columns whose outer product is the covariance at the knots, shape (PLACES, rank)
    sums: np.ndarray  # change of the energy handed out over that of the projectile [1]
    root: np.ndarray  # prior, shape (PLACES, rank)
    full: np.ndarray  # covariance of all parameters, those of the root first


def solve(problem: Problem, bins: Bins) -> Fit:
    """Fit the weights to some bins.

    Parameters
    ----------
    problem : Problem
    bins : Bins
        What is fitted; `weights_data.fitted` says what may be.

    Returns
    -------
    Fit
    """
    shares, (names, scales) = design(bins), norms(bins)
    rank = problem.root.shape[1]
    slope, peak = np.hstack([shares @ problem.root, scales]), _peak()
    parameters = np.zeros(rank + len(names))
    sums: np.ndarray = np.zeros(len(KNOTS.T_GeV))
    for _ in range(TURNS):
        ln_weight = problem.root @ parameters[:rank]
        value = bins.model * np.exp(np.clip(slope @ parameters, -5.0, 5.0))
        root = np.sqrt(variance(bins, value))
        lines, rest = [slope * (value / root)[:, None]], [(bins.value - value) / root]
        for k, energy in enumerate(problem.energies):
            now = energy.carried * np.exp(energy.shares @ ln_weight)
            sums[k] = now.sum() - energy.carried.sum()
            line = np.concatenate([(energy.shares.T @ now) @ problem.root, np.zeros(len(names))])
            lines.append(line[None] / SUM_RULE)
            rest.append(np.array([-sums[k] / SUM_RULE]))
        lines.append(np.hstack([problem.root[peak], np.zeros((len(peak), len(names)))]) / PEAK_ERROR)
        rest.append(-ln_weight[peak] / PEAK_ERROR)
        matrix, right = np.vstack(lines), np.concatenate(rest)
        normal = matrix.T @ matrix + np.eye(len(parameters))
        parameters = np.linalg.solve(normal, matrix.T @ (right + matrix @ parameters))
    full = np.linalg.inv(normal)
    cover = problem.root @ np.linalg.cholesky(full[:rank, :rank])
    return Fit(problem.root @ parameters[:rank], parameters[rank:], names, cover, sums.copy(), problem.root, full)


def _peak():
    """Knots of nucleons of x = 1, flattened."""
    place = np.arange(PLACES).reshape(len(SPECIES), *KNOTS.shape)
    return place[[SPECIES.index("p"), SPECIES.index("n")], :, -1].ravel()


def modes(fit: Fit, energies: Sequence[Energy]) -> tuple[np.ndarray, np.ndarray, float]:
    """Leading modes of the band, weighted by the energy that is carried where they act.

    Parameters
    ----------
    fit : Fit
    energies : sequence of Energy

    Returns
    -------
    modes : ndarray, shape (MODES, PLACES)
    rest : ndarray, shape (PLACES,)
        Standard deviation that they leave out.
    kept : float
        Share of the weighted variance that they hold [1].
    """
    carried = sum(e.shares.T @ e.carried / e.carried.sum() for e in energies)
    importance = np.sqrt(carried + 1e-3 * carried.max())[:, None]
    u, s, _ = np.linalg.svd(importance * fit.cover, full_matrices=False)
    leading = (u * s / importance).T[:MODES]
    left = np.sqrt(np.maximum(np.sum(fit.cover**2, axis=1) - np.sum(leading**2, axis=0), 0.0))
    kept = float(np.sum(s[:MODES] ** 2) / np.sum(s**2))
    return leading, left, kept


def write(fit: Fit, energies: Sequence[Energy], date: str) -> float:
    """Write weights.csv; share of the variance that its modes hold [1]."""
    moves, left, kept = modes(fit, energies)
    text = io.StringIO()
    text.write(
        "# Weights w of the particles of p + C, N, O above 1.6 GeV: measured over calculated d2sigma/(dp dOmega)\n"
        "# source: fit of tools/fit_weights.py to tests/data/production_C.csv (HARP, HARP-CDP, NA61, NA49)\n"
        f"# licence: BSD-3-Clause. date: {date}\n"
        "# knots: T_GeV kinetic energy of the proton [GeV], x = T_secondary/T [1], q_GeVc = 2 p sin(theta/2) [GeV/c];\n"
        "#   ln w is linear between them in ln T, ln(1 + x/0.02), q/(q + 0.5); ln w = 0 up to 1.6 GeV\n"
        "# ln_w [1]; mode_1, mode_2 ...: moves of ln w by one standard deviation of independent quantities [1];\n"
        "#   rest: standard deviation of ln w that the modes leave out [1]\n"
    )
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(["species", *KNOTS._fields, "ln_w", "rest", *(f"mode_{n + 1}" for n in range(len(moves)))])
    for n in range(PLACES):
        s, i, j, k = np.unravel_index(n, (len(SPECIES), *KNOTS.shape))
        knot = [f"{axis[m]:g}" for axis, m in zip(KNOTS, (i, j, k), strict=True)]
        numbers = [f"{v:.3f}" if abs(v) >= 0.0005 else "0" for v in (fit.ln_weight[n], left[n], *moves[:, n])]
        writer.writerow([SPECIES[s], *knot, *numbers])
    OUT.write_text(text.getvalue())
    return kept


def main() -> None:
    """Fit, write, report."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("--date", required=True, help="date in the header, e.g. 2026-12-01")
    parser.add_argument("--dry", action="store_true", help="print the tables, write nothing")
    parser.add_argument("--quick", action="store_true", help="without the fits that leave an experiment out")
    args = parser.parse_args()
    bins = load()
    bins = bins.of(fitted(bins) | (bins.set == "itep"))
    problem = Problem(prior_root(), [handed_out(T) for T in KNOTS.T_GeV])
    fit = solve(problem, bins.of(fitted(bins)))
    if not args.dry:
        kept = write(fit, problem.energies, args.date)
        print(f"{OUT.name}: {OUT.stat().st_size / 1e3:.0f} kB, modes hold {kept:.2f} of the variance\n")
    weights_report.show(bins, fit, None if args.quick else lambda some: solve(problem, some))


if __name__ == "__main__":
    main()
