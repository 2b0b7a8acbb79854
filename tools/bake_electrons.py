"""Bake mcbelt/data/plasma/ionosphere.csv: free electrons up to 1000 km, of the International Reference Ionosphere.

    python tools/bake_electrons.py [--out mcbelt/data/plasma]

Needs PyIRI 0.1.7 (extra `bake`; a user never runs it). What a charge meets in months to years is a mean: over
longitude, local time, season and hemisphere, at a magnetic latitude and altitude.
"""

import argparse
import warnings
from pathlib import Path

import numpy as np

FLUXES = (65, 80, 100, 130, 170, 220, 280)  # [sfu]
LATITUDES = tuple(range(0, 91, 10))  # [deg] quasi-dipole
ALTITUDES = (80, 90, 100, 110, 130, 150, 180, 220, 260, 300, 350, 400, 450, 500, 600, 700, 800, 900, 1000)  # [km]
SEASONS = ((3, 21), (6, 21), (9, 21), (12, 21))
YEAR = 2010  # of the field in which quasi-dipole coordinates are made
HOURS = np.arange(0.0, 24.0, 4.0)  # UT; with the longitudes all local times
LONGITUDES = np.arange(0.0, 360.0, 45.0)  # [deg] quasi-dipole

HEADER = """\
# Free electrons of the ionosphere: mean over longitude, local time, season and hemisphere.
# Source: PyIRI {version} (V. Forsythe et al. 2023, Space Weather, doi 10.5281/zenodo.8235172; Servan-Schreiber et al.
#   2026, Space Weather 24, e2025SW004853), a Python form of the International Reference Ionosphere: foF2 of URSI, hmF2
#   of Shubin 2015, F10.7 as its only index. IRI is linear in the index IG12; it has data up to F10.7 of about 200.
# Licence: MIT (PyIRI).
# Made by: tools/bake_electrons.py: 8 quasi-dipole longitudes, 6 hours UT, 4 seasons, north and south.
# Columns: f107 [1e-22 W m-2 Hz-1]; latitude_deg, size of the quasi-dipole latitude; altitude_km; n_e [m-3].
f107,latitude_deg,altitude_km,n_e
"""


def means(flux: float) -> np.ndarray:
    """Mean number density [m-3], shape (latitudes, altitudes)."""
    import PyIRI.sh_library as iri

    latitude, longitude = np.meshgrid([*LATITUDES, *(-each for each in LATITUDES)], LONGITUDES, indexing="ij")
    total = np.zeros((len(LATITUDES), len(ALTITUDES)))
    for month, day in SEASONS:
        *_, density = iri.IRI_density_1day(
            YEAR, month, day, HOURS, longitude.ravel(), latitude.ravel(), np.array(ALTITUDES, float), flux,
            coord="QD", old_output=True,
        )  # fmt: skip
        over = density.reshape(len(HOURS), len(ALTITUDES), 2, len(LATITUDES), len(LONGITUDES)).mean(axis=(0, 2, 4))
        total += over.T / len(SEASONS)
    return total


def main() -> None:
    """Write ionosphere.csv."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--out", type=Path, default=Path("mcbelt/data/plasma"))
    out = parser.parse_args().out
    import PyIRI  # here, so that --help needs it not

    warnings.simplefilter("ignore")
    with (out / "ionosphere.csv").open("w", encoding="utf-8") as file:
        file.write(HEADER.format(version=PyIRI.__version__))
        for flux in FLUXES:
            table = means(flux)
            for latitude, row in zip(LATITUDES, table, strict=True):
                file.writelines(
                    f"{flux},{latitude},{altitude},{density:.4g}\n"
                    for altitude, density in zip(ALTITUDES, row, strict=True)
                )


if __name__ == "__main__":
    main()
