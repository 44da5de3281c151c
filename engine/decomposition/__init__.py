"""Up and east displacement (north too, where it can be resolved) from two or more looks of one event."""
