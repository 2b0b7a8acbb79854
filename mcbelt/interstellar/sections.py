"""What a Galactic model is made of: the sections of a campaign file of kind = "galaxy", checked.

Every key that holds a quantity carries its unit. The defaults are model 08-005 of Moskalenko & Strong 1998 with the
right muon decay; `mcbelt.interstellar.presets` holds the models of the papers in these sections, and
`mcbelt.interstellar.settings` the campaign file that starts from one of them.
"""

from typing import Literal

from pydantic import model_validator

from mcbelt.keys import Section, key, number

#: With reacceleration the momentum grid has to start below the bump that it makes [GeV].
REACCELERATION_START_GEV = 0.1


class Halo(Section):
    """Size of the region beyond which particles are gone."""

    half_height_kpc: float = number(0.1, 100.0, "half height of the halo", "kpc", default=3.0)
    radius_kpc: float = number(8.6, 100.0, "radius of the Galaxy", "kpc", default=30.0)


class Diffusion(Section):
    """D = D0 beta (rho/rho0)^delta, with another slope below rho0, a rise of the slope with height.

    And reacceleration.
    """

    D0_cm2_s: float = number(1e24, 1e32, "diffusion coefficient at rho0", "cm2 s-1", default=2.0e28)
    rho0_GV: float = number(1e-3, 1e6, "reference rigidity", "GV", default=3.0)
    delta: float = number(0.0, 1.99, "slope of D with rigidity, in the plane", "1", default=0.60)
    delta_below_rho0: float | None = number(0.0, 1.99, "slope below rho0, if another", "1", default=None, example=0.3)
    halo_rise: float = number(0.0, 1.99, "rise of the slope from the plane to the outer halo", "1", default=0.0)
    inner_share: float = number(1e-3, 1.0, "height of the inner halo over that of the halo", "1", default=1.0)
    transition_exponent: float = number(0.1, 100.0, "n of the rise (|z| / inner height)^n", "1", default=5.0)
    alfven_speed_km_s: float = number(0.0, 1000.0, "Alfven speed; 0 is no reacceleration", "km s-1", default=0.0)

    @model_validator(mode="after")
    def _slope_for_reacceleration(self):
        steepest = self.delta + self.halo_rise
        if self.alfven_speed_km_s > 0.0 and (self.delta == 0.0 or steepest >= 2.0 or self.delta_below_rho0 == 0.0):
            raise ValueError(
                f"alfven_speed_km_s = {self.alfven_speed_km_s:g} needs slopes of D between 0 and 2 (exclusive), since "
                "D_pp ~ 1/(delta (4 - delta^2)(4 - delta)); set delta, delta_below_rho0 and halo_rise so, or "
                "alfven_speed_km_s = 0"
            )
        return self


class Injection(Section):
    """Power law in momentum per nucleon with a break and a cut-off, normalised to a local intensity."""

    index: float = number(0.0, 6.0, "injection index (above the break)", "1", default=2.15)
    break_GV: float | None = number(1e-3, 1e8, "rigidity of the break", "GV", default=None, example=9.0)
    index_below_break: float | None = number(
        0.0, 6.0, "injection index below the break", "1", default=None, example=2.1
    )
    cutoff_GV: float | None = number(
        1e-3, 1e12, "rigidity of the exponential cut-off", "GV", default=None, example=2.5e6
    )
    normalise_at_GeV: float = number(1e-3, 1e8, "momentum (per nucleon) of the normalisation", "GeV", default=10.0)
    intensity: float = number(1e-30, 1e30, "local interstellar intensity there", "m-2 s-1 sr-1 GeV-1", default=30.0)

    @model_validator(mode="after")
    def _break_is_whole(self):
        if (self.break_GV is None) != (self.index_below_break is None):
            raise ValueError("break_GV and index_below_break belong together; give both or neither")
        return self


