"""Simulated interferograms: sources, atmosphere, noise, acquisitions, scenes."""
