"""Bake the pion and kaon yield tables of mcbelt/data/yields with Geant4's cascades.

One inelastic collision per beam particle is made in a large box of 1 g/cm3 of a pure isotope; every secondary is
recorded and killed at birth, no electromagnetic and no neutron physics runs. That is why the data files Geant4
insists on may be stubs written here: the proton and ion inelastic cross sections (Barashenkov-Glauber-Gribov,
Glauber-Gribov) and the cascades are compiled in. The stubs must never be used for anything that transports a neutron.

Models (Geant4 11.4.1 through geant4-pybind 0.1.3):
  N, O, Ar   INCL++ (G4HadronPhysicsINCLXX) below 3 GeV, linear in T to FTFP_BERT between 3 and 6 GeV, FTFP above 6 GeV
  H, He      FTFP_BERT: Bertini below 3 GeV, Geant4's own change to FTFP between 3 and 6 GeV, FTFP above
  alphas     G4IonPhysics: binary light-ion cascade, FTFP above (Geant4's own change at 3-6 GeV per nucleon)
  C          as N; a check against measurements, it is not shipped with the package

    python tools/bake_yields.py --work build/yields --workers 2    # resumable: one file per job in the work folder
    python tools/bake_yields.py --work build/yields --assemble     # writes mcbelt/data/yields and tests/data

Needs the extra `bake` (geant4-pybind); assembling needs numpy only. All parts take about an hour on two cores.
"""

import argparse
import datetime
import json
import os
import pathlib
import subprocess
import sys
import tempfile
import time
import zlib
from concurrent.futures import ThreadPoolExecutor

import numpy as np

NUCLEUS = {"H": (1, 1), "He": (2, 4), "C": (6, 12), "N": (7, 14), "O": (8, 16), "Ar": (18, 40)}
SPECIES = {"pi+": 211, "pi-": -211, "pi0": 111, "K+": 321, "K-": -321, "K0S": 310}
# Counted, not tabulated: they say what the tables leave out.
COUNTED = {"K0L": 130, "eta": 221, "Lambda": 3122, "Sigma+": 3222, "Sigma-": 3112, "pbar": -2212}
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
# Cochran, Crawford, Trzaska energies and the HARP-CDP momenta 3, 5, 8, 12 GeV/c.
CARBON_ENERGIES = np.array([0.25, 0.30, 0.40, 0.50, 0.585, 0.65, 0.73, 0.80, 1.0, 1.6, 2.205, 4.149, 7.117, 11.098])
SPREAD_ENERGIES = PROTON_ENERGIES[[5, 8, 11, 14, 16, 18, 20, 22, 24]]
BLEND = (3.0, 6.0)  # [GeV]
U_BINS, V_BINS = 60, 30
PARTS = 4  # jobs are done in up to four parts, all first parts first: tables exist after a third of the time


def scale_energy(projectile, energy):
    """Energy [MeV] at u = 1: the kinetic energy of the whole projectile, which no pion exceeds."""
    return 1e3 * energy * (4.0 if projectile == "alpha" else 1.0)


def events_per_part(physics, projectile, target, energy):
    """Events [1] of one part: many where pions are rare, few where an event makes several."""
    edges = [0.26, 0.29, 0.41, 0.61, 1.01, 2.1, 6.1, 40.0]
    thousands = [60, 90, 120, 70, 40, 28, 16, 10, 7]
    n = 1000.0 * thousands[int(np.searchsorted(edges, energy))]
    if projectile == "alpha":
        n *= 0.22
    elif physics == "INCLXX":
        n *= {"N": 0.55, "O": 0.55, "Ar": 0.22, "C": 0.45}[target]
    elif target == "H":
        n *= 0.5 if energy > 0.41 else 0.02  # Bertini retries long for pp near the pion threshold
    elif target == "Ar":
        n *= 0.6
    return int(max(n, 4000))


def groups():
    """(physics, projectile, target, energies, parts) in the order in which they are baked."""
    low, high = PROTON_ENERGIES[PROTON_ENERGIES < BLEND[1]], PROTON_ENERGIES[PROTON_ENERGIES > BLEND[0]]
    out = [("FTFP_BERT", "proton", "He", PROTON_ENERGIES, PARTS)]
    for target in ("N", "O"):
        out += [("INCLXX", "proton", target, low, PARTS), ("FTFP_BERT", "proton", target, high, PARTS)]
    out += [("FTFP_BERT", "proton", "H", PROTON_ENERGIES, 2)]
    out += [("INCLXX", "proton", "Ar", low, 2), ("FTFP_BERT", "proton", "Ar", high, 2)]
    for target in ("N", "O"):
        out += [("FTFP_BERT", "proton", target, SPREAD_ENERGIES, 2)]
    carbon = CARBON_ENERGIES
    out += [
        ("INCLXX", "proton", "C", carbon[carbon < BLEND[1]], PARTS),
        ("FTFP_BERT", "proton", "C", carbon[carbon > BLEND[0]], PARTS),
        ("FTFP_BERT", "proton", "C", carbon[(carbon > 0.5) & (carbon < BLEND[0])], 1),
    ]
    out += [("FTFP_BERT", "alpha", target, ALPHA_ENERGIES, 2) for target in ("N", "O", "He")]
    return out