class Grid(Section):
    """Cells: radii, heights on one side of the plane, and momenta per decade."""

    radii: int = number(5, 200, "number of radii", "1", default=30)
    heights: int = number(5, 120, "number of heights above the plane", "1", default=30)
    finest_height_pc: float = number(0.1, 1000.0, "thickness of the cell at the plane", "pc", default=20.0)
    momenta_per_decade: int = number(8, 200, "momenta per decade", "1", default=24)
    momentum_min_GeV: float = number(1e-3, 10.0, "lowest momentum (per nucleon)", "GeV", default=0.03)
    momentum_max_GeV: float = number(1.0, 1e8, "highest momentum (per nucleon)", "GeV", default=1.0e5)

    @model_validator(mode="after")
    def _reaches(self):
        if self.momentum_max_GeV < 100.0 * self.momentum_min_GeV:
            raise ValueError(
                f"momentum_max_GeV = {self.momentum_max_GeV:g} is less than 100 times "
                f"momentum_min_GeV = {self.momentum_min_GeV:g}; give a wider grid"
            )
        return self


class Secondaries(Section):
    """How e+ and e- are made from p + gas."""

    cross_sections: Literal["scaling", "baked"] = key(
        "isobar and scaling fits of p + p, or the tables of the belt's generators", default="scaling"
    )
    decay: Literal["exact", "isotropic", "ms98"] = key("decay chain pi (K) -> mu -> e", default="exact")
    kaons: Literal["muonic", "all", "none"] = key("kaon channels", default="muonic")

    @model_validator(mode="after")
    def _baked_yields_have_all_kaons(self):
        if self.cross_sections == "baked" and self.kaons == "muonic":
            raise ValueError('cross_sections = "baked" does not single out K -> mu nu; give kaons = "all" or "none"')
        return self


class Sources(Section):
    """Where the primaries come from."""

    distribution: Literal["strong_mattox", "case_bhattacharya", "uniform"] = key(
        "radial distribution of the sources", default="strong_mattox"
    )
    height_kpc: float = number(1e-3, 10.0, "scale height of the sources", "kpc", default=0.2)


class Losses(Section):
    """What electrons lose."""

    klein_nishina: bool = key("Klein-Nishina losses on starlight; false: Thomson", default=True)


class Sun(Section):
    """The heliosphere between the Galaxy and the Earth."""

    modulation_MV: float = number(0.0, 5000.0, "force-field potential of the Sun", "MV", default=500.0)


class GalaxySettings(Section):
    """A Galactic model."""

    halo: Halo = Halo()
    diffusion: Diffusion = Diffusion(delta_below_rho0=0.0)
    sources: Sources = Sources()
    protons: Injection = Injection()
    helium: Injection | None = Injection(index=2.35, normalise_at_GeV=10.0, intensity=1.6)
    electrons: Injection | None = Injection(
        index=2.4, break_GV=10.0, index_below_break=2.1, normalise_at_GeV=9.0, intensity=0.32
    )
    losses: Losses = Losses()
    secondaries: Secondaries = Secondaries()
    sun: Sun = Sun()
    grid: Grid = Grid()

    @model_validator(mode="after")
    def _grid_holds_the_physics(self):
        start = self.grid.momentum_min_GeV
        if self.diffusion.alfven_speed_km_s > 0.0 and start > REACCELERATION_START_GEV:
            raise ValueError(
                f"[grid] momentum_min_GeV = {start:g} starts above the bump that reacceleration makes, so particles "
                f"lifted from below would be missing; give at most {REACCELERATION_START_GEV:g}, e.g. 0.03"
            )
        for name in ("protons", "helium", "electrons"):
            injection = getattr(self, name)
            if injection and not start < injection.normalise_at_GeV < self.grid.momentum_max_GeV:
                raise ValueError(
                    f"[{name}] normalise_at_GeV = {injection.normalise_at_GeV:g} is outside the momentum grid, "
                    f"{start:g} to {self.grid.momentum_max_GeV:g} GeV; normalise inside it"
                )
        return self
