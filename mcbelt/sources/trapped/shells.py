"""The mirror shells of a drift shell, the air on them, and where on them a particle spends its grammage."""

import dataclasses
import math
from typing import Any, NamedTuple

import numpy as np
from scipy.interpolate import PchipInterpolator

from atmosphere.air import Air
from atmosphere.table import ELEMENTS, TOP_KM, reaching
from geomag.drift_shell import DriftShell, drift_shell
from geomag.field import MagneticField
from kernelcache.prepared import part, phase
from mcbelt import constants
from mcbelt.errors import PhysicsError
from mcbelt.physics import kinematics
from mcbelt.places import shell_average

ABSORPTION_ALTITUDE_KM = 100.0  # guiding centres that come this low belong to no stably trapped particle
# [kg m-3], the air at the ground: where a gyration meets it, a particle is gone within a gyration
ABSORBING_DENSITY = 1.0
PITCH_ANGLES = 11  # mirror shells from the loss cone to 90 degrees
AIR_RIGIDITIES = np.geomspace(0.005, 3.2, 9)  # [GV] at which the gyro-averages are made, and on in this ratio
THIN_LONGITUDES = 30  # of a shell, enough for ratios: air is densest over some 60 degrees about the lowest point
MARGIN = 1.02  # on the widest gyroradius, as shells of other pitch angles lie a little higher
LEAST_CONE_KM = 0.1  # by which a shell lies above ABSORPTION_ALTITUDE_KM, so that there are mirror shells below it


def mirror_shells(field: MagneticField, B0_nT: float) -> tuple[np.ndarray, list[DriftShell]]:
    """Drift shells at pitch angles from the loss cone to 90 degrees.

    Parameters
    ----------
    field : MagneticField
    B0_nT : float
        Equatorial field of the shell [nT].

    Returns
    -------
    pitch_angle : ndarray, shape (PITCH_ANGLES,)
        [rad], uniform, ascending.
    shells : list of DriftShell

    Raises
    ------
    PhysicsError
        As `trapping`.
    """

    lowest = trapping(drift_shell(field, B0_nT=B0_nT))
    pitch_angle, shells = _mirror_shells(field, B0_nT)
    return pitch_angle, [*(DriftShell(field=field, **shell) for shell in shells), lowest]


@part("the mirror shells")
def _mirror_shells(field: MagneticField, B0_nT: float) -> tuple[np.ndarray, list[dict[str, Any]]]:
    """Pitch angles, and what a `DriftShell` holds besides its field, of all but the last."""
    low, high = math.radians(20.0), 0.5 * math.pi
    while high - low > 1e-4:
        middle = 0.5 * (low + high)
        if _mirroring(field, B0_nT, middle, 72).H_min_km < ABSORPTION_ALTITUDE_KM:
            low = middle
        else:
            high = middle
    pitch_angle = np.linspace(high, 0.5 * math.pi, PITCH_ANGLES)
    return pitch_angle, [_without_field(_mirroring(field, B0_nT, alpha, 120)) for alpha in pitch_angle[:-1]]


def shells_at(field: MagneticField, B0_nT: float, pitch_angle: np.ndarray) -> list[DriftShell]:
    """Mirror shells at the pitch angles of another shell near by [rad], the last of them 90 degrees."""
    others = [DriftShell(field=field, **shell) for shell in _mirroring_at(field, B0_nT, pitch_angle[:-1])]
    return [*others, trapping(drift_shell(field, B0_nT=B0_nT))]


@part("the mirror shells near by")
def _mirroring_at(field: MagneticField, B0_nT: float, pitch_angle: np.ndarray) -> list[dict[str, Any]]:
    """What `DriftShell`s hold besides their field."""
    return [_without_field(_mirroring(field, B0_nT, alpha, 120)) for alpha in pitch_angle]


def _without_field(shell: DriftShell) -> dict[str, Any]:
    return {name: value for name, value in vars(shell).items() if name != "field"}


