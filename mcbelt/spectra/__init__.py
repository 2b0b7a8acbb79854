"""Spectra of the protons and alphas that make pions: trapped in the belt, from the Galaxy, or given by the user."""
