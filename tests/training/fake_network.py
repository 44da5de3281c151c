"""Networks to export."""

import torch

from quakefringe.training.config.tables import NetworkConfig
from quakefringe.training.model.network import QuakeViT


def small_network(config: NetworkConfig) -> QuakeViT:
    """A network whose every weight and statistic differs from its starting value."""
    torch.manual_seed(5)
    built = QuakeViT(config).eval()
    with torch.no_grad():
        for value in built.parameters():
            value.add_(0.1 * torch.randn_like(value))
        for name, value in built.named_buffers():
            if name.endswith("running_mean"):
                value.normal_(0, 0.3)
            elif name.endswith("running_var"):
                value.uniform_(0.5, 2)
    return built
