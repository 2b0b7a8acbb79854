#!/usr/bin/env bash
# Sub-satellite points of PyEphem: sublat is geocentric, elevation is above the ellipsoid.
#
# Guess: sublat and elevation are the geodetic pair that IGRF, MSIS and maps take.
# Found: sublat is the geocentric latitude, up to 0.19 deg (21 km) from the geodetic one, while elevation is the height above the ellipsoid. Put together
# into a geodetic routine they describe a place that the satellite never was at. No word of it in the attributes' names.
# Seen with ephem 4.2.1, against the same elements in sgp4 2.27 (the latitude needs no sidereal time).
# To do: tan(geodetic) = tan(sublat) / (1 - e2) is good to 0.02 deg in low orbits; or use sgp4 with astropy or skyfield.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/env"
"$folder/env/bin/pip" install --quiet --no-compile --disable-pip-version-check ephem==4.2.1 sgp4==2.27 numpy==2.4.6
"$folder/env/bin/python" - <<'PYTHON'
import datetime
import sys
from importlib.metadata import version

import ephem
import numpy as np
from sgp4.api import Satrec, jday

print(*(f"{name} {version(name)}" for name in ("ephem", "sgp4")), sep=", ")
A_KM, E2 = 6378.137, 6.69437999014e-3  # WGS84


def with_checksum(line):
    return line + str(sum(int(c) if c.isdigit() else c == "-" for c in line) % 10)


LINES = [
    with_checksum("1 90001U 98067A   20344.91719907  .00001264  00000-0  29621-4 0  999"),
    with_checksum("2 90001  51.6466 142.1500 0002084  93.0580  60.1740 15.4929638625923"),
]
body, satellite = ephem.readtle("orbit of 51.6 deg", *LINES), Satrec.twoline2rv(*LINES)


def geodetic(position):
    """Latitude [deg] and height [km] above WGS84, by Bowring's iteration."""
    across, along = np.hypot(*position[:2]), position[2]
    latitude = np.arctan2(along, across * (1.0 - E2))
    for _ in range(10):
        normal = A_KM / np.sqrt(1.0 - E2 * np.sin(latitude) ** 2)
        latitude = np.arctan2(along + E2 * normal * np.sin(latitude), across)
    return np.degrees(latitude), across / np.cos(latitude) - normal


worst = {"geocentric latitude": 0.0, "geodetic latitude": 0.0, "height [km]": 0.0}
for minute in range(0, 93, 3):
    time = datetime.datetime(2020, 12, 9, 22) + datetime.timedelta(minutes=minute)
    body.compute(time)
    _, position, _ = satellite.sgp4(*jday(time.year, time.month, time.day, time.hour, time.minute, 0))
    latitude, height = geodetic(position)
    sublat = np.degrees(float(body.sublat))
    geocentric = np.degrees(np.arctan2(position[2], np.hypot(*position[:2])))
    for name, off in zip(worst, (sublat - geocentric, sublat - latitude, body.elevation / 1e3 - height), strict=True):
        worst[name] = max(worst[name], abs(off))
for name, (low, high) in zip(worst, ((0.0, 0.002), (0.17, 0.20), (0.0, 0.1)), strict=True):
    print(f"largest difference over an orbit, {name}: {worst[name]:.4f}")
    if not low <= worst[name] <= high:
        sys.exit(f"changed: it was between {low} and {high}")
PYTHON
