"""Spectra of the protons and alphas that make pions: trapped, of the Galaxy, or the user's. The Sun by month."""
