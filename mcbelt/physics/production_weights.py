"""Weights that bring the particles a proton makes on light nuclei to measured ones above 1.6 GeV, and their band.

ln w is a sum over smooth knots in three variables of a secondary of momentum p at the angle theta to a proton of
kinetic energy T: ln T; x = T_secondary / T; and q = 2 p sin(theta/2), which is pT at small angles and grows with the
angle up to 180 degrees. It is linear between the knots in ln T, ln(1 + x / 0.02) and q / (q + 0.5 GeV/c), so the knots
span all of phase space (q up to infinity) and no end value is held; x > 1, Fermi motion, counts as 1. Up to 1.6 GeV
w = 1: there `yield_factors` holds. Above 157 GeV w scales in x and its error grows.

data/yields/weights.csv holds the knots with the leading modes of their covariance; tools/fit_weights.py fits them to
HARP, HARP-CDP, NA61 and NA49 (p + C). pi0 take the geometric mean of pi+ and pi-, K0S that of K+ and K-. No campaign
takes these weights yet. See docs/methods/pion_production.md.
"""

import csv
import functools
import hashlib
import importlib.resources
import math
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from mcbelt.constants import CHARGED_KAON_MASS, CHARGED_PION_MASS, NEUTRON_MASS, PROTON_MASS
from mcbelt.errors import PhysicsError
from mcbelt.grid import sorted_cells_hold

MASSES = {
    "pi+": CHARGED_PION_MASS, "pi-": CHARGED_PION_MASS, "K+": CHARGED_KAON_MASS, "K-": CHARGED_KAON_MASS,
    "p": PROTON_MASS, "n": NEUTRON_MASS,
}  # fmt: skip  # [GeV]
SPECIES = tuple(MASSES)  # of the knots
MEANS = {"pi0": ("pi+", "pi-"), "K0S": ("K+", "K-")}  # ln w is the mean of two
RANGE_GeV = (0.2, 500.0)  # kinetic energies of the proton
LARGEST_ONE_GeV = 1.6  # up to here w = 1
_X_SCALE, _Q_SCALE = 0.02, 0.5  # [1], [GeV/c]


class Knots(NamedTuple):
    """Axes of the knots, ascending."""

    T_GeV: np.ndarray  # kinetic energies of the proton [GeV], above 1.6
    x: np.ndarray  # from 0 to 1
    q_GeVc: np.ndarray  # from 0 to infinity [GeV/c]

    @property
    def shape(self) -> tuple[int, int, int]:
        """Numbers of knots."""
        return len(self.T_GeV), len(self.x), len(self.q_GeVc)


def x_coordinate(x: ArrayLike) -> np.ndarray:
    """Coordinate in which ln w is linear between knots, 0 to 1, of a share of kinetic energy [1]."""
    return np.log1p(np.asarray(x, float) / _X_SCALE) / math.log1p(1.0 / _X_SCALE)


def q_coordinate(q_GeVc: ArrayLike) -> np.ndarray:
    """Coordinate in which ln w is linear between knots, 0 to 1, of q = 2 p sin(theta/2) [GeV/c], infinity included."""
    return 1.0 / (1.0 + _Q_SCALE / np.maximum(np.asarray(q_GeVc, float), 1e-12))


def variables(
    energy_GeV: ArrayLike, species: str, momentum_GeVc: ArrayLike, angle_rad: ArrayLike
) -> tuple[np.ndarray, np.ndarray]:
    """x and q of a secondary.

    Parameters
    ----------
    energy_GeV : array_like
        Kinetic energy of the proton [GeV].
    species : str
        Name in `SPECIES`.
    momentum_GeVc, angle_rad : array_like
        Momentum [GeV/c] and angle to the proton [rad]; all broadcast.

    Returns
    -------
    x, q : ndarray
        Share of the kinetic energy [1] and 2 p sin(angle/2) [GeV/c].

    Raises
    ------
    KeyError
        Another species.
    """
    p = np.asarray(momentum_GeVc, float)
    kinetic = p * p / (np.hypot(p, MASSES[species]) + MASSES[species])
    return kinetic / np.asarray(energy_GeV, float), 2.0 * p * np.sin(0.5 * np.asarray(angle_rad, float))


