"""Random numbers that belong to a history and not to a thread, a block or an order of work.

Philox4x32-10 (Salmon et al. 2011, "Parallel random numbers: as easy as 1, 2, 3") is a bijection of a 128-bit counter
under a 64-bit key; each value of the counter gives four independent 32-bit words, and nothing is stored between
draws. Here the key is the campaign's seed, and the counter is (history: 64 bits, event: 32 bits, purpose: 32 bits).
So any draw of any history can be made at any time, anywhere, with the same result, and two histories of a campaign
can never share a draw.

An *event* is a number that the history counts (its step, its interaction); a *purpose* is a small integer that says
what the draw is for, so that a new use of randomness does not shift the old ones. All purposes stand in `Purpose`, so
that no two can share a number; kernels use them as plain integers. Secondaries get a history number of
their own, hashed from the parent's (`secondary`), in the upper half of the 64-bit range; primaries are numbered below
2^63.
"""

import enum
import math

import numpy as np
from numba import njit

_MULTIPLIER_0 = np.uint64(0xD2511F53)
_MULTIPLIER_1 = np.uint64(0xCD9E8D57)
_WEYL_0 = np.uint64(0x9E3779B9)
_WEYL_1 = np.uint64(0xBB67AE85)
_LOW = np.uint64(0xFFFFFFFF)
_SHIFT = np.uint64(32)
_SECONDARY = np.uint64(0x8000000000000000)
_TWO_PI = 2.0 * math.pi


class Purpose(enum.IntEnum):
    """What a draw is for. The numbers are part of every result: a new purpose takes a new one, an old one stays."""

    TRAPPED_BIRTH = 0  # energy and pitch angle of a trapped charge at birth
    TRAPPED_KICK = 1  # its scattering in pitch angle; one stream per species
    TRAPPED_EDGE = 3  # whether it touched the loss cone between two points; one stream per species
    PLACE = 11  # of observation
    DIRECTION = 12  # of motion there
    ENERGY = 13  # there
    SEQUENCE = 14  # seeds of the further orbits of a history
    BIRTH = 21  # place, direction and energy of a charge that is followed forward
    ANNIHILATION = 22  # mean number of annihilations after which a positron annihilates
    SCATTERING = 101  # multiple scattering along a full orbit
    JUMP = 102  # hard photons along a full orbit
    ALTITUDE = 111  # of observation


PER_SPECIES = (Purpose.TRAPPED_KICK, Purpose.TRAPPED_EDGE)  # purposes with one stream per species
MOST_SPECIES = 1000


def streams(purpose: Purpose) -> frozenset[int]:
    """Every number that draws for a purpose may use; those of two purposes have none in common."""
    if purpose not in PER_SPECIES:
        return frozenset({int(purpose)})
    return frozenset(species_stream(int(purpose), species) for species in range(MOST_SPECIES))


@njit(cache=True, error_model="numpy", forceinline=True)
def species_stream(purpose: int, species: int) -> int:
    """Number of the stream of a species, 0 to MOST_SPECIES - 1, for a purpose of PER_SPECIES."""
    return purpose + species if species < 2 else MOST_SPECIES * purpose + species


@njit(cache=True, error_model="numpy", forceinline=True)
def philox4x32(
    c0: np.uint64, c1: np.uint64, c2: np.uint64, c3: np.uint64, k0: np.uint64, k1: np.uint64
) -> tuple[np.uint64, np.uint64, np.uint64, np.uint64]:
    """Ten rounds of Philox4x32.

    Parameters
    ----------
    c0, c1, c2, c3, k0, k1 : uint64
        Counter and key words, each below 2^32.

    Returns
    -------
    tuple of 4 uint64
        The four 32-bit words of the block.
    """
    for _ in range(10):
        p0 = _MULTIPLIER_0 * c0
        p1 = _MULTIPLIER_1 * c2
        c0, c1, c2, c3 = (p1 >> _SHIFT) ^ c1 ^ k0, p1 & _LOW, (p0 >> _SHIFT) ^ c3 ^ k1, p0 & _LOW
        k0 = (k0 + _WEYL_0) & _LOW
        k1 = (k1 + _WEYL_1) & _LOW
    return c0, c1, c2, c3


