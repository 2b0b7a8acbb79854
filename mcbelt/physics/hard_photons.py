"""Bremsstrahlung above a cut, photon by photon: along an orbit in time, and back along it (adjoint).

An electron of kinetic energy T emits photons k > cut T one by one; the rest of its radiation is continuous loss
(`mcbelt.physics.loss_table.element_losses` with the same cut). With z = ln(k / T) the rate per grammage is

    mu(T) = integral of k dN/(dX dk) dz,   T -> T - k                                       (forward),

and with s(T' -> T) the rate per grammage and energy at which electrons of T' arrive at T, the steady state
0 = d(S I)/dT - mu I + integral of s(T' -> T) I(T') dT' + P is read backward as jumps T -> T' = T + k. They are drawn
with the importance w(T')/w(T), w falling like a flux; the factor w(T)/w(T') goes to J:

    mu_w(T) = integral of s(T' -> T) w(T')/w(T) dT' = integral of w(T')/w(T) k dN(k, T')/(dX dk) dz,  z = ln(k / T),
    d ln J/dX = dS/dT - mu + mu_w,   J -> J w(T)/w(T') at a jump                             (backward).

Any w gives the same flux; the nearer to the flux, the less the scores vary and the fewer orbits go where nothing is
produced. T' is bounded by the highest energy at which anything is. Photon spectrum: `mcbelt.physics.bremsstrahlung`.
"""

import math
from typing import NamedTuple

import numpy as np
from numba import njit

from mcbelt.errors import PhysicsError
from mcbelt.grid import position_hold, sorted_cell
from mcbelt.physics.bremsstrahlung import photon_cross_section
from mcbelt.physics.elements import ATOMS_PER_KG, CHARGE, MassFractions

CUT = 0.05  # of k/T: smaller ones change the flux by less than 1 % and cost checks
IMPORTANCE = (1.2, 1.8, 0.5)  # a, b, T_0 [GeV] of w = T^-a (1 + T / T_0)^-b: e+- of some GeV and less under the cutoff
_OFFSET = 0.5 / math.sqrt(3.0)  # two-point Gauss in a cell of width 1


class PhotonTable(NamedTuple):
    """Rate and cumulative distribution in z = ln(k / T) of each element, at nodes uniform in ln T."""

    lnT_first: float  # ln of kinetic energy [GeV]
    inverse_step: float
    z_first: float
    z_step: float
    rate: np.ndarray  # [m2/kg], shape (n, 5)
    cumulative: np.ndarray  # 0 to 1, shape (n, 5, cells + 1); all 0 where the rate is


class HardPhotons(NamedTuple):
    """Hard bremsstrahlung, forward and backward, for the five elements."""

    cut: float
    importance: tuple  # of 3 floats, see `importance`
    emitted: PhotonTable  # forward
    regained: PhotonTable  # backward


@njit(cache=True, error_model="numpy")
def importance(shape: tuple[float, float, float], T: float) -> float:
    """Importance w = T^-a (1 + T / T_0)^-b of e+- of kinetic energy T [GeV]; shape (a, b, T_0)."""
    return T ** -shape[0] * (1.0 + T / shape[2]) ** -shape[1]


@njit(cache=True, error_model="numpy")
def _density(z, T, highest, shape, element, backward):
    """Rate per grammage and z [m2/kg] of photons at z = ln(k / T)."""
    k = T * math.exp(z)
    if not backward:
        return ATOMS_PER_KG[element] * photon_cross_section(k, T, CHARGE[element])
    if T + k > highest:
        return 0.0
    rate = ATOMS_PER_KG[element] * photon_cross_section(k, T + k, CHARGE[element])
    return rate * importance(shape, T + k) / importance(shape, T)


@njit(cache=True, error_model="numpy", nogil=True)
def _fill(table, highest, shape, backward):
    n, _, nodes = table.cumulative.shape
    for i in range(n):
        T = math.exp(table.lnT_first + i / table.inverse_step)
        for e in range(5):
            total = 0.0
            for j in range(nodes):
                table.cumulative[i, e, j] = total
                for side in (-_OFFSET, _OFFSET):
                    z = table.z_first + (j + 0.5 + side) * table.z_step
                    total += 0.5 * table.z_step * _density(z, T, highest, shape, e, backward)
            total = table.cumulative[i, e, nodes - 1]
            table.rate[i, e] = total
            if total > 0.0:
                table.cumulative[i, e] /= total


