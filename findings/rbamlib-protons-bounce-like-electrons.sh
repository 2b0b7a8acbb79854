#!/usr/bin/env bash
# Bounce period of protons in rbamlib: 139 s at L = 1.2, 100 MeV, instead of 0.176 s.
#
# Guess: T_bounce(..., m=1.67262e-24), "particle mass, in grams", is the bounce period of a proton in a dipole.
# Found: the mass enters the last division alone; momentum and Lorentz factor stay those of an electron of that energy, so the speed is 5e-4 c, not 0.43 c,
# and the period 787 times too long at 100 MeV. Electrons are right to 0.01 %. T_drift takes the same m and is right.
# Seen with rbamlib 26.2.
# To do: T_bounce of an electron times the ratio of the speeds, v_e / v_p; the path along the line is the same.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/env"
"$folder/env/bin/pip" install --quiet --no-compile --disable-pip-version-check rbamlib==26.2
"$folder/env/bin/python" - <<'PYTHON'
import math
import sys
from importlib.metadata import version

from rbamlib.constants import R_Earth, c
from rbamlib.motion import T_bounce

print("rbamlib", version("rbamlib"))
L = 1.2
for name, energy_mev, rest_mev, mass_g, low, high in (
    ("electron of 1 MeV", 1.0, 0.51099895, 9.109384e-28, 0.995, 1.005),
    ("proton of 100 MeV", 100.0, 938.272, 1.672622e-24, 780.0, 795.0),
    ("proton of 1 GeV", 1000.0, 938.272, 1.672622e-24, 1600.0, 1620.0),
):
    speed = c * math.sqrt(1.0 - (1.0 + energy_mev / rest_mev) ** -2)
    exact = 2.0 * math.pi * math.sqrt(2.0) / 3.0 * L * R_Earth / speed  # small oscillations about the equator of a dipole
    found = float(T_bounce(L, math.pi / 2.0, energy_mev, m=mass_g))
    print(f"{name}, 90 deg, L = {L}: {found:.4g} s, a dipole has {exact:.4g} s, ratio {found / exact:.4g}")
    if not low <= found / exact <= high:
        sys.exit(f"changed: the ratio was between {low} and {high}")
PYTHON
