"""Results of an archive run on the map: the ranked scenes, and each scene with its boxes."""
