"""What an archive's records become: tables, map layers, catalogue items and a summary."""
