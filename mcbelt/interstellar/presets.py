"""The models of the papers, as settings: Table 1 of Moskalenko & Strong 1998 and Tables 1-2 of Jin, Guo & Hu 2015.

Intensities are m-2 s-1 sr-1 GeV-1. Helium: 4e-8 cm-2 s-1 sr-1 per MeV/c of the nucleus at 4e4 MeV/c per nucleus is 1.6
per GeV/c and nucleon at 10 GeV/c per nucleon.
"""

from mcbelt.errors import ConfigError
from mcbelt.interstellar.sections import (
    Diffusion,
    GalaxySettings,
    Grid,
    Halo,
    Injection,
    Losses,
    Secondaries,
    Sources,
    Sun,
)


def _ms98(diffusion, protons, helium, electrons=0.32):
    return GalaxySettings(
        halo=Halo(half_height_kpc=3.0, radius_kpc=30.0),
        diffusion=diffusion,
        protons=Injection(index=protons, normalise_at_GeV=10.0, intensity=30.0),
        helium=Injection(index=helium, normalise_at_GeV=10.0, intensity=1.6),
        electrons=Injection(index=2.4, break_GV=10.0, index_below_break=2.1, normalise_at_GeV=9.0, intensity=electrons),
        losses=Losses(klein_nishina=False),
        secondaries=Secondaries(decay="exact", kaons="muonic"),
    )


def _two_halo(diffusion):
    return GalaxySettings(
        halo=Halo(half_height_kpc=5.0, radius_kpc=20.0),
        diffusion=diffusion,
        sources=Sources(distribution="case_bhattacharya"),
        protons=Injection(
            index=2.31, break_GV=9.0, index_below_break=2.1, cutoff_GV=2.5e6, normalise_at_GeV=100.0, intensity=0.0455
        ),
        helium=None,
        electrons=Injection(
            index=2.7, break_GV=5.7, index_below_break=1.7, cutoff_GV=2.0e4, normalise_at_GeV=10.0, intensity=0.2715
        ),
        sun=Sun(modulation_MV=550.0),
        grid=Grid(radii=20, heights=40, momenta_per_decade=24, momentum_min_GeV=0.03, momentum_max_GeV=3.0e6),
    )


_PLAIN = Diffusion(D0_cm2_s=2.0e28, rho0_GV=3.0, delta=0.60, delta_below_rho0=0.0)
_STIRRED = Diffusion(D0_cm2_s=4.2e28, rho0_GV=3.0, delta=0.33, alfven_speed_km_s=20.0)
_INNER_OUTER = Diffusion(
    D0_cm2_s=5.5e28,
    rho0_GV=4.0,
    delta=0.19,
    halo_rise=0.39,
    inner_share=0.16,
    transition_exponent=5.0,
    alfven_speed_km_s=25.0,
)
_UNIFORM = Diffusion(D0_cm2_s=5.5e28, rho0_GV=4.0, delta=0.5, alfven_speed_km_s=25.0)

PRESETS = {
    "ms98-08-005": _ms98(_PLAIN, 2.15, 2.35),
    "ms98-08-006": _ms98(_STIRRED, 2.25, 2.45),
    "ms98-08-009": _ms98(_PLAIN, 2.00, 2.00, 0.344),
    "two-halo": _two_halo(_INNER_OUTER),
    "conventional": _two_halo(_UNIFORM),
}


def preset(name: str) -> GalaxySettings:
    """Settings of a published model; ConfigError with the known names for any other."""
    if name not in PRESETS:
        raise ConfigError(f"galaxy model {name!r} is not known; known models: {', '.join(PRESETS)}.")
    return PRESETS[name]
