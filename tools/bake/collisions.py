"""A Geant4 run that makes one inelastic collision per beam particle in a large box of 1 g/cm3 of a pure isotope.

Every secondary is recorded and killed at birth; no electromagnetic and no neutron physics runs. That is why the data
files Geant4 insists on may be stubs written here: the proton and ion inelastic cross sections
(Barashenkov-Glauber-Gribov, Glauber-Gribov) and the cascades are compiled in. The stubs must never be used for anything
that transports a neutron.
"""

import os
import pathlib
import tempfile
import time
from collections.abc import Callable, Container, Mapping
from typing import Any, NamedTuple

import numpy as np

from tools import job_files
from tools.first_collision import NUCLEUS

STUB_FOLDERS = {
    "G4ENSDFSTATEDATA": "ens", "G4LEVELGAMMADATA": "gam", "G4PARTICLEXSDATA": "xs", "G4INCLDATA": "incl",
    "G4ABLADATA": "abla", "G4RADIOACTIVEDATA": "rad", "G4LEDATA": "le", "G4NEUTRONHPDATA": "nd", "G4PIIDATA": "pii",
    "G4SAIDXSDATA": "said", "G4REALSURFACEDATA": "real",
}  # fmt: skip


def write_stub_data(root: str | pathlib.Path) -> None:
    """Stub data files and the environment that points Geant4 at them; sound only for what this file does."""
    root = pathlib.Path(root)
    for folder in ("ens", "gam", "xs/neutron", "incl"):
        (root / folder).mkdir(parents=True, exist_ok=True)
    (root / "ens/ENSDFSTATE.dat").write_text("")
    vector = "1e-11 20 3\n3\n1e-11 1\n1 1\n20 1\n"
    for z in range(1, 93):
        (root / f"xs/neutron/inel{z}").write_text(vector)
        (root / f"xs/neutron/cap{z}").write_text(vector)
    # A dummy row: INCL then uses its built-in density parameters.
    (root / "incl/table_radius_hfb.dat").write_text("0 0 -1. -1. -1. -1.\n")
    os.environ["GEANT4_DATA_DIR"] = str(root)
    for key, folder in STUB_FOLDERS.items():
        os.environ[key] = str(root / folder)


class Catcher:
    """What the stacking action has seen since the last `clear`: depth of each collision and the particles born."""

    def __init__(self) -> None:
        self.gun: Any = None
        self.clear()

    def clear(self) -> None:
        """Forget all events."""
        self.event, self.second = -1, 0
        self.depth: list[float] = []
        self.born: list[tuple[float, float, float, float]] = []


class Setup(NamedTuple):
    """Geant4's list of hadron physics ("INCLXX", "FTFP_BERT"), beam ("proton", "alpha"), element of the box.

    And the PDG codes of the secondaries that are recorded.
    """

    physics: str
    projectile: str
    target: str
    wanted: Container[int]


class Run(NamedTuple):
    """Geant4's run manager and what must live as long as it."""

    g4: Any
    manager: Any
    catcher: Catcher
    parts: tuple[Any, ...]


def _world(g4: Any, target: str) -> Any:
    charge, mass_number = NUCLEUS[target]

    class World(g4.G4VUserDetectorConstruction):
        def Construct(self) -> Any:
            isotope = g4.G4Isotope("isotope", charge, mass_number)
            element = g4.G4Element("element", "El", 1)
            element.AddIsotope(isotope, 1.0)
            material = g4.G4Material("material", 1.0 * g4.g / g4.cm3, 1)
            material.AddElement(element, 1.0)
            box = g4.G4Box("world", 1e4 * g4.m, 1e4 * g4.m, 1e4 * g4.m)
            volume = g4.G4LogicalVolume(box, material, "world")
            self.keep = (isotope, element, material, box, volume)
            return g4.G4PVPlacement(None, g4.G4ThreeVector(), volume, "world", None, False, 0)

    return World()


def _physics_list(g4: Any, physics: str, projectile: str) -> Any:
    class Physics(g4.G4VModularPhysicsList):
        def __init__(self) -> None:
            super().__init__()
            self.RegisterPhysics(g4.G4DecayPhysics())
            self.RegisterPhysics(getattr(g4, "G4HadronPhysics" + physics)())
            if projectile == "alpha":
                self.RegisterPhysics(g4.G4IonPhysics())

    return Physics()


