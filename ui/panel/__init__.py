"""The dock panel: from the active interferogram to a verdict, its boxes, and what to do next."""
