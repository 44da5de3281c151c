"""The network that reads an earthquake's magnitude, depth and mechanism from one tile, and its answer."""
