"""What a cosmic-ray campaign is computed from, whatever its estimator."""

import math
from typing import Any, NamedTuple

import numpy as np


class CosmicModel(NamedTuple):
    """Model of a campaign: that of its histories, and what is known without them."""

    estimator: str  # of the histories, one of `settings.ESTIMATORS`
    histories: Any  # adjoint.AdjointModel or forward.ForwardModel
    energy: np.ndarray  # of the drift average [GeV]
    averaged: np.ndarray  # drift-averaged flux in the place on the shell, shape (ns, ne) [m-2 s-1 sr-1 GeV-1]
    summary: dict  # name -> (value, unit, description)
    lowest_km: float = math.nan  # of the shell in the air of the campaign, where it is observed [km]
    averaged_age: np.ndarray | None = None  # mean time since birth of the drift average [s], shape (ns, ne)
