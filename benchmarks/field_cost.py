"""CPU time per evaluation of the field models on one core: `python benchmarks/field_cost.py`.

CPU time, not wall time, so that a busy machine does not enter; independent random points, compile time excluded.
Nothing is asserted.
"""

import json
import time

import numpy as np
from numba import njit

import geomag
from geomag.field import field_and_gradient, field_at_points


@njit(error_model="numpy")
def _gradients(model, x, y, z):
    total = 0.0
    for i in range(x.size):
        total += field_and_gradient(model, x[i], y[i], z[i])[7]
    return total


def cpu_seconds(task, *arguments):
    """CPU time of a call [s]."""
    start = time.process_time()
    task(*arguments)
    return time.process_time() - start


def field_cost(date="1998-06-05", count=200_000, repeats=5):
    """Median CPU time per point [ns], {model: {"field": ..., "field_and_gradient": ...}}."""
    rng = np.random.default_rng(1)
    x, y, z = rng.standard_normal((3, count))
    radius = 7.0e6 / np.sqrt(x**2 + y**2 + z**2)
    x, y, z, out = x * radius, y * radius, z * radius, np.empty((3, count))
    result = {}
    for kind in (geomag.Igrf, geomag.CentredDipole):
        model = kind(date).model
        tasks = {"field": (field_at_points, out), "field_and_gradient": (_gradients,)}
        result[kind.__name__] = {}
        for name, (kernel, *more) in tasks.items():
            kernel(model, x[:2], y[:2], z[:2], *(array[:, :2] for array in more))
            kernel(model, x, y, z, *more)
            times = [cpu_seconds(kernel, model, x, y, z, *more) for _ in range(repeats)]
            result[kind.__name__][name] = round(float(np.median(times)) / count * 1e9, 1)
    return result


def shell_cost(date="1998-06-05", mirror_nT=22000.0):
    """CPU time of an equatorial shell and of one that bounces, L = 1.2, 360 longitudes, after compilation [s]."""
    from geomag.drift_shell import drift_shell

    field = geomag.Igrf(date)
    result = {}
    for name, mirror in (("equatorial", None), ("bouncing", mirror_nT)):
        drift_shell(field, L=1.2, mirror_nT=mirror, longitudes=36)
        result[name] = round(cpu_seconds(lambda m=mirror: drift_shell(field, L=1.2, mirror_nT=m)), 4)
    return result


if __name__ == "__main__":
    print(json.dumps({"ns_per_point": field_cost(), "shell_s": shell_cost()}, indent=2))
