"""Errors whose text a user reads: one sentence that says what is wrong and what to do."""


class QuakeFringeError(Exception):
    """Base of all errors whose text is meant for the user."""


class InputError(QuakeFringeError):
    """The interferogram, DEM or a parameter cannot be used."""


class ModelError(QuakeFringeError):
    """The model file is missing, damaged or of another version, or the network failed."""


class OutputError(QuakeFringeError):
    """A result could not be written."""


class Cancelled(QuakeFringeError):
    """The user stopped the run."""
