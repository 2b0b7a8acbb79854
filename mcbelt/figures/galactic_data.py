"""Measured spectra of the Galactic figures: tables of collaborations, from CRDB, with their errors.

Fluxes are m-2 s-1 sr-1 per unit of the abscissa (GV, GeV or GeV per nucleon, as the header of each file says); the
files lie in mcbelt/data/interstellar with the reference of each measurement.
"""

from __future__ import annotations

from importlib import resources
from typing import NamedTuple

import numpy as np

from mcbelt.errors import ConfigError


class Measurement(NamedTuple):
    """Points of one experiment.

    Abscissa, value, statistical and total error (means of the two sides), and where they come from.
    """

    x: np.ndarray
    y: np.ndarray
    statistical: np.ndarray
    total: np.ndarray
    label: str
    reference: str

    def _kept(self, keep: np.ndarray) -> Measurement:
        return self._replace(x=self.x[keep], y=self.y[keep], statistical=self.statistical[keep], total=self.total[keep])

    def above(self, x: float) -> Measurement:
        """Points above x."""
        return self._kept(self.x > x)

    def between(self, low: float, high: float) -> Measurement:
        """Points from low to high."""
        return self._kept((self.x >= low) & (self.x <= high))


def names() -> list[str]:
    """Names of all tables."""
    folder = resources.files("mcbelt") / "data" / "interstellar"
    return sorted(entry.name.removesuffix(".csv") for entry in folder.iterdir() if entry.name.endswith(".csv"))


def measurement(name: str) -> Measurement:
    """One table by its name.

    Parameters
    ----------
    name : str
        File name without suffix, e.g. "ams02_eplus"; see `names`.

    Returns
    -------
    Measurement

    Raises
    ------
    ConfigError
        No such table.
    """
    path = resources.files("mcbelt") / "data" / "interstellar" / f"{name}.csv"
    if not path.is_file():
        raise ConfigError(f"measurement {name!r} is not shipped; there are {', '.join(names())}.")
    lines = path.read_text(encoding="utf-8").splitlines()
    header = [line[1:].strip() for line in lines if line.startswith("#")]
    rows = [line.split(",") for line in lines if line and not line.startswith("#")]
    columns = dict(zip(rows[0], np.array(rows[1:], dtype=float).T, strict=True))
    if "x" not in columns:
        columns["x"] = np.sqrt(columns["e_low"] * columns["e_up"])
    statistical = 0.5 * (columns["stat_lo"] + columns["stat_up"])
    systematic = 0.5 * (columns["sys_lo"] + columns["sys_up"])
    label = _field(header, "Experiment:")
    reference = _field(header, "Ref:") or _field(header, "ads:")
    return Measurement(columns["x"], columns["y"], statistical, np.hypot(statistical, systematic), label, reference)


def _field(header: list[str], name: str) -> str:
    found = [line.split(":", 1)[1].strip() for line in header if line.lower().startswith(name.lower())]
    return found[0] if found else ""


def primary_electrons() -> Measurement:
    """Phi(e-) - Phi(e+) of AMS-02 where both are given at one energy: the electrons that are not made in pairs."""
    electrons, positrons = measurement("ams02_eminus"), measurement("ams02_eplus")
    common = np.intersect1d(electrons.x, positrons.x)
    e, p = (d._kept(np.isin(d.x, common)) for d in (electrons, positrons))
    return Measurement(
        common,
        e.y - p.y,
        np.hypot(e.statistical, p.statistical),
        np.hypot(e.total, p.total),
        "AMS-02 e- minus e+",
        electrons.reference,
    )
