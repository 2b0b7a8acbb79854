"""The flux of e+- whose air changes in time, by integration along their own characteristics.

An e+- that is seen now at an energy E had E'(s) a path s ago, dE'/ds = b(E', s), with b all that it loses per path. Of
those born there per path and energy, q(E', s), the flux now is

    j(E) = integral q(E', s) (dE'/dE) (B0 / B0')^(3/2) exp(-integral a ds') ds

a the annihilation per path. While b does not change in time (a month), dE'/dE goes as b(E'), so J / b is a constant of
each period and steps by b_before / b_after between two. The last factor is Liouville's theorem on a shell that shrinks
with the Earth's moment: the third power of the momentum that the first invariant takes with the field. In one constant
air all this is the integral of `drift_averaged`.

The density over a gyration is that of the energy seen now, all along: see `monte_carlo` on sinking.
"""

from typing import NamedTuple

import numpy as np
from numba import njit

ELECTRONS = 5  # component of what is met: after the five elements


class Rates(NamedTuple):
    """What each component of what is met does, for ns charges: the elements per kg, free electrons each."""

    energy: np.ndarray  # [GeV], shape (ne,), ascending
    density: np.ndarray  # of the air on the day [kg m-3], shape (na, ne)
    loss: np.ndarray  # [GeV m2 kg-1], of electrons [GeV m2], shape (ns, 6, na, ne)
    annihilation: np.ndarray  # [m2 kg-1], of electrons [m2], shape (ns, 6, na, ne)
    source: np.ndarray  # [kg-1 s-1 sr-1 GeV-1], of electrons [s-1 sr-1 GeV-1], shape (ns, n_channels, 6, na, ne)
    radiation: np.ndarray  # synchrotron loss on the day [GeV m-1], shape (na, ne)


class Periods(NamedTuple):
    """What was met in each of n periods, from now back; the last has no end."""

    ends: np.ndarray  # path from now [m], shape (n + 1,), from 0 to infinity
    met: np.ndarray  # density of each element over all of the air on the day [1], electrons [m-3], shape (n, na, 6)
    field: np.ndarray  # equatorial field over that on the day, shape (n,)
    gain: np.ndarray  # d ln(momentum) / d(path back) by the field that changes [m-1], shape (n,)
    protons: np.ndarray  # production per kg over that on the day, shape (n, ns, n_channels, ne)


class Arrived(NamedTuple):
    """What is seen now, at some of the energies."""

    flux: np.ndarray  # [m-2 s-1 sr-1 GeV-1], shape (ns, n_channels, na, n)
    path: np.ndarray  # flux of all channels times path since birth [.. m], shape (ns, na, n)
    early: np.ndarray  # flux of all channels that is born in the last period, shape (ns, na, n)


@njit(cache=True, error_model="numpy")
def _sum(table, met, density, k, i, share):
    """Sum over components of a table (6, na, ne) at a share of the cell [i, i + 1] of energy."""
    total = 0.0
    for c in range(6):
        between = table[c, k, i] * (1.0 - share) + table[c, k, i + 1] * share
        total += met[c] * (between if c == ELECTRONS else between * density)
    return total


@njit(cache=True, error_model="numpy")
def _at(rates, periods, s, k, seen, m, i, share, born):
    """Loss and annihilation per path of charge s at pitch angle k, seen at node `seen`, in period m; writes the births
    of each channel to `born`."""
    met, density = periods.met[m, k], rates.density[k, seen]
    kept = 1.0 - share
    energy = rates.energy[i] * kept + rates.energy[i + 1] * share
    radiated = (rates.radiation[k, i] * kept + rates.radiation[k, i + 1] * share) * periods.field[m] ** 2
    loss = _sum(rates.loss[s], met, density, k, i, share) + radiated + periods.gain[m] * energy
    removed = _sum(rates.annihilation[s], met, density, k, i, share)
    for channel in range(len(born)):
        scale = periods.protons[m, s, channel, i] * kept + periods.protons[m, s, channel, i + 1] * share
        born[channel] = scale * _sum(rates.source[s, channel], met, density, k, i, share)
    return loss, removed


