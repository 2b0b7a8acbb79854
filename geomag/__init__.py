"""The magnetic field of the Earth and a charge moving in it. No matter, no Monte Carlo.

>>> import geomag
>>> field = geomag.Igrf("1998-06-05")
>>> east, north, up = field.geodetic(latitude_deg=0.0, longitude_deg=0.0, altitude_km=400.0)
>>> round(float(north), 0)
22648.0
>>> from geomag.drift_shell import drift_shell
>>> round(drift_shell(field, L=1.12).H_min_km)
271
"""

import kernelcache

PART_OF_MCBELT = True  # looked for by `mcbelt.files.neighbours`

kernelcache.use_hashed_directory()

from geomag.errors import NoCoefficients, NoShell, OutOfRange  # noqa: E402
from geomag.field import CentredDipole, EccentricDipole, HistoricalField, Igrf, SphericalHarmonic  # noqa: E402

__all__ = [
    "CentredDipole",
    "EccentricDipole",
    "HistoricalField",
    "Igrf",
    "NoCoefficients",
    "NoShell",
    "OutOfRange",
    "SphericalHarmonic",
]
