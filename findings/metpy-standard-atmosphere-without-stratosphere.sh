#!/usr/bin/env bash
# Height and residual grammage of a balloon: metpy's "U.S. standard atmosphere" has no stratosphere.
#
# Guess: pressure_to_height_std, whose documentation names the standard of 1976, gives 35.8 km for 5 hPa and 2.8 hPa for 40 km, to a few per cent.
# Found: the lapse rate of the troposphere, 6.5 K/km, goes on for ever: 5 hPa is at 28.2 km, and 40 km has 0.0048 hPa instead of 2.78 hPa, 570 times
# less air above the balloon (0.005 instead of 2.8 g cm-2). At 44.3 km the temperature reaches 0 K, beyond is NaN. Below that no warning; right to
# 0.1 % up to 11 km.
# Seen with metpy 1.7.1, against ambiance 1.3.1 (ICAO 1993, the same law up to 32 km and further layers up to 80 km).
# To do: above 11 km take ambiance, MSIS, or the measured profile.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/env"
"$folder/env/bin/pip" install --quiet --no-compile --disable-pip-version-check metpy==1.7.1 ambiance==1.3.1
"$folder/env/bin/python" - <<'PYTHON'
import sys
from importlib.metadata import version

import metpy.calc
import numpy as np
from ambiance import Atmosphere
from metpy.units import units

print(*(f"{name} {version(name)}" for name in ("metpy", "ambiance")), sep=", ")


def check(what, value, low, high):
    print(f"  {what}: {value:.4g}")
    if not low <= value <= high:
        sys.exit(f"changed: {what} was between {low} and {high}")


print("height_to_pressure_std over the ICAO atmosphere's pressure (1 would be right)")
for height_km, low, high in ((5.0, 0.997, 1.003), (11.0, 0.995, 1.003), (20.0, 0.76, 0.81), (30.0, 0.21, 0.24), (40.0, 0.0016, 0.0018)):
    by_metpy = metpy.calc.height_to_pressure_std(height_km * units.km).to("Pa").magnitude
    geometric_m = 6356766.0 * height_km * 1e3 / (6356766.0 - height_km * 1e3)  # its heights are geopotential
    check(f"{height_km:g} km", float(by_metpy / Atmosphere(geometric_m).pressure[0]), low, high)
print("pressure_to_height_std [km]")
check("5 hPa (35.8 in the standard)", float(metpy.calc.pressure_to_height_std(5.0 * units.hPa).to("km").magnitude), 28.1, 28.3)
check("1 hPa (47.8)", float(metpy.calc.pressure_to_height_std(1.0 * units.hPa).to("km").magnitude), 32.3, 32.5)
if not np.isnan(metpy.calc.height_to_pressure_std(np.array([45.0]) * units.km).magnitude[0]):
    sys.exit("changed: 45 km was NaN")
print("  45 km: NaN")
PYTHON
