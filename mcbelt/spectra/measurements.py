"""Measured spectra that the sources are built from or compared with (files of mcbelt/data/spectra)."""

import csv
from importlib import resources

import numpy as np

from mcbelt.errors import PhysicsError
from mcbelt.spectra.tabulated import TabulatedSpectrum

COSMIC_RAYS = ("ams01_protons", "bess98_protons", "bess98_helium", "caprice98_protons")


def table(name: str) -> dict[str, np.ndarray]:
    """Columns of mcbelt/data/spectra/<name>.csv; the file's header states their units and their source."""
    path = resources.files("mcbelt") / "data" / "spectra" / f"{name}.csv"
    lines = [line for line in path.read_text(encoding="utf-8").splitlines() if not line.startswith("#")]
    rows = list(csv.DictReader(lines))
    return {key: np.array([float(row[key]) for row in rows]) for key in rows[0]}


def cosmic_ray_table(name: str) -> TabulatedSpectrum:
    """A measured cosmic-ray spectrum near the Earth as a table.

    Parameters
    ----------
    name : {"ams01_protons", "bess98_protons", "bess98_helium", "caprice98_protons"}

    Returns
    -------
    TabulatedSpectrum
        Kinetic energy per nucleon [GeV], flux [m-2 s-1 sr-1 (GeV/nucleon)-1], between the first and the last mean
        energy.

    Raises
    ------
    PhysicsError
        For an unknown name.
    """
    if name not in COSMIC_RAYS:
        raise PhysicsError(f'Cosmic rays: measured spectrum "{name}" is unknown. Give one of {", ".join(COSMIC_RAYS)}.')
    columns = table(name)
    return TabulatedSpectrum(columns["T_GeV"], columns["flux"], True, name)