def corners(knots: Knots, energy_GeV: np.ndarray, x: np.ndarray, q_GeVc: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The eight knots about each point, and their shares.

    Parameters
    ----------
    knots : Knots
    energy_GeV, x, q_GeVc : ndarray, shape (n,)
        Kinetic energy of the proton [GeV], share of it [1], q [GeV/c].

    Returns
    -------
    index : ndarray, shape (n, 8)
        Into the knots of one species, flattened.
    share : ndarray, shape (n, 8)
        Sum 1; between 1.6 GeV and the first knot less, below 0: there ln w = 0.
    """
    ln_T = np.log(np.concatenate([[LARGEST_ONE_GeV], knots.T_GeV]))
    axes = (ln_T, x_coordinate(knots.x), q_coordinate(knots.q_GeVc))
    points = (np.log(energy_GeV), x_coordinate(x), q_coordinate(q_GeVc))
    (i, f), (j, g), (k, h) = (sorted_cells_hold(a, np.asarray(p, float)) for a, p in zip(axes, points, strict=True))
    _, nx, nq = knots.shape
    index, share = [], []
    for di, wi in ((-1, 1.0 - f), (0, f)):
        level = i + di  # -1 is 1.6 GeV, where ln w = 0
        for dj, wj in ((0, 1.0 - g), (1, g)):
            for dk, wk in ((0, 1.0 - h), (1, h)):
                index.append((np.maximum(level, 0) * nx + j + dj) * nq + k + dk)
                share.append(np.where(level < 0, 0.0, wi) * wj * wk)
    return np.stack(index, axis=-1), np.stack(share, axis=-1)


class ProductionWeights:
    """Weights of one file.

    Parameters
    ----------
    knots : Knots
        Axes.
    ln_weight : ndarray, shape (6, T, x, q)
        ln w at the knots [1], species as in `SPECIES`.
    modes : ndarray, shape (m, 6, T, x, q)
        Moves of ln w by one standard deviation of independent quantities [1].
    rest : ndarray, shape (6, T, x, q)
        Standard deviation of ln w that the modes leave out [1].
    digest : str
        SHA-256 of the file.
    """

    def __init__(self, knots: Knots, ln_weight: np.ndarray, modes: np.ndarray, rest: np.ndarray, digest: str) -> None:
        self.knots, self.digest = knots, digest
        self.ln_weight, self.modes, self.rest = ln_weight, modes, rest

    def _mean(self, values, energy_GeV, species, momentum_GeVc, angle_rad):
        """`values` at the knots, shape (m, 6, T, x, q), at points: (m, *shape of the points)."""
        if species not in SPECIES + tuple(MEANS):
            raise PhysicsError(
                f"production weights: species = {species!r} has none. Give one of {', '.join(SPECIES + tuple(MEANS))}."
            )
        if species in MEANS:
            pair = (self._mean(values, energy_GeV, name, momentum_GeVc, angle_rad) for name in MEANS[species])
            return 0.5 * sum(pair)
        energy, p, angle = _checked(energy_GeV, momentum_GeVc, angle_rad)
        x, q = variables(energy, species, p, angle)
        index, share = corners(self.knots, energy.ravel(), x.ravel(), q.ravel())
        flat = values[:, SPECIES.index(species)].reshape(len(values), -1)
        return np.einsum("mnk,nk->mn", flat[:, index], share).reshape(-1, *energy.shape)

    def weight(
        self,
        energy_GeV: ArrayLike,
        species: str,
        momentum_GeVc: ArrayLike,
        angle_rad: ArrayLike,
        shifts: ArrayLike | None = None,
    ) -> np.ndarray:
        """Measured over calculated d2sigma/(dp dOmega) of p on C, N or O.

        Parameters
        ----------
        energy_GeV : array_like
            Kinetic energy of the proton [GeV], 0.2 to 500.
        species : str
            Name in `SPECIES` or `MEANS`.
        momentum_GeVc, angle_rad : array_like
            Momentum [GeV/c], above 0, and angle to the proton [rad], 0 to pi; all broadcast.
        shifts : array_like, shape (m,), optional
            Standard deviations by which each mode is moved [1]; without it none.

        Returns
        -------
        ndarray
            w [1], of the broadcast shape; 1 up to 1.6 GeV.

        Raises
        ------
        PhysicsError
            Outside these ranges, another species, another number of shifts than of modes.
        """
        values = self.ln_weight
        if shifts is not None:
            moves = np.asarray(shifts, float)
            if moves.shape != (len(self.modes),):
                raise PhysicsError(
                    f"production weights: {moves.size} shifts for {len(self.modes)} modes. Give one each."
                )
            values = values + np.tensordot(moves, self.modes, 1)
        return np.exp(self._mean(values[None], energy_GeV, species, momentum_GeVc, angle_rad)[0])

    def error(self, energy_GeV: ArrayLike, species: str, momentum_GeVc: ArrayLike, angle_rad: ArrayLike) -> np.ndarray:
        """Standard deviation of ln w.

        Parameters
        ----------
        energy_GeV, species, momentum_GeVc, angle_rad
            As in `weight`.

        Returns
        -------
        ndarray
            [1], of the broadcast shape; 0 up to 1.6 GeV, where the error is that of `yield_factors`.

        Raises
        ------
        PhysicsError
            As `weight`.
        """
        place = (energy_GeV, species, momentum_GeVc, angle_rad)
        modes, rest = self._mean(self.modes, *place), self._mean(self.rest[None], *place)[0]
        return np.sqrt(np.sum(modes**2, axis=0) + rest**2)


def _checked(energy_GeV, momentum_GeVc, angle_rad):
    energy, p, angle = np.broadcast_arrays(*(np.asarray(a, float) for a in (energy_GeV, momentum_GeVc, angle_rad)))
    low, high = RANGE_GeV
    for name, value, good, allowed in (
        ("proton energy", energy, (energy >= low) & (energy <= high), f"{low:g} to {high:g} GeV"),
        ("momentum", p, (p > 0.0) & (p < math.inf), "above 0 GeV/c"),
        ("angle", angle, (angle >= 0.0) & (angle <= math.pi), "0 to pi rad"),
    ):
        if not np.all(good):
            bad = value[~good].flat[0]
            raise PhysicsError(
                f"production weights: {name} {bad:g} is outside {allowed}, where they hold; stay inside."
            )
    return energy, p, angle


def read(content: bytes) -> ProductionWeights:
    """Weights of a file's content.

    Parameters
    ----------
    content : bytes
        CSV with the columns species, T_GeV, x, q_GeVc, ln_w, rest and mode_1, mode_2 and so on; one row a knot.

    Returns
    -------
    ProductionWeights

    Raises
    ------
    PhysicsError
        A knot is missing, stands twice, or is not a number.
    """
    lines = [line for line in content.decode().splitlines() if line and not line.startswith("#")]
    rows = list(csv.reader(lines))
    columns = {name: n for n, name in enumerate(rows[0])}
    species = [row[columns["species"]] for row in rows[1:]]
    table = np.array([row[1:] for row in rows[1:]], float)
    axes = [np.unique(table[:, columns[name] - 1]) for name in Knots._fields]
    knots = Knots(*axes)
    place = [np.searchsorted(axis, table[:, columns[name] - 1]) for name, axis in zip(Knots._fields, axes, strict=True)]
    flat = np.ravel_multi_index(([SPECIES.index(s) if s in SPECIES else 0 for s in species], *place), (6, *knots.shape))
    whole = len(SPECIES) * math.prod(knots.shape)
    numbers = np.delete(table, [columns[name] - 1 for name in Knots._fields], axis=1)
    if set(species) != set(SPECIES) or not np.array_equal(np.sort(flat), np.arange(whole)) or np.isnan(numbers).any():
        raise PhysicsError(
            f"weights.csv: {len(flat)} rows are not {whole} knots, each once. Make it again with tools/fit_weights.py."
        )
    names = [n for n in columns if n.startswith("mode_")]
    ordered = table[np.argsort(flat)]
    shaped = [ordered[:, columns[n] - 1].reshape(len(SPECIES), *knots.shape) for n in ("ln_w", "rest", *names)]
    return ProductionWeights(knots, shaped[0], np.array(shaped[2:]), shaped[1], hashlib.sha256(content).hexdigest())


@functools.lru_cache(maxsize=1)
def shipped() -> ProductionWeights:
    """The weights of data/yields/weights.csv."""
    return read((importlib.resources.files("mcbelt") / "data/yields/weights.csv").read_bytes())
