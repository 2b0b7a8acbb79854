"""What is baked: isotopes, energies, generators, and as many events as the errors that are asked for need.

Pions are few near threshold, so the events of an energy follow from the number of pi- per collision, which the shipped
tables know, and from the error that is asked; the time follows from events per second as they were measured
(rates.csv, `python -m tools.bake measure`). Where the time does not suffice, the events of all but N and O at 0.35-5
GeV shrink by one factor.
"""

import csv
import json
import math
import pathlib
from collections.abc import Iterable, Sequence
from typing import NamedTuple

import numpy as np

ROOT = pathlib.Path(__file__).resolve().parents[2]
RATES = pathlib.Path(__file__).with_name("rates.csv")
PROTON_ENERGIES = np.round(
    np.concatenate(
        [
            np.arange(0.20, 0.281, 0.02),
            np.geomspace(0.30, 0.60, 10)[:-1],
            np.geomspace(0.60, 3.0, 12)[:-1],
            [3.0, 3.8, 4.8],
            np.geomspace(6.0, 500.0, 12),
        ]
    ),
    4,
)  # [GeV]
ALPHA_ENERGIES = np.round(
    np.concatenate(
        [
            [0.20, 0.25, 0.30, 0.36, 0.43, 0.52, 0.64, 0.80, 1.0, 1.4, 2.0, 3.0, 4.3, 6.0],
            np.geomspace(6.0, 500.0, 8)[1:],
        ]
    ),
    4,
)  # [GeV per nucleon]
# Cochran, Crawford, Trzaska energies and the momenta 3, 5, 8, 12 GeV/c of HARP, 31 of NA61 and 158 of NA49.
CARBON_ENERGIES = np.array(
    [0.25, 0.30, 0.40, 0.50, 0.585, 0.65, 0.73, 0.80, 1.0, 1.6, 2.205, 4.149, 7.117, 11.098, 30.076, 157.065]
)
SPREAD_ENERGIES = PROTON_ENERGIES[[5, 8, 11, 14, 16, 18, 20, 22, 24]]
NUCLEON_ENERGIES = {
    "proton": np.array(
        [0.010, 0.015, 0.022, 0.033, 0.05, 0.075, 0.11, 0.16, 0.22, 0.3, 0.5, 0.7, 1.0, 1.5, 2.2, 3.2, 5.0, 7.0, 10.0,
         14.0, 20.0, 30.0, 45.0, 70.0, 120.0, 250.0, 500.0]
    ),
    "alpha": np.array([0.05, 0.1, 0.2, 0.4, 0.7, 1.0, 1.7, 3.0, 6.0, 10.0, 20.0, 40.0, 100.0, 500.0]),
}  # fmt: skip  # [GeV per nucleon]
BLEND = (3.0, 6.0)  # [GeV], from INCLXX to FTFP_BERT
ASKED = (0.34, 5.0)  # [GeV], where the pi- of N and O are needed to 1 %
NUCLEON_EVENTS = {"proton": 100_000, "alpha": 40_000}
FEWEST = 4000  # events
PART_S = 45.0  # CPU time of a part: what an interruption loses, and what memory holds
START_S = 6.0  # CPU time of the start of a process
BATCH_S = 240.0  # CPU time of the parts that one process does


class Group(NamedTuple):
    """One generator, projectile and target at several energies [GeV, per nucleon], for mesons or nucleons.

    `error` is the relative error of pi- [1] at 0.34-5 GeV, twice that below and half of that above. The 0.92 % of N and
    O leave room for the error of the numbers of pi- by which it is planned.
    """

    kind: str  # "mesons", "nucleons"
    physics: str
    projectile: str
    target: str
    energies: np.ndarray
    error: float
    fewest: int = FEWEST  # events above 5 GeV, where angles are finer
    most: int = 250_000  # events, where an error is not asked for


class Job(NamedTuple):
    """So many events of a group at one energy [GeV, per nucleon], in equal parts."""

    kind: str
    physics: str
    projectile: str
    target: str
    energy: float
    events: int
    parts: int
    seconds: float  # CPU time of all parts, predicted

    def part_name(self, part: int) -> str:
        """Name of one part, whose crc32 is its seed."""
        return f"{self.kind}-{self.projectile}-{self.target}-{self.physics}-{self.energy:.4f}-{part}"

    @property
    def setup(self) -> tuple[str, str, str, str]:
        """What one process can do one after the other."""
        return self[:4]


