"""The campaign file: what a user may ask for, key by key, with units and ranges.

This is the one place where a TOML text becomes a checked, frozen object, and the one place where presets live. Every
key that holds a quantity carries its unit in its name or is dimensionless by nature; the solar and geomagnetic indices
have no default, because no value of theirs is right for an unnamed date. `docs/campaign-format.md` and the file that
`mcbelt init` writes are made from these classes.
"""

import datetime
import hashlib
import json
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, ValidationError, model_validator

from mcbelt import sentences
from mcbelt.errors import ConfigError
from mcbelt.interstellar.settings import GalaxyCampaign

FIRST_DATE = datetime.date(1900, 1, 1)  # IGRF-14 begins
LAST_DATE = datetime.date(2030, 1, 1)  # and its secular variation ends
COSMIC_PRESETS = ("paper_eccentric", "ams01")  # for that source alone
LARGEST_SPECTRUM_FILE = 16 * 2**20  # [bytes]


class Section(BaseModel):
    """A table of the campaign file: frozen, no unknown keys, no conversion between types, no NaN or infinity."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True, validate_default=True)


def key(description: str, unit: str = "", allowed: str = "", example: Any = None, **constraints: Any) -> Any:
    """Key of the campaign file with what the documentation and the error messages need to know of it."""
    notes = {"unit": unit, "allowed": allowed, "example": example}
    return Field(description=description, json_schema_extra=notes, **constraints)


def number(low: float, high: float, description: str, unit: str, **more: Any) -> Any:
    """Key that holds a finite number in [low, high]."""
    return key(description, unit, f"{low:g} to {high:g}", ge=low, le=high, allow_inf_nan=False, **more)


def _calendar_date(value: Any) -> Any:
    if isinstance(value, str):
        try:
            return datetime.date.fromisoformat(value)
        except ValueError:
            raise ValueError("is not a date such as 1998-06-05") from None
    if isinstance(value, datetime.datetime):
        raise ValueError("is a time of day, and a date such as 1998-06-05 is needed")
    return value


def _within_igrf(value: datetime.date) -> datetime.date:
    if not FIRST_DATE <= value <= LAST_DATE:
        raise ValueError(f"is outside {FIRST_DATE} to {LAST_DATE}, the years of the field model; give a date in them")
    return value


def _known_msis(value: float) -> float:
    if value not in (0.0, 2.0, 2.1):
        raise ValueError("is not a version of the air model; give 0 (NRLMSISE-00), 2.0 or 2.1")
    return value


def _file_name(value: str) -> str:
    if not sentences.is_safe_name(value):
        raise ValueError(
            "cannot name a file; use 1 to 100 letters, digits and . _ + - = , and begin with a letter or digit"
        )
    return value


Date = Annotated[datetime.date, BeforeValidator(_calendar_date), AfterValidator(_within_igrf)]


class Shell(Section):
    """The magnetic drift shell on which fluxes are asked for."""

    L: float = number(1.0, 2.0, "label of the drift shell; see convention", "1", example=1.2)
    convention: Literal["epoch", "mcilwain", "paper"] = key(
        "what L means: B0 = M / L^3 with the dipole moment of the date, of McIlwain (31165.3 nT), or 31200 nT",
        default="epoch",
    )
    date: Date = key("date of the field model", allowed=f"{FIRST_DATE} to {LAST_DATE}", example="1998-06-05")
    field: Literal["igrf", "dipole", "eccentric", "paper_eccentric"] = key(
        "field model; paper_eccentric: 31200 nT, along the axis, 493 km off", default="igrf"
    )


class Air(Section):
    """The air: solar and geomagnetic activity have no default."""

    f107: float = number(60.0, 400.0, "solar radio flux at 10.7 cm of the day before", "sfu", example=112.0)
    f107a: float = number(60.0, 400.0, "81-day mean of the solar radio flux at 10.7 cm", "sfu", example=108.0)
    ap: float = number(0.0, 400.0, "daily geomagnetic index Ap, in units of 2 nT", "1", example=10.0)
    msis_version: Annotated[float, AfterValidator(_known_msis)] = key(
        "NRLMSIS version; 0 is NRLMSISE-00", allowed="0, 2.0 or 2.1", default=2.1
    )
    times: Literal["mean", "instant"] = key(
        "mean over 6 times of day in 4 seasons, or noon UT of the date", default="mean"
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


class TrappedProtons(Section):
    """Source: the trapped protons of the inner belt (AP8)."""

    kind: Literal["trapped_protons"] = key("source of the primaries")
    solar: Literal["min", "max"] = key("AP8-min or AP8-max", default="min")
    tail: Literal["exponential", "power_law", "none"] = key(
        "spectrum above 400 MeV, where AP8 ends", default="exponential"
    )
    shell_match: Literal["h_min", "direct"] = key(
        "query AP8 at the shell of equal H_min, or at L itself", default="h_min"
    )


class CosmicRays(Section):
    """Source: cosmic rays over the geomagnetic cutoff, and where their secondaries are observed."""

    kind: Literal["cosmic_rays"] = key("source of the primaries")
    species: Literal["proton", "proton+helium"] = key("primaries", default="proton+helium")
    interstellar: Literal["vos2015", "corti2016", "burger2000", "gusev2003"] = key(
        "interstellar spectrum of protons; gusev2003 is 7000 R^-1.5 at the Earth", default="vos2015"
    )
    phi_MV: float | None = number(
        0.0, 2000.0, "modulation potential; by default that of June 1998", "MV", default=None, example=500.0
    )
    second_spectrum: bool = key("protons under the cutoff, as AMS-01 saw them", default=True)
    transmission: Literal["stormer", "traced"] = key(
        "cutoff: Störmer's, or corrected by parents traced through field and air", default="stormer"
    )
    east_west: bool = key("cutoffs that depend on the direction; false: the vertical's for all", default=True)
    paths: Literal["bent", "straight"] = key("way of the parents through the air", default="bent")
    attenuation_g_cm2: float = number(20.0, 1e6, "attenuation length of the parents", "g cm-2", default=85.0)
    cascade: bool = key("nucleons that leave a collision collide again", default=True)
    neutral_pions: bool = key("photons of neutral pions convert into e+ e-", default=True)
    radiated_photons: bool = key("photons that e+- radiate convert into e+ e-", default=True)
    muon_flight: bool = key("e+- are born where the muon decays, 6.2 km per GeV/c on", default=True)
    earth: Literal["ellipsoid", "sphere"] = key(
        "air by altitude above the ellipsoid, or by altitude alone above a sphere of 6371.2 km", default="ellipsoid"
    )
    vantage: Literal["shell", "orbit"] = key("observe beside the anomaly on the shell, or from orbit", default="shell")
    pitch_cosine_max: float = number(0.001, 1.0, "shell: largest |cos(pitch angle)|", "1", default=0.1)
    past_anomaly_min_deg: float = number(0.0, 360.0, "shell: from this far past the anomaly", "deg", default=60.0)
    past_anomaly_max_deg: float = number(0.0, 360.0, "shell: to this far past the anomaly", "deg", default=70.0)
    altitude_min_km: float = number(150.0, 3000.0, "orbit: lowest altitude", "km", default=370.0)
    altitude_max_km: float = number(150.0, 3000.0, "orbit: highest altitude", "km", default=390.0)
    inclination_deg: float = number(0.0, 180.0, "orbit: inclination", "deg", default=51.7)
    cone_deg: float = number(
        0.1,
        90.0,
        "orbit: half angle of acceptance about the zenith (AMS-01's was not found in a source)",
        "deg",
        default=25.0,
    )
    magnetic_latitude_min: float = number(0.0, 1.6, "orbit: from this |geomagnetic latitude|", "rad", default=0.0)
    magnetic_latitude_max: float = number(0.0, 1.6, "orbit: to this |geomagnetic latitude|", "rad", default=0.3)
    exclude_anomaly: bool = key("orbit: leave out the South Atlantic, 90 W-20 E, 50 S-5 N", default=True)
    time_limit_s: float = number(
        0.01, 1e4, "orbits open after this time are closed by the drift average", "s", default=20.0
    )

    @model_validator(mode="after")
    def _ordered(self) -> "CosmicRays":
        pairs = ("past_anomaly_{}_deg", "altitude_{}_km", "magnetic_latitude_{}")
        for pair in pairs:
            low, high = getattr(self, pair.format("min")), getattr(self, pair.format("max"))
            if not low <= high:
                name = pair.format("min")
                raise ValueError(f"{name} = {low:g} is above {pair.format('max')} = {high:g}; give the lower one first")
        return self


class TableSource(Section):
    """Source: the user's own proton spectrum."""

    kind: Literal["table"] = key("source of the primaries")
    spectrum_csv: str = key(
        "path of the spectrum, relative to the campaign file", example="protons.csv", min_length=1, max_length=4096
    )


