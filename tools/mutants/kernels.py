"""Compiled kernels on disk, so that a mutant compiles anew what it can reach and nothing else.

Numba does not see a change in a callee of another file. Here every run gets a directory of kernels of its own: links
to all that are known of the sources as they are, less those of the modules that reach the mutated one. What the run
compiles beside these is right for the sources as they are as well and is kept.
"""

import ast
import hashlib
import os
import shutil
from pathlib import Path, PurePosixPath

from tools.mutants import rooms


def module_of(file: str) -> str:
    """Dotted name of a source below the root."""
    return ".".join(PurePosixPath(file).with_suffix("").parts).removesuffix(".__init__")


def reaching(sources: set[str], root: Path) -> set[str]:
    """Sources whose kernels may hold code or constants of some sources.

    These are the modules that import one, however far, anywhere in them. A seam (a module with an overload) calls what
    registers there without an import, so it reaches every module that does.

    Parameters
    ----------
    sources : set of str
        Below the root.
    root : Path
        Of the tree.

    Returns
    -------
    set of str
        Sources below the root, with those given.
    """
    files = {module_of(name): name for name in rooms.sources(root)}
    texts = {module: (root / name).read_text(encoding="utf-8") for module, name in files.items()}
    edges = {module: _imports(text, set(files)) for module, text in texts.items()}
    for seam in (module for module, text in texts.items() if "@overload" in text):
        edges[seam] |= {m for m in files if seam in edges[m] and ("register" in texts[m] or "@overload" in texts[m])}
    found = {module_of(file) for file in sources}
    while True:
        more = {module for module, targets in edges.items() if targets & found} - found
        if not more:
            return {files[module] for module in found}
        found |= more


def _imports(text, known):
    """Modules that a source imports; the package of a module that is imported by name is run, and not used."""
    found = set()
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            full = {f"{node.module}.{alias.name}" for alias in node.names}
            found |= full if full <= known else full | {str(node.module)}
    return found & known


def directory_of(file: str, tree: Path) -> str:
    """Name that numba gives to the directory of the kernels of a source."""
    folder = str((tree / file).parent)
    return f"{os.path.basename(folder)}_{hashlib.sha1(folder.encode()).hexdigest()}"


def of_files(files: set[str], kernels: Path, tree: Path) -> set[Path]:
    """Kernels on disk of some sources; those of generated fields belong to geomag/unrolled.py.

    Parameters
    ----------
    files : set of str
        Sources below the tree.
    kernels : Path
        Directory of kernels.
    tree : Path
        Where the sources lie.

    Returns
    -------
    set of Path
        Below `kernels`.
    """
    stems = {(directory_of(file, tree), module_of(file).rpartition(".")[2]) for file in files}
    known = {directory_of(file, tree) for file in {*rooms.sources(tree), *files}}
    found = set()
    for path in kernels.rglob("*.nb?"):
        folder, stem = path.parent.name, path.name.partition(".")[0]
        generated = folder not in known and "geomag/unrolled.py" in files
        if (folder, stem) in stems or generated:
            found.add(path.relative_to(kernels))
    return found


def forget(files: set[str], kernels: Path, root: Path, tree: Path) -> None:
    """Remove the kernels that sources which are about to change can reach.

    Parameters
    ----------
    files : set of str
        Sources, below the root.
    kernels : Path
        Directory of kernels.
    root : Path
        Where the sources lie as they will be.
    tree : Path
        Where they lie now.
    """
    for name in of_files(reaching(files, root), kernels, tree):
        (kernels / name).unlink()


def linked(source: Path, target: Path, left_out: set[Path]) -> None:
    """Make a directory with links to all kernels of another but some; numba replaces files and writes into none.

    Parameters
    ----------
    source, target : Path
        Directories; the target is made anew.
    left_out : set of Path
        Below the source.
    """
    shutil.rmtree(target, ignore_errors=True)
    target.mkdir(parents=True)
    _link_all(source, target, left_out)


def kept(trial: Path, known: Path, left_out: set[Path]) -> None:
    """Keep the kernels that a run compiled, but those that it may have compiled with the mutant in them.

    Parameters
    ----------
    trial, known : Path
        Directory of the run, and of the sources as they are.
    left_out : set of Path
        Below the directory of the run.
    """
    _link_all(trial, known, left_out)


def _link_all(source, target, left_out):
    for path in source.rglob("*.nb?"):
        name = path.relative_to(source)
        if name in left_out or ((target / name).exists() and (target / name).samefile(path)):
            continue
        (target / name).parent.mkdir(parents=True, exist_ok=True)
        (target / name).unlink(missing_ok=True)
        os.link(path, target / name)
