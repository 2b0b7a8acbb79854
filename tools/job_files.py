"""The jobs of the baking scripts: one process and one file each, so that a run can be stopped and taken up again."""

import json
import os
import pathlib
import subprocess
import zlib
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import numpy as np


def seed(name: str, modulus: int = 2_000_000_000) -> int:
    """Seed of a job: crc32 of its name modulo `modulus`, plus 1; another generator allows another greatest seed."""
    return zlib.crc32(name.encode()) % modulus + 1


def path_of(work: pathlib.Path, name: str) -> pathlib.Path:
    """File of a job."""
    return work / f"{name}.npz"


def save(work: pathlib.Path, name: str, counts: np.ndarray, record: dict[str, Any]) -> None:
    """Write the file of a job in one piece.

    Parameters
    ----------
    work : Path
        Folder of the job files.
    name : str
        Name of the job.
    counts : ndarray
        Histogram [1].
    record : dict
        What was run: energies [GeV], events [1], CPU time [s], seed.

    Raises
    ------
    OSError
        The folder cannot be written.
    """
    temporary = work / f".{name}.{os.getpid()}.npz"
    np.savez_compressed(temporary, counts=counts, record=np.array(json.dumps(record)))
    os.replace(temporary, path_of(work, name))


def read(path: pathlib.Path) -> tuple[np.ndarray, dict[str, Any]]:
    """Counts [1], of the type in which they were saved, and record of a job file."""
    with np.load(path) as data:
        return data["counts"], json.loads(str(data["record"]))


def run_logged(command: Sequence[str], log: pathlib.Path) -> int:
    """Exit status of a command whose output is added to `log`."""
    with open(log, "a") as file:
        return subprocess.run(command, stdout=file, stderr=subprocess.STDOUT, check=False).returncode


def run_all(commands: Sequence[Sequence[str]], log: pathlib.Path, workers: int) -> list[int]:
    """Exit status of every command, `workers` at a time.

    Parameters
    ----------
    commands : sequence of sequence of str
        One process each.
    log : Path
        File to which all of them add their output.
    workers : int
        Processes at a time [1].

    Returns
    -------
    list of int
        In the order of `commands`; 0 is success.

    Raises
    ------
    OSError
        A command cannot be started, or `log` cannot be written.
    """
    with ThreadPoolExecutor(workers) as pool:
        return list(pool.map(lambda command: run_logged(command, log), commands))
