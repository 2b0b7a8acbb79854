#!/usr/bin/env bash
# Units of one letter: udunits (CF, netCDF), astropy and pint read the same string as three quantities, none of them with a warning.
#
# Guess: "R" is the rayleigh or the roentgen, "mb" the millibarn, "ka" a thousand years (ages of cosmogenic nuclides), "Gs" the gauss.
# Found: "R" is the roentgen in udunits, the rayleigh in astropy and the molar gas constant in pint; "mb" is the millibarn in udunits and pint and a
# thousandth of a bit in astropy; "ka" is a thousand ares, an area, in udunits; "Gs" is 1e9 seconds in all three.
# Seen with cf-units 3.3.1 (its own udunits 2), astropy 8.0.2, pint 0.25.3.
# To do: write units out (millibarn, kyr, 1e-4 T) and convert a known value once in a test; that a string parses says nothing.
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
    ("R", by_udunits, "C kg-1", 2.58e-4),  # roentgen
    ("R", by_astropy, "ph / (cm2 s sr)", 1e6 / (4.0 * math.pi)),  # rayleigh
    ("R", by_pint, "J / (mol K)", 8.314462618),  # gas constant
    ("mb", by_udunits, "m2", 1e-31),
    ("mb", by_astropy, "bit", 1e-3),
    ("mb", by_pint, "m**2", 1e-31),
    ("ka", by_udunits, "m2", 1e5),
    ("ka", by_astropy, "yr", 1e3),
    ("ka", by_pint, "year", 1e3),
    ("Gs", by_udunits, "s", 1e9),
    ("Gs", by_astropy, "s", 1e9),
    ("Gs", by_pint, "s", 1e9),
]
for text, reader, target, expected in SEEN:
    value = reader(text, target)
    print(f"1 {text:3} {reader.__name__:13} = {value:.6g} {target}")
    if not math.isclose(value, expected, rel_tol=1e-6):
        sys.exit(f"changed: it was {expected:.6g} {target}")
PYTHON
