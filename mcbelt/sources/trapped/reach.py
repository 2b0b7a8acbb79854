"""How far the tables of trapped protons must reach, and what is refused because they cannot, before they are made."""

from typing import Any

from geomag.drift_shell import DriftShell
from mcbelt.errors import PhysicsError
from mcbelt.places import closed_shell
from mcbelt.sources.trapped import primaries
from mcbelt.sources.trapped.shells import trapping


def reach(campaign: Any) -> tuple[str, ...]:
    """Refuse what `prepare` could not make.

    Parameters
    ----------
    campaign : mcbelt.settings.belt.Belt

    Returns
    -------
    tuple of str
        What a user should know before.

    Raises
    ------
    PhysicsError
        Nothing is trapped on the shell, it lies above the air, or the map of protons does not hold it.
    """
    shell = trapping_shell(campaign)
    try:
        primaries.spectrum(campaign, shell)
    except PhysicsError as error:
        raise PhysicsError(f"{_named(campaign, shell)}: {error}") from None
    return closed_shell.warnings(shell.H_min_km)


def trapping_shell(campaign: Any) -> DriftShell:
    """The equatorial shell of a campaign, on which something is trapped in air that is known; raises PhysicsError."""
    shell = closed_shell.equatorial(campaign.shell)
    try:
        return trapping(shell)
    except PhysicsError as error:
        raise PhysicsError(f"{_named(campaign, shell)}: {error}") from None


def _named(campaign: Any, shell: DriftShell) -> str:
    return f"{closed_shell.label(campaign.shell)}, H_min {shell.H_min_km:.0f} km"
