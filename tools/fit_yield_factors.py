"""Factors k of mcbelt/data/yields/factors.csv for pi+ on N and Ar below 0.5 GeV: smoothed data over the bare cascade.

    python tools/fit_yield_factors.py      # prints T_GeV, k, k_err at the tabulated energies, to be put into
    factors.csv

ln sigma is fitted locally by a straight line in ln T (Gaussian weights, width 6 % in T, times 1/error^2), once per
tabulated energy. k_err is the normalisation of the experiment, the error of the fit, the statistical error of the
cascade, and 10 %, in quadrature.
"""

import csv
import pathlib

import numpy as np

from mcbelt.physics.yield_tables import YieldTables

DATA = pathlib.Path(__file__).resolve().parent.parent / "tests/data/exfor_pion_total.csv"
WIDTH = 0.06
NORMALISATION = {"N": 0.05, "Ar": 0.15}


def measured(charge_number: str) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """ln T [GeV], ln sigma [mb] and relative errors of Martensson 2000 on one element."""
    with open(DATA) as file:
        rows = [r for r in csv.DictReader(line for line in file if not line.startswith("#")) if r["Z"] == charge_number]
    rows = [r for r in rows if r["reference"] == "Martensson2000"]
    energy, sigma, error = np.array([[float(r[k]) for k in ("E_MeV", "sigma_mb", "err_mb")] for r in rows]).T
    return np.log(1e-3 * energy), np.log(sigma), error / sigma


def local_line(x: np.ndarray, ln_sigma: np.ndarray, error: np.ndarray, x0: float) -> tuple[float, float]:
    """Value and error of ln sigma at x0 from the weighted straight line.

    Parameters
    ----------
    x : ndarray
        ln T, T in GeV, shape (n,).
    ln_sigma : ndarray
        ln of the cross section [mb], shape (n,).
    error : ndarray
        Relative errors [1], shape (n,); 0.1 at least is taken.
    x0 : float
        Where the line is wanted, ln T.

    Returns
    -------
    value, error : float
        Of ln sigma.

    Raises
    ------
    numpy.linalg.LinAlgError
        Fewer than two points near x0.
    """
    scatter = np.maximum(error, 0.1)  # the points scatter by about 10 % about any smooth curve
    weight = np.exp(-0.5 * ((x - x0) / WIDTH) ** 2) / scatter**2
    basis = np.stack([np.ones_like(x), x - x0])
    covariance = np.linalg.inv((basis * weight) @ basis.T)
    return (covariance @ (basis * weight) @ ln_sigma)[0], np.sqrt(covariance[0, 0])


def main() -> None:
    """Print the factors."""
    for element, charge_number in (("N", "7"), ("Ar", "18")):
        table = YieldTables(factors=False).table(element)
        data = measured(charge_number)
        for energy in table.energies_GeV[table.energies_GeV < 0.5]:
            ln_sigma, fit_error = local_line(*data, np.log(energy))
            k = np.exp(ln_sigma) / float(table.cross_section(energy, "pi+"))
            parts = (NORMALISATION[element], fit_error, float(table.relative_error(energy, "pi+")), 0.1)
            print(f"{element},{energy:g},{k:.3f},{k * np.sqrt(sum(p * p for p in parts)):.3f}")


if __name__ == "__main__":
    main()
