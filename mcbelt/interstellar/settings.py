"""What a user may choose of a Galactic model: a campaign file of kind = "galaxy", checked.

Every key carries its unit. The defaults are model 08-005 of Moskalenko & Strong 1998 with the right muon decay;
`mcbelt.interstellar.presets` holds the models of the papers.
"""

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from mcbelt.errors import ConfigError

Positive = Annotated[float, Field(gt=0.0)]
NotNegative = Annotated[float, Field(ge=0.0)]
#: With reacceleration the momentum grid has to start below the bump that it makes [GeV].
REACCELERATION_START_GEV = 0.1


class _Section(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, strict=True, allow_inf_nan=False)


class Halo(_Section):
    """Size of the region beyond which particles are gone."""

    half_height_kpc: Positive = 3.0
    radius_kpc: Annotated[float, Field(gt=8.5)] = 30.0


class Diffusion(_Section):
    """D = D0 beta (rho/rho0)^delta, with another slope below rho0, a rise of the slope with height.

    And reacceleration.
    """

    D0_cm2_s: Positive = 2.0e28
    rho0_GV: Positive = 3.0
    delta: Annotated[float, Field(ge=0.0, lt=2.0)] = 0.60
    delta_below_rho0: Annotated[float, Field(ge=0.0, lt=2.0)] | None = None
    halo_rise: Annotated[float, Field(ge=0.0, lt=2.0)] = 0.0
    inner_share: Annotated[float, Field(gt=0.0, le=1.0)] = 1.0
    transition_exponent: Positive = 5.0
    alfven_speed_km_s: NotNegative = 0.0

    @model_validator(mode="after")
    def _slope_for_reacceleration(self):
        steepest = self.delta + self.halo_rise
        if self.alfven_speed_km_s > 0.0 and (self.delta == 0.0 or steepest >= 2.0 or self.delta_below_rho0 == 0.0):
            raise ValueError(
                f"alfven_speed_km_s = {self.alfven_speed_km_s:g} needs slopes of D between 0 and 2 (exclusive): "
                "D_pp ~ 1/(delta (4 - delta^2)(4 - delta)). "
                "Set delta, delta_below_rho0 and halo_rise so, or alfven_speed_km_s = 0."
            )
        return self


class Injection(_Section):
    """Power law in momentum per nucleon with a break and a cut-off, normalised to a local intensity."""

    index: float = 2.15
    break_GV: Positive | None = None
    index_below_break: float | None = None
    cutoff_GV: Positive | None = None
    normalise_at_GeV: Positive = 10.0
    intensity: Positive = 30.0

    @model_validator(mode="after")
    def _break_is_whole(self):
        if (self.break_GV is None) != (self.index_below_break is None):
            raise ValueError("break_GV and index_below_break belong together: give both or neither.")
        return self


class Grid(_Section):
    """Cells: radii, heights on one side of the plane, and momenta per decade."""

    radii: Annotated[int, Field(ge=5, le=200)] = 30
    heights: Annotated[int, Field(ge=5, le=120)] = 30
    finest_height_pc: Positive = 20.0
    momenta_per_decade: Annotated[int, Field(ge=8, le=200)] = 24
    momentum_min_GeV: Positive = 0.03
    momentum_max_GeV: Positive = 1.0e5

    @model_validator(mode="after")
    def _reaches(self):
        if self.momentum_max_GeV < 100.0 * self.momentum_min_GeV:
            raise ValueError(
                f"momentum_max_GeV = {self.momentum_max_GeV:g} is less than 100 times "
                f"momentum_min_GeV = {self.momentum_min_GeV:g}."
            )
        return self


class Secondaries(_Section):
    """How e+ and e- are made from p + gas."""

    cross_sections: Literal["scaling", "baked"] = "scaling"
    decay: Literal["exact", "isotropic", "ms98"] = "exact"
    kaons: Literal["muonic", "all", "none"] = "muonic"


