"""The path of one charge, sample by sample: the production loop with one lane that is written down on its way."""

import numpy as np
from numba import njit

from mcbelt.orbits import rows as row
from mcbelt.orbits.checks import fate, idle, load, scatter, set_losses, set_step, settle, store, unwrap
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


@njit(error_model="numpy", cache=True, nogil=True)
def record(model, table, tallies, seed, history, samples):
    """Advance the charge in column 0 of a table and write a sample at its start and after every check.

    Parameters
    ----------
    model : LaneModel
        ``stepping.interval`` is the number of steps between two samples.
    table : ndarray, shape (ROWS, 1)
        From `mcbelt.orbits.lanes.charge_table`; updated.
    tallies : ndarray, shape (1, bins)
    seed, history : int
        For scattering.
    samples : ndarray, shape (n, len(SAMPLE))
        Filled from the first row on.

    Returns
    -------
    int
        Samples written. When it is n and the fate of the table is FLYING, there was no room for more.
    """
    lanes = np.zeros((row.LANE_ROWS, 1))
    occupant = np.zeros(1, np.int64)
    idle(lanes, 0)
    load(model, lanes, 0, table, 0)
    written, ended = 0, row.FLYING
    while True:
        for column in range(len(SAMPLE)):
            samples[written, column] = lanes[SAMPLE[column], 0]
        written += 1
        if ended != row.FLYING or written == samples.shape[0]:
            break
        advance_lanes(model, lanes, tallies, occupant)
        lanes[row.CHECKS, 0] += 1.0
        settle(lanes, 0)
        unwrap(lanes, 0)
        scatter(model, lanes, 0, seed, history)
        ended = fate(model, lanes, 0)
        if ended == row.FLYING:
            set_losses(model, lanes, 0)
            set_step(model, lanes, 0)
    store(lanes, 0, table, 0, ended)
    return written
