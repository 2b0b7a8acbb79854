#!/usr/bin/env bash
# Missing times in CDF files: cdflib makes them NaT or the end of the year 9999, by the function asked.
#
# Guess: the FILLVAL of ISTP times (-1e31 for CDF_EPOCH, the lowest integer for CDF_TIME_TT2000) becomes NaT or NaN everywhere.
# Found: to_datetime gives NaT, but unixtime gives 253402300800 s (the end of 9999) without a word and encode its text, so that one missing record among a
# thousand moves the mean of the times by 8 years and stretches an axis to 8000.
# Seen with cdflib 1.3.16.
# To do: convert with to_datetime, or drop FILLVAL before unixtime.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/env"
"$folder/env/bin/pip" install --quiet --no-compile --disable-pip-version-check cdflib==1.3.16
"$folder/env/bin/python" - <<'PYTHON'
import sys
from importlib.metadata import version

import numpy as np
from cdflib import cdfepoch

print("cdflib", version("cdflib"))
FILL = {"CDF_TIME_TT2000": np.array([np.iinfo(np.int64).min]), "CDF_EPOCH": np.array([-1e31])}
for kind, fill in FILL.items():
    as_date = cdfepoch.to_datetime(fill)[0]
    seconds = float(np.ravel(cdfepoch.unixtime(fill))[0])
    text = str(np.ravel(cdfepoch.encode(fill))[0])
    print(f"{kind} {fill[0]:g}: to_datetime {as_date}, unixtime {seconds:.0f} s (year {1970 + seconds / 31556952.0:.0f}), encode {text}")
    if not (np.isnat(as_date) and abs(seconds - 253402300800.0) < 2 * 86400.0 and text.startswith("9999-12-31")):
        sys.exit("changed: it was NaT, the end of the year 9999 and its text")
good = cdfepoch.compute_tt2000([1998, 6, 5, 12, 0, 0, 0, 0, 0])
times = np.append(np.full(999, int(good)), FILL["CDF_TIME_TT2000"])
mean = np.mean(np.asarray(cdfepoch.unixtime(times), dtype=float))
print(f"mean of 999 times in June 1998 and one missing: year {1970 + mean / 31556952.0:.1f}")
if not 2005.0 < 1970 + mean / 31556952.0 < 2008.0:
    sys.exit("changed: the missing time moved the mean by 8 years")
PYTHON
