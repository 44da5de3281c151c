"""The profile tool: draw a line on the map, see how far the ground moved along it."""
