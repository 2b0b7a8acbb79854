"""Whether the orbits and tables of cosmic rays lie in air that is known, before they are made."""

from typing import Any

import numpy as np

from atmosphere.table import TOP_KM
from mcbelt import surroundings
from mcbelt.errors import PhysicsError
from mcbelt.places import closed_shell
from mcbelt.places.shell import ShellPlace, place_of
from mcbelt.sources.cosmic import gyration, prepare

LONGITUDES = 33  # of a piece of a shell at which its altitude is looked at


def reach(campaign: Any) -> tuple[str, ...]:
    """Refuse what `prepare` and the orbits could not make.

    Parameters
    ----------
    campaign : mcbelt.settings.belt.Belt

    Returns
    -------
    tuple of str
        What a user should know before.

    Raises
    ------
    PhysicsError
        The shell goes above the air, or the piece of it that is observed below the floor of the orbits.
    """
    shell = campaign.shell
    around = surroundings.without_air(shell, campaign.source.earth)
    path = prepare.path_of(shell, around)
    altitude = gyration.altitudes_km(path, around.sphere)
    label = closed_shell.label(shell)
    if altitude.max() > TOP_KM:
        raise PhysicsError(
            f"{label}: the drift path goes up to {altitude.max():.0f} km; the air is known to {TOP_KM:.0f} km. Give a "
            "smaller L."
        )
    where = prepare.place_of(campaign.place, shell, around, path)
    if where.sector is None:
        return ()
    lowest = min(_seen_km(where.sector, around.sphere, charge).min() for charge in (1.0, -1.0))
    if lowest <= prepare.FLOOR * 1e-3:
        raise PhysicsError(
            f"{label}: the piece of the shell that [place] names comes down to {lowest:.0f} km; orbits end at "
            f"{prepare.FLOOR * 1e-3:.0f} km. Give a larger L, or a piece farther past the anomaly."
        )
    return closed_shell.warnings(gyration.lowest_km(altitude))


def _seen_km(where: ShellPlace, sphere: float, charge: float) -> np.ndarray:
    """Altitudes [km] of a piece of a shell at which a charge starts, shape (LONGITUDES,)."""
    altitude = gyration.altitudes_km(where.path, sphere)
    found = []
    for past in np.linspace(where.nearest, where.farthest, LONGITUDES):
        k, m, t = place_of(where, where.anomaly - charge * past)
        found.append((1.0 - t) * altitude[k] + t * altitude[m])
    return np.array(found)
