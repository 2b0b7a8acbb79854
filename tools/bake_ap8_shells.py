"""Bake mcbelt/data/ap8/shells.csv: the lowest altitude of the drift shells of AP-8, in the fields of its own time.

    python tools/bake_ap8_shells.py

L is McIlwain's (B0 = 31165.3 nT / L^3), as in the programs that came with the map. The table lets a shell of any epoch
be identified with the AP-8 shell that comes as low into the air.
"""

import csv
from pathlib import Path

import numpy as np

import geomag
from geomag.drift_shell import drift_shell

DATA = OUT = Path(__file__).parents[1] / "mcbelt" / "data" / "ap8"
FIELDS = {"min": "jensen_cain_1960", "max": "gsfc_1266_1970"}
SHELLS = np.round(np.arange(1.10, 1.5601, 0.01), 2)

HEADER = """\
# Lowest altitude of the equatorial drift shells of AP-8 in the field to which each map belongs.
# Source: made by tools/bake_ap8_shells.py with geomag.drift_shell from jensen_cain_1960.csv (min) and
#   gsfc_1266_1970.csv (max).
# Columns: L, McIlwain's: B0 = 31165.3 nT / L^3; H_min_km_min, H_min_km_max: lowest geodetic altitude of the
#   90-degree drift contour [km] for the solar-minimum and the solar-maximum map.
L,H_min_km_min,H_min_km_max
"""


def field(name: str) -> geomag.SphericalHarmonic:
    """Field of a table of Gauss coefficients."""
    with (DATA / f"{name}.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(line for line in file if not line.startswith("#")))
    degree = max(int(row["n"]) for row in rows)
    g, h = np.zeros((2, degree + 1, degree + 1))
    for row in rows:
        n, m = int(row["n"]), int(row["m"])
        g[n, m], h[n, m] = float(row["g"]), float(row["h"])
    return geomag.SphericalHarmonic(g, h, name)


def main() -> None:
    """Write shells.csv."""
    altitudes = {
        solar: [drift_shell(field(name), L=float(L), convention="mcilwain").H_min_km for L in SHELLS]
        for solar, name in FIELDS.items()
    }
    with (OUT / "shells.csv").open("w", encoding="utf-8") as file:
        file.write(HEADER)
        for L, low, high in zip(SHELLS, altitudes["min"], altitudes["max"], strict=True):
            file.write(f"{L:.2f},{low:.2f},{high:.2f}\n")


if __name__ == "__main__":
    main()
