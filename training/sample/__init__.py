"""The bundled sample scenes: simulated Sentinel-1 pairs with and without an earthquake."""
