"""The modulation potential by month: what a date alone says of the Sun's hold on cosmic rays.

The table holds the potential that neutron monitors say (Usoskin et al. 2011), for the interstellar protons of Burger et
al. 2000. A potential belongs to its interstellar spectrum. For another the one is taken that gives the same flux: it is
the potential fitted here to the protons of June 1998, moved from that month by as much as the table moves, times a
slope that keeps protons of 1-20 GeV equal from 250 to 1400 MV, within 1.3 % (`vos2015`) and 7 % (`corti2016`), which is
the difference of the spectra at any potential.
"""

import csv
import datetime
import functools
from importlib import resources

from mcbelt.errors import ConfigError

# [GV], for each interstellar proton spectrum; helium shares the potential of the default
PHI_JUNE_1998 = {"vos2015": 0.53, "corti2016": 0.45, "burger2000": 0.556}
FITTED = (1998, 6)  # year and month of the potentials fitted here, which are kept as they are
OF_TABLE = "burger2000"
SLOPE = {"burger2000": 1.0, "vos2015": 1.006, "corti2016": 1.047}
ERROR_MV = 30.0  # 26 of a month in the table, 15 between the fits of June 1998 and equal flux


@functools.cache
def table() -> dict[tuple[int, int], float]:
    """Potential [MV] by year and month for the spectrum `OF_TABLE`, ascending without a gap."""
    text = (resources.files("mcbelt") / "data" / "sun" / "modulation.csv").read_text(encoding="utf-8")
    rows = csv.DictReader(line for line in text.splitlines() if not line.startswith("#"))
    return {(int(row["month"][:4]), int(row["month"][5:])): float(row["phi_MV"]) for row in rows}


def of_month(date: datetime.date, interstellar: str) -> float:
    """Modulation potential of the month of a date.

    Parameters
    ----------
    date : datetime.date
        May 1951 to December 2022.
    interstellar : str
        Interstellar spectrum of protons, a key of `SLOPE`.

    Returns
    -------
    float
        Potential [MV], to 0.1; its error is `ERROR_MV`.

    Raises
    ------
    ConfigError
        The date is beyond the table.
    """
    months = table()
    if (date.year, date.month) not in months:
        (first, first_month), (last, last_month) = min(months), max(months)
        raise ConfigError(
            f"[shell] date = {date} is outside the table of modulation potentials, {first}-{first_month:02d} to "
            f"{last}-{last_month:02d}; give [source] phi_MV (530 is that of June 1998)."
        )
    moved = months[date.year, date.month] - months[FITTED]
    return round(1e3 * PHI_JUNE_1998[interstellar] + SLOPE[interstellar] * moved, 1)


def words(date: datetime.date, interstellar: str, phi_MV: float | None) -> str | None:
    """What the potential of a campaign is, where it is that of the month of its date; None where it is another.

    Parameters
    ----------
    date : datetime.date
    interstellar : str
    phi_MV : float or None
        [MV]; None is that fitted to June 1998.

    Returns
    -------
    str or None
    """
    if interstellar not in SLOPE or (date.year, date.month) not in table():
        return None
    if (phi_MV is None and (date.year, date.month) != FITTED) or phi_MV not in (None, of_month(date, interstellar)):
        return None
    found, origin = of_month(date, interstellar), "fitted to AMS-01, BESS98 and CAPRICE98"
    if phi_MV is not None:
        origin = "of neutron monitors (Usoskin et al. 2011)"
    return f"phi = {found:g} +- {ERROR_MV:g} MV of {date.year}-{date.month:02d}, {origin}"


def is_of_table(date: datetime.date, interstellar: str, phi_MV: float | None) -> bool:
    """Whether a potential was taken from the table.

    Parameters
    ----------
    date : datetime.date
    interstellar : str
    phi_MV : float or None
        [MV].

    Returns
    -------
    bool
    """
    return phi_MV is not None and words(date, interstellar, phi_MV) is not None
