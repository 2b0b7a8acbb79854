"""What a transport kernel may read of a drift shell.

A stably trapped e+- forgets its bounce and drift phases: it is described by its energy and its equatorial pitch
angle, and all that acts on it (density, field, production) enters as an average over bounce, drift and gyration.
`ShellModel` holds those averages on a grid. Off the equator the share of phase space of a pitch angle is W(alpha) =
sin(alpha) cos(alpha) T_b(alpha), T_b the bounce period.
"""

from typing import NamedTuple

import numpy as np

from mcbelt.systematics.member import Member

POSITRON, ELECTRON = 0, 1
CHANNELS = ("pion", "kaon", "knock_on")


class ShellModel(NamedTuple):
    """Averages on one drift shell for ns species, over equatorial pitch angle (na nodes) and kinetic energy (ne nodes,
    uniform in ln E)."""

    pitch_angle: np.ndarray  # [rad], shape (na,), uniform, ascending, ends at pi/2
    energy: np.ndarray  # kinetic energy [GeV], shape (ne,), uniform in ln E
    density: np.ndarray  # grammage-weighted mean density [kg m-3], shape (na, ne)
    field_squared: np.ndarray  # mean B_perp^2 along the motion, for synchrotron loss [T^2], shape (na,)
    loss: np.ndarray  # collision + radiative loss [GeV m2 kg-1], shape (ns, na, ne)
    annihilation: np.ndarray  # coefficient of annihilation in flight (0 for e-) [m2 kg-1], shape (ns, na, ne)
    source: np.ndarray  # directional production [kg-1 s-1 sr-1 GeV-1], shape (ns, n_channels, na, ne)
    phase_volume: np.ndarray  # W(alpha) = sin cos T_b, arbitrary scale, shape (na,)
    diffusion: (
        np.ndarray
    )  # equatorial pitch angle diffusion per grammage [rad^2 m2 kg-1], shape (na, ne); zeros: no scattering
    energy_edges: np.ndarray  # bins of the tallies [GeV], shape (n_bins + 1,)
    pitch_angle_edges: np.ndarray  # bins of the tallies [rad], shape (n_angles + 1,)
    stream: np.ndarray  # of the random numbers of each species, shape (ns,)
    # Electrons that may be knocked on over those of the air's atoms [1], shape (na, ne); None: these alone.
    targets: np.ndarray | None = None


class Memory(NamedTuple):
    """What the Sun and the field that e+- have lived through make of their flux, over those of the day."""

    factor: np.ndarray  # on the drift-averaged flux, shape (ns, n_channels, na, ne)
    age: np.ndarray  # mean age [s], shape (ns, na, ne)
    age_of_day: np.ndarray  # mean age in the air of the day [s], shape (ns, na, ne)
    early: np.ndarray  # share born before the first month of the table, shape (ns, na, ne)
    scattering: np.ndarray  # on the diffusion of the day, shape (na, ne)


class TrappedModel(NamedTuple):
    """What a trapped-proton campaign is computed from; arrays over species in the order of `species`."""

    species: tuple[str, ...]
    shell: ShellModel
    members: tuple[Member, ...]  # of the systematics
    variants: dict[str, ShellModel]  # name of a variant -> the model with that member otherwise
    summary: dict  # name -> (value, unit, description)
    memory: Memory | None = None  # None: one air for ever, that of the day
