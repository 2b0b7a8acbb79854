#!/usr/bin/env bash
# Attenuation of gamma rays in xraydb: above 800 keV the value of 800 keV.
#
# Guess: mu_elam, whose table ends at 800 keV, refuses 2 and 10 MeV (xraylib, with the same table, does), or goes on as a power law.
# Found: a constant, 0.0708 cm2/g in nitrogen at any energy from 0.8 MeV up, with a warning that calls it "unreliable". At 10 MeV nitrogen has
# 0.0202 (NIST): attenuation 3.5 times too strong. mu_chantler does the same with its value of 1 MeV.
# Seen with xraydb 4.5.8, xraylib 4.3.0.
# To do: make that warning an error, or use NIST's tables where pairs count (pi0 gammas, annihilation in flight).
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/env"
"$folder/env/bin/pip" install --quiet --no-compile --disable-pip-version-check xraydb==4.5.8 xraylib==4.3.0
"$folder/env/bin/python" - <<'PYTHON'
import math
import sys
import warnings
from importlib.metadata import version

import xraydb
import xraylib

print(*(f"{name} {version(name)}" for name in ("xraydb", "xraylib")), sep=", ")
NITROGEN, NIST_10_MEV = 7, 0.02024  # cm2/g: Hubbell and Seltzer 2004, standard reference database 126
with warnings.catch_warnings(record=True) as said:
    warnings.simplefilter("always")
    values = {energy: float(xraydb.mu_elam("N", energy)) for energy in (0.5e6, 0.8e6, 2e6, 1e7)}
for energy, value in values.items():
    print(f"N {energy / 1e6:g} MeV: mu_elam = {value:.5f} cm2/g")
print("warned:", sorted({str(one.message) for one in said}))
print(f"over NIST at 10 MeV: {values[1e7] / NIST_10_MEV:.2f}")
if not (values[2e6] == values[1e7] == values[0.8e6] and math.isclose(values[0.8e6], 0.070809, rel_tol=1e-4)):
    sys.exit("changed: the value of 800 keV was held")
try:
    xraylib.CS_Total(NITROGEN, 2000.0)
except ValueError as refusal:
    print("xraylib refuses 2 MeV:", refusal)
else:
    sys.exit("changed: xraylib refused")
PYTHON
