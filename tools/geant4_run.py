"""A Geant4 run that makes one inelastic collision per beam particle in a large box of 1 g/cm3 of a pure isotope.

Every secondary is recorded and killed at birth; no electromagnetic and no neutron physics runs. That is why the data
files Geant4 insists on may be stubs written here: the proton and ion inelastic cross sections
(Barashenkov-Glauber-Gribov, Glauber-Gribov) and the cascades are compiled in. The stubs must never be used for anything
that transports a neutron.
"""

import os
import pathlib
import time
from collections.abc import Callable, Container
from typing import Any, NamedTuple

import job_files
import numpy as np
from first_collision import NUCLEUS

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


def begin(physics: str, projectile: str, target: str, wanted: Container[int]) -> Run:
    """Build the run of this process; Geant4 allows one. `write_stub_data` comes first.

    Parameters
    ----------
    physics : str
        Geant4's list of hadron physics, "INCLXX" or "FTFP_BERT".
    projectile : {"proton", "alpha"}
    target : str
        Element, one of `NUCLEUS`.
    wanted : container of int
        PDG codes of the secondaries that are recorded, as (code, px, py, pz) in MeV.

    Raises
    ------
    ImportError
        geant4-pybind (the extra `bake`) is not installed.
    """
    import geant4_pybind as g4

    catcher = Catcher()
    manager = g4.G4RunManagerFactory.CreateRunManager(g4.G4RunManagerType.Serial)
    parts = (_world(g4, target), _physics_list(g4, physics, projectile), _actions(g4, projectile, catcher, wanted))
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


Histogram = Callable[[list[tuple[float, float, float, float]], float], tuple[np.ndarray, dict[str, int]]]


def bake_job(run: Run, work: pathlib.Path, name: str, record: dict[str, Any], histogram: Histogram) -> None:
    """Bake one job and write its file.

    Parameters
    ----------
    run : Run
    work : Path
        Folder of the job files.
    name : str
        Name of the job; its crc32 is the seed.
    record : dict
        What is baked: projectile, energy_GeV [GeV, per nucleon] and events [1] among it; what came of it is added.
    histogram : callable
        Counts and what they leave out, of the particles born and the energy [GeV].

    Raises
    ------
    OSError
        The folder cannot be written.
    """
    nucleons = 4.0 if record["projectile"] == "alpha" else 1.0
    found = collide(run, job_files.seed(name), record["energy_GeV"] * nucleons, record["events"])
    counts, other = histogram(run.catcher.born, record["energy_GeV"])
    date = time.strftime("%Y-%m-%d")
    job_files.save(work, name, counts, record | found | {"other": other, "date": date})
    print(f"{name}: {found['events']} events, {found['cpu_s']:.1f} s CPU", flush=True)
