"""What of a result udunits and astropy cannot read, and what the CF Conventions ask for and it lacks."""

import re

import xarray

try:
    import cf_units
except ImportError:  # has wheels for Linux on x86_64 and Windows alone
    cf_units = None
from astropy import units as astropy_units


def unreadable(directory):
    """One line for each fault of any variable of any result below a directory."""
    lines = []
    for path in sorted(directory.rglob("result.nc")):
        with xarray.open_dataset(path, engine="h5netcdf", decode_cf=False) as result:
            lines += [f"{path.parent.name}/{line}" for line in faults(result)]
    return lines


def faults(dataset):
    """One line for each fault of any variable of a dataset."""
    lines = [] if str(dataset.attrs.get("Conventions", "")).startswith("CF-") else ["Conventions: names no CF"]
    for name, variable in dataset.variables.items():
        units = variable.attrs.get("units")
        if not isinstance(units, str) or not is_read(units):
            lines.append(f"{name}: units {units!r}")
        if not variable.attrs.get("long_name"):
            lines.append(f"{name}: no long_name")
        if not re.fullmatch(r"[A-Za-z][A-Za-z0-9_]*", str(name)):
            lines.append(f"{name}: not a name of the CF Conventions (section 2.3)")
    return lines + [line for name in dataset.variables for line in wrong_squares(dataset, str(name))]


def wrong_squares(dataset, name):
    """A line if the unit of a tally's squares is not the square of its unit."""
    squares = f"{name.removesuffix('_sum')}_sum_of_squares"
    units = [dataset[part].attrs["units"] for part in (name, squares) if part in dataset.variables]
    if not name.endswith("_sum") or len(units) < 2 or not all(map(is_read, units)):
        return []
    one, two = map(astropy_units.Unit, units)
    return [] if one**2 == two else [f"{squares}: {two} is not the square of {one}"]


def is_read(units):
    """Whether astropy and, where it is installed, udunits read a unit, and both the same (by the exponent of each)."""
    try:
        known = astropy_units.Unit(units, parse_strict="raise")
        if cf_units is None:
            return units != ""
        read = cf_units.Unit(units)
    except ValueError:
        return False
    if read.is_unknown() or read.is_no_unit():
        return False
    factor = read.convert(1.0, cf_units.Unit(base_of(known))) if known.decompose().bases else 1.0
    # The eV of udunits is of CODATA 1986, 4.3e-7 above today's; squares of squares have its fourth power.
    return abs(factor / known.decompose(bases=BASES).scale - 1.0) < 2e-6


BASES = [getattr(astropy_units, name) for name in ("m", "s", "kg", "A", "rad")]


def base_of(unit):
    """A unit in base units, as udunits writes them."""
    parts = unit.decompose(bases=BASES)
    return " ".join(f"{base}{power}" for base, power in zip(parts.bases, parts.powers, strict=True))
