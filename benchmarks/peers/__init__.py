"""Peers, each in a process of its own: they are never imported by the program, and some are under the GPL.

``MCBELT_PEERS_PYTHON`` names an interpreter in whose environment the peers are installed (the extra `peers`); by
default this one. A peer that is not installed, or does not start, is reported as missing with its own words.
"""

import json
import os
import subprocess
import sys
from pathlib import Path

PEERS = ("gtracr", "otso", "gtsimulation", "plasmapy", "scipy")


def measured(name, *arguments):
    """Report of one peer.

    Parameters
    ----------
    name : str
        One of `PEERS`.

    Returns
    -------
    dict
        With "ns_per_step", or with "missing" and the reason.
    """
    python = os.environ.get("MCBELT_PEERS_PYTHON", sys.executable)
    script = Path(__file__).parent / f"{name}_steps.py"
    try:
        done = subprocess.run(
            [python, str(script), *arguments], capture_output=True, text=True, timeout=600, check=False
        )
    except subprocess.TimeoutExpired:
        return {"name": name, "missing": "did not finish in 600 s"}
    if done.returncode != 0:
        return {"name": name, "missing": (done.stderr.strip().splitlines() or ["no message"])[-1]}
    return json.loads(done.stdout[done.stdout.index('{"name"') :])


def run():
    """Reports of all peers.

    Returns
    -------
    dict of str to dict
    """
    return {name: measured(name) for name in PEERS}
