"""Detection: everything between a file and a verdict. Imports numpy and GDAL, nothing else."""
