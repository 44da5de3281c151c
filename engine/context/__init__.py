"""What lies near a box: volcanoes and faults. It is mentioned and never changes a probability."""
