"""What an earthquake did to the ground, how strongly it shook, and who lives there."""
