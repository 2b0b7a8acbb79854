"""The cosmic-ray source in the paper's geometry, and e+- followed on its shells.

The geometry is `preset = "paper_eccentric"`: a dipole 493 km off the Earth's centre, protons over Störmer's cutoff.
"""

import math
from typing import Any, NamedTuple

import numpy as np

from geomag import stormer
from geomag.constants import GUSEV_MOMENT_NT, NANOTESLA, REFERENCE_RADIUS
from mcbelt.cascade import collisions
from mcbelt.constants import ELECTRON_MASS
from mcbelt.orbits import lanes
from mcbelt.orbits import rows as row
from mcbelt.orbits.interfaces.detector import NoDetector
from mcbelt.physics import kinematics
from mcbelt.physics.loss_table import element_losses
from mcbelt.settings import reading
from mcbelt.sources.cosmic import drift_resolved, prepare, sinking
from mcbelt.surroundings import Surroundings, surroundings
from mcbelt.tally.means import ratio_of

MOMENT = GUSEV_MOMENT_NT * NANOTESLA * REFERENCE_RADIUS**3  # [T m3], the paper's dipole


class Sampling(NamedTuple):
    """Where a flux by full orbits is asked for, and by how many orbits each."""

    energies: np.ndarray  # kinetic [GeV], shape (n,)
    orbits: tuple[int, ...]  # at each of them, for each charge


WHOLE = Sampling(np.array([0.05, 0.1, 0.2, 0.5, 1.0, 2.0]), (12, 16, 24, 64, 128, 256))  # figures 9 and 11


def case(L: float = 1.09, physics: dict[str, Any] | None = None, **source: Any) -> Any:
    """A campaign in the paper's geometry.

    Parameters
    ----------
    L : float
        Of the shell.
    physics : dict, optional
        Keys of [physics]; the preset's by default.
    **source
        Keys of [source].

    Returns
    -------
    Belt

    Raises
    ------
    ConfigError
        A key or a value is not allowed.
    """
    return reading.validate(
        {
            "kind": "belt",
            "name": "gusev2003",
            "preset": "paper_eccentric",
            "shell": {"L": L, "date": "1998-06-05"},
            "air": {"f107": 120.0, "f107a": 120.0, "ap": 7.0},
            "source": {"kind": "cosmic_rays", **source},
            "physics": physics or {},
        },
        "gusev2003",
    )


def around_of(chosen: Any) -> Surroundings:
    """Field and air of a campaign."""
    return surroundings(chosen.shell, chosen.air, chosen.source.earth)


class Sampled(NamedTuple):
    """What full orbits give at n energies."""

    flux: np.ndarray  # of e+ and e- [m-2 s-1 sr-1 GeV-1], shape (2, n)
    sigma: np.ndarray  # standard error
    ratio: np.ndarray  # e+/e-, shape (n,)
    ratio_sigma: np.ndarray


class Shell:
    """Everything needed to follow e+- on the shell of a campaign.

    Parameters
    ----------
    chosen : Belt
        The campaign, see `case`.
    around : Surroundings, optional
        Field and air, if they are made already.
    emission : mcbelt.cascade.collisions.Emission, optional
        What a collision makes; by default as the campaign has it.
    parents : tuple, optional
        Primaries and the flux under the cutoff; by default as the campaign has them.
    """

    def __init__(
        self,
        chosen: Any,
        around: Surroundings | None = None,
        emission: collisions.Emission | None = None,
        parents: tuple | None = None,
    ) -> None:
        self.around = around or around_of(chosen)
        self.path = prepare.path_of(chosen.shell, self.around)
        self.where = prepare.place_of(chosen.place, chosen.shell, self.around, self.path)
        self.source = prepare.source_of(chosen.source, chosen.physics, self.around, self.where, emission, parents)
        self.losses = element_losses()
        lane = prepare.lane_model(chosen.physics, chosen.source.time_limit_s, self.around, self.source, self.losses)
        self.lanes = lane._replace(detector=NoDetector())

    def orbits(
        self, charge: int, energy: float, n: int, limit_s: float | None = None
    ) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Charges seen in the place, followed back along their full orbits.

        Parameters
        ----------
        charge : {1, -1}
        energy : float
            Kinetic, where they are seen [GeV].
        n : int
            Charges.
        limit_s : float, optional
            Longest time of an orbit [s]; by default that of the campaign.

        Returns
        -------
        position, direction : ndarray, shape (n, 3)
            Where they are seen [m], and their direction of motion.
        table : ndarray
            One column a charge, see `mcbelt.orbits.rows`.
        """
        position, direction = self.where.starts(1, 0, n, charge)
        momentum = kinematics.momentum(energy, ELECTRON_MASS)
        table = lanes.charge_table(position, direction, momentum, ELECTRON_MASS, charge)
        limits = self.lanes.limits if limit_s is None else self.lanes.limits._replace(time=limit_s)
        lanes.advance(self.lanes._replace(limits=limits), table)
        return position, direction, table

    def adjoint(self, sampling: Sampling = WHOLE) -> Sampled:
        """Fluxes of e+ and e- by full orbits, and their ratio; both charges start alike, which its error takes in."""
        flux, sigma = np.zeros((2, len(sampling.energies))), np.zeros((2, len(sampling.energies)))
        ratio, ratio_sigma = np.zeros(len(sampling.energies)), np.zeros(len(sampling.energies))
        for i, (energy, n) in enumerate(zip(sampling.energies, sampling.orbits, strict=True)):
            scores = np.stack([self.orbits(charge, energy, n)[2][row.PRODUCTION] for charge in (1, -1)])
            flux[:, i] = scores.mean(axis=1)
            sigma[:, i] = scores.std(axis=1, ddof=1) / math.sqrt(n)
            sums, squares = scores.sum(axis=1), (scores**2).sum(axis=1)
            ratio[i], ratio_sigma[i], _ = ratio_of(n, sums, squares, (scores[0] * scores[1]).sum())
        return Sampled(flux, sigma, ratio, ratio_sigma)

    def averaged(self, energies: np.ndarray) -> np.ndarray:
        """Drift-averaged flux in the place, the drift resolved, shape (2, n) [m-2 s-1 sr-1 GeV-1]; energies [GeV]."""
        return drift_resolved.averaged(self.where, self.around.air, self.source, self.losses, np.asarray(energies)).flux

    def published(self, charge: int, energies: np.ndarray) -> np.ndarray:
        """Drift-averaged flux of a charge by the paper's eq. (2), shape (n,) [m-2 s-1 sr-1 GeV-1]; energies [GeV]."""
        fixed = (self.where.path, self.around.air, self.source, self.losses, 1.0, float(charge))
        return np.array([sinking.published_flux(*fixed, float(E)) for E in energies])


def cutoff(L: float, cosine_east: float) -> float:
    """Störmer's cutoff at the equator of the paper's dipole [GV]; cosine of the motion to the east."""
    return stormer.cutoff_rigidity(MOMENT, L * REFERENCE_RADIUS, 0.0, cosine_east)
