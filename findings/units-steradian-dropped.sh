#!/usr/bin/env bash
# Steradian: an intensity (per sr) converts to an omnidirectional flux with the factor 1 in udunits and in pint.
#
# Guess: cm-2 s-1 sr-1 to cm-2 s-1 is refused, as the factor depends on the angles (4 pi if isotropic, pi through a plane).
# Found: udunits (cf-units) and pint answer 1.0; astropy alone refuses. Likewise an angular velocity of 1 degree/s is 0.01745 Hz, not 1/360 Hz.
# Seen with cf-units 3.3.1 (its own udunits 2), astropy 8.0.2, pint 0.25.3.
# To do: compare sr by hand before a conversion (AP8 and AE8 are omnidirectional, most spectra of cosmic rays are per sr).
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/env"
"$folder/env/bin/pip" install --quiet --no-compile --disable-pip-version-check cf-units==3.3.1 astropy==8.0.2 pint==0.25.3
"$folder/env/bin/python" - <<'PYTHON'
import sys
from importlib.metadata import version

import astropy.units
import cf_units
import pint

print(*(f"{name} {version(name)}" for name in ("cf-units", "astropy", "pint")), sep=", ")
registry = pint.UnitRegistry()

by_udunits = cf_units.Unit("cm-2 s-1 sr-1").convert(1.0, cf_units.Unit("cm-2 s-1"))
by_pint = registry.Quantity(1.0, "1/(cm**2 s sr)").to("1/(cm**2 s)").magnitude
print(f"1 cm-2 s-1 sr-1 = {by_udunits:.6g} cm-2 s-1 (udunits), {by_pint:.6g} (pint)")
if (by_udunits, by_pint) != (1.0, 1.0):
    sys.exit("changed: both dropped the steradian")
turn = cf_units.Unit("degree s-1").convert(1.0, cf_units.Unit("Hz")), registry.Quantity(1.0, "degree/s").to("Hz").magnitude
print(f"1 degree/s = {turn[0]:.6g} Hz (udunits), {turn[1]:.6g} Hz (pint); a turn in 360 s is {1 / 360:.6g} Hz")
if any(abs(value - 0.0174532925) > 1e-9 for value in turn):
    sys.exit("changed: both took the radian for 1")
try:
    astropy.units.Unit("cm-2 s-1 sr-1").to("cm-2 s-1")
except astropy.units.UnitConversionError as refusal:
    print("astropy refuses:", refusal)
else:
    sys.exit("changed: astropy refused")
PYTHON
