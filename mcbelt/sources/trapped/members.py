"""What could be otherwise in the flux of trapped e+-: the members of its systematics, and how each changes the model.

A new member is a line in `MEMBERS` and the function that makes the varied model of the nominal one.
"""

import dataclasses

from mcbelt import surroundings
from mcbelt.errors import PhysicsError
from mcbelt.sources.trapped import primaries
from mcbelt.sources.trapped.free_electrons import added
from mcbelt.sources.trapped.model import ShellModel
from mcbelt.sources.trapped.nominal import Nominal
from mcbelt.sources.trapped.shell_source import LEAST_FRACTION, made_by, production
from mcbelt.sources.trapped.surroundings_members import LEAST_ABOVE_AIR_KM, OF_THE_AIR, OF_THE_FIELD
from mcbelt.systematics.member import ALTERNATIVE, SHIFT, Member
from mcbelt.systematics.varied import Varied


def _tail(name: str, about: str) -> Varied:
    """Another spectrum of the protons above 400 MeV."""
    member = Member(
        f"tail_{name}", ALTERNATIVE, "protons above 400 MeV", about, "AP-8 ends at 400 MeV (Sawyer & Vette 1976)"
    )

    def vary(nominal: Nominal, side: int) -> ShellModel:
        protons = primaries.protons(nominal.given.config, nominal.given.shells, name)
        return nominal.shell._replace(source=production(nominal.target, made_by(protons, nominal.given.emission)))

    return Varied(member, vary, lambda nominal: nominal.given.config.source.tail != name)


def _with_factors(nominal: Nominal, side: int) -> ShellModel:
    return nominal.shell._replace(source=production(nominal.target, nominal.given.made, factor_shift=float(side)))


def _with_bertini(nominal: Nominal, side: int) -> ShellModel:
    return nominal.shell._replace(source=production(nominal.target, nominal.given.made, bertini=True))


def _has_nitrogen_or_oxygen(nominal: Nominal) -> bool:
    heavy = [surroundings.ELEMENTS.index("N"), surroundings.ELEMENTS.index("O")]
    return bool(nominal.target.fractions[:, heavy].max() > LEAST_FRACTION)


def _with_electrons(nominal: Nominal, side: int) -> ShellModel:
    assert nominal.electrons is not None
    return added(nominal.electrons, nominal.given.config.physics, 2.0**side)


OF_THE_PROTONS: tuple[Varied, ...] = (
    _tail("exponential", "the last slope of the map goes on"),
    _tail("power_law", "E^-n with the slope at 400 MeV"),
    _tail("none", "no proton above 400 MeV"),
)
OF_THE_YIELDS: tuple[Varied, ...] = (
    Varied(
        Member(
            "yields",
            SHIFT,
            "pion yields",
            "the factors that bring the yields to measured ones, all by one standard deviation at once",
            "k_err of data/yields/factors.csv",
            ("low", "high"),
        ),
        _with_factors,
        lambda nominal: nominal.given.config.physics.yield_factors,
    ),
    Varied(
        Member(
            "bertini_on_air",
            ALTERNATIVE,
            "pion yields",
            "multiplicities of the Bertini cascade in place of INCL++ on N and O",
            "data/yields/model_spread.csv",
        ),
        _with_bertini,
        _has_nitrogen_or_oxygen,
    ),
)
OF_THE_PLASMA: tuple[Varied, ...] = (
    Varied(
        Member(
            "free_electrons",
            SHIFT,
            "free electrons",
            "their number halved and doubled",
            "spread of published models about L = 1.3 (docs/methods/free_electrons.md)",
            ("low", "high"),
        ),
        _with_electrons,
        lambda nominal: nominal.electrons is not None,
    ),
)


def _lower_shell_is_in_the_map(nominal: Nominal) -> bool:
    """Whether AP-8 holds the shell to which a field from outside brings the protons down."""
    shell = nominal.given.shells[-1]
    lower = dataclasses.replace(shell, H_min_km=shell.H_min_km - LEAST_ABOVE_AIR_KM)
    try:
        primaries.spectrum(nominal.given.config, lower)
    except PhysicsError:
        return False
    return True


OF_THE_FIELD_ON_THE_MAP = tuple(
    each._replace(applies=lambda nominal, own=each.applies: own(nominal) and _lower_shell_is_in_the_map(nominal))
    for each in OF_THE_FIELD
)
# Whatever the protons are; those that make other pions last, as the emission of one kind is kept at a time.
OF_THE_TARGET = OF_THE_AIR + OF_THE_PLASMA + OF_THE_YIELDS
OF_THE_SHELL = OF_THE_FIELD + OF_THE_TARGET
MEMBERS = OF_THE_PROTONS + OF_THE_FIELD_ON_THE_MAP + OF_THE_TARGET
