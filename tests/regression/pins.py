"""Pins: what small campaigns gave, to the last bit, for changes of the code that must not change a number.

    python tests/regression/pins.py [NAME ...]     make pins.json anew, for all campaigns or for those named

A campaign is run by `python -m mcbelt run` and its result files are read by xarray; nothing of the program is imported,
so the pins outlive its modules. Make them anew only after a change of results that CHANGELOG.md names.

Every variable and coordinate is pinned. Attributes are not: they tell of the run (`wall_seconds`, `created_utc`,
`blocks_computed`), of the machine (`platform`, `versions`) or of the sources (`code_hash`, `git_commit`, `git_dirty`),
which differ where the numbers do not; `physics_hash` and `config_toml` follow from the campaign file.
"""

import hashlib
import importlib.metadata
import json
import math
import os
import platform
import subprocess
import sys
import tempfile
from pathlib import Path

import llvmlite.binding as llvm
import numpy as np
import xarray

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
PINS = HERE / "pins.json"
CAMPAIGNS = {path.stem: path for path in sorted((HERE / "campaigns").glob("*.toml"))}
# The others hold each source, each place, each preset, IGRF and dipoles, and Dask, and take seconds to a minute each.
SLOW = (
    "cosmic-ams01",
    "cosmic-deterministic",
    "cosmic-eccentric",
    "cosmic-paper",
    "cosmic-shell",
    "trapped-eccentric",
    "trapped-full",
    "trapped-scan",
)
OPTIONS = {"trapped-eccentric": ("--workers", "2"), "trapped-paper": ("--dask", "local", "--workers", "2")}
LIBRARIES = ("numpy", "scipy", "numba", "llvmlite", "pymsis", "ppigrf")
# Another processor, another number of cores or another library adds in another order (threads of BLAS, width of the
# vectors) and rounds products and sums together (FMA) or not: a few 1e-16 for each operation, which orbits amplify; on
# one core in place of two up to 1e-8. NRLMSIS computes in single precision: between Zen 4 and Emerald Rapids mean
# densities differ by 3e-6, fluxes by 5e-6, and errors of the ratio, from few histories, by 3e-5.
RTOL = 1e-4


def environment():
    """What the bits depend on besides the code."""
    return {
        "processor": llvm.get_host_cpu_name(),
        "machine": platform.machine(),
        "cores": len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count(),
        "python": platform.python_version(),
        **{name: importlib.metadata.version(name) for name in LIBRARIES},
    }


def run(name, directory, campaign=None):
    """Run a campaign, or a copy of its file, by the command line into a directory; what the command says."""
    options = OPTIONS.get(name, ("--workers", "1"))
    return mcbelt(["run", str(campaign or CAMPAIGNS[name]), "--output", str(directory), *options])


def mcbelt(arguments):
    """Standard output of `python -m mcbelt` with these sources."""
    command = [sys.executable, "-m", "mcbelt", *arguments]
    environ = os.environ | {"PYTHONPATH": str(ROOT)}
    done = subprocess.run(command, capture_output=True, text=True, env=environ, cwd=ROOT, timeout=1800)
    if done.returncode:
        raise RuntimeError(f"{' '.join(command)}: status {done.returncode}\n{done.stderr[-6000:]}")
    return done.stdout


def described(directory):
    """Every variable of every result below a directory, as `case/variable`."""
    found = {}
    for path in sorted(Path(directory).rglob("result.nc")):
        case = path.parent.relative_to(directory).as_posix()
        with xarray.open_dataset(path, engine="h5netcdf", decode_cf=False) as result:
            for name in sorted(result.variables):
                found[name if case == "." else f"{case}/{name}"] = describe(result[name].values)
    return found


def describe(values):
    """Shape and digest of an array, and some of its numbers for people; a text is told by itself."""
    if values.dtype.kind not in "iuf":
        return {"shape": list(values.shape), "text": [str(word) for word in values.ravel()]}
    little = np.ascontiguousarray(values, values.dtype.newbyteorder("<"))
    digest = hashlib.sha256(little.tobytes()).hexdigest()
    about = {"shape": list(values.shape), "type": values.dtype.name, "sha256": digest}
    flat = values.ravel().tolist()
    if flat:
        total = math.fsum(x for x in flat if math.isfinite(x))
        about |= {"first": flat[0], "middle": flat[len(flat) // 2], "last": flat[-1], "sum": total}
    return about


def differences(pinned, found, exact):
    """One line for each variable that is not what it was; `exact` compares bits, else numbers to `RTOL`."""
    lines = [f"{name}: is missing" for name in pinned.keys() - found.keys()]
    lines += [f"{name}: is new" for name in found.keys() - pinned.keys()]
    for name in pinned.keys() & found.keys():
        old, new = pinned[name], found[name]
        if any(old.get(key) != new.get(key) for key in ("shape", "type", "text")) or not close(old, new, exact):
            lines.append(f"{name}: {told(old, new)}")
    return sorted(lines)


def close(old, new, exact):
    """Whether two descriptions are of the same numbers."""
    if exact or not old.get("type", "").startswith("float"):
        return old.get("sha256") == new.get("sha256")
    least = 1e-12 * abs(old.get("sum", 0.0))
    return all(
        math.isclose(old[key], new[key], rel_tol=RTOL, abs_tol=least) or (math.isnan(old[key]) and math.isnan(new[key]))
        for key in ("first", "middle", "last", "sum")
        if key in old
    )


def told(old, new):
    """What changed, and by how much."""
    for key in ("shape", "type", "text"):
        if old.get(key) != new.get(key):
            return f"{key} {old.get(key)!r} became {new.get(key)!r}"
    changed = [key for key in ("first", "middle", "last", "sum") if key in old and repr(old[key]) != repr(new[key])]
    if not changed:
        return f"sha256 {old['sha256'][:16]} became {new['sha256'][:16]}; first, middle, last and sum did not change"
    return ", ".join(f"{key} {old[key]!r} became {new[key]!r} ({relative(old[key], new[key])})" for key in changed)


def relative(old, new):
    """Relative change as text."""
    return f"{(new - old) / abs(old):+.1e}" if old else "was 0"


def write(pins):
    """Write pins.json, a line for each variable."""
    blocks = []
    for name, variables in sorted(pins["campaigns"].items()):
        lines = ",\n".join(f"   {json.dumps(key)}: {json.dumps(about)}" for key, about in variables.items())
        blocks.append(f"  {json.dumps(name)}: {{\n{lines}\n  }}")
    campaigns = ",\n".join(blocks)
    made_with = ",\n".join(
        f"  {json.dumps(name)}: {json.dumps(pins['made_with'][name])}" for name in sorted(pins["made_with"])
    )
    PINS.write_text(f'{{\n "made_with": {{\n{made_with}\n }},\n "campaigns": {{\n{campaigns}\n }}\n}}\n')


def main():
    """Make the pins of the campaigns that are named anew; all without a name."""
    names = sys.argv[1:] or [*CAMPAIGNS]
    kept = json.loads(PINS.read_text()) if PINS.exists() and sys.argv[1:] else {"made_with": {}, "campaigns": {}}
    for name in names:
        with tempfile.TemporaryDirectory() as directory:
            run(name, directory)
            kept["campaigns"][name], kept["made_with"][name] = described(directory), environment()
        print(f"{name}: {len(kept['campaigns'][name])} variables", flush=True)
        write(kept)


if __name__ == "__main__":
    main()
