#!/usr/bin/env bash
# Units of counting: detectors' "ct", "cnt" and "ph" are read by udunits and pint as something else, without a warning.
#
# Guess: "ct" and "cnt" are counts and "ph" is a photon, as in FITS; a library that does not know them says so.
# Found: in udunits "ct" is a hundredth of a tonne (10 kg), "cnt" a hundredth of a nit (0.01 cd m-2) and "ph" the phot (1e4 lux), so "ph cm-2 s-1" is
# light on an area per area; in pint "ct" is the carat (0.2 g) and "ph" the picohour. Only astropy counts.
# Seen with cf-units 3.3.1 (its own udunits 2), astropy 8.0.2, pint 0.25.3.
# To do: in netCDF write "count" (udunits: 1) or "1", and name what is counted in long_name; translate the units when a FITS table becomes netCDF.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/env"
"$folder/env/bin/pip" install --quiet --no-compile --disable-pip-version-check cf-units==3.3.1 astropy==8.0.2 pint==0.25.3
"$folder/env/bin/python" - <<'PYTHON'
import math
import sys
from importlib.metadata import version

import astropy.units
import cf_units
import pint

print(*(f"{name} {version(name)}" for name in ("cf-units", "astropy", "pint")), sep=", ")
registry = pint.UnitRegistry()


def by_udunits(text, target):
    return cf_units.Unit(text).convert(1.0, cf_units.Unit(target))


def by_astropy(text, target):
    return astropy.units.Unit(text).to(astropy.units.Unit(target))


def by_pint(text, target):
    return registry.Quantity(1.0, text).to(target).magnitude


SEEN = [
    ("ct", by_udunits, "kg", 10.0),
    ("cnt", by_udunits, "cd m-2", 0.01),
    ("ph", by_udunits, "lux", 1e4),
    ("ph cm-2 s-1", by_udunits, "lux m-2 s-1", 1e8),
    ("count", by_udunits, "1", 1.0),
    ("ct", by_astropy, "count", 1.0),
    ("ph", by_astropy, "photon", 1.0),
    ("ct", by_pint, "gram", 0.2),
    ("ph", by_pint, "hour", 1e-12),
]
for text, reader, target, expected in SEEN:
    value = reader(text, target)
    print(f"1 {text:11} {reader.__name__:13} = {value:.6g} {target}")
    if not math.isclose(value, expected, rel_tol=1e-6):
        sys.exit(f"changed: it was {expected:.6g} {target}")
PYTHON
