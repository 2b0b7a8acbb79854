#!/usr/bin/env bash
# Constants inside udunits: the electronvolt, the atomic mass unit and the elementary charge are of different decades.
#
# Guess: 1 eV = e x 1 V exactly, with the fixed values of SI (e = 1.602176634e-19 C).
# Found: udunits has eV and u of CODATA 1986 (1.60217733e-19 J, 1.6605402e-27 kg) and e of CODATA 2006, so that eV / (e V) = 1 + 5.3e-7; a mass in u
# converted to energy is 2.5e-7 off. Its year is the tropical one of 1900 (365.24220 d; astropy and pint have 365.25 d): 21e-6 in a lifetime.
# Seen with cf-units 3.3.1 (its own udunits 2).
# To do: nothing at the per mille of a flux; do not chase differences of 1e-6 between a netCDF file in GeV and one in J, and write no "year".
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/env"
"$folder/env/bin/pip" install --quiet --no-compile --disable-pip-version-check cf-units==3.3.1
"$folder/env/bin/python" - <<'PYTHON'
import math
import sys
from importlib.metadata import version

from cf_units import Unit

print("cf-units", version("cf-units"))
SEEN = [
    ("eV", "J", 1.60217733e-19, 1e-10),
    ("u", "kg", 1.6605402e-27, 1e-10),
    ("e", "C", 1.602176487e-19, 1e-10),
    ("eV", "e V", 1.00000052616, 1e-10),
    ("year", "day", 365.242198781, 1e-9),
]
for text, target, expected, error in SEEN:
    value = Unit(text).convert(1.0, Unit(target))
    print(f"1 {text:4} = {value:.12g} {target}")
    if not math.isclose(value, expected, rel_tol=error):
        sys.exit(f"changed: it was {expected:.12g} {target}")
print(f"eV against the SI of 2019: {Unit('eV').convert(1.0, Unit('J')) / 1.602176634e-19 - 1:.2e}")
light = 299792458.0
energy = Unit("kg").convert(Unit("u").convert(1.0, Unit("kg")), Unit("kg")) * light**2
print(f"u c2 = {Unit('J').convert(energy, Unit('MeV')):.6f} MeV by udunits, 931.494103 MeV (CODATA 2022)")
PYTHON
