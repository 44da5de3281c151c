"""The network: reading the model file, and running it in numpy or in onnxruntime."""

from .card import ModelCard
from .model import Network, Output, load_model
from .model_file import default_model_path

__all__ = ["ModelCard", "Network", "Output", "default_model_path", "load_model"]
