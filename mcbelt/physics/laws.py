"""Which law a species finds for what it does in air: what `check` asks before a campaign follows it.

`mcbelt.particles` says what a species does, by the name of a law; here stands which of these laws the orbits know. A
new law is a kernel in this room, a model in `mcbelt.orbits.matter` that calls it, and its name in a line below.
"""

import math

from mcbelt.particles import Particle

# Law of the mean loss -> values of [physics] losses for which there is a formula.
STOPPING = {"electron": ("full", "paper"), "heavy": ("full",)}
# In flight; at rest it matters below the energies that are followed. An antiproton's is one with its collisions.
ANNIHILATION = ("positron", "antiproton")
INTERACTION: tuple[str, ...] = ()  # inelastic collisions with nuclei on the way
DECAY: tuple[str, ...] = ()  # species that may decay on the way

FREE_ELECTRONS_F107A = (65.0, 280.0)  # [sfu] F10.7a for which the number of free electrons is known


def missing(species: Particle, losses: str) -> list[str]:
    """What a species does in air and no law is known for.

    Parameters
    ----------
    species : Particle
    losses : str
        [physics] losses.

    Returns
    -------
    list of str
        In words; empty when it can be followed.
    """
    told = []
    if species.charge == 0:
        told.append("it has no charge, and only charges are followed")
    elif species.stops is None or losses not in STOPPING.get(species.stops, ()):
        told.append(f"it has no law of energy loss with losses = {losses!r}")
    if species.annihilates is not None and species.annihilates not in ANNIHILATION:
        told.append("it annihilates, and no law of its annihilation is known to the orbits")
    if species.interacts is not None and species.interacts not in INTERACTION:
        told.append("it collides with nuclei, and no law of that is known to the orbits")
    if species.decays and species.name not in DECAY:
        told.append("it decays, and no decay on the way is known to the orbits")
    return told


def energies(species: Particle) -> tuple[float, float]:
    """Kinetic energies between which every law of a species holds [GeV]; (0, inf) where no law ends.

    Parameters
    ----------
    species : Particle

    Returns
    -------
    tuple of 2 float
    """
    if species.annihilates == "antiproton":
        from mcbelt.physics import antiproton_absorption  # compiled code: only for campaigns that need it

        return antiproton_absorption.T_MIN, antiproton_absorption.T_MAX
    return 0.0, math.inf
