"""Whether a drift shell is closed: does a charge on it come around the Earth, or does the air of the anomaly end it?

A shell is open where its lowest point H_min lies below 80 km. There the air above is 1e-2 g cm-2 for a vertical ray,
and a charge that drifts through it meets far more, so e+- that are seen on an open shell were born since the anomaly:
quasi-trapped, seconds old. On a closed shell they may drift on, up to years where the lowest point is high.
"""

import functools
import math
from typing import Any

from geomag.drift_shell import DriftShell, drift_shell
from mcbelt import surroundings

OPEN_BELOW_KM = 80.0
OPEN = "nothing drifts around: e+- seen here were born since the anomaly"


@functools.lru_cache(maxsize=64)
def _equatorial(field: str, date: Any, L: float, convention: str) -> DriftShell:
    return drift_shell(surroundings.traced_field(field, date), L=L, convention=convention)


def label(shell: Any) -> str:
    """The [shell] of a campaign as refusals name it."""
    return f"[shell] L = {shell.L:g} ({shell.convention}) in {shell.date}"


def equatorial(shell: Any) -> DriftShell:
    """The drift shell of charges that mirror at the equator.

    Parameters
    ----------
    shell : mcbelt.settings.belt.Shell
        In a field in which shells are traced.

    Returns
    -------
    geomag.drift_shell.DriftShell

    Raises
    ------
    PhysicsError, geomag.errors.NoShell
        No shells are traced in the field, or it has none with this label.
    """
    return _equatorial(shell.field, shell.date, float(shell.L), shell.convention)


def attributes(H_min_km: float) -> dict[str, Any]:
    """What a result says of its shell: `shell` = "closed" or "open", and `shell_H_min_km`; nothing of NaN."""
    if math.isnan(H_min_km):
        return {}
    return {"shell": "open" if H_min_km < OPEN_BELOW_KM else "closed", "shell_H_min_km": round(H_min_km, 3)}


def words(about: Any) -> str:
    """What a flux on the shell means, of the attributes of a result; nothing of results that do not say.

    Parameters
    ----------
    about : mapping
        With the keys of `attributes`, or without.

    Returns
    -------
    str
    """
    if "shell" not in about:
        return ""
    what = f"{about['shell']} shell, H_min {float(about['shell_H_min_km']):.0f} km"
    return f"{what}: {OPEN}" if about["shell"] == "open" else what


def warnings(H_min_km: float) -> tuple[str, ...]:
    """What `check` says beforehand of a shell with this lowest point [km]: nothing of a closed one."""
    about = attributes(H_min_km)
    return (f"{words(about)}.",) if about["shell"] == "open" else ()
