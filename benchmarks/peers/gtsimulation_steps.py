"""GTsimulation (Python and numba, GPL-3.0): time per step with the field alone, and with NRLMSIS. Its own process."""

import datetime
import json
import sys
import time
from importlib.metadata import version

import numpy as np
from gtsimulation.common import Regions
from gtsimulation.magnetic_field.magnetosphere import Gauss
from gtsimulation.particle import Flux
from gtsimulation.particle.generator import Monolines
from gtsimulation.particle.generator.distribution import UserInput
from gtsimulation.pusher import BunemanBorisSimulator

RADIUS = 6371.2e3
DATE = datetime.datetime(1998, 6, 5)


class Air:
    """NRLMSIS 00 as the package calls it, with the indices given instead of downloaded."""

    def __new__(cls):
        import pymsis.msis
        from gtsimulation.medium.magnetosphere._atmosphere_nrlmsis import GTnrlmsis

        pymsis.msis.get_f107_ap = lambda date: (112.0, 108.0, np.full(7, 10.0))
        return GTnrlmsis(DATE, version=0)


def seconds(steps, medium):
    flux = Flux(
        Distribution=UserInput(R0=np.array([[1.2 * RADIUS, 0.0, 0.0]]), V0=np.array([[0.0, 0.87, 0.5]])),
        Spectrum=Monolines(energy=1000.0),
        Names="e+",
        Nevents=1,
    )
    simulator = BunemanBorisSimulator(
        Bfield=Gauss(DATE, model="IGRF", model_type="core", version=13),
        Medium=medium,
        Region=Regions.Magnetosphere,
        Particles=flux,
        Num=steps,
        Step=1e-5,
        Save=steps,
        Nfiles=1,
        Output=None,
        Verbose=0,
    )
    begin = time.process_time()
    simulator()
    return time.process_time() - begin


def per_step(medium, short, long):
    """ns per step from the difference of two lengths, after a warm-up."""
    seconds(short, medium)
    return min((seconds(long, medium) - seconds(short, medium)) / (long - short) for _ in range(2)) * 1e9


report = {"name": "GTsimulation", "version": version("gtsimulation"), "ns_per_step": {}}
report["ns_per_step"]["igrf boris"] = per_step(None, 1000, 21000)
try:
    report["ns_per_step"]["igrf boris, nrlmsis"] = per_step(Air(), 500, 4500)
except (OSError, ValueError, ImportError) as error:
    report["note"] = f"with NRLMSIS: {error}"
json.dump(report, sys.stdout)