Source = Annotated[TrappedProtons | CosmicRays | TableSource, Field(discriminator="kind")]


class Physics(Section):
    """Which formulas and processes are used."""

    decay: Literal["exact", "isotropic", "ms98", "paper"] = key("decay chain pi (K) -> mu -> e", default="exact")
    losses: Literal["full", "paper"] = key("energy loss law", default="full")
    yield_factors: bool = key("normalise the pion yields to measured cross sections", default=True)
    production_angles: Literal["table", "isotropic", "collinear"] = key("angles of the secondaries", default="table")
    knock_on: bool = key("knock-on electrons", default=True)
    annihilation: bool = key("annihilation of positrons in flight", default=True)
    scattering: bool = key("multiple Coulomb scattering", default=True)
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
    """How much is computed; nothing here changes the physics."""

    histories: int = number(
        0, 10**13, "number of histories, at least; 0 for the deterministic estimators alone", "1", default=200_000
    )
    block_size: int = number(1, 10**9, "histories per block, the unit of work and of checkpoints", "1", default=2000)
    seed: int = number(0, 2**63 - 1, "seed of the random numbers", "1", default=1)
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
                "with target_relative_error, histories and max_histories must be whole blocks; "
                f"give multiples of block_size = {self.block_size}"
            )
        return self


