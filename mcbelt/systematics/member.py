"""What a member of the systematics is, and the variants of the model that belong to it."""

from collections.abc import Iterable
from typing import Literal, NamedTuple

from mcbelt.errors import PhysicsError

SHIFT, ALTERNATIVE = "shift", "alternative"
SIDES = {"low": -1, "high": 1}  # side -> standard deviations
RESERVED = frozenset(SIDES)  # `systematic_low_*` and `systematic_high_*` are the band itself


class Member(NamedTuple):
    """One named thing that could be otherwise."""

    name: str
    kind: Literal["shift", "alternative"]
    ingredient: str  # the part of the model that it concerns
    about: str  # what is otherwise, in words
    source: str  # of the half-width, or of the alternative
    sides: tuple[Literal["low", "high"], ...] = ()  # of a shift: those that are computed


class Variant(NamedTuple):
    """A model with one member otherwise."""

    name: str  # as in the variables of a result
    member: Member
    side: int  # standard deviations [1]: -1 or +1; 0 of an alternative


def variants_of(member: Member) -> tuple[Variant, ...]:
    """The variants of a member: <name>_low and <name>_high of a shift, <name> of an alternative."""
    if member.kind == ALTERNATIVE:
        return (Variant(member.name, member, 0),)
    return tuple(Variant(f"{member.name}_{side}", member, SIDES[side]) for side in member.sides)


def checked(members: Iterable[Member]) -> tuple[Member, ...]:
    """Members that can stand together.

    Parameters
    ----------
    members : iterable of Member

    Returns
    -------
    tuple of Member

    Raises
    ------
    PhysicsError
        A kind that is none, a shift without sides or an alternative with them, or two variants of one name.
    """
    members = tuple(members)
    for member in members:
        if member.kind not in (SHIFT, ALTERNATIVE):
            raise PhysicsError(
                f"systematics: member {member.name!r} has kind {member.kind!r}; give shift or alternative."
            )
        asked = set(member.sides)
        if (member.kind == SHIFT) != bool(asked) or not asked <= set(SIDES) or len(asked) < len(member.sides):
            raise PhysicsError(
                f"systematics: member {member.name!r} of kind {member.kind} has sides {member.sides!r}; "
                "a shift has low, high or both, an alternative none."
            )
    names = [variant.name for member in members for variant in variants_of(member)]
    for name in names:
        if name in RESERVED or names.count(name) > 1:
            raise PhysicsError(f"systematics: the variant {name!r} is there already; give the member another name.")
    return members
