"""As for trapped protons; the flux of the primaries is read from the user's table."""

from typing import Any

from mcbelt.sources.table.members import MEMBERS
from mcbelt.sources.table.primaries import protons
from mcbelt.sources.trapped.model import TrappedModel
from mcbelt.sources.trapped.prepare import model_of


def prepare(config: Any) -> TrappedModel:
    """The model of a checked campaign whose source is the user's table."""
    return model_of(config, protons, MEMBERS)
