"""Particles as data, and the ways in which a history ends.

One line a species: what it is (code, mass, charge, mean life) and what it does in matter, as the name of a law or
None. The laws themselves live in `mcbelt.physics`; whoever follows a species looks up the laws that are named here and
refuses what has none. Masses are those of `mcbelt.constants`, mean lives those of PDG 2022 (Workman et al., PTEP 2022,
083C01), codes those of its Monte Carlo numbering scheme (section 45).
"""

import enum
import math
from typing import NamedTuple

import numpy as np

from mcbelt import constants
from mcbelt.errors import PhysicsError


class Particle(NamedTuple):
    """A species: what it is, and what it does in matter."""

    code: int  # PDG
    name: str  # for example "positron"
    symbol: str  # for example "e+"
    mass: float  # [GeV]
    charge: int  # [e]
    mean_life: float = math.inf  # at rest [s]
    stops: str | None = None  # law of the mean loss to the electrons of matter: "electron" or "heavy"
    radiates: bool = False  # whether bremsstrahlung and synchrotron radiation count on its way
    annihilates: str | None = None  # law of its annihilation: "positron" or "antiproton"
    interacts: str | None = None  # law of its inelastic collisions with nuclei: "nucleon", "nucleus", "meson", "photon"

    @property
    def decays(self) -> bool:
        """Whether it decays at all."""
        return math.isfinite(self.mean_life)


_MUON, _MUON_LIFE = constants.MUON_MASS, constants.MUON_LIFETIME
_PION, _PION_LIFE = constants.CHARGED_PION_MASS, constants.CHARGED_PION_LIFETIME
_KAON, _KAON_LIFE = constants.CHARGED_KAON_MASS, constants.CHARGED_KAON_LIFETIME
PARTICLES = (
    Particle(11, "electron", "e-", constants.ELECTRON_MASS, -1, stops="electron", radiates=True),
    Particle(-11, "positron", "e+", constants.ELECTRON_MASS, 1, math.inf, "electron", True, annihilates="positron"),
    Particle(13, "negative muon", "mu-", _MUON, -1, _MUON_LIFE, "heavy"),
    Particle(-13, "positive muon", "mu+", _MUON, 1, _MUON_LIFE, "heavy"),
    Particle(22, "photon", "gamma", 0.0, 0, interacts="photon"),
    Particle(-211, "negative pion", "pi-", _PION, -1, _PION_LIFE, "heavy", interacts="meson"),
    Particle(211, "positive pion", "pi+", _PION, 1, _PION_LIFE, "heavy", interacts="meson"),
    Particle(111, "neutral pion", "pi0", constants.NEUTRAL_PION_MASS, 0, 8.43e-17, interacts="meson"),
    Particle(-321, "negative kaon", "K-", _KAON, -1, _KAON_LIFE, "heavy", interacts="meson"),
    Particle(321, "positive kaon", "K+", _KAON, 1, _KAON_LIFE, "heavy", interacts="meson"),
    Particle(310, "short-lived kaon", "K0S", constants.NEUTRAL_KAON_MASS, 0, 8.954e-11, interacts="meson"),
    Particle(2212, "proton", "p", constants.PROTON_MASS, 1, stops="heavy", interacts="nucleon"),
    Particle(-2212, "antiproton", "pbar", constants.PROTON_MASS, -1, stops="heavy", annihilates="antiproton"),
    Particle(2112, "neutron", "n", constants.NEUTRON_MASS, 0, 878.4, interacts="nucleon"),
    Particle(1000020040, "alpha particle", "alpha", constants.ALPHA_MASS, 2, stops="heavy", interacts="nucleus"),
)


def particle(key: str | int) -> Particle:
    """A species by its name, its symbol or its PDG code.

    Raises
    ------
    PhysicsError
        No such species.
    """
    for known in PARTICLES:
        if key in (known.name, known.symbol, known.code):
            return known
    raise PhysicsError(
        f"particle: {key!r} is not known. Give the name, the symbol or the PDG code of one of "
        f"{', '.join(f'{known.name} ({known.symbol}, {known.code})' for known in PARTICLES)}."
    )


class Fate(enum.IntEnum):
    """How a history ended. Each history has one; the counts sum to the histories; LOST > 0 fails the run.

    The full orbits without matter of `geomag.lanes` use the same names and numbers.
    """

    LOST = 0  # a value became NaN: a bug, never a result
    COOLED = 1  # below the lowest energy that is followed
    ABSORBED = 2  # reached the dense air
    ESCAPED = 3  # left the region
    DECAYED = 4
    STOPPED = 5  # annihilated or came to rest
    STEP_LIMIT = 6  # still alive at the limit of steps, time, path or drift; reported beside the flux
    INTERACTS = 16  # passed the matter after which it collides
    HEATED = 17  # traced back above the highest momentum


N_FATES = max(Fate) + 1  # of an array that is indexed by fate
# A history of several orbits has the first of these that one of its orbits has.
GRAVITY = (
    Fate.LOST,
    Fate.STEP_LIMIT,
    Fate.ABSORBED,
    Fate.STOPPED,
    Fate.INTERACTS,
    Fate.DECAYED,
    Fate.HEATED,
    Fate.ESCAPED,
    Fate.COOLED,
)


def counted(fates: np.ndarray) -> dict[str, int]:
    """Histories by the gravest fate among their orbits.

    Parameters
    ----------
    fates : ndarray, shape (histories, orbits)
        Numbers of `Fate`.

    Returns
    -------
    dict of str to int
        Name of the fate to histories, gravest first; fates that none has are left out. Sums to the histories.

    Raises
    ------
    ValueError
        An orbit has no fate (a bug: it was counted before its end).
    """
    if not np.isin(fates, GRAVITY).all():
        raise ValueError(f"counted: {sorted(set(np.unique(fates).tolist()) - set(GRAVITY))} are not fates")
    result, left = {}, np.ones(len(fates), bool)
    for fate in GRAVITY:
        here = left & (fates == fate).any(axis=1)
        left &= ~here
        if here.any():
            result[fate.name] = int(here.sum())
    return result
