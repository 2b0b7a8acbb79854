"""The path of one charge, sample by sample: the steps and checks of production in one lane, written down on its way."""

import numpy as np
from numba import njit

from mcbelt.orbits import rows as row
from mcbelt.orbits.checks import idle, store
from mcbelt.orbits.lanes import LaneModel, enter, pass_check, require_laws
from mcbelt.orbits.step import advance_lanes

SAMPLE = (  # rows of a sample, in the order of its columns
    row.TIME,
    row.PATH,
    row.X,
    row.Y,
    row.Z,
    row.UX,
    row.UY,
    row.UZ,
    row.MOMENTUM,
    row.LATITUDE,
    row.LONGITUDE,
    row.ALTITUDE,
    row.GRAMMAGE,
    row.DRIFT,
)


def record(
    model: LaneModel, table: np.ndarray, tallies: np.ndarray, seed: int, history: int, samples: np.ndarray
) -> int:
    """Advance the charge in column 0 of a table and write a sample at its start and after every check.

    Parameters
    ----------
    model : LaneModel
        ``stepping.interval`` is the number of steps between two samples.
    table : ndarray, shape (ROWS, 1)
        From `mcbelt.orbits.lanes.charge_table`; updated.
    tallies : ndarray, shape (1, bins)
    seed, history : int
        For random numbers: the same orbit as that of `mcbelt.orbits.lanes.advance`, bit for bit.
    samples : ndarray, shape (n, len(SAMPLE))
        Filled from the first row on.

    Returns
    -------
    int
        Samples written. When it is n and the fate of the table is FLYING, there was no room for more.

    Raises
    ------
    PhysicsError
        The losses or the radiation of the model do not hold for the charge.
    """
    require_laws(model, table)
    return _record(model, table, tallies, np.uint64(seed), np.uint64(history), samples)


@njit(error_model="numpy", cache=True, nogil=True, no_cfunc_wrapper=True)
def _record(model, table, tallies, seed, history, samples):
    lanes = np.zeros((row.LANE_ROWS, 1))
    occupant = np.zeros(1, np.int64)
    idle(lanes, 0)
    enter(model, lanes, 0, table, 0, seed, history)
    written, ended = 0, row.FLYING
    while True:
        for column in range(len(SAMPLE)):
            samples[written, column] = lanes[SAMPLE[column], 0]
        written += 1
        if ended != row.FLYING or written == samples.shape[0]:
            break
        advance_lanes(model, lanes, tallies, occupant)
        ended = pass_check(model, lanes, 0, seed, history)
    store(lanes, 0, table, 0, ended)
    return written
