"""What the sources refuse of free electrons."""

from typing import Any

from mcbelt.physics.laws import FREE_ELECTRONS_F107A


def refuse_unknown_plasma(campaign: Any) -> None:
    """Refuse, with a ValueError, free electrons where their number is not known."""
    if not campaign.physics.free_electrons:
        return
    low, high = FREE_ELECTRONS_F107A
    if not low <= campaign.air.f107a <= high:
        raise ValueError(
            f"[air] f107a = {campaign.air.f107a:g} is outside {low:g} to {high:g} sfu, where the number of free "
            "electrons is known; give such an activity, or [physics] free_electrons = false"
        )
    if campaign.air.density_g_cm3 is not None:
        raise ValueError(
            "[physics] free_electrons = true does not go with [air] density_g_cm3, which is all that is met; leave one "
            "of them out"
        )
