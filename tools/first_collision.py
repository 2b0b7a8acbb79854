"""The inelastic cross section from the depth at which the particles of a beam collide first."""

from collections.abc import Mapping
from typing import Any

NUCLEUS = {"H": (1, 1), "He": (2, 4), "C": (6, 12), "N": (7, 14), "O": (8, 16), "Ar": (18, 40)}  # (Z, A)
MOLAR_MASS = {
    "H": 1.00783,
    "He": 4.00260,
    "C": 12.0,
    "N": 14.00307,
    "O": 15.99491,
    "Ar": 39.96238,
}  # [g/mol], the isotope baked
AVOGADRO_MB = 0.602214076e-3  # [1/mol] times mb in cm2
BOX_DEPTH = 1.9e6  # [g/cm2] seen by a beam particle that does not collide


def depth_seen(record: Mapping[str, Any]) -> float:
    """Matter that all beam particles of a job have gone through [g/cm2]."""
    return record["depth_sum_g_cm2"] + BOX_DEPTH * (record["events"] - record["collided"])


def inelastic_mb(target: str, collided: float, depth_g_cm2: float) -> float:
    """Cross section of a collision of any kind [mb].

    Parameters
    ----------
    target : str
        Element, one of `MOLAR_MASS`.
    collided : float
        Beam particles that collided [1].
    depth_g_cm2 : float
        Matter that all of them and those that did not collide have gone through [g/cm2], above 0.

    Returns
    -------
    float
        M / N_A times collisions per depth [mb].

    Raises
    ------
    KeyError
        An element that is not baked.
    """
    return MOLAR_MASS[target] / AVOGADRO_MB * collided / depth_g_cm2