def _mirroring(field, B0_nT, alpha, longitudes):
    return drift_shell(field, B0_nT=B0_nT, mirror_nT=B0_nT / math.sin(alpha) ** 2, longitudes=longitudes)


def trapping(shell: DriftShell) -> DriftShell:
    """The same equatorial shell, if something is stably trapped on it and its air is known.

    Raises
    ------
    PhysicsError
        It comes down to the dense air, or goes up beyond the air.
    """
    about = f"the shell with B0 = {shell.B0_nT:.0f} nT (L_epoch {shell.L_epoch:.3f})"
    if shell.H_min_km < ABSORPTION_ALTITUDE_KM + LEAST_CONE_KM:
        raise PhysicsError(
            f"{about} comes down to {shell.H_min_km:.0f} km at longitude {shell.H_min_longitude_deg:.0f} deg: nothing "
            f"is stably trapped below {ABSORPTION_ALTITUDE_KM:.0f} km. Give a larger L, or another convention of L."
        )
    if shell.H_max_km > TOP_KM:
        raise PhysicsError(
            f"{about} goes up to {shell.H_max_km:.0f} km at longitude {shell.H_max_longitude_deg:.0f} deg; the air is "
            f"known to {TOP_KM:.0f} km. Give a smaller L."
        )
    return shell


def air_rigidities(energy: np.ndarray) -> np.ndarray:
    """Rigidities of the gyro-averages [GV], shape (n,): `AIR_RIGIDITIES`, and more of them up to the highest energy."""
    highest, ratio = kinematics.momentum(energy[-1], constants.ELECTRON_MASS), AIR_RIGIDITIES[1] / AIR_RIGIDITIES[0]
    more = max(math.ceil(math.log(highest / AIR_RIGIDITIES[-1]) / math.log(ratio)), 0)
    return np.concatenate([AIR_RIGIDITIES, AIR_RIGIDITIES[-1] * ratio ** np.arange(1, more + 1)])


def air_top_km(shell: DriftShell, energy: np.ndarray) -> float:
    """How far the air must be tabulated for the gyrations on the mirror shells.

    Parameters
    ----------
    shell : DriftShell
        That of 90 degrees, the widest.
    energy : ndarray, shape (ne,)
        Kinetic energy [GeV].

    Returns
    -------
    float
        [km]; that of every other table, if it is enough, else more in whole steps of the table. The air above is what
        gyrations at energies above those observed meet, and so mean densities by which births there are slowed down.
    """
    widest = constants.GV_TO_TESLA_METRE * air_rigidities(energy)[-1] / (shell.B0_nT * 1e-9)
    return reaching(shell.H_max_km + MARGIN * widest * 1e-3)


class MeanAir(NamedTuple):
    """Air on the mirror shells."""

    density: np.ndarray  # [kg m-3], shape (na, ne)
    fractions: np.ndarray  # mass fractions of `surroundings.ELEMENTS` at the guiding centre, shape (na, 5)


@phase("the air on the mirror shells")
def mean_air(settings: Any, shells: list[DriftShell], air: Air, energy: np.ndarray) -> MeanAir:
    """Density and composition on the mirror shells.

    Parameters
    ----------
    settings : mcbelt.settings.belt.Air
        Its keys that override the model are honoured.
    shells : list of DriftShell
    air : Air
    energy : ndarray, shape (ne,)
        Kinetic energy [GeV].

    Returns
    -------
    MeanAir
    """
    rigidity, nodes = kinematics.momentum(energy, constants.ELECTRON_MASS), air_rigidities(energy)
    fractions = shell_average.shell_air_table(list(shells), air, [0.0]).mass_fractions[:, 0]
    density = _over_rigidity(shell_average.mean_densities(shell_average.orbits(shells, nodes), air), nodes, rigidity)
    if settings.density_g_cm3 is not None:
        density = np.full_like(density, settings.density_g_cm3 * 1e3)
    if settings.composition == "helium":
        fractions = np.broadcast_to([0.0, 1.0, 0.0, 0.0, 0.0], fractions.shape)
    return MeanAir(density, fractions)


