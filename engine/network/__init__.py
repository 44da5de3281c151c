"""The network: reading the model file, and running it in numpy or in onnxruntime."""

from .card import ModelCard
from .model import Network, Output, default_model_path, load_model

__all__ = ["ModelCard", "Network", "Output", "default_model_path", "load_model"]