def job_name(physics, projectile, target, energy, part):
    return f"{projectile}-{target}-{physics}-{energy:.4f}-{part}"


def write_stub_data(root):
    """Stub data files and the environment that points Geant4 at them; sound only for what this script does."""
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
    folders = {
        "G4ENSDFSTATEDATA": "ens", "G4LEVELGAMMADATA": "gam", "G4PARTICLEXSDATA": "xs", "G4INCLDATA": "incl",
        "G4ABLADATA": "abla", "G4RADIOACTIVEDATA": "rad", "G4LEDATA": "le", "G4NEUTRONHPDATA": "nd", "G4PIIDATA": "pii",
        "G4SAIDXSDATA": "said", "G4REALSURFACEDATA": "real",
    }  # fmt: skip
    for key, folder in folders.items():
        os.environ[key] = str(root / folder)


class Catcher:
    """What the stacking action has seen since the last `clear`: depth of each collision and the particles born."""

    def __init__(self):
        self.gun = None
        self.clear()

    def clear(self):
        self.event, self.depth, self.second = -1, [], 0
        self.born = []


MESONS = frozenset(SPECIES.values()) | frozenset(COUNTED.values()) | {311, -311}


def geant4_run(g4, physics, projectile, target, catcher, wanted=MESONS):
    """Build the Geant4 run: box of 1 g/cm3, physics list without electromagnetism, beam, stacking action.

    The secondaries whose PDG code is in `wanted` are recorded as (code, px, py, pz) in MeV.
    """
    charge, mass_number = NUCLEUS[target]
    start = -9e3 * g4.m

    class World(g4.G4VUserDetectorConstruction):
        def Construct(self):
            isotope = g4.G4Isotope("isotope", charge, mass_number)
            element = g4.G4Element("element", "El", 1)
            element.AddIsotope(isotope, 1.0)
            material = g4.G4Material("material", 1.0 * g4.g / g4.cm3, 1)
            material.AddElement(element, 1.0)
            box = g4.G4Box("world", 1e4 * g4.m, 1e4 * g4.m, 1e4 * g4.m)
            volume = g4.G4LogicalVolume(box, material, "world")
            self.keep = (isotope, element, material, box, volume)
            return g4.G4PVPlacement(None, g4.G4ThreeVector(), volume, "world", None, False, 0)

    class Physics(g4.G4VModularPhysicsList):
        def __init__(self):
            super().__init__()
            self.RegisterPhysics(g4.G4DecayPhysics())
            self.RegisterPhysics(getattr(g4, "G4HadronPhysics" + physics)())
            if projectile == "alpha":
                self.RegisterPhysics(g4.G4IonPhysics())

    class Beam(g4.G4VUserPrimaryGeneratorAction):
        def __init__(self):
            super().__init__()
            self.gun = catcher.gun = g4.G4ParticleGun(1)
            kind = g4.G4Alpha if projectile == "alpha" else g4.G4Proton
            self.gun.SetParticleDefinition(kind.Definition())
            self.gun.SetParticleMomentumDirection(g4.G4ThreeVector(0, 0, 1))
            self.gun.SetParticlePosition(g4.G4ThreeVector(0, 0, start))

        def GeneratePrimaries(self, event):
            catcher.event += 1
            catcher.depth.append(-1.0)
            self.gun.GeneratePrimaryVertex(event)

    class Catch(g4.G4UserStackingAction):
        def ClassifyNewTrack(self, track):
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
        def Build(self):
            self.SetUserAction(Beam())
            self.SetUserAction(Catch())

    run = g4.G4RunManagerFactory.CreateRunManager(g4.G4RunManagerType.Serial)
    parts = (World(), Physics(), Actions())
    for part in parts:
        run.SetUserInitialization(part)
    run.Initialize()
    return run, parts


MASS_MEV = {211: 139.57039, -211: 139.57039, 111: 134.9768, 321: 493.677, -321: 493.677, 310: 497.611}


