"""For which charges a law holds: every model of losses and of radiation says its mass and its charge."""

from typing import Any

from numba.extending import register_jitable

from mcbelt.errors import PhysicsError

ANY = 0.0  # mass or charge of a law that holds for all
SAME_MASS = 1.0e-4  # masses are the same within this share: losses then are, too


@register_jitable
def covers(law: Any, mass: Any, charge: Any) -> Any:
    """Whether a law holds for a charge.

    Parameters
    ----------
    law : NamedTuple
        With fields `mass` [GeV] and `charge` [e]; ANY: all.
    mass, charge : float or ndarray
        Of the charge [GeV], [e].

    Returns
    -------
    bool or ndarray of bool
    """
    right_mass = (law.mass == ANY) | (abs(mass - law.mass) <= SAME_MASS * law.mass)
    return right_mass & ((law.charge == ANY) | (charge == law.charge))


def check_fields(model: type, *fields: str) -> None:
    """Raise PhysicsError unless a NamedTuple type has the fields that its interface reads."""
    missing = [field for field in fields if field not in getattr(model, "_fields", ())]
    if missing:
        raise PhysicsError(
            f"{model.__name__}: the fields {', '.join(missing)} are missing; such a model is a NamedTuple with the "
            f"fields {', '.join(fields)}. Add them."
        )
