#!/usr/bin/env bash
# Magnetic coordinates of chaosmagpy: the dipole axis is that of 2015 at any date.
#
# Guess: transform_points(..., time=..., reference="gsm" or "sm") tilts the dipole as it stood at that time.
# Found: time only turns the Earth and the Sun; the axis is a constant of the configuration, the IGRF of 2015.0. The geomagnetic pole of 5 June 1965
# comes out at a magnetic colatitude of 1.84 deg, that of 1998 at 0.86 deg, that of 2026 at 0.54 deg; each should be 0. No warning.
# Seen with chaosmagpy 0.16; the true axes from ppigrf 2.1.0 (IGRF-14).
# To do: give dipole=(g10, g11, h11) of the date with every call.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/env"
"$folder/env/bin/pip" install --quiet --no-compile --disable-pip-version-check chaosmagpy==0.16 ppigrf==2.1.0
"$folder/env/bin/python" - <<'PYTHON'
import sys
from importlib.metadata import version

import numpy as np
import pandas as pd
from chaosmagpy.coordinate_utils import transform_points
from chaosmagpy.data_utils import mjd2000
from ppigrf.ppigrf import read_shc

print(*(f"{name} {version(name)}" for name in ("chaosmagpy", "ppigrf")), sep=", ")
g, h = read_shc()


def dipole(date):
    days = (g.index - g.index[0]).days.to_numpy(float)
    day = (pd.Timestamp(date) - g.index[0]).days
    columns = (g[(1, 0)], g[(1, 1)], h[(1, 1)])
    return np.array([np.interp(day, days, column.to_numpy(float)) for column in columns])


for date, low, high in (("1965-06-05", 1.83, 1.86), ("1998-06-05", 0.85, 0.88), ("2015-01-01", 0.0, 0.03), ("2026-06-05", 0.52, 0.56)):
    g10, g11, h11 = dipole(date)
    colatitude = np.degrees(np.arctan2(np.hypot(g11, h11), -g10))
    longitude = np.degrees(np.arctan2(-h11, -g11))
    time = mjd2000(*(int(part) for part in date.split("-")))
    found, _ = transform_points(colatitude, longitude, time=time, reference="sm")
    own, _ = transform_points(colatitude, longitude, time=time, reference="sm", dipole=dipole(date))
    print(f"{date}: pole at {90 - colatitude:.2f} N {longitude:.2f} E, its colatitude in SM {found:.3f} deg; with dipole= {own:.1e} deg")
    if not low <= found <= high or own > 1e-4:
        sys.exit(f"changed: it was between {low} and {high} deg, and 0 with dipole=")
PYTHON
