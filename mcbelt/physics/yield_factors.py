"""Factors that bring the yields of a cascade to measured ones, and the spread between two cascades.

No cascade gives absolute yields of pions better than a factor of two near threshold: their multiplicities are
multiplied by data-driven factors k(T, target, charge), data/yields/factors.csv, which can be switched off or shifted by
their uncertainty (`mcbelt.physics.yield_tables`). See docs/methods/pion_production.md.
"""

import csv
import functools
import importlib.resources
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from mcbelt.errors import PhysicsError

_CHARGE_OF_FACTOR = {"pi+": "+", "pi-": "-", "pi0": "0"}


def _csv_rows(name, texts):
    """Rows of a CSV of data/yields as dicts; columns not in `texts` are numbers."""
    text = (importlib.resources.files("mcbelt") / "data/yields" / name).read_text()
    lines = [line for line in text.splitlines() if line and not line.startswith("#")]
    return tuple({key: row[key] if key in texts else float(row[key]) for key in row} for row in csv.DictReader(lines))


@functools.lru_cache(maxsize=1)
def factor_rows() -> tuple[dict[str, Any], ...]:
    """Rows of data/yields/factors.csv as dicts with projectile, target, charge, T_GeV, k, k_err [1]."""
    return _csv_rows("factors.csv", ("projectile", "target", "charge"))


@functools.lru_cache(maxsize=1)
def spread_rows() -> tuple[dict[str, Any], ...]:
    """Rows of data/yields/model_spread.csv: target, E_GeV, species, mesons of INCL++ and Bertini [1], errors [1]."""
    return _csv_rows("model_spread.csv", ("target", "species"))


def bertini_over_inclxx(target: str, species: str, energies_GeV: ArrayLike) -> np.ndarray:
    """Ratio of the multiplicities of Bertini and INCL++ [1], the spread between cascades.

    Parameters
    ----------
    target : {"N", "O"}
        Element on which both were baked.
    species : {"pi+", "pi-", "pi0"}
        Pion.
    energies_GeV : array_like, shape (n,)
        Kinetic energy of the proton [GeV].

    Returns
    -------
    ndarray, shape (n,)
        Linear in ln T between 0.3 and 2.6 GeV, constant beyond.

    Raises
    ------
    PhysicsError
        Another element or another meson.
    """
    rows = [row for row in spread_rows() if (row["target"], row["species"]) == (target, species)]
    if not rows:
        raise PhysicsError(f"pion_production: no cascade spread for {target} -> {species}. Give N or O and a pion.")
    ratio = [row["bertini"] / row["inclxx"] for row in rows]
    return np.interp(np.log(np.asarray(energies_GeV, float)), np.log([row["E_GeV"] for row in rows]), ratio)


def data_factor(projectile: str, target: str, species: str, energies_GeV: ArrayLike, shift: float = 0.0) -> np.ndarray:
    """Factor k that brings the cascade's multiplicity to the measured one.

    Parameters
    ----------
    projectile, target, species : str
        Names as in TARGETS and SPECIES.
    energies_GeV : array_like, shape (n,)
        Kinetic energy of the projectile, per nucleon for alphas [GeV].
    shift : float
        Standard deviations of k to add, the same at all energies [1].

    Returns
    -------
    ndarray, shape (n,)
        k + shift * k_err [1], linear in ln T between the rows of factors.csv, constant beyond them; 1 for kaons.

    Raises
    ------
    PhysicsError
        A pion without a row in factors.csv.
    """
    energies = np.asarray(energies_GeV, float)
    charge = _CHARGE_OF_FACTOR.get(species)
    rows = [r for r in factor_rows() if (r["projectile"], r["target"], r["charge"]) == (projectile, target, charge)]
    if charge is None:
        return np.ones_like(energies)
    if not rows:
        raise PhysicsError(
            f"factors.csv: no row for {projectile} + {target} -> {species}. Add it, or use factors=False."
        )
    x = np.log([r["T_GeV"] for r in rows])
    return np.interp(np.log(energies), x, [r["k"] + shift * r["k_err"] for r in rows])
