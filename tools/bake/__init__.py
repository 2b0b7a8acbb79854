"""What makes the tables of mcbelt/data/yields with Geant4's generators; see `python -m tools.bake --help`."""
