"""Members of the systematics that belong to the surroundings of a shell: the air, and the field from outside.

The air is that of the campaign with its elements altered (`atmosphere.altered`); its density, composition, losses,
scattering and production are made anew, and free electrons are per kg of it. Half-widths and their sources:
docs/methods/systematics.md.
"""

import numpy as np

from atmosphere.air import Air
from atmosphere.altered import Factors, altered, of_element
from atmosphere.bates import hotter
from atmosphere.msis import AP_HIGHEST
from atmosphere.versions import of_version
from geomag.drift_shell import DriftShell
from mcbelt import fields, surroundings
from mcbelt.physics import electromagnetic
from mcbelt.places.shell_average import shell_air_table
from mcbelt.sources.trapped import free_electrons
from mcbelt.sources.trapped.in_air import shell_in_air
from mcbelt.sources.trapped.model import ShellModel
from mcbelt.sources.trapped.nominal import Nominal
from mcbelt.sources.trapped.shell_source import made_by
from mcbelt.sources.trapped.shells import ABSORPTION_ALTITUDE_KM, MeanAir, ThinShells, shells_at
from mcbelt.systematics.member import ALTERNATIVE, SHIFT, Member
from mcbelt.systematics.varied import Varied

HOTTER = 0.04  # of the temperature of the exosphere
EXTERNAL_NT = 25.0  # against the main field at the equator, when Dst is 0
LEAST_ABOVE_AIR_KM = 10.0  # of a shell that the external field moves: it comes down by 4 to 6 km


def _in_model_air(nominal: Nominal) -> bool:
    """Whether the air is that of the model of air, and nothing stated."""
    air = nominal.given.config.air
    return air.density_g_cm3 is None and air.composition == "msis"


def _with_factors(nominal: Nominal, factors: Factors) -> ShellModel:
    given, air = nominal.given, altered(nominal.air, factors)
    mean = _mean_air(nominal, given.shells, air)
    shell, _ = shell_in_air(given, air, mean)
    shell = _with_its_atoms(nominal, shell, mean.fractions)
    if nominal.electrons is None:
        return shell
    return free_electrons.added(nominal.electrons._replace(air_alone=shell), given.config.physics)


def _mean_air(nominal: Nominal, shells: list[DriftShell], air: Air) -> MeanAir:
    """The mean air of other shells or another air near by: a change of density, and the composition met."""
    thin = nominal.thin() if shells is nominal.given.shells else ThinShells(shells, nominal.given.energy)
    change = thin.density(air) / nominal.thin_density()
    return MeanAir(nominal.shell.density * change, shell_air_table(shells, air, [0.0]).mass_fractions[:, 0])


def _with_its_atoms(nominal: Nominal, shell: ShellModel, fractions: np.ndarray) -> ShellModel:
    """With the electrons that its atoms offer to knock-ons, whose kernels are those of the nominal air."""
    share = electromagnetic.electrons_per_kg(fractions[-1]) / electromagnetic.electrons_per_kg(
        nominal.target.fractions[-1]
    )
    return shell._replace(targets=np.full(shell.density.shape, share))


def _element(element: str, name: str, factor: float, about: str, source: str) -> Varied:
    """Less and more of an element everywhere, by a factor."""
    member = Member(name, SHIFT, "air", about, source, ("low", "high"))
    return Varied(
        member, lambda nominal, side: _with_factors(nominal, of_element(element, factor**side)), _in_model_air
    )


def _hotter(nominal: Nominal, side: int) -> ShellModel:
    return _with_factors(nominal, hotter(nominal.air, HOTTER * side))


def _version(name: str, version: float, about: str, source: str) -> Varied:
    """Another model of air, where the nominal one is not of its kind."""

    def applies(nominal: Nominal) -> bool:
        air = nominal.air
        return (
            _in_model_air(nominal) and (air.version == 0) != (version == 0) and air.activity.ap <= AP_HIGHEST[version]
        )

    member = Member(name, ALTERNATIVE, "air", about, source)
    return Varied(member, lambda nominal, side: _with_factors(nominal, of_version(nominal.air, version)), applies)


def _in_external_field(nominal: Nominal, side: int) -> ShellModel:
    """The shell on which the whole field has the B0 of the campaign: that of B0 + 25 nT of the main field."""
    given, config = nominal.given, nominal.given.config
    B0_nT = given.shells[-1].B0_nT
    field = surroundings.traced_field(config.shell.field, config.shell.date)
    shells = shells_at(field, B0_nT + EXTERNAL_NT, given.pitch_angle)
    there = given._replace(shells=shells, made=made_by(nominal.protons_of(config, shells), given.emission))
    mean = _mean_air(nominal, shells, nominal.air)
    shell, _ = shell_in_air(there, nominal.air, mean)
    whole = (B0_nT / (B0_nT + EXTERNAL_NT)) ** 2  # the field in which they radiate is the whole one
    shell = _with_its_atoms(nominal, shell._replace(field_squared=shell.field_squared * whole), mean.fractions)
    electrons = free_electrons.met(config, shells, mean.fractions, shell)
    if nominal.electrons is None or electrons is None:
        return shell
    return free_electrons.added(electrons._replace(bound=nominal.electrons.bound), config.physics)


def _feels_external_field(nominal: Nominal) -> bool:
    shell, config = nominal.given.shells[-1], nominal.given.config
    if fields.FIELDS[config.shell.field].dipole or config.air.density_g_cm3 is not None:
        return False
    return shell.H_min_km > ABSORPTION_ALTITUDE_KM + LEAST_ABOVE_AIR_KM


OF_THE_AIR: tuple[Varied, ...] = (
    _element(
        "H",
        "hydrogen",
        2.0,
        "density of hydrogen halved and doubled",
        "H alpha of the geocorona is twice what NRLMSISE-00 makes of it (Gallant et al. 2019); the other side taken as "
        "wide",
    ),
    _element(
        "He",
        "helium",
        1.3,
        "density of helium divided and multiplied by 1.3",
        "30-70 % above NRLMSISE-00 in the winters of 2007 and 2008 (Thayer et al. 2014); less over a year is assumed",
    ),
    _element(
        "O",
        "oxygen",
        1.15,
        "density of oxygen divided and multiplied by 1.15",
        "15 % of the density where it is oxygen (Hedin 1988), 15-20 % of all models (Bowman et al. 2008)",
    ),
    Varied(
        Member(
            "exobase_temperature",
            SHIFT,
            "air",
            "temperature of the exosphere 4 % lower and higher, densities at 120 km as they are",
            "assumed: 4 % make the 15-20 % by which densities at 400 km are known",
            ("low", "high"),
        ),
        _hotter,
        _in_model_air,
    ),
    _version(
        "nrlmsise_00", 0, "NRLMSISE-00 in place of the air asked for", "Picone et al. 2002, J. Geophys. Res. 107, 1468"
    ),
    _version("nrlmsis_2_1", 2.1, "NRLMSIS 2.1 in place of NRLMSISE-00", "Emmert et al. 2022, J. Geophys. Res. 127"),
)
OF_THE_FIELD: tuple[Varied, ...] = (
    Varied(
        Member(
            "external_field",
            SHIFT,
            "magnetic field",
            "25 nT from outside against the main field: B0 of the whole field is that of L",
            "Magsat: 25 nT of horizontal field from external sources at Dst = 0 (Langel et al. 1980, Geophys. Res. "
            "Lett. 7)",
            ("high",),
        ),
        _in_external_field,
        _feels_external_field,
    ),
)
