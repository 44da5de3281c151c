"""Detection of earthquakes, from the file of an interferogram to its verdict; needs numpy and GDAL only."""
