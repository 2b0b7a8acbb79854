"""Galactic positrons: production, losses and propagation in the Galaxy."""