@njit(cache=True, error_model="numpy")
def _follow_back(rates, periods, s, k, seen, flux):
    """Add to `flux` (n_channels) what is seen at node `seen`; path-weighted sum and what is born in the last period."""
    # longer than forty lines: one loop over cells of energy and months, whose state is ten numbers
    energy, last = rates.energy, len(periods.ends) - 2
    here, there = np.zeros(len(flux)), np.zeros(len(flux))
    path, weighted, early, alive = 0.0, 0.0, 0.0, 1.0
    m, i, share = 0, seen, 0.0
    while m < last and periods.ends[m + 1] <= 0.0:
        m += 1
    loss, removed = _at(rates, periods, s, k, seen, m, i, share, here)
    scale = 1.0 / loss  # J / b
    while i < len(energy) - 1:
        E = energy[i] * (1.0 - share) + energy[i + 1] * share
        width, ahead = energy[i + 1] - E, 1.0
        further, removed_there = _at(rates, periods, s, k, seen, m, i, 1.0, there)
        if not (loss > 0.0 and further > 0.0):  # a table that holds no number, or a field that outdoes all losses
            flux[:] = np.nan
            return np.nan, np.nan
        step, left = width * 0.5 * (1.0 / loss + 1.0 / further), periods.ends[m + 1] - path
        whole = step <= left
        if not whole:  # the period ends within the cell, in which the loss is linear in energy
            slope = (further - loss) / width
            grown = slope * left
            width = loss * left * (1.0 + 0.5 * grown) if abs(grown) < 1e-6 else loss * np.expm1(grown) / slope
            ahead = min(share + width / (energy[i + 1] - energy[i]), 1.0)
            width = (ahead - share) * (energy[i + 1] - energy[i])
            step = left
            further, removed_there = _at(rates, periods, s, k, seen, m, i, ahead, there)
        survives = alive * np.exp(-0.5 * (removed / loss + removed_there / further) * width)
        shrunk = periods.field[m] ** -1.5
        for channel in range(len(flux)):
            born = 0.5 * scale * shrunk * width * (here[channel] * alive + there[channel] * survives)
            flux[channel] += born
            weighted += born * (path + 0.5 * step)
            early += born if m == last else 0.0
        path, alive, loss, removed = path + step, survives, further, removed_there
        here[:] = there
        if whole:
            i, share = i + 1, 0.0
        else:
            share = ahead
            m += 1
            before = loss
            loss, removed = _at(rates, periods, s, k, seen, m, i, share, here)
            scale *= before / loss
    return weighted, early


@njit(cache=True, error_model="numpy", nogil=True)
def arrived(rates: Rates, periods: Periods, nodes: np.ndarray) -> Arrived:
    """Flux that is seen now, by charge, channel and pitch angle, at some nodes of energy.

    Parameters
    ----------
    rates : Rates
    periods : Periods
    nodes : ndarray of int, shape (n,)
        Of the energies.

    Returns
    -------
    Arrived
        Second order in the spacing of the energies, as `drift_averaged.flux_from_source`.
    """
    ns, n_channels = rates.source.shape[:2]
    na = rates.density.shape[0]
    flux = np.zeros((ns, n_channels, na, len(nodes)))
    path, early = np.zeros((ns, na, len(nodes))), np.zeros((ns, na, len(nodes)))
    one = np.zeros(n_channels)
    for s in range(ns):
        for k in range(na):
            for n in range(len(nodes)):
                one[:] = 0.0
                path[s, k, n], early[s, k, n] = _follow_back(rates, periods, s, k, nodes[n], one)
                flux[s, :, k, n] = one
    return Arrived(flux, path, early)
