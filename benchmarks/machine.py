"""What the machine can do on one core: vector instruction sets, multiply-adds per second, memory bandwidth."""

import ctypes
import platform
import time
from pathlib import Path

import llvmlite.binding as llvm
import numpy as np
from numba import njit


@njit(error_model="numpy", fastmath={"contract"}, nogil=True)
def _multiply_adds(a, n):
    """n rounds of a multiply-add on every element of a (short enough for registers once unrolled)."""
    for _ in range(n):
        for k in range(a.shape[0]):
            a[k] = a[k] * 0.999999999 + 1e-9


@njit(error_model="numpy", fastmath={"contract"}, nogil=True)
def _multiply_adds_in_lanes(a, n):
    """Sixteen multiply-adds in a row per element: bound by arithmetic, not by loads."""
    for _ in range(n):
        for k in range(a.shape[0]):
            x = a[k]
            y = x + 0.5
            for _ in range(8):
                x = x * 0.999999999 + 1e-9
                y = y * 0.999999998 + 1e-9
            a[k] = x + 1e-12 * y


@njit(error_model="numpy", fastmath={"reassoc", "contract"}, nogil=True)
def _sum(a):
    total = 0.0
    for k in range(a.shape[0]):
        total += a[k]
    return total


def best(function, *arguments, repeats=7):
    """Shortest thread CPU time [s] of a call, after one that compiles."""
    function(*arguments)
    shortest = np.inf
    for _ in range(repeats):
        begin = time.thread_time()
        function(*arguments)
        shortest = min(shortest, time.thread_time() - begin)
    return shortest


def processor():
    """Name of the processor."""
    path = Path("/proc/cpuinfo")
    if path.exists():
        for line in path.read_text().splitlines():
            if line.startswith("model name"):
                return line.split(":", 1)[1].strip()
    return platform.processor()


def run():
    """Machine facts and peaks.

    Returns
    -------
    dict
        processor, llvm_target, cores, avx512; gflops (double, one core, multiply-add as two); memory_GB_s.
    """
    a = np.linspace(0.1, 1.0, 256)
    rounds = 20000
    gflops = 33.0 * rounds * a.size / best(_multiply_adds_in_lanes, a, rounds) * 1e-9
    big = np.ones(32_000_000)
    features = llvm.get_host_cpu_features()
    return {
        "processor": processor(),
        "llvm_target": llvm.get_host_cpu_name(),
        "cores": len(__import__("os").sched_getaffinity(0)),
        "avx512": bool(features.get("avx512f", False)),
        "pointer_bits": 8 * ctypes.sizeof(ctypes.c_void_p),
        "gflops": gflops,
        "memory_GB_s": big.nbytes / best(_sum, big, repeats=4) * 1e-9,
    }