class Belt(Section):
    """A campaign of kind "belt": secondary e+ and e- on one drift shell."""

    kind: Literal["belt"] = key("what is simulated")
    name: Annotated[str, AfterValidator(_file_name)] = key("name of the campaign", example="trapped-protons-L1.20")
    preset: Literal["full", "paper", "paper_eccentric", "ams01"] = key(
        "defaults of the sections below; explicit keys win", default="full"
    )
    shell: Shell
    air: Air
    source: Source = TrappedProtons(kind="trapped_protons")
    physics: Physics = Physics()
    energy: Energy = Energy()
    run: Run = Run()

    @model_validator(mode="after")
    def _source_covers_shell(self) -> "Belt":
        if self.shell.field == "paper_eccentric" and self.source.kind != "cosmic_rays":
            raise ValueError(
                "[shell] field = 'paper_eccentric' is for source.kind = 'cosmic_rays'; give igrf, dipole or eccentric"
            )
        if self.preset in COSMIC_PRESETS and self.source.kind != "cosmic_rays":
            raise ValueError(f"preset = '{self.preset}' is for source.kind = 'cosmic_rays'; give full or paper")
        if self.source.kind == "trapped_protons" and not 1.14 <= self.shell.L <= 1.5:
            raise ValueError(
                f"[shell] L = {self.shell.L:g} is outside 1.14 to 1.5, where source.kind = 'trapped_protons' is known; "
                "give such an L or another source"
            )
        return self

    @model_validator(mode="after")
    def _known_to_cosmic_rays(self) -> "Belt":
        """The orbits of the cosmic-ray source meet the air and field as they are: what they do not know is refused."""
        stochastic = self.physics.bremsstrahlung == "stochastic"
        if self.source.kind != "cosmic_rays":
            if stochastic:
                raise ValueError(
                    "[physics] bremsstrahlung = 'stochastic' is for source.kind = 'cosmic_rays'; leave it out"
                )
            return self
        foreign = {
            "[air] density_g_cm3": self.air.density_g_cm3 is not None,
            "[air] field_G": self.air.field_G is not None,
            "[air] composition = 'helium'": self.air.composition != "msis",
            "[physics] annihilation = true with losses = 'paper'": (
                self.physics.annihilation and self.physics.losses == "paper"
            ),
            "[physics] bremsstrahlung = 'stochastic' with losses = 'paper'": (
                stochastic and self.physics.losses == "paper"
            ),
        }
        for name, found in foreign.items():
            if found:
                raise ValueError(f"{name} is not in the cosmic-ray estimators; leave it out")
        return self


# A campaign of another kind adds its class here.
KINDS: dict[str, type[BaseModel]] = {"belt": Belt, "galaxy": GalaxyCampaign}

# Defaults of a preset, by dotted key; `source.*` keys only where the source has them.
PRESETS: dict[str, dict[str, Any]] = {
    "full": {},
    "paper": {
        "shell.convention": "paper",
        "air.msis_version": 0.0,
        "air.composition": "helium",
        "air.density_g_cm3": 1e-17,
        "air.field_G": 0.18,
        "source.shell_match": "direct",
        "physics.losses": "paper",
        "physics.production_angles": "isotropic",
        "physics.knock_on": False,
        "physics.annihilation": False,
        "physics.scattering": False,
        "source.interstellar": "gusev2003",
    },
    # The conditions of an independent calculation of the cosmic-ray half of Gusev et al. 2003.
    "paper_eccentric": {
        "shell.convention": "paper",
        "shell.field": "paper_eccentric",
        "physics.scattering": False,
        "physics.annihilation": False,
        "physics.bremsstrahlung": "continuous",
        "source.species": "proton",
        "source.interstellar": "burger2000",
        "source.phi_MV": 500.0,
        "source.paths": "straight",
        "source.cascade": False,
        "source.neutral_pions": False,
        "source.radiated_photons": False,
        "source.muon_flight": False,
        "source.earth": "sphere",
    },
    # AMS-01 on STS-91, 2-12 June 1998, pointing to the zenith.
    "ams01": {
        "source.transmission": "traced",
        "source.vantage": "orbit",
    },
}
SOURCES: dict[str, type[Section]] = {"trapped_protons": TrappedProtons, "cosmic_rays": CosmicRays, "table": TableSource}


