"""A campaign of kind "belt": secondary e+ and e- on a drift shell or in orbit, key by key, with units and ranges.

The solar and geomagnetic indices are means of the month of the date where none of the three is given
(`mcbelt.settings.presets`); one or two alone are refused: they would be mixed with those of a month. The keys of
[source] and [place] are those of the source and the place that the campaign names (`mcbelt.sources`, `mcbelt.places`).
"""

import functools
import operator
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BeforeValidator, Field, create_model, model_validator

from mcbelt import fields, keys, particles, places, sentences, sources
from mcbelt.errors import PhysicsError
from mcbelt.keys import Date, FileName, Section, key, number
from mcbelt.physics import laws
from mcbelt.settings.presets import PRESET_SOURCE

_FIELD_NAMES = ", ".join(f'"{name}"' for name in fields.FIELDS)


def _known_msis(value: float) -> float:
    if value not in (0.0, 2.0, 2.1):
        raise ValueError("is not a version of the air model; give 0 (NRLMSISE-00), 2.0 or 2.1")
    return value


def _known_field(value: str) -> str:
    if value not in fields.FIELDS:
        raise ValueError(f"is not one of {_FIELD_NAMES}; give one of them")
    return value


class Shell(Section):
    """The magnetic drift shell on which fluxes are asked for."""

    L: float = number(1.0, 2.0, "label of the drift shell; see convention", "1", example=1.2)
    convention: Literal["epoch", "mcilwain", "paper"] = key(
        "what L means: B0 = M / L^3 with the dipole moment of the date, of McIlwain (31165.3 nT), or 31200 nT",
        default="epoch",
    )
    date: Date = key("date of the field model", allowed=f"{keys.FIRST_DATE} to {keys.LAST_DATE}", example="1998-06-05")
    field: Annotated[str, AfterValidator(_known_field)] = key(
        "field model; paper_eccentric: 31200 nT, along the axis, 493 km off",
        allowed=_FIELD_NAMES,
        default="igrf",
    )


class Air(Section):
    """The air; f107, f107a and ap together may be left out: then they are means of the month of the date."""

    f107: float = number(60.0, 400.0, "solar radio flux at 10.7 cm of the day before", "sfu", example=112.0)
    f107a: float = number(60.0, 400.0, "81-day mean of the solar radio flux at 10.7 cm", "sfu", example=108.0)
    ap: float = number(0.0, 400.0, "daily geomagnetic index Ap, in units of 2 nT", "1", example=10.0)
    msis_version: Annotated[float, AfterValidator(_known_msis)] = key(
        "NRLMSIS version; 0 is NRLMSISE-00", allowed="0, 2.0 or 2.1", default=2.1
    )
    times: Literal["mean", "instant"] = key(
        "mean over 6 times of day in 4 seasons, or noon UT of the date", default="mean"
    )
    sun: Literal["lived", "day"] = key(
        "air, free electrons and field as e+- have lived through them, month by month, or those of the day for ever; "
        "lived is for trapped_protons and table, where nothing of the air is stated but the activity; else the default "
        "is day",
        default="lived",
    )
    composition: Literal["msis", "helium"] = key("composition of the air", default="msis")
    density_g_cm3: float | None = number(
        1e-24, 1e-2, "mean density on the shell in place of the air model's", "g cm-3", default=None, example=1e-17
    )
    field_G: float | None = number(
        1e-4,
        1.0,
        "field strength for synchrotron losses in place of the field model's",
        "G",
        default=None,
        example=0.18,
    )


class Physics(Section):
    """Which formulas and processes are used."""

    decay: Literal["exact", "isotropic", "ms98", "paper"] = key("decay chain pi (K) -> mu -> e", default="exact")
    losses: Literal["full", "paper"] = key(
        "energy loss law; the drift average of cosmic rays takes the full one always", default="full"
    )
    yield_factors: bool = key("normalise the pion yields to measured cross sections", default=True)
    production_angles: Literal["table", "isotropic", "collinear"] = key("angles of the secondaries", default="table")
    knock_on: bool = key("knock-on electrons", default=True)
    annihilation: bool = key(
        "annihilation of positrons in flight (full orbits and trapped e+; not in the drift average of cosmic rays)",
        default=True,
    )
    scattering: bool = key("multiple Coulomb scattering", default=True)
    free_electrons: bool = key(
        "losses to and scattering off free electrons and their ions; of cosmic rays in the drift average alone, and "
        "false by default",
        default=True,
    )
    bremsstrahlung: Literal["continuous", "stochastic"] = key(
        "mean loss, or hard photons one by one; stochastic, their default, is for cosmic rays", default="continuous"
    )