def groups() -> list[Group]:
    """All groups, those that matter most first."""
    low, high = PROTON_ENERGIES[PROTON_ENERGIES < BLEND[1]], PROTON_ENERGIES[PROTON_ENERGIES > BLEND[0]]
    carbon = CARBON_ENERGIES
    out = []
    for target in ("N", "O"):
        out += [
            Group("mesons", "INCLXX", "proton", target, low, 0.0092, most=500_000),
            Group("mesons", "FTFP_BERT", "proton", target, high, 0.0092, 120_000),
        ]
    out += [Group("mesons", "FTFP_BERT", "proton", "He", PROTON_ENERGIES, 0.0092, 100_000, 1_000_000)]
    for projectile, energies in NUCLEON_ENERGIES.items():
        below = energies[energies < BLEND[1]] if projectile == "proton" else energies[:0]
        above = energies[energies > BLEND[0]] if projectile == "proton" else energies
        split = [Group("nucleons", "INCLXX", projectile, "N", below, 0.0)] if below.size else []
        out += [*split, Group("nucleons", "FTFP_BERT", projectile, "N", above, 0.0)]
    out += [Group("mesons", "FTFP_BERT", "alpha", target, ALPHA_ENERGIES, 0.02, 20_000) for target in ("N", "O", "He")]
    out += [
        Group("mesons", "FTFP_BERT", "proton", "H", PROTON_ENERGIES, 0.015, 60_000),
        Group("mesons", "INCLXX", "proton", "Ar", low, 0.03),
        Group("mesons", "FTFP_BERT", "proton", "Ar", high, 0.03, 40_000),
        Group("mesons", "INCLXX", "proton", "C", carbon[carbon < BLEND[1]], 0.03),
        Group("mesons", "FTFP_BERT", "proton", "C", carbon[carbon > BLEND[0]], 0.03, 20_000),
        Group("mesons", "FTFP_BERT", "proton", "C", carbon[(carbon > 0.5) & (carbon < BLEND[0])], 0.03),
    ]
    return out + [Group("mesons", "FTFP_BERT", "proton", target, SPREAD_ENERGIES, 0.02) for target in ("N", "O")]


def model_weights(energy: float, models: Sequence[str]) -> list[float]:
    """Weights of the models at one energy [GeV]: two are joined linearly from INCLXX to FTFP_BERT over `BLEND`."""
    high = min(max((energy - BLEND[0]) / (BLEND[1] - BLEND[0]), 0.0), 1.0)
    return [1.0] if len(models) == 1 else [1.0 - high if physics == "INCLXX" else high for physics in models]


def table_models(projectile: str, target: str) -> dict[float, list[str]]:
    """Models that make each energy [GeV, per nucleon] of the table of mesons of a projectile on a target.

    Parameters
    ----------
    projectile : {"proton", "alpha"}
    target : str
        Element.

    Returns
    -------
    dict of float to list of str
        In rising order.
    """
    if projectile == "alpha" or target in ("H", "He"):
        return {float(e): ["FTFP_BERT"] for e in (ALPHA_ENERGIES if projectile == "alpha" else PROTON_ENERGIES)}
    return {
        float(e): ["INCLXX"] * bool(e < BLEND[1]) + ["FTFP_BERT"] * bool(e > BLEND[0])
        for e in (CARBON_ENERGIES if target == "C" else PROTON_ENERGIES)
    }


def multiplicity(projectile: str, target: str, energy: float) -> float:
    """pi- per collision [1] of the shipped tables, without factors; on H pi+, as there are no pi- below 1 GeV.

    Parameters
    ----------
    projectile, target : str
        C is taken as N.
    energy : float
        Per nucleon [GeV].

    Returns
    -------
    float
        A power law between tabulated energies.
    """
    path = ROOT / f"mcbelt/data/yields/{projectile}_{'N' if target == 'C' else target}.npz"
    with np.load(path) as data:
        number = data["mult"][:, list(data["species"]).index("pi+" if target == "H" else "pi-")]
        made = np.log(np.maximum(number, 1e-9))
        return float(np.exp(np.interp(math.log(energy), np.log(data["E_GeV"]), made)))


Rates = dict[tuple[str, str, str, str], list[tuple[float, float]]]  # (energy [GeV], events per second) of a setup


def read_rates(path: pathlib.Path = RATES) -> Rates:
    """Measured events per CPU second, by setup and rising energy."""
    out: Rates = {}
    with open(path, newline="") as file:
        for row in csv.DictReader(line for line in file if not line.startswith("#")):
            setup = (row["kind"], row["physics"], row["projectile"], row["target"])
            out.setdefault(setup, []).append((float(row["energy_GeV"]), float(row["events_per_s"])))
    return {setup: sorted(rates) for setup, rates in out.items()}


def write_rates(path: pathlib.Path, rates: Rates) -> None:
    """Write what `read_rates` reads."""
    with open(path, "w", newline="") as file:
        file.write("# Events per CPU second, Python's share included; one core, `python -m tools.bake measure`\n")
        file.write("# kind, physics list, projectile, target, energy [GeV, per nucleon], events per CPU second [1/s]\n")
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(["kind", "physics", "projectile", "target", "energy_GeV", "events_per_s"])
        writer.writerows((*setup, f"{e:g}", f"{v:.0f}") for setup, known in rates.items() for e, v in known)