def _actions(g4: Any, projectile: str, catcher: Catcher, wanted: Container[int]) -> Any:
    start = -9e3 * g4.m

    class Beam(g4.G4VUserPrimaryGeneratorAction):
        def __init__(self) -> None:
            super().__init__()
            self.gun = catcher.gun = g4.G4ParticleGun(1)
            kind = g4.G4Alpha if projectile == "alpha" else g4.G4Proton
            self.gun.SetParticleDefinition(kind.Definition())
            self.gun.SetParticleMomentumDirection(g4.G4ThreeVector(0, 0, 1))
            self.gun.SetParticlePosition(g4.G4ThreeVector(0, 0, start))

        def GeneratePrimaries(self, event: Any) -> None:
            catcher.event += 1
            catcher.depth.append(-1.0)
            self.gun.GeneratePrimaryVertex(event)

    class Catch(g4.G4UserStackingAction):
        def ClassifyNewTrack(self, track: Any) -> Any:
            if track.GetParentID() == 0:
                return g4.fUrgent
            if catcher.depth[-1] < 0.0:
                catcher.depth[-1] = (track.GetPosition().z - start) / g4.cm
            pdg = track.GetDefinition().GetPDGEncoding()
            if pdg in wanted:
                if (track.GetPosition().z - start) / g4.cm != catcher.depth[-1]:
                    catcher.second += 1  # born in a later collision of a projectile that survived its first one
                else:
                    momentum = track.GetMomentum()
                    catcher.born.append((pdg, momentum.x, momentum.y, momentum.z))
            return g4.fKill

    class Actions(g4.G4VUserActionInitialization):
        def Build(self) -> None:
            self.SetUserAction(Beam())
            self.SetUserAction(Catch())

    return Actions()


def begin(setup: Setup) -> Run:
    """Build the run of this process; Geant4 allows one. `write_stub_data` comes first.

    ImportError where geant4-pybind (the extra `bake`) is not installed.
    """
    import geant4_pybind as g4

    catcher = Catcher()
    manager = g4.G4RunManagerFactory.CreateRunManager(g4.G4RunManagerType.Serial)
    parts = (
        _world(g4, setup.target),
        _physics_list(g4, setup.physics, setup.projectile),
        _actions(g4, setup.projectile, catcher, setup.wanted),
    )
    for part in parts:
        manager.SetUserInitialization(part)
    manager.Initialize()
    return Run(g4, manager, catcher, parts)


def collide(run: Run, seed: int, kinetic_GeV: float, events: int) -> dict[str, Any]:
    """Send so many beam particles in; the catcher then holds what was born.

    Parameters
    ----------
    run : Run
    seed : int
        Of Geant4's generator.
    kinetic_GeV : float
        Kinetic energy of the whole projectile [GeV].
    events : int
        Beam particles [1].

    Returns
    -------
    dict
        events, collided and later_collisions [1], depth_sum_g_cm2 of the first collisions [g/cm2], cpu_s [s], seed.
    """
    run.g4.G4Random.setTheSeed(seed)
    run.catcher.gun.SetParticleEnergy(kinetic_GeV * run.g4.GeV)
    run.catcher.clear()
    start = time.process_time()
    run.manager.BeamOn(events)
    depth = np.array(run.catcher.depth)
    return {
        "seed": seed,
        "events": events,
        "collided": int(np.sum(depth >= 0.0)),
        "depth_sum_g_cm2": float(np.sum(depth[depth >= 0.0])),
        "later_collisions": run.catcher.second,
        "cpu_s": time.process_time() - start,
    }


Born = list[tuple[float, float, float, float]]  # PDG code and momentum [MeV]
Histogram = Callable[[Born, str, float, np.random.Generator], tuple[np.ndarray, dict[str, Any]]]


def bake_missing(work: pathlib.Path, setup: Setup, jobs: Mapping[str, tuple[float, int]], histogram: Histogram) -> None:
    """Bake the jobs whose files are not there, one after the other in this process, and write their files.

    Parameters
    ----------
    work : Path
        Folder of the job files.
    setup : Setup
        What is common to the jobs.
    jobs : mapping
        Energy [GeV, per nucleon] and events [1] by the job's name, whose crc32 is the seed, of the decays too.
    histogram : callable
        Counts and what they leave out, of the particles born, the projectile, its energy [GeV] and random numbers.

    Raises
    ------
    ImportError
        geant4-pybind (the extra `bake`) is not installed.
    OSError
        The folder cannot be written.
    """
    todo = [name for name in jobs if not job_files.path_of(work, name).exists()]
    if not todo:
        return
    nucleons = 4.0 if setup.projectile == "alpha" else 1.0
    with tempfile.TemporaryDirectory() as stubs:
        write_stub_data(stubs)
        run = begin(setup)
        for name in todo:
            energy, events = jobs[name]
            record: dict[str, Any] = {"physics": setup.physics, "projectile": setup.projectile, "target": setup.target}
            record |= {"energy_GeV": float(energy), "date": time.strftime("%Y-%m-%d")}
            seed, start = job_files.seed(name), time.process_time()
            found = collide(run, seed, float(energy) * nucleons, events)
            counts, other = histogram(run.catcher.born, setup.projectile, energy, np.random.default_rng(seed))
            found["cpu_s"] = time.process_time() - start  # decays and bins with it
            job_files.save(work, name, counts, record | found | {"other": other})
            print(f"{name}: {events} events, {found['cpu_s']:.1f} s CPU", flush=True)
