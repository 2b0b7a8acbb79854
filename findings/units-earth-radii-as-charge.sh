#!/usr/bin/env bash
# Planetary radii: "Re", "Rs", "RJ", "Rm" are units in magnetospheric files; since SI has the prefix ronna (R, 1e27) they parse, as something else.
#
# Guess: "Re" is unknown to pint and to astropy, and the reader is told so.
# Found: pint reads "Re" as 1e27 elementary charges (1.6e8 C) and "Rs" (solar or Saturn's radii) as 1e27 s; pint and astropy read "Rs", "RJ" and "Rm" as
# 1e27 seconds, joules and metres. A distance of 6 Rm converts to metres without complaint.
# Seen with pint 0.25.3 and astropy 8.0.2.
# To do: define the radius before units are read (pint: registry.define), use astropy's R_earth, or store kilometres.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/env"
"$folder/env/bin/pip" install --quiet --no-compile --disable-pip-version-check pint==0.25.3 astropy==8.0.2
"$folder/env/bin/python" - <<'PYTHON'
import math
import sys
from importlib.metadata import version

import astropy.units
import pint

print(*(f"{name} {version(name)}" for name in ("pint", "astropy")), sep=", ")
registry = pint.UnitRegistry()


def by_pint(text, target):
    return registry.Quantity(1.0, text).to(target).magnitude


def by_astropy(text, target):
    return astropy.units.Unit(text).to(astropy.units.Unit(target))


SEEN = [
    ("Re", by_pint, "coulomb", 1.602176634e8),
    ("Rs", by_pint, "second", 1e27),
    ("Rs", by_astropy, "s", 1e27),
    ("RJ", by_pint, "joule", 1e27),
    ("RJ", by_astropy, "J", 1e27),
    ("Rm", by_pint, "metre", 1e27),
    ("Rm", by_astropy, "m", 1e27),
    ("R_earth", by_astropy, "km", 6378.1),
]
for text, reader, target, expected in SEEN:
    value = reader(text, target)
    print(f"1 {text:7} {reader.__name__:13} = {value:.6g} {target}")
    if not math.isclose(value, expected, rel_tol=1e-9):
        sys.exit(f"changed: it was {expected:.6g} {target}")
try:
    by_astropy("Re", "m")
except ValueError:
    print("1 Re      by_astropy    : refused")
else:
    sys.exit("changed: astropy refused Re")
PYTHON
