"""A member together with the function that makes the varied model."""

from collections.abc import Callable, Iterable
from typing import Any, NamedTuple

from mcbelt.systematics.member import Member, checked, variants_of


class Varied(NamedTuple):
    """A member and what it does to a model."""

    member: Member
    vary: Callable[[Any, int], Any]  # (nominal model, standard deviations, 0 of an alternative) -> varied model
    applies: Callable[[Any], bool] = lambda nominal: True  # whether the nominal model has the ingredient to vary


def varied_models(table: Iterable[Varied], nominal: Any) -> tuple[tuple[Member, ...], dict[str, Any]]:
    """The members of a table that apply to a model, and the model of each variant.

    Parameters
    ----------
    table : iterable of Varied
    nominal : Any
        What the functions of the table take.

    Returns
    -------
    members : tuple of Member
        In the order of the table.
    models : dict
        Name of a variant -> varied model.

    Raises
    ------
    PhysicsError
        Members that cannot stand together, see `mcbelt.systematics.member.checked`.
    """
    applying = [each for each in table if each.applies(nominal)]
    members = checked(each.member for each in applying)
    models = {
        variant.name: each.vary(nominal, variant.side) for each in applying for variant in variants_of(each.member)
    }
    return members, models
