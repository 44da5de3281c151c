"""The sub-commands of ``python -m quakefringe.training``: their options, and the calls behind them."""