def histogram(catcher, projectile, energy):
    """Counts per (species, u, v) [1], u = ln T / ln T_scale (T in MeV, below 1 MeV in the first bin), v = sqrt((1 -
    cos)/2).
    """
    rows = np.array(catcher.born).reshape(-1, 4)
    pdg = rows[:, 0].astype(int)
    counts = np.zeros((len(SPECIES), U_BINS, V_BINS), dtype=np.uint32)
    for i, code in enumerate(SPECIES.values()):
        p = rows[pdg == code, 1:]
        momentum = np.sqrt(np.sum(p * p, axis=1))
        kinetic = np.sqrt(momentum**2 + MASS_MEV[code] ** 2) - MASS_MEV[code]
        u = np.log(np.maximum(kinetic, 1.0)) / np.log(scale_energy(projectile, energy))
        v = np.sqrt(np.clip(0.5 * (1.0 - p[:, 2] / np.maximum(momentum, 1e-9)), 0.0, 1.0))
        iu = np.minimum((u * U_BINS).astype(int), U_BINS - 1)
        iv = np.minimum((v * V_BINS).astype(int), V_BINS - 1)
        np.add.at(counts[i], (iu, iv), 1)
    other = {name: int(np.sum(pdg == code)) for name, code in COUNTED.items()}
    other["K0 unmixed"] = int(np.sum(np.abs(pdg) == 311))
    return counts, other


def bake_group(work, physics, projectile, target, energies, part):
    """Bake one part of a group in this process, one file per energy; existing files are kept."""
    work = pathlib.Path(work)
    todo = [e for e in energies if not (work / (job_name(physics, projectile, target, e, part) + ".npz")).exists()]
    if not todo:
        return
    with tempfile.TemporaryDirectory() as stubs:
        write_stub_data(stubs)
        import geant4_pybind as g4

        catcher = Catcher()
        run, keep = geant4_run(g4, physics, projectile, target, catcher)
        for energy in todo:
            name = job_name(physics, projectile, target, energy, part)
            seed = zlib.crc32(name.encode()) % 2_000_000_000 + 1
            events = events_per_part(physics, projectile, target, energy)
            g4.G4Random.setTheSeed(seed)
            catcher.gun.SetParticleEnergy(energy * (4.0 if projectile == "alpha" else 1.0) * g4.GeV)
            catcher.clear()
            start = time.process_time()
            run.BeamOn(events)
            counts, other = histogram(catcher, projectile, energy)
            depth = np.array(catcher.depth)
            record = {
                "physics": physics, "projectile": projectile, "target": target, "energy_GeV": float(energy),
                "part": part, "seed": seed, "events": events,
                "collided": int(np.sum(depth >= 0.0)), "depth_sum_g_cm2": float(np.sum(depth[depth >= 0.0])),
                "later_collisions": catcher.second, "other": other, "cpu_s": time.process_time() - start,
                "date": datetime.date.today().isoformat(),
            }  # fmt: skip
            temporary = work / f".{name}.{os.getpid()}.npz"
            np.savez_compressed(temporary, counts=counts, record=json.dumps(record))
            os.replace(temporary, work / (name + ".npz"))
            print(f"{name}: {events} events, {record['cpu_s']:.1f} s CPU", flush=True)
        del keep


def bake(work, workers):
    """Bake every group: first parts first, then the targets that matter.

    One process per group and part, because Geant4 allows one run manager per process.
    """
    pathlib.Path(work).mkdir(parents=True, exist_ok=True)
    tasks = [(i, part) for part in range(PARTS) for i, group in enumerate(groups()) if part < group[4]]
    tasks.sort(key=lambda task: (task[1] > 0, groups()[task[0]][4] < PARTS, task[0] > 0, task[1], task[0]))

    def one(task):
        command = [sys.executable, __file__, "--work", str(work), "--group", str(task[0]), "--part", str(task[1])]
        with open(pathlib.Path(work) / "bake.log", "a") as log:
            return subprocess.run(command, stdout=log, stderr=subprocess.STDOUT, check=False).returncode

    with ThreadPoolExecutor(workers) as pool:
        status = list(pool.map(one, tasks))
    failed = [task for task, code in zip(tasks, status, strict=True) if code]
    if failed:
        sys.exit(f"bake_yields: groups {failed} failed; see {work}/bake.log")


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--work", default="build/yields", help="folder of the job files")
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--group", type=int, help="bake one group in this process")
    parser.add_argument("--part", type=int, default=0)
    parser.add_argument("--list", action="store_true", help="print groups and events")
    parser.add_argument("--assemble", action="store_true", help="make the shipped tables from the job files")
    args = parser.parse_args()
    if args.list:
        for i, (physics, projectile, target, energies, parts) in enumerate(groups()):
            n = parts * sum(events_per_part(physics, projectile, target, e) for e in energies)
            print(f"{i:3d} {projectile}+{target} {physics}: {len(energies)} energies x {parts}, {n / 1e6:.2f} M events")
    elif args.assemble:
        import assemble_yields

        assemble_yields.assemble(args.work)
    elif args.group is not None:
        bake_group(args.work, *groups()[args.group][:4], args.part)
    else:
        bake(args.work, args.workers)


if __name__ == "__main__":
    main()
