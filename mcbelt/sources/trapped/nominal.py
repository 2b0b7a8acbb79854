"""The model of a drift shell as asked for, before knock-ons, and what it was made of: members make variants of it."""

from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np

from geomag.drift_shell import DriftShell
from mcbelt.sources.trapped.free_electrons import FreeElectrons
from mcbelt.sources.trapped.in_air import Given
from mcbelt.sources.trapped.model import ShellModel
from mcbelt.sources.trapped.shell_source import Target
from mcbelt.sources.trapped.shells import ThinShells


class Nominal(NamedTuple):
    """A model and its ingredients."""

    given: Given
    protons_of: Callable[[Any, list[DriftShell]], np.ndarray]  # as `prepare.model_of` takes it
    air: Any  # atmosphere.Msis
    thin: Callable[[], ThinShells]  # of its shells, made when it is first asked for
    thin_density: Callable[[], np.ndarray]  # there in its air
    target: Target
    shell: ShellModel
    summary: dict[str, tuple]  # name -> (value, unit, description)
    electrons: FreeElectrons | None = None  # free ones; None: none asked for