class ThinShells:
    """Some thirty longitudes of mirror shells, for ratios of the mean densities there of several airs.

    Parameters
    ----------
    shells : list of DriftShell
    energy : ndarray, shape (ne,)
        Kinetic energy [GeV].
    """

    def __init__(self, shells: list[DriftShell], energy: np.ndarray) -> None:
        self._rigidity, self._nodes = kinematics.momentum(energy, constants.ELECTRON_MASS), air_rigidities(energy)
        self._orbits = [list(row) for row in shell_average.orbits(map(_thinned, shells), self._nodes)]

    def density(self, air: Air) -> np.ndarray:
        """Mean density.

        Parameters
        ----------
        air : Air

        Returns
        -------
        ndarray, shape (na, ne)
            [kg m-3]; ratios of two are those of `mean_air` within 1 % (L = 1.2, up to 3 GeV; within 1e-4 in a dipole).
        """
        return _over_rigidity(shell_average.mean_densities(self._orbits, air), self._nodes, self._rigidity)


def _over_rigidity(rho: np.ndarray, nodes: np.ndarray, rigidity: np.ndarray) -> np.ndarray:
    """Densities (na, nodes) between the rigidities that gyrations were averaged at: ln I_0(r / H) bends. Where one
    meets the ground its density is that of the ground."""
    rho = np.where(np.isnan(rho), ABSORBING_DENSITY, rho)
    between = PchipInterpolator(np.log(nodes), np.log(rho), axis=1)  # no swing where ground is met
    return np.exp(between(np.log(np.clip(rigidity, nodes[0], nodes[-1]))))


def _thinned(shell: DriftShell) -> DriftShell:
    """A shell at some thirty of its longitudes."""
    step = max(shell.longitudes // THIN_LONGITUDES, 1)
    picked = np.arange(shell.longitudes * shell.bounce_nodes).reshape(shell.longitudes, -1)[::step].ravel()
    kept = {
        name: getattr(shell, name)[picked]
        for name in ("latitude_deg", "longitude_deg", "altitude_km", "x_m", "b", "B_nT", "gradient_B", "weight")
    }
    kept["weight"] = kept["weight"] / kept["weight"].sum()
    return dataclasses.replace(shell, longitudes=len(picked) // shell.bounce_nodes, **kept)


class Motion(NamedTuple):
    """Where an e+- of each pitch angle spends its grammage."""

    pitch_angle: np.ndarray  # [rad], shape (na,)
    ratio: list  # B / B0 at the points of each shell, shape (n,)
    share: list  # share of the grammage at each point, shape (n,)
    elements: list | None = None  # mass fractions at each point, shape (n, 5); None: those of the mean everywhere


def motion(settings: Any, pitch_angle: np.ndarray, shells: list[DriftShell], air: Air) -> Motion:
    """Field ratios, shares of grammage and composition along the mirror shells.

    Parameters
    ----------
    settings : mcbelt.settings.belt.Air
        Its composition is honoured.
    pitch_angle : ndarray, shape (na,)
        Equatorial pitch angles of the shells [rad].
    shells : list of DriftShell
    air : Air
        Met at the guiding centre.

    Returns
    -------
    Motion
    """
    ratio, share, elements = [], [], []
    for shell in shells:
        place = (shell.latitude_deg, shell.longitude_deg, shell.altitude_km)
        met = shell.weight * air.density_kg_m3(*place)
        ratio.append(np.maximum(shell.B_nT / shell.B0_nT, 1.0))
        share.append(met / met.sum())
        fractions = air.mass_fractions(*place)
        elements.append(np.stack([fractions[element] for element in ELEMENTS], axis=-1))
    return Motion(pitch_angle, ratio, share, elements if settings.composition == "msis" else None)
