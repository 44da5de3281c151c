"""The Processing provider and its algorithms, one in each module."""
