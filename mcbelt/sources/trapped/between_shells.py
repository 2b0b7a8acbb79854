"""A model between its mirror shells: what is smooth in pitch angle, on more pitch angles than shells were traced for.

Kernels read tables linearly. Between shells 2.7 degrees apart the mean density bends so much that a straight line in
its logarithm is 4 % off half way (L = 1.2), diffusion 2 %; cubics are not, and cost nothing beside a shell. Those of
what must not fall below 0 keep between their nodes (Fritsch & Butland 1984, SIAM J. Sci. Stat. Comput. 5, 300).
"""

import numpy as np
from numpy.typing import ArrayLike
from scipy.interpolate import CubicSpline, PchipInterpolator

from mcbelt.sources.trapped.model import ShellModel

STEPS = 3  # from a shell to the next


def between_shells(model: ShellModel, steps: int = STEPS) -> ShellModel:
    """The model on more pitch angles.

    Parameters
    ----------
    model : ShellModel
    steps : int
        From a pitch angle of the model to its next.

    Returns
    -------
    ShellModel
        ln(density), phase volume, and what the air and the field do go through its nodes as cubics; the production,
        which may vanish and bends with the map of the protons, linearly.
    """
    nodes = model.pitch_angle
    fine = np.linspace(nodes[0], nodes[-1], (len(nodes) - 1) * steps + 1)
    fine[::steps] = nodes
    lower = np.minimum(np.arange(len(fine)) // steps, len(nodes) - 2)
    share = ((fine - nodes[lower]) / (nodes[1] - nodes[0]))[:, None]

    def cubic(table: ArrayLike, axis: int = 0) -> np.ndarray:
        return PchipInterpolator(nodes, table, axis=axis)(fine)

    return model._replace(
        pitch_angle=fine,
        density=np.exp(CubicSpline(nodes, np.log(model.density))(fine)),
        field_squared=cubic(model.field_squared),
        loss=cubic(model.loss, 1),
        annihilation=cubic(model.annihilation, 1),
        source=model.source[:, :, lower] * (1.0 - share) + model.source[:, :, lower + 1] * share,
        phase_volume=CubicSpline(nodes, model.phase_volume)(fine),
        diffusion=cubic(model.diffusion),
        targets=None if model.targets is None else cubic(model.targets),
    )