@njit(cache=True, error_model="numpy", forceinline=True)
def words(seed: int, history: int, event: int, purpose: int) -> tuple[np.uint64, np.uint64, np.uint64, np.uint64]:
    """Four 32-bit words of a draw.

    Parameters
    ----------
    seed, history : int
        Campaign seed and number of the history; 64 bits of each are used.
    event, purpose : int
        Number of the event within the history, and what the draw is for; 32 bits of each are used.

    Returns
    -------
    tuple of 4 uint64
        Words below 2^32.
    """
    key, stream = np.uint64(seed), np.uint64(history)
    return philox4x32(
        stream & _LOW,
        stream >> _SHIFT,
        np.uint64(event) & _LOW,
        np.uint64(purpose) & _LOW,
        key & _LOW,
        key >> _SHIFT,
    )


@njit(cache=True, error_model="numpy", forceinline=True)
def _open_unit(high, low):
    """Double in the open interval (0, 1) from two words: 52 bits and a half, so that neither end can occur."""
    return (np.float64((high << np.uint64(20)) | (low >> np.uint64(12))) + 0.5) * 2.0**-52


@njit(cache=True, error_model="numpy", forceinline=True)
def uniform_pair(seed: int, history: int, event: int, purpose: int) -> tuple[float, float]:
    """Two uniform numbers, 52 bits each.

    Parameters
    ----------
    seed, history, event, purpose : int
        As in `words`.

    Returns
    -------
    tuple of 2 float
        Independent, in the open interval (0, 1).
    """
    w0, w1, w2, w3 = words(seed, history, event, purpose)
    return _open_unit(w0, w1), _open_unit(w2, w3)


@njit(cache=True, error_model="numpy", forceinline=True)
def uniform_quad(seed: int, history: int, event: int, purpose: int) -> tuple[float, float, float, float]:
    """Four uniform numbers, 32 bits each.

    Parameters
    ----------
    seed, history, event, purpose : int
        As in `words`.

    Returns
    -------
    tuple of 4 float
        Independent, in the open interval (0, 1), spacing 2.3e-10.
    """
    w0, w1, w2, w3 = words(seed, history, event, purpose)
    step = 2.0**-32
    return (
        (np.float64(w0) + 0.5) * step,
        (np.float64(w1) + 0.5) * step,
        (np.float64(w2) + 0.5) * step,
        (np.float64(w3) + 0.5) * step,
    )


@njit(cache=True, error_model="numpy", forceinline=True)
def normal_pair(seed: int, history: int, event: int, purpose: int) -> tuple[float, float]:
    """Two normal numbers of mean 0 and variance 1.

    Parameters
    ----------
    seed, history, event, purpose : int
        As in `words`.

    Returns
    -------
    tuple of 2 float
        Independent. Box and Muller 1958.
    """
    u, v = uniform_pair(seed, history, event, purpose)
    radius = math.sqrt(-2.0 * math.log(u))
    return radius * math.cos(_TWO_PI * v), radius * math.sin(_TWO_PI * v)


@njit(cache=True, error_model="numpy", forceinline=True)
def exponential(u: float) -> float:
    """Exponential number of mean 1 from a uniform one."""
    return -math.log(u)


@njit(cache=True, error_model="numpy", forceinline=True)
def isotropic(u: float, v: float) -> tuple[float, float, float]:
    """Unit vector (x, y, z), isotropic, from two uniform numbers."""
    z = 2.0 * u - 1.0
    sine = math.sqrt((1.0 - z) * (1.0 + z))
    return sine * math.cos(_TWO_PI * v), sine * math.sin(_TWO_PI * v), z


@njit(cache=True, error_model="numpy")
def secondary(seed: int, history: int, event: int, index: int) -> np.uint64:
    """History number of a secondary.

    Parameters
    ----------
    seed, history : int
        Campaign seed and number of the parent's history.
    event, index : int
        Number of the event that made the secondary, and its place among the products; 32 bits of each are used.

    Returns
    -------
    uint64
        64 bits, the highest set: never that of a primary; two secondaries of 1e9 share one by chance with probability
        0.05.
    """
    w0, w1, _, _ = words(np.uint64(seed) ^ _SECONDARY, history, event, index)
    return (w0 << _SHIFT) | w1 | _SECONDARY
