"""e+- are born where their muon decays, not where the pion was made: 6.2 km per GeV/c further along its path.

An e+- of energy E comes from a muon of energy E / x, with x drawn from the Michel spectrum and the slope of the muons'
spectrum: a power law E_mu^-s gives the share x^(s-1) g(x) dx, g(x) = 5/3 - 3 x^2 + 4/3 x^3 (unpolarised, fast muons).
The muon flies along the e+- (their angle is m_mu / 2 E) on a circle of its own rigidity.
"""

import numpy as np

from mcbelt.cascade.streaming import Grid, decay_in_flight, empty_path
from mcbelt.constants import MUON_MASS
from mcbelt.physics.decay import muon_flight
from mcbelt.physics.kinematics import momentum

SLOPE = 2.7  # of the muons, dN/dE ~ E^-2.7; 2.2 and 3.2 move the mean flight by 10 %
_NODES = 4


def flights(energy: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Decay lengths of the muons of e+- of an energy.

    Parameters
    ----------
    energy : ndarray, shape (ne,)
        Of the e+- [GeV].

    Returns
    -------
    lengths : ndarray, shape (ne, 4)
        [m], at the middles of quarters of the distribution of x.
    shares : ndarray, shape (4,)
    momentum : ndarray, shape (ne,)
        Mean momentum of the muons [GeV/c].
    """
    x = (np.arange(4000) + 0.5) / 4000
    weight = x ** (SLOPE - 1.0) * (5.0 / 3.0 - 3.0 * x**2 + 4.0 / 3.0 * x**3)
    running = np.cumsum(weight) / weight.sum()
    share = np.interp((np.arange(_NODES) + 0.5) / _NODES, running, x)
    p = momentum(energy[:, None] / share, MUON_MASS)
    return muon_flight(p), np.full(_NODES, 1.0 / _NODES), p.mean(axis=1)


def moved(grid: Grid, table: np.ndarray, energy: np.ndarray, bend: float, charge: float) -> np.ndarray:
    """Production at the places where the muons decay.

    Parameters
    ----------
    grid : Grid
    table : ndarray, shape (nh, m, ne)
        Production at the places of the collisions.
    energy : ndarray, shape (ne,)
        Of the e+- [GeV].
    bend : float
        Field over (GV to T m) [GV / m].
    charge : float
        1 or -1.

    Returns
    -------
    ndarray, shape (nh, m, ne)
    """
    lengths, shares, momentum = flights(energy)
    shape = (grid.altitude.size, grid.zenith.size, grid.azimuth.size, energy.size)
    out = np.empty(shape)
    decay_in_flight(grid, table.reshape(shape), lengths, shares, charge * bend / momentum, empty_path(), out)
    return out.reshape(table.shape)
