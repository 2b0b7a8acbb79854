#!/usr/bin/env bash
# Energy per nucleon: "MeV/u", the unit of heavy ions, is an absorbed dose to three libraries of units.
#
# Guess: MeV/u is energy per nucleon, kept apart from everything that is not; "MeV/nuc" is unknown.
# Found: u is the atomic mass unit, so a beam of 1 MeV/u converts to 9.65e13 Gy and to as many sieverts in udunits, astropy and pint; "MeV/nuc" is to
# udunits an energy per mole (96.5 GJ/mol) and neither converts to the other. A fluence per (MeV/u) and one per MeV differ by a mass.
# Seen with cf-units 3.3.1 (its own udunits 2), astropy 8.0.2, pint 0.25.3.
# To do: store MeV, and say "per nucleon" in the name of the variable; the number of nucleons has no unit.
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


SEEN = [(reader, "MeV/u", dose, 9.64853e13) for reader in (by_udunits, by_astropy, by_pint) for dose in ("Gy", "Sv")]
for reader, text, target, expected in [*SEEN, (by_udunits, "MeV/nuc", "J/mol", 9.64854e10)]:
    value = reader(text, target)
    print(f"1 {text:7} {reader.__name__:13} = {value:.6g} {target}")
    if not math.isclose(value, expected, rel_tol=1e-5):
        sys.exit(f"changed: it was {expected:.6g} {target}")
if cf_units.Unit("MeV/nuc").is_convertible("MeV/u") or cf_units.Unit("MeV/u").is_convertible("MeV"):
    sys.exit("changed: udunits kept MeV/nuc, MeV/u and MeV apart")
print("udunits: MeV/nuc, MeV/u and MeV do not convert into each other")
PYTHON
