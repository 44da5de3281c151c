"""Training: simulation, the network, its training, evaluation and export."""
