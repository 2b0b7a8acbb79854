"""The [source] section of trapped protons, and what this source can compute."""

from typing import Any, Literal

from mcbelt.fields import FIELDS
from mcbelt.keys import Section, key
from mcbelt.sources.plasma import refuse_unknown_plasma
from mcbelt.spectra import solar_activity

SPECIES = ("positron", "electron")
PLACES = ()  # the whole drift shell, by equatorial pitch angle
ESTIMATORS = ("forward",)
SUNS = ("lived", "day")
LOWEST_L, HIGHEST_L = 1.14, 1.5  # of AP8's inner belt


class Settings(Section):
    """Source: the trapped protons of the inner belt (AP8)."""

    kind: Literal["trapped_protons"] = key("source of the primaries")
    solar: Literal["min", "max"] = key("AP8-min or AP8-max", default="min")
    tail: Literal["exponential", "power_law", "none"] = key(
        "spectrum above 400 MeV, where AP8 ends", default="exponential"
    )
    shell_match: Literal["h_min", "direct"] = key(
        "query AP8 at the shell of equal H_min, or at L itself", default="h_min"
    )


def physics_defaults(physics: dict[str, Any]) -> dict[str, Any]:
    """Defaults of [physics] that are this source's own: none."""
    return {}


def check(campaign: Any) -> None:
    """Refuse, with a ValueError, what this source cannot compute."""
    refuse_orbits_of_cosmic_rays(campaign)
    refuse_unknown_plasma(campaign)
    refuse_unknown_past(campaign)
    if not LOWEST_L <= campaign.shell.L <= HIGHEST_L:
        raise ValueError(
            f"[shell] L = {campaign.shell.L:g} is outside {LOWEST_L:g} to {HIGHEST_L:g}, where source.kind = "
            "'trapped_protons' is known; give such an L or another source"
        )


def remarks(campaign: Any) -> str:
    """What a reader should know of a campaign, in words: the Sun in which its e+- live, for months to years."""
    date = campaign.shell.date
    if campaign.air.sun == "day":
        return "[air] sun = 'day': e+- live in one air for ever, months to years of others are not in the flux."
    return (
        f"[air] sun = 'lived': F10.7 and Ap by month and the field of the years before {date} are in the flux; [air] "
        f"f107, f107a and ap are those of {date:%B %Y} alone."
    )


def refuse_orbits_of_cosmic_rays(campaign: Any) -> None:
    """Refuse, with a ValueError, what only full orbits in the air know."""
    if not FIELDS[campaign.shell.field].shells:
        known = ", ".join(name for name, entry in FIELDS.items() if entry.shells)
        raise ValueError(
            f"[shell] field = {campaign.shell.field!r} is for source.kind = 'cosmic_rays', as no drift shells are "
            f"traced in it; give one of {known}"
        )
    if campaign.physics.bremsstrahlung == "stochastic":
        raise ValueError("[physics] bremsstrahlung = 'stochastic' is for source.kind = 'cosmic_rays'; leave it out")


def refuse_unknown_past(campaign: Any) -> None:
    """Refuse, with a ValueError, the Sun as lived where it is not known or where the air is stated."""
    air, date = campaign.air, campaign.shell.date
    if air.sun == "day":
        return
    stated = {
        "density_g_cm3": air.density_g_cm3 is not None,
        "composition = 'helium'": air.composition != "msis",
        "times = 'instant'": air.times != "mean",
    }
    for words, found in stated.items():
        if found:
            raise ValueError(
                f"[air] sun = 'lived' does not go with [air] {words}, which is one air for ever; leave one of them out"
            )
    if not solar_activity.holds(date):
        (first, first_month), (last, last_month) = min(solar_activity.table()), max(solar_activity.table())
        raise ValueError(
            f"[air] sun = 'lived' needs the months before [shell] date = {date}, and the table of solar indices holds "
            f"{first}-{first_month:02d} to {last}-{last_month:02d}; give an earlier date, or [air] sun = 'day'"
        )