def rate(rates: Rates, setup: tuple[str, str, str, str], energy: float) -> float:
    """Events per CPU second, a power law between measured energies and held beyond.

    Parameters
    ----------
    rates : dict
        From `read_rates`.
    setup : tuple of str
        Kind, physics, projectile, target.
    energy : float
        Per nucleon [GeV].

    Returns
    -------
    float

    Raises
    ------
    KeyError
        A setup that was not measured.
    """
    energies, values = np.log(np.array(rates[setup])).T
    return float(np.exp(np.interp(math.log(energy), energies, values)))


def wanted_events(group: Group, energy: float) -> int:
    """Events that a group needs at one energy [GeV, per nucleon] for its error; within its limits."""
    if group.kind == "nucleons":
        return NUCLEON_EVENTS[group.projectile]
    error = group.error * (2.0 if energy < ASKED[0] else 0.5 if energy > ASKED[1] else 1.0)
    needed = 1.0 / (error**2 * multiplicity(group.projectile, group.target, energy))
    most = math.inf if _is_asked(group, energy) else group.most
    if group.target == "H" and energy < 0.41:
        most = FEWEST  # Bertini retries long for pp near the pion threshold
    return int(min(max(needed, group.fewest if energy > ASKED[1] else FEWEST), most))


def _is_asked(group, energy):
    """Whether the error of an energy is asked for by name."""
    return group.kind == "mesons" and group.target in ("N", "O") and group.error < 0.01 and ASKED[0] < energy < ASKED[1]


def plan(rates: Rates, cpu_s: float) -> list[Job]:
    """Jobs for a time.

    Parameters
    ----------
    rates : dict
        From `read_rates`.
    cpu_s : float
        CPU time of all processes together [s].

    Returns
    -------
    list of Job
        In the order of `groups`; more time than `cpu_s` where the jobs that are asked for take more alone.
    """
    # The same collisions are asked for twice where a spread between generators lies on an energy of a table: once.
    wanted: dict[tuple, tuple[int, bool]] = {}
    for group in groups():
        for energy in group.energies:
            key, events = (*group[:4], float(energy)), wanted_events(group, float(energy))
            known = wanted.get(key, (0, False))
            wanted[key] = (max(events, known[0]), known[1] or _is_asked(group, energy))
    seconds = {key: events / rate(rates, key[:4], key[4]) for key, (events, _) in wanted.items()}
    overhead = 1.0 + START_S / BATCH_S
    asked = overhead * sum(seconds[key] for key, (_, is_asked) in wanted.items() if is_asked)
    rest = overhead * sum(seconds[key] for key, (_, is_asked) in wanted.items() if not is_asked)
    share = min(1.0, max(cpu_s - asked, 0.0) / rest)
    jobs = []
    for key, (events, is_asked) in wanted.items():
        number = events if is_asked else max(int(events * share), FEWEST)
        time_s = seconds[key] * number / events
        parts = max(1, math.ceil(time_s / PART_S))
        jobs.append(Job(*key, math.ceil(number / parts) * parts, parts, time_s))
    return jobs


def batches(jobs: Iterable[Job]) -> list[list[tuple[Job, int]]]:
    """Parts of jobs that one process each does, all first parts first.

    Parameters
    ----------
    jobs : iterable of Job

    Returns
    -------
    list of list of (Job, int)
        Jobs of one setup, and the number of their part.
    """
    by_setup: dict[tuple, list[list[tuple[Job, int]]]] = {}
    jobs = list(jobs)
    for later in (False, True):
        for job in jobs:
            for part in range(1, job.parts) if later else (0,):
                runs = by_setup.setdefault((later, *job.setup), [[]])
                if sum(j.seconds / j.parts for j, _ in runs[-1]) + job.seconds / job.parts > BATCH_S and runs[-1]:
                    runs.append([])
                runs[-1].append((job, part))
    return [run for key in sorted(by_setup, key=lambda k: k[0]) for run in by_setup[key]]


def error_of(job: Job) -> float:
    """Relative statistical error of pi- (H: pi+) that a job of mesons reaches [1]."""
    return 1.0 / math.sqrt(job.events * multiplicity(job.projectile, job.target, job.energy))


def save(path: pathlib.Path, jobs: Sequence[Job]) -> None:
    """Keep a plan, so that what is taken up again is the same one."""
    path.write_text(json.dumps([job._asdict() for job in jobs], indent=0))


def load(path: pathlib.Path) -> list[Job]:
    """A plan that was kept."""
    return [Job(**row) for row in json.loads(path.read_text())]
