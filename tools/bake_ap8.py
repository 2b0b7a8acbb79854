"""Bake mcbelt/data/ap8/*.csv from the public NSSDC map of trapped protons (needs the extra `bake`; a user never runs
it).

The map AP-8 (Sawyer & Vette 1976) is a list of integers: for each energy and each L shell, the scaled decadic
logarithm of the omnidirectional integral flux at the equator, followed by the steps in B/B0 over which the flux falls
by a quarter of a decade. This script writes these nodes, and nothing else, as a table: no interpolation enters here.

    python tools/bake_ap8.py [--maps DIRECTORY_WITH_ap8min.asc_AND_ap8max.asc] [--out mcbelt/data/ap8]

Two choices are made. The map stores L as int(2048 L), which is 1.19971 for 1.2: the decimal number with the fewest
digits that has this integer is written instead (the map's authors meant it, and at these L the table agrees with the
map code exactly). Energies below 10 MeV and nodes beyond the first L above 1.5 are left out.
"""

import argparse
import csv
import importlib.metadata
import importlib.util
import math
from pathlib import Path

LOWEST_ENERGY_MEV = 10.0
HIGHEST_L = 1.5
FIELD_WIDTH = 6  # the map is written in the Fortran format (1X, 12I6)

HEADER = """\
# AP-8 trapped protons, solar {solar}imum: nodes of the map, omnidirectional integral flux J(>E) against (E, L, B/B0).
# Source: {file} of the public NSSDC map (D. M. Sawyer & J. I. Vette 1976, AP-8 trapped proton environment for solar
#   maximum and solar minimum, NSSDC/WDC-A-R&S 76-06, NASA-TM-X-72605), shipped by the Python package radbelt {version}.
# Licence: work of the United States Government, public domain in the United States (the package itself: NASA-1.3).
# Made by: tools/bake_ap8.py; nothing is interpolated.
# Field to which L and B/B0 belong: {field}.
# Columns: energy_MeV; L (McIlwain); b_over_b0 (B over its equatorial value); log10_flux, J(>E) in cm-2 s-1.
# Rows of one (energy, L) are the vertices of a polyline, a quarter of a decade apart. Its last vertex lies at or below
#   J = 1 cm-2 s-1, the floor of the map: beyond it the map has no flux. A single row with
#   log10_flux 0 is a shell without flux.
"""
FIELDS = {"min": "Jensen & Cain 1960", "max": "GSFC 12/66 at epoch 1970"}


def integers(path: Path) -> list[int]:
    """All integers of a map file, header included."""
    numbers = []
    for line in path.read_text(encoding="ascii").splitlines():
        text = line[1:].rstrip()
        numbers += [int(text[i : i + FIELD_WIDTH]) for i in range(0, len(text), FIELD_WIDTH)]
    return numbers


def decimal_shell(scaled: int, scale: int) -> float:
    """The decimal L with the fewest digits whose int(scale L) is the given integer."""
    for digits in range(1, 7):
        L = math.ceil(scaled / scale * 10**digits) / 10**digits
        if int(L * scale + 1e-9) == scaled:
            return L
    raise ValueError(f"no decimal L belongs to the map's integer {scaled}")


def vertices(numbers: list[int]) -> list[tuple[float, float, float, float]]:
    """Rows (energy_MeV, L, b_over_b0, log10_flux) of one map file."""
    header, body = numbers[:8], numbers[8:]
    steps_per_decade, energy_scale, L_scale, b_scale, flux_scale = header[1], *header[3:7]
    rows, first = [], 0
    while first < len(body) and body[first] > 0:
        last = first + body[first]
        energy = body[first + 1] / energy_scale
        i = first + 2
        while i < last:
            length, scaled_L, scaled_flux = body[i : i + 3]
            increments = body[i + 3 : i + length]
            i += length
            if energy < LOWEST_ENERGY_MEV or scaled_L == 0:
                continue
            L = decimal_shell(scaled_L, L_scale)
            if L > HIGHEST_L:
                continue
            b, logarithm = 0, scaled_flux
            rows.append((energy, L, 1.0, logarithm / flux_scale))
            for step in increments:
                b += step
                logarithm -= flux_scale // steps_per_decade
                rows.append((energy, L, 1.0 + b / b_scale, logarithm / flux_scale))
        first = last
    return rows


def shipped_maps() -> Path:
    """The directory of the maps in an installed radbelt (found without importing it)."""
    package = importlib.util.find_spec("radbelt")
    if package is None or not package.submodule_search_locations:
        raise SystemExit("radbelt is not installed: `pip install radbelt==0.1.8`, or give --maps DIRECTORY")
    return Path(package.submodule_search_locations[0]) / "extern" / "aep8"


def main() -> None:
    """Write the tables of both maps."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--maps", type=Path, default=None)
    parser.add_argument("--out", type=Path, default=Path(__file__).parents[1] / "mcbelt" / "data" / "ap8")
    options = parser.parse_args()
    maps = options.maps or shipped_maps()
    version = importlib.metadata.version("radbelt") if options.maps is None else "(another copy)"
    options.out.mkdir(parents=True, exist_ok=True)
    for solar, field in FIELDS.items():
        name = f"ap8{solar}"
        rows = vertices(integers(maps / f"{name}.asc"))
        with (options.out / f"{name}.csv").open("w", encoding="utf-8", newline="") as file:
            file.write(HEADER.format(solar=solar, file=f"{name}.asc", version=version, field=field))
            writer = csv.writer(file, lineterminator="\n")
            writer.writerow(["energy_MeV", "L", "b_over_b0", "log10_flux"])
            writer.writerows([f"{E:g}", f"{L:g}", f"{b:.8g}", f"{f:.8g}"] for E, L, b, f in rows)
        print(f"{name}: {len(rows)} vertices")


if __name__ == "__main__":
    main()