class Energy(Section):
    """Bins of the kinetic energy of e+ and e-, equal in ln E."""

    min_MeV: float = number(5.0, 10000.0, "lower edge of the first bin", "MeV", default=10.0)
    max_MeV: float = number(5.0, 10000.0, "upper edge of the last bin", "MeV", default=500.0)
    bins: int = number(1, 1000, "number of bins", "1", default=24)

    @model_validator(mode="after")
    def _ordered(self) -> "Energy":
        if not self.min_MeV < self.max_MeV:
            raise ValueError(
                f"min_MeV = {self.min_MeV:g} is not below max_MeV = {self.max_MeV:g}; give the lower edge first"
            )
        return self


class Run(Section):
    """How much is computed, and by which estimator; nothing here changes the physics."""

    histories: int = number(
        0, 10**13, "number of histories, at least; 0 for the deterministic estimators alone", "1", default=200_000
    )
    block_size: int = number(1, 10**9, "histories per block, the unit of work and of checkpoints", "1", default=2000)
    seed: int = number(0, 2**63 - 1, "seed of the random numbers", "1", default=1)
    estimator: str | None = key(
        "estimator of the fluxes; by default adjoint for cosmic rays, forward for other sources",
        allowed='"adjoint" or "forward"',
        example="forward",
        default=None,
    )
    target_relative_error: float | None = number(
        1e-5, 1.0, "stop when every bin's relative error is below this", "1", default=None, example=0.02
    )
    max_histories: int | None = number(
        1, 10**13, "most histories with target_relative_error", "1", default=None, example=2_000_000
    )

    @model_validator(mode="after")
    def _consistent(self) -> "Run":
        if (self.target_relative_error is None) != (self.max_histories is None):
            raise ValueError("target_relative_error and max_histories belong together; give both or neither")
        if self.max_histories is None:
            return self
        if self.max_histories < self.histories:
            raise ValueError(
                f"max_histories = {self.max_histories} is below histories = {self.histories}; give at least as many"
            )
        if self.histories % self.block_size or self.max_histories % self.block_size:
            raise ValueError(
                f"with target_relative_error, histories = {self.histories} and max_histories = {self.max_histories} "
                f"must be whole blocks; give multiples of block_size = {self.block_size}"
            )
        return self


def _as_tuple(value: Any) -> Any:
    return tuple(value) if isinstance(value, list) else value


def _known_species(value: tuple[str, ...]) -> tuple[str, ...]:
    if not value:
        raise ValueError("names no species; give at least one")
    for name in value:
        try:
            particles.particle(name)
        except PhysicsError:
            known = ", ".join(each.name for each in particles.PARTICLES)
            raise ValueError(f"names {name!r}, which is no species; known are {known}") from None
    if len(set(value)) < len(value):
        raise ValueError("names a species twice; give each once")
    return value


