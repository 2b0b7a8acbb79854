"""Pages of docs/reference, written by each build: one for each package, with every public module."""

import ast
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
OUT = ROOT / "docs" / "reference"
PACKAGES = {  # package -> what it is for; in the order of the index
    "mcbelt": "run a campaign, open a result",
    "geomag": "the main field, drift shells, cutoffs, a charge in it",
    "atmosphere": "density and composition of air",
    "mcbelt.spectra": "spectra of the primaries",
    "mcbelt.physics": "formulas and their samplers",
    "mcbelt.surroundings": "[shell] and [air] as models",
    "mcbelt.places": "where a flux is observed",
    "mcbelt.orbits": "full orbits in field and air",
    "mcbelt.cascade": "what air makes of a flux of nucleons",
    "mcbelt.sources": "where primaries come from",
    "mcbelt.interstellar": "Galactic positrons",
    "mcbelt.tally": "sums over histories, their means and errors",
    "mcbelt.systematics": "members and bands",
    "mcbelt.figures": "figures and tables of a result",
}


def modules(package: str) -> list[str]:
    """Public modules of a package that hold a public function or class, by dotted name; of mcbelt those at its top."""
    folder = ROOT / package.replace(".", "/")
    paths = folder.glob("*.py") if package == "mcbelt" else folder.rglob("*.py")
    found = []
    for path in sorted(paths):
        parts = path.relative_to(ROOT).with_suffix("").parts
        public = [
            node.name
            for node in ast.parse(path.read_text(encoding="utf-8")).body
            if isinstance(node, ast.FunctionDef | ast.ClassDef) and not node.name.startswith("_")
        ]
        if not any(part.startswith("_") and part != "__init__" for part in parts) and (public or len(parts) == 2):
            found.append(".".join(parts[:-1] if parts[-1] == "__init__" else parts))
    return [name for name in found if name != "mcbelt.__main__"]


def page(package: str) -> str:
    """Markdown of a package."""
    title = f"# {package}: {PACKAGES[package]}\n"
    parts = [title]
    for module in modules(package):
        parts.append(f"## {module}\n\n```{{eval-rst}}\n.. automodule:: {module}\n   :members:\n```\n")
        if module == "mcbelt":
            doors = ("mcbelt.campaign.kinds.run", "mcbelt.files.result.open_result")
            shown = "\n\n".join(f".. autofunction:: {door}" for door in doors)
            parts.append(f"`mcbelt.run` and `mcbelt.open_result` are these:\n\n```{{eval-rst}}\n{shown}\n```\n")
    return "\n".join(parts)


def index() -> str:
    """Markdown of the page that leads to the others."""
    rows = [f"| [{package}]({package}.md) | {about} |" for package, about in PACKAGES.items()]
    return "\n".join(
        [
            "# Reference",
            "",
            "Every public function and class, from its docstring. Kernels are compiled by numba when they are first",
            "called; inside them units are m, s, T, kg m-3, GeV and rad, and any other unit is part of a name.",
            "",
            "| package | for |",
            "|---|---|",
            *rows,
            "",
            "```{toctree}",
            ":hidden:",
            "",
            *PACKAGES,
            "```",
            "",
        ]
    )


def main() -> None:
    """Write all pages."""
    OUT.mkdir(exist_ok=True)
    for package in PACKAGES:
        (OUT / f"{package}.md").write_text(page(package), encoding="utf-8")
    (OUT / "index.md").write_text(index(), encoding="utf-8")