def hard_photons(
    highest_GeV: float,
    cut: float = CUT,
    shape: tuple[float, float, float] = IMPORTANCE,
    T_min_GeV: float = 1.0e-3,
    per_decade: int = 12,
    z_step: float = 0.03,
) -> HardPhotons:
    """Tables of hard bremsstrahlung.

    Parameters
    ----------
    highest_GeV : float
        Kinetic energy [GeV] above which nothing is produced: no backward jump goes beyond, and forward jumps from above
        are taken as from there.
    cut : float
        Photons with k > cut * T are drawn one by one; 1e-4 to 0.5.
    shape : tuple of 3 floats
        Exponents a, b and energy T_0 [GeV] of the `importance` of backward jumps; a + b from 0 to 6, T_0 above 0.
    T_min_GeV : float
        Lowest kinetic energy [GeV], from 1 MeV; below it the distributions of k/T there are used.
    per_decade : int
        Nodes of ln T.
    z_step : float
        Width of the cells in ln k, at most; in a cell the distribution is flat.

    Returns
    -------
    HardPhotons

    Raises
    ------
    PhysicsError
        A cut, an importance or a range that is not allowed.
    """
    falling = 0.0 <= shape[0] + shape[1] <= 6.0 and shape[2] > 0.0
    if not (1.0e-4 <= cut <= 0.5 and falling and 1.0e-3 <= T_min_GeV < highest_GeV <= 1.0e6):
        raise PhysicsError(
            f"hard_photons: cut = {cut}, shape = {shape}, T = {T_min_GeV} to {highest_GeV} GeV is not allowed. "
            "Give a cut of 1e-4 to 0.5, exponents with a sum of 0 to 6, and an ascending range within 1e-3 to 1e6."
        )
    n = 1 + math.ceil(per_decade * math.log10(highest_GeV / T_min_GeV))
    inverse_step = (n - 1) / math.log(highest_GeV / T_min_GeV)

    def table(z_first, z_last, backward):
        cells = math.ceil((z_last - z_first) / z_step)
        step = (z_last - z_first) / cells
        made = PhotonTable(
            math.log(T_min_GeV), inverse_step, z_first, step, np.empty((n, 5)), np.zeros((n, 5, cells + 1))
        )
        _fill(made, highest_GeV, shape, backward)
        return made

    # backward, k > cut T' is k > cut T / (1 - cut)
    emitted = table(math.log(cut), 0.0, False)
    return HardPhotons(
        cut,
        tuple(map(float, shape)),
        emitted,
        table(math.log(cut / (1.0 - cut)), math.log(highest_GeV / T_min_GeV), True),
    )


@njit(cache=True, error_model="numpy")
def _place(table, T):
    """Interval and fraction of T; outside the table its ends are held."""
    return position_hold((math.log(T) - table.lnT_first) * table.inverse_step, table.rate.shape[0])


@njit(cache=True, error_model="numpy")
def photon_rate(table: PhotonTable, T: float, composition: MassFractions) -> float:
    """Jumps per grammage.

    Parameters
    ----------
    table : PhotonTable
    T : float
        Kinetic energy before the jump [GeV]; outside the table the rate of its end is taken.
    composition : tuple of 5 floats
        Mass fractions of H, He, N, O, Ar.

    Returns
    -------
    float
        Rate [m2/kg]; NaN for T NaN.
    """
    i, f = _place(table, T)
    total = 0.0
    for e in range(5):
        total += composition[e] * ((1.0 - f) * table.rate[i, e] + f * table.rate[i + 1, e])
    return total


@njit(cache=True, error_model="numpy")
def photon_energy(table: PhotonTable, T: float, composition: MassFractions, u: float, v: float) -> float:
    """Energy of the photon of one jump.

    Parameters
    ----------
    table : PhotonTable
    T : float
        Kinetic energy before the jump [GeV].
    composition : tuple of 5 floats
        Mass fractions of H, He, N, O, Ar.
    u, v : float
        Uniform numbers in (0, 1): u chooses the element and one of the two neighbouring energies of the table by their
        shares of `photon_rate`, v the place in the distribution.

    Returns
    -------
    float
        k [GeV]; NaN for T NaN or where the rate is zero.
    """
    i, f = _place(table, T)
    left = u * photon_rate(table, T, composition)
    node, element = -1, -1
    for side in range(2):
        for e in range(5):
            share = composition[e] * (f if side == 1 else 1.0 - f) * table.rate[i + side, e]
            if left >= 0.0 and share > 0.0:
                node, element = i + side, e
            left -= share
    if node < 0:
        return math.nan
    cumulative = table.cumulative[node, element]
    j = sorted_cell(cumulative, v)
    width = cumulative[j + 1] - cumulative[j]
    place = j + (v - cumulative[j]) / width if width > 0.0 else float(j)
    return T * math.exp(table.z_first + place * table.z_step)
