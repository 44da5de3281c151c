"""The source network: a small Vision Transformer with a convolutional stem and a mixture as its answer."""

from __future__ import annotations

from typing import Any

import torch
import torch.nn.functional as F  # noqa: N812 - the name that every torch reader knows
from torch import Tensor, nn

from ...engine.source_network.mixture import COUNT, MEAN_VALUES, numbers_of_component
from ...engine.source_network.tile import GEOMETRY, SOURCE_CHANNELS, SOURCE_TILE
from .recipe import SourceNetworkConfig

STRIDE = 8
"""Pixels of the tile along one side of a token."""


class Attention(nn.Module):
    """Self-attention of all tokens."""

    def __init__(self, width: int, heads: int) -> None:
        super().__init__()
        self.heads = heads
        self.qkv = nn.Linear(width, 3 * width)
        self.out = nn.Linear(width, width)
        self.explicit = False
        """Attention by plain matrix products, for the model file."""

    def forward(self, x: Tensor) -> Tensor:
        batch, tokens, width = x.shape
        qkv = self.qkv(x).reshape(batch, tokens, 3, self.heads, width // self.heads).permute(2, 0, 3, 1, 4)
        q, k, v = qkv[0], qkv[1], qkv[2]
        if self.explicit:
            scale = (width // self.heads) ** -0.5
            y = torch.softmax((q * scale) @ k.transpose(-2, -1), dim=-1) @ v
        else:
            y = F.scaled_dot_product_attention(q, k, v)
        out: Tensor = self.out(y.transpose(1, 2).reshape(batch, tokens, width))
        return out


class Block(nn.Module):
    """Attention and a two-layer network, each behind a normalisation and beside a shortcut."""

    def __init__(self, config: SourceNetworkConfig) -> None:
        super().__init__()
        width, hidden = config.width, int(config.width * config.expansion)
        self.norm1, self.norm2 = nn.LayerNorm(width), nn.LayerNorm(width)
        self.attention = Attention(width, config.heads)
        self.layers = nn.Sequential(nn.Linear(width, hidden), nn.GELU(), nn.Linear(hidden, width))

    def forward(self, x: Tensor) -> Tensor:
        x = x + self.attention(self.norm1(x))
        out: Tensor = x + self.layers(self.norm2(x))
        return out


class SourceNetwork(nn.Module):
    """Tiles (B, 3, 96, 96) and geometry (B, 5) to the numbers of a mixture, (B, components, numbers).

    See `engine.source_network.mixture` for the meaning of the numbers.
    """

    def __init__(self, config: SourceNetworkConfig) -> None:
        super().__init__()
        self.config = config
        width = config.width
        self.stem = _stem(config)
        self.geometry = nn.Sequential(nn.Linear(len(GEOMETRY), width), nn.GELU(), nn.Linear(width, width))
        side = SOURCE_TILE // STRIDE
        self.positions = nn.Parameter(0.02 * torch.randn(1, side * side, width))
        self.token = nn.Parameter(0.02 * torch.randn(1, 1, width))
        self.blocks = nn.ModuleList([Block(config) for _ in range(config.depth)])
        self.norm = nn.LayerNorm(width)
        self.head = nn.Sequential(
            nn.Linear(2 * width, config.hidden),
            nn.GELU(),
            nn.Linear(config.hidden, config.components * numbers_of_component()),
        )
        self.plain_head = nn.Linear(config.hidden, config.components * (1 + COUNT))
        """Weights and spreads of a mixture without couplings, for the training only."""
        self._start()

    def forward(self, tiles: Tensor, geometry: Tensor) -> Tensor:
        return self._answer(self.head, self._summary(tiles, geometry))

    def forward_both(self, tiles: Tensor, geometry: Tensor) -> tuple[Tensor, Tensor]:
        """The answer, and weight and spreads of a mixture without couplings, (B, components, 10)."""
        hidden = self.head[:-1](self._summary(tiles, geometry))
        return self._answer(self.head[-1], hidden), self._answer(self.plain_head, hidden)

    def _answer(self, head: nn.Module, summary: Tensor) -> Tensor:
        return head(summary).reshape(summary.shape[0], self.config.components, -1)

    def _summary(self, tiles: Tensor, geometry: Tensor) -> Tensor:
        x = self.stem(tiles).flatten(2).transpose(1, 2)
        about = self.geometry(geometry)[:, None]
        x = torch.cat([self.token + about, x + self.positions + about], dim=1)
        for block in self.blocks:
            x = block(x)
        x = self.norm(x)
        return torch.cat([x[:, 0], x[:, 1:].mean(dim=1)], dim=1)

    def make_explicit(self) -> None:
        """Compute attention with plain operators from now on, as the model file needs."""
        for module in self.modules():
            if isinstance(module, Attention):
                module.explicit = True

    def _start(self) -> None:
        """Spread the components, so that they differ from the first step on."""
        last: Any = self.head[-1]
        with torch.no_grad():
            last.weight *= 0.3
            last.bias.zero_()
            bias = last.bias.view(self.config.components, -1)
            bias[:, 1 : 1 + MEAN_VALUES] = torch.randn(self.config.components, MEAN_VALUES)


def _stem(config: SourceNetworkConfig) -> nn.Sequential:
    """Five convolutions, three of stride 2, each normalised, and one 1 × 1 to the width of the tokens."""
    parts: list[nn.Module] = []
    before = len(SOURCE_CHANNELS)
    for after, stride in zip((1, 1, 2, 2, 4), (2, 1, 2, 1, 2)):
        channels = config.stem * after
        parts += [nn.Conv2d(before, channels, 3, stride, 1), nn.BatchNorm2d(channels), nn.ReLU()]
        before = channels
    parts.append(nn.Conv2d(before, config.width, 1))
    return nn.Sequential(*parts)