class GalaxySettings(_Section):
    """A Galactic model."""

    halo: Halo = Halo()
    diffusion: Diffusion = Diffusion(delta_below_rho0=0.0)
    sources: Literal["strong_mattox", "case_bhattacharya", "uniform"] = "strong_mattox"
    source_height_kpc: Positive = 0.2
    protons: Injection = Injection()
    helium: Injection | None = Injection(index=2.35, normalise_at_GeV=10.0, intensity=1.6)
    electrons: Injection | None = Injection(
        index=2.4, break_GV=10.0, index_below_break=2.1, normalise_at_GeV=9.0, intensity=0.32
    )
    klein_nishina: bool = True
    secondaries: Secondaries = Secondaries()
    modulation_MV: NotNegative = 500.0
    grid: Grid = Grid()

    @model_validator(mode="after")
    def _grid_holds_the_physics(self):
        start = self.grid.momentum_min_GeV
        if self.diffusion.alfven_speed_km_s > 0.0 and start > REACCELERATION_START_GEV:
            raise ValueError(
                f"grid.momentum_min_GeV = {start:g} starts above the bump that reacceleration makes: particles lifted "
                f"from below would be missing. Give at most {REACCELERATION_START_GEV:g}, e.g. 0.03."
            )
        for name in ("protons", "helium", "electrons"):
            injection = getattr(self, name)
            if injection and not start < injection.normalise_at_GeV < self.grid.momentum_max_GeV:
                raise ValueError(
                    f"{name}.normalise_at_GeV = {injection.normalise_at_GeV:g} is outside the momentum grid "
                    f"({start:g} to {self.grid.momentum_max_GeV:g} GeV)."
                )
        return self


class Run(_Section):
    """A Galactic model is solved, not sampled: one block without histories, kept in the form of every campaign."""

    histories: Literal[0] = 0
    block_size: Literal[1] = 1
    seed: Annotated[int, Field(ge=0)] = 1
    target_relative_error: None = None
    max_histories: None = None


class GalaxyCampaign(GalaxySettings):
    """A campaign file of kind = "galaxy": a preset, and what is changed of it in the sections of its name."""

    kind: Literal["galaxy"] = "galaxy"
    name: Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9._+=,-]{0,99}$")]
    preset: str = "ms98-08-005"
    run: Run = Run()

    @model_validator(mode="before")
    @classmethod
    def _start_from_preset(cls, table: Any) -> Any:
        from mcbelt.interstellar.presets import PRESETS

        if not isinstance(table, dict):
            return table
        name = table.get("preset", "ms98-08-005")
        if name not in PRESETS:
            raise ValueError(f"preset = {name!r} is not known; give one of {', '.join(PRESETS)}.")
        filled = PRESETS[name].model_dump()
        for key, value in table.items():
            if isinstance(value, dict) and isinstance(filled.get(key), dict):
                filled[key] = {**filled[key], **value}
            else:
                filled[key] = value
        return filled


def read(table: dict[str, Any], where: str = "galaxy") -> GalaxyCampaign:
    """Campaign from a parsed TOML file.

    Parameters
    ----------
    table : dict
        Top-level keys and sections.
    where : str
        File, for messages.

    Returns
    -------
    GalaxyCampaign

    Raises
    ------
    ConfigError
        Unknown keys or values out of range; the message names the key, what was found and what is allowed.
    """
    if table.get("kind") != "galaxy":
        raise ConfigError(f'{where}: kind = {table.get("kind")!r} is not "galaxy"; give kind = "galaxy".')
    try:
        return GalaxyCampaign.model_validate(table)
    except ValidationError as error:
        lines = []
        for item in error.errors():
            key = ".".join(str(part) for part in item["loc"]) or "file"
            message = item["msg"].removeprefix("Value error, ")
            if item["type"] == "extra_forbidden":
                lines.append(f"{where}: {key} is not a key here; {_nearest(item['loc'])}")
                continue
            found = "" if item["type"] in ("value_error", "missing") else f" (found {item['input']!r})"
            lines.append(f"{where}: {key}: {message}{found}")
        raise ConfigError("\n".join(lines)) from None


def _nearest(location):
    from difflib import get_close_matches

    model = GalaxyCampaign
    for part in location[:-1]:
        annotation = model.model_fields[part].annotation
        choices = [
            a
            for a in getattr(annotation, "__args__", (annotation,))
            if isinstance(a, type) and issubclass(a, BaseModel)
        ]
        model = choices[0]
    known = list(model.model_fields)
    close = get_close_matches(str(location[-1]), known, n=1)
    return f"did you mean {close[0]}?" if close else f"known keys: {', '.join(known)}."
