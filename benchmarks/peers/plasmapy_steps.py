"""PlasmaPy (BSD-3): the relativistic Boris push alone and the ParticleTracker on a gridded dipole. Its own process."""

import json
import sys
import time
import warnings
from importlib.metadata import version

import astropy.units as u
import numpy as np
from plasmapy.particles import CustomParticle
from plasmapy.plasma.grids import CartesianGrid
from plasmapy.simulation.particle_integrators import RelativisticBorisIntegrator
from plasmapy.simulation.particle_tracker.particle_tracker import ParticleTracker
from plasmapy.simulation.particle_tracker.termination_conditions import TimeElapsedTerminationCondition

warnings.simplefilter("ignore")
RADIUS, LIGHT, N = 6371.2e3, 299792458.0, 20000


def start(n):
    rng = np.random.default_rng(1)
    phi = rng.uniform(0, 2 * np.pi, n)
    x = 1.2 * RADIUS * np.c_[np.cos(phi), np.sin(phi), np.zeros(n)]
    beta = np.sqrt(1 - (0.511 / 100.5) ** 2)
    return x, beta * LIGHT * np.c_[-np.sin(phi) * 0.87, np.cos(phi) * 0.87, np.full(n, 0.49)]


def push_ns():
    x, v = start(N)
    b, e = np.tile([0.0, 0.0, 1.7e-5], (N, 1)), np.zeros((N, 3))
    best = np.inf
    for _ in range(5):
        begin = time.process_time()
        for _ in range(5):
            RelativisticBorisIntegrator.push(x, v, b, e, -1.602e-19, 9.109e-31, 1e-6)
        best = min(best, (time.process_time() - begin) / 5 / N)
    return best * 1e9


def tracker_ns():
    grid = CartesianGrid(np.full(3, -2.0) * RADIUS * u.m, np.full(3, 2.0) * RADIUS * u.m, num=80)
    r = np.maximum(np.linalg.norm(grid.grid.to_value(u.m), axis=-1), 0.5 * RADIUS)
    xyz = np.moveaxis(grid.grid.to_value(u.m), -1, 0)
    moment = -3e-5 * RADIUS**3
    for i, name in enumerate(("B_x", "B_y", "B_z")):
        grid.add_quantities(**{name: moment * (3 * xyz[2] * xyz[i] / r**5 - (i == 2) / r**3) * u.T})
    x, v = start(N)
    step = 1.2e-5
    times = []
    for steps in (10, 60):
        tracker = ParticleTracker(
            grid,
            TimeElapsedTerminationCondition(steps * step * u.s),
            dt=step * u.s,
            field_weighting="volume averaged",
            verbose=False,
        )
        tracker.load_particles(x * u.m, v * u.m / u.s, CustomParticle(mass=9.109e-31 * u.kg, charge=-1.602e-19 * u.C))
        begin = time.process_time()
        tracker.run()
        times.append(time.process_time() - begin)
    return (times[1] - times[0]) / 50 / N * 1e9


report = {"name": "PlasmaPy", "version": version("plasmapy"), "ns_per_step": {"push alone, uniform field": push_ns()}}
report["ns_per_step"]["gridded dipole, ParticleTracker"] = tracker_ns()
json.dump(report, sys.stdout)