class Belt(Section):
    """Secondary particles of protons on one drift shell, or where an instrument is."""

    kind: Literal["belt"] = key("what is simulated")
    name: FileName = key("name of the campaign", example="trapped-protons-L1.20")
    preset: Literal["full", "paper", "paper_eccentric", "ams01"] = key(
        "defaults of the sections below; explicit keys win", default="full"
    )
    species: Annotated[tuple[str, ...], BeforeValidator(_as_tuple), AfterValidator(_known_species)] = key(
        "particles whose flux is asked for; by default all that the source makes",
        allowed='a list such as ["positron", "electron"]',
        example=["positron", "electron"],
        default=("positron", "electron"),
    )
    shell: Shell
    air: Air
    source: Any
    place: Any = None
    physics: Physics = Physics()
    energy: Energy = Energy()
    run: Run = Run()

    @property
    def estimator(self) -> str:
        """The estimator of the histories: the one that [run] names, or the first of the source."""
        return self.run.estimator or sources.part(self.source.kind, "settings").ESTIMATORS[0]

    def __reduce__(self) -> tuple[Any, ...]:
        """For pickle, by which a worker gets it: the class is made for the source and place that are named."""
        return _restored, ({name: getattr(self, name) for name in type(self).model_fields}, self.model_fields_set)

    @model_validator(mode="after")
    def _preset_knows_source(self) -> "Belt":
        wanted = PRESET_SOURCE.get(self.preset, self.source.kind)
        if self.source.kind != wanted:
            raise ValueError(f"preset = '{self.preset}' is for source.kind = '{wanted}'; give full or paper")
        return self

    @model_validator(mode="after")
    def _computable(self) -> "Belt":
        """What `run` could not compute is refused here, by the source and the place themselves."""
        source = sources.part(self.source.kind, "settings")
        for name in self.species:
            if name not in source.SPECIES:
                raise ValueError(
                    f"species holds {name!r}, which source.kind = {self.source.kind!r} does not make; it makes "
                    f"{', '.join(source.SPECIES)}"
                )
            lacking = laws.missing(particles.particle(name), self.physics.losses)
            if lacking:
                raise ValueError(
                    f"species holds {name!r}, which cannot be followed in air: {'; '.join(lacking)}; leave it out"
                )
            self._within_laws(name)
        if self.air.sun not in getattr(source, "SUNS", ("day",)):
            raise ValueError(f"[air] sun = 'lived' is not known to source.kind = {self.source.kind!r}; leave it out")
        if self.estimator not in source.ESTIMATORS:
            raise ValueError(
                f"[run] estimator = {sentences.quoted(self.estimator)} is not known to source.kind = "
                f"{self.source.kind!r}; give {' or '.join(map(repr, source.ESTIMATORS))}"
            )
        kind = None if self.place is None else self.place.kind
        if kind is not None and kind not in source.PLACES:
            known = f"give one of {', '.join(map(repr, source.PLACES))}" if source.PLACES else "leave [place] out"
            raise ValueError(f"[place] kind = {kind!r} is not known to source.kind = {self.source.kind!r}; {known}")
        source.check(self)
        if kind is not None:
            try:
                places.room(kind).check(self.place, self.shell)
            except ValueError as error:
                raise ValueError(f"[place] {error}") from None
        return self

    def _within_laws(self, name: str) -> None:
        low, high = (1e3 * limit for limit in laws.energies(particles.particle(name)))
        for key_name, found in (("min_MeV", self.energy.min_MeV), ("max_MeV", self.energy.max_MeV)):
            if not low <= found <= high:
                raise ValueError(
                    f"[energy] {key_name} = {found:g} is outside {low:g} to {high:g} MeV, where the laws of {name!r} "
                    "are known; give such an energy or leave that species out"
                )


def _choice(options: list[type[Section]]) -> Any:
    union = functools.reduce(operator.or_, options)
    return union if len(options) == 1 else Annotated[union, Field(discriminator="kind")]


@functools.cache
def _with(source_kinds: tuple[str, ...], place_kinds: tuple[str, ...] | None) -> type[Belt]:
    of_source = _choice([sources.part(kind, "settings").Settings for kind in source_kinds])
    of_place: Any = Any if place_kinds is None else None
    if place_kinds:
        of_place = _choice([places.room(kind).Settings for kind in place_kinds]) | None
    sections: dict[str, Any] = {"source": (of_source, ...), "place": (of_place, None)}
    return create_model("Belt", __base__=Belt, __doc__=Belt.__doc__, **sections)


def belt(table: dict[str, Any] | None = None) -> type[Belt]:
    """The class of a campaign of kind "belt".

    Parameters
    ----------
    table : dict, optional
        The campaign: only the source and the place that it names are loaded. Without it, or where it names none that is
        known, the class knows all that are registered now.

    Returns
    -------
    type
    """
    if table is None:
        return _with(tuple(sources.SOURCES), tuple(places.PLACES))
    source, place = (_kind_of(table.get(section)) for section in ("source", "place"))
    if source not in sources.SOURCES:  # places are for sources, so without one nothing is said of the place
        return _with(tuple(sources.SOURCES), None)
    if "place" not in table:
        return _with((source,), ())
    return _with((source,), (place,) if place in places.PLACES else tuple(places.PLACES))


def _restored(content: dict[str, Any], given: set[str]) -> Belt:
    """A checked campaign from its sections."""
    named = {name: {"kind": content[name].kind} for name in ("source", "place") if content[name] is not None}
    return belt(named).model_construct(_fields_set=given, **content)


def _kind_of(section: Any) -> str:
    kind = section.get("kind") if isinstance(section, dict) else None
    return kind if isinstance(kind, str) else ""
