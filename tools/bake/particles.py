"""Masses, and the decays that are done while the tables are baked.

Branching fractions and masses: Particle Data Group, R. L. Workman et al., Prog. Theor. Exp. Phys. 2022, 083C01. The
fractions of a particle may sum to less than one: the rest makes nothing that is tabulated, or is what the readers of
the tables fold themselves (K+- -> mu nu, the charged pion of K+- -> pi pi0, K0S -> pi+ pi-).
"""

from typing import NamedTuple

FOLDED = 9000211  # the charged pion of K+- -> pi+- pi0, which `mcbelt.physics.decay` makes
MASS = {
    11: 0.51099895, 13: 105.6583755, 12: 0.0, 14: 0.0, 22: 0.0, 111: 134.9768, 211: 139.57039, 221: 547.862,
    113: 775.26, 223: 782.66, 331: 957.78, 321: 493.677, 310: 497.611, 130: 497.611, 2112: 939.56542, 2212: 938.27209,
    3122: 1115.683, 3222: 1189.37, 3212: 1192.642, 3112: 1197.449, 3322: 1314.86, 3312: 1321.71, 3334: 1672.45,
    FOLDED: 139.57039,
}  # fmt: skip  # [MeV], of the antiparticles as well
ITSELF = frozenset({22, 111, 113, 130, 221, 223, 310, 331})  # their own antiparticles
DALITZ = 0.01174  # of pi0 -> e+ e- gamma


class Channel(NamedTuple):
    """A way to decay: its fraction [1], PDG codes of what is made, and the law of its energies."""

    fraction: float
    products: tuple[int, ...]
    law: str = "flat"  # "flat" in phase space; "Kl3" (pi, lepton, neutrino); "Dalitz" (gamma, e+, e-); "Michel"


CHANNELS = {
    13: (Channel(1.0, (11, -12, 14), "Michel"),),
    221: (
        Channel(0.3936, (22, 22)), Channel(0.3257, (111, 111, 111)), Channel(0.2302, (211, -211, 111)),
        Channel(0.0428, (211, -211, 22)), Channel(0.0069, (22, -11, 11), "Dalitz"), Channel(0.00031, (22, -13, 13)),
    ),
    331: (
        Channel(0.425, (211, -211, 221)), Channel(0.295, (113, 22)), Channel(0.224, (111, 111, 221)),
        Channel(0.0252, (223, 22)), Channel(0.02307, (22, 22)), Channel(0.0036, (211, -211, 111)),
        Channel(0.0025, (111, 111, 111)), Channel(0.00049, (22, -11, 11), "Dalitz"),
    ),
    113: (Channel(1.0, (211, -211)),),
    223: (Channel(0.892, (211, -211, 111)), Channel(0.0835, (111, 22)), Channel(0.0153, (211, -211))),
    310: (Channel(0.3069, (111, 111)),),
    130: (
        Channel(0.20275, (-211, -11, 12), "Kl3"), Channel(0.20275, (211, 11, -12), "Kl3"),
        Channel(0.1352, (-211, -13, 14), "Kl3"), Channel(0.1352, (211, 13, -14), "Kl3"),
        Channel(0.1952, (111, 111, 111)), Channel(0.1254, (211, -211, 111)),
        Channel(0.00197, (211, -211)), Channel(0.00086, (111, 111)), Channel(0.00055, (22, 22)),
    ),
    321: (
        Channel(0.2067, (FOLDED, 111)), Channel(0.05583, (211, 211, -211)), Channel(0.0176, (211, 111, 111)),
        Channel(0.0507, (111, -11, 12), "Kl3"), Channel(0.03352, (111, -13, 14), "Kl3"),
    ),
    3122: (Channel(0.641, (2212, -211)), Channel(0.359, (2112, 111))),
    3222: (Channel(0.5157, (2212, 111)), Channel(0.4831, (2112, 211))),
    3212: (Channel(1.0, (3122, 22)),),
    3112: (Channel(0.99848, (2112, -211)),),
    3322: (Channel(0.99524, (3122, 111)),),
    3312: (Channel(0.99887, (3122, -211)),),
    3334: (Channel(0.678, (3122, -321)), Channel(0.236, (3322, -211)), Channel(0.086, (3312, 111))),
}  # fmt: skip

PARENTS = {
    "eta": (221,), "eta'": (331,), "omega": (223,), "K0S": (310,), "K0L": (130,), "K+-": (321, -321),
    "hyperons": tuple(sign * code for code in (3122, 3222, 3212, 3112, 3322, 3312, 3334) for sign in (1, -1)),
}  # fmt: skip  # whose decays are counted apart, so that their numbers can be brought to data afterwards


def anti(code: int) -> int:
    """PDG code of the antiparticle."""
    return code if code in ITSELF else -code


def channels(code: int) -> tuple[Channel, ...]:
    """Channels of a particle or antiparticle; none if it is not decayed here."""
    if code in CHANNELS:
        return CHANNELS[code]
    return tuple(one._replace(products=tuple(map(anti, one.products))) for one in CHANNELS.get(anti(code), ()))
