"""Labels of a drift shell: its equatorial field B0, and L by one of three conventions.

L = (M / B0)^(1/3) needs a moment M: that of the epoch ("epoch"), McIlwain's 31165.3 nT ("mcilwain"), or the 0.312 G of
Gusev et al. 2003 ("paper").
"""

import numpy as np
from numpy.typing import ArrayLike

from geomag.constants import GUSEV_MOMENT_NT, L_MAX, L_MIN, MCILWAIN_MOMENT_NT, REFERENCE_RADIUS
from geomag.errors import DOOR, OutOfRange
from geomag.field import MagneticField

CONVENTIONS = ("epoch", "mcilwain", "paper")


def equatorial_field(
    field: MagneticField, B0_nT: float | None = None, L: float | None = None, convention: str = "epoch"
) -> float:
    """Equatorial field B0 of a shell from either of its labels.

    Parameters
    ----------
    field : geomag.field.MagneticField
        Gives the moment of the epoch.
    B0_nT : float, optional
        B0 itself [nT]. Give this or `L`.
    L : float, optional
        L in 1.0-2.0.
    convention : {"epoch", "mcilwain", "paper"}
        Moment of B0 = M / L^3, as in `drift_shell`.

    Returns
    -------
    float
        B0 [nT].

    Raises
    ------
    OutOfRange
        When the convention is unknown, both labels or none are given, or the label is outside L = 1.0-2.0.
    """
    if convention not in CONVENTIONS:
        raise OutOfRange(f"drift_shell: convention {convention!r} is unknown. Give one of {', '.join(CONVENTIONS)}.")
    if (B0_nT is None) == (L is None):
        raise OutOfRange("drift_shell: give either B0_nT or L, and not both.")
    moments = {"epoch": field.moment_nT, "mcilwain": MCILWAIN_MOMENT_NT, "paper": GUSEV_MOMENT_NT}
    if L is not None:
        L = DOOR.number("L", L)
        if not L_MIN <= L <= L_MAX:
            raise OutOfRange(f"drift_shell: L = {L} is outside [{L_MIN}, {L_MAX}]. Give an L in that range.")
        return moments[convention] / L**3
    # the largest B0 that some convention calls L = 1, the smallest that some convention calls L = 2
    B0_nT = DOOR.number("B0", B0_nT, "nT")
    low, high = min(moments.values()) / L_MAX**3, max(moments.values()) / L_MIN**3
    if not low <= B0_nT <= high:
        raise OutOfRange(
            f"drift_shell: B0_nT = {B0_nT} is outside [{low:.1f}, {high:.1f}], that is L {L_MIN}-{L_MAX}. "
            "Give B0 in that range."
        )
    return B0_nT


def mcilwain_l(I_m: ArrayLike, mirror_nT: ArrayLike, moment_nT: ArrayLike) -> np.ndarray:
    """L of McIlwain from the second invariant and the mirror field.

    Parameters
    ----------
    I_m : array_like
        Second invariant I [m].
    mirror_nT : array_like
        Mirror field [nT].
    moment_nT : float
        Dipole moment over the reference radius cubed [nT]: 31165.3 for McIlwain's own L, or that of the epoch.

    Returns
    -------
    ndarray
        L: that of the dipole of this moment with the same I and mirror field. Hilton 1971, J. Geophys. Res. 76,
        6952; the fit is good to 1e-4 of L.
    """
    (invariant, mirror), labelled = DOOR.aligned(("I", I_m, "m"), ("mirror", mirror_nT, "nT"))
    scaled = mirror / DOOR.numbers("moment", moment_nT, "nT")
    x = np.cbrt(scaled) * invariant / REFERENCE_RADIUS
    found = np.cbrt((1.0 + x * (1.35047 + x * (0.465376 + x * 0.0475455))) / scaled)
    return labelled(found, "L", "")