def validate(table: dict[str, Any], where: str, base: Path = Path()) -> Section:
    """Checked campaign of one case.

    Parameters
    ----------
    table : dict
        Parsed TOML without [scan].
    where : str
        Name of the file, for messages.
    base : Path
        Directory that relative paths in the file start from.

    Returns
    -------
    Section
        An instance of one of `KINDS`; frozen, hashable by `physics_hash`.

    Raises
    ------
    ConfigError
        One sentence for each thing that is wrong.
    """
    kind = table.get("kind")
    if not isinstance(kind, str) or kind not in KINDS:
        found = "is missing" if kind is None else f"= {sentences.quoted(kind)} is not known"
        raise ConfigError(f"{where}: kind {found}; give one of {', '.join(map(repr, sorted(KINDS)))}.")
    try:
        config = KINDS[kind].model_validate(_with_preset(table))
    except ValidationError as error:
        raise ConfigError("\n".join(sentences.explain(error, KINDS[kind], where))) from None
    return _with_resolved_paths(config, where, base)


def _with_preset(table: dict[str, Any]) -> dict[str, Any]:
    filled = {name: dict(value) if isinstance(value, dict) else value for name, value in table.items()}
    if filled.get("kind") == "belt" and isinstance(filled.setdefault("source", {}), dict):
        filled["source"].setdefault("kind", "trapped_protons")
    preset = filled.get("preset", "full")
    if preset in COSMIC_PRESETS and filled.get("source", {}).get("kind") != "cosmic_rays":
        return filled
    for dotted, value in (PRESETS.get(preset, {}) if isinstance(preset, str) else {}).items():
        section, name = dotted.split(".")
        if section == "source" and isinstance(filled.get("source"), dict):
            source = SOURCES.get(str(filled["source"].get("kind")))
            if source is None or name not in source.model_fields:
                continue
        if isinstance(filled.setdefault(section, {}), dict):
            filled[section].setdefault(name, value)
    _fill_cosmic_physics(filled)
    return filled


def _fill_cosmic_physics(filled: dict[str, Any]) -> None:
    """Defaults of [physics] that differ for cosmic rays: hard photons, except with the paper's law of mean losses."""
    source = filled.get("source")
    if not (isinstance(source, dict) and source.get("kind") == "cosmic_rays"):
        return
    physics = filled.setdefault("physics", {})
    if not isinstance(physics, dict):
        return
    if physics.get("losses") == "paper":
        physics.setdefault("annihilation", False)
    else:
        physics.setdefault("bremsstrahlung", "stochastic")


def _with_resolved_paths(config: Section, where: str, base: Path) -> Section:
    source = getattr(config, "source", None)
    if getattr(source, "kind", None) != "table":
        return config
    path = (base / source.spectrum_csv).absolute()
    try:
        size = path.stat().st_size if path.is_file() else -1
    except OSError:
        size = -1
    if not 0 < size <= LARGEST_SPECTRUM_FILE:
        raise ConfigError(
            f"{where}: [source] spectrum_csv = {sentences.quoted(source.spectrum_csv)} is not a readable file of at "
            f"most {LARGEST_SPECTRUM_FILE >> 20} MiB; give a path relative to the campaign file."
        )
    return config.model_copy(update={"source": source.model_copy(update={"spectrum_csv": str(path)})})


def physics_table(config: Section) -> dict[str, Any]:
    """Everything in a campaign that decides the physics: no name, preset, seed or numbers of histories.

    A path is replaced by the hash of what the file holds.
    """
    table = config.model_dump(mode="json", exclude={"name", "preset", "run"}, exclude_none=True)
    source = table.get("source", {})
    if "spectrum_csv" in source:
        source["spectrum_csv"] = hashlib.sha256(Path(source["spectrum_csv"]).read_bytes()).hexdigest()
    return table


def physics_hash(config: Section) -> str:
    """Hash of `physics_table` [16 hex digits]; equal for campaigns whose results may be merged."""
    text = json.dumps(physics_table(config), sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()[:16]
