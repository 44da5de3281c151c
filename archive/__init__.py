"""Run the engine over archives of interferograms on Dask: one scene a task, one record a scene."""
