"""The network: timm's Vision Transformer with a class head, a mask head and a supervised attention map."""

from __future__ import annotations

import math
from typing import Any, Optional

import torch
import torch.nn.functional as F  # noqa: N812  (the customary name)
from torch import Tensor, nn

from ...engine.errors import InputError, ModelError
from ...engine.tile import CHANNELS, CLASSES, PATCH, TILE
from ..config.tables import NetworkConfig
from .timm_parts import create_model, resample_abs_pos_embed

STEM_UNITS = "vit.patch_embed.units."
"""Prefix of the names of the weights in the stem's residual units."""


class ConvStem(nn.Module):
    """Four stride-2 3 × 3 convolutions and a 1 × 1: (B, 5, H, W) to (B, width, H / 16, W / 16).

    Each of the last three stride-2 convolutions is followed by `units` residual units of two 3 × 3
    convolutions (He et al. 2016, Identity mappings). A new unit is the identity, so that units can be added
    to a trained stem.
    """

    def __init__(self, channels: int, width: int, first: int, norm: str, units: int = 0) -> None:
        super().__init__()
        layers: list[nn.Module] = []
        self.units = nn.ModuleDict()
        before = channels
        for step in range(4):
            after = first * 2**step
            layers += [*_convolution(before, after, norm, stride=2), nn.ReLU(inplace=True)]
            if step:
                self.units[str(len(layers))] = nn.ModuleList(_unit(after, norm) for _ in range(units))
            before = after
        layers.append(nn.Conv2d(before, width, 1))
        self.layers = nn.Sequential(*layers)

    def forward(self, tiles: Tensor) -> Tensor:
        x, begin = tiles, 0
        for end, units in self.units.items():
            x = self.layers[begin : int(end)](x)
            for unit in units:  # type: ignore[attr-defined]
                x = x + unit(x)
            begin = int(end)
        return self.layers[begin:](x)


def _convolution(before: int, after: int, norm: str, stride: int = 1) -> list[nn.Module]:
    """A 3 × 3 convolution with its normalisation, if any."""
    convolution = nn.Conv2d(before, after, 3, stride=stride, padding=1, bias=norm == "none")
    nn.init.kaiming_normal_(convolution.weight, nonlinearity="relu")
    if convolution.bias is None:
        return [convolution, nn.BatchNorm2d(after)]
    nn.init.zeros_(convolution.bias)
    return [convolution]


def _unit(channels: int, norm: str) -> nn.Sequential:
    """Two convolutions; the gain of the last one starts at zero."""
    unit = nn.Sequential(
        *_convolution(channels, channels, norm),
        nn.ReLU(inplace=True),
        *_convolution(channels, channels, norm),
    )
    nn.init.zeros_(unit[-1].weight)  # type: ignore[arg-type]
    return unit


class QuakeViT(nn.Module):
    """Vision Transformer for interferogram tiles.

    `forward` takes tiles (B, 5, H, W). H and W are multiples of 16: 224 in the plugin, smaller at the start
    of training, where position embeddings are resampled. It returns a dict:

    - "logits" (B, 3): none, earthquake, other;
    - "attention" (B, 1, H/16, W/16): from the class token to the patches, combined over heads by trained
      weights; the sum is 1;
    - "mask" (B, H/16, W/16): logits that each patch is deformed;
    - "heads" (B, layers × heads, H/16, W/16), on request: one map per head, each with the sum 1.
    """

    def __init__(self, config: Optional[NetworkConfig] = None) -> None:
        super().__init__()
        self.config = config = config or NetworkConfig()
        self.vit = _vision_transformer(config)
        width = int(self.vit.embed_dim)
        if config.stem == "conv":
            self.vit.patch_embed = ConvStem(
                len(CHANNELS), width, config.stem_width, config.stem_norm, config.stem_units
            )
        if config.positions == "sincos" and not config.pretrained:
            with torch.no_grad():
                self.vit.pos_embed[:, 1:] = _sincos(TILE // PATCH, width)
                self.vit.pos_embed[:, :1] = 0.0
        heads = int(self.vit.blocks[-1].attn.num_heads)
        self.head_mix = nn.Parameter(torch.zeros(config.attention_layers * heads))
        self.mask_head = nn.Linear(width, 1)
        self.explicit = False
        """Compute attention by matrix products and a softmax, even where a fused kernel is faster."""
        self._resampling: dict[tuple[int, int], Tensor] = {}

    def forward(self, tiles: Tensor, per_head: bool = False) -> dict[str, Tensor]:
        return self.finish(self.begin(tiles), per_head=per_head)

    def begin(self, tiles: Tensor, blocks: int = 0) -> tuple[Tensor, tuple[int, int]]:
        """Tokens (B, 1 + patches, width) of tiles (B, 5, H, W) after the first `blocks` blocks.

        Returns
        -------
        tokens : Tensor
            The class token first.
        grid : tuple of int
            Rows and columns of patches.
        """
        vit = self.vit
        x = vit.patch_embed.proj(tiles) if self.config.stem == "linear" else vit.patch_embed(tiles)
        batch, _, rows, columns = x.shape
        x = x.flatten(2).transpose(1, 2)
        x = torch.cat([vit.cls_token.expand(batch, -1, -1).to(x.dtype), x], dim=1)
        x = x + self._positions(rows, columns)
        for block in vit.blocks[:blocks]:
            x, _ = self._block(block, x, False)
        return x, (rows, columns)

    def finish(
        self, begun: tuple[Tensor, tuple[int, int]], blocks: int = 0, per_head: bool = False
    ) -> dict[str, Tensor]:
        """The result of `forward`, computed from the result of `begin` with the same `blocks`."""
        vit, (x, (rows, columns)) = self.vit, begun
        batch = x.shape[0]
        attentions: list[Tensor] = []
        first_attention = len(vit.blocks) - self.config.attention_layers
        for index in range(blocks, len(vit.blocks)):
            x, attention = self._block(vit.blocks[index], x, index >= first_attention)
            if attention is not None:
                attentions.append(attention)
        x = vit.norm(x)
        maps = torch.cat(attentions, dim=1)
        combined = (maps * torch.softmax(self.head_mix, dim=0).view(1, -1, 1)).sum(dim=1)
        combined = combined / combined.sum(dim=-1, keepdim=True)
        out = {
            "logits": vit.head(x[:, 0]).float(),
            "attention": combined.reshape(batch, 1, rows, columns),
            "mask": self.mask_head(x[:, 1:]).float().reshape(batch, rows, columns),
        }
        if per_head:
            maps = maps / maps.sum(dim=-1, keepdim=True)
            out["heads"] = maps.reshape(batch, maps.shape[1], rows, columns)
        return out

    def _block(self, block: Any, x: Tensor, keep: bool) -> tuple[Tensor, Optional[Tensor]]:
        """One block, and the class token's attention if `keep`."""
        y, attention = self._attend(block.attn, block.norm1(x), keep)
        x = x + block.drop_path1(block.ls1(y))
        return x + block.drop_path2(block.ls2(block.mlp(block.norm2(x)))), attention

    def _attend(self, attn: Any, x: Tensor, keep: bool) -> tuple[Tensor, Optional[Tensor]]:
        """Self-attention of one block, and that of the class token (B, heads, patches) if `keep`."""
        batch, tokens, width = x.shape
        heads = attn.num_heads
        qkv = attn.qkv(x).reshape(batch, tokens, 3, heads, width // heads).permute(2, 0, 3, 1, 4)
        q, k, v = qkv[0], qkv[1], qkv[2]
        scale = (width // heads) ** -0.5
        row: Optional[Tensor] = None
        if self.explicit or x.device.type == "cpu":  # the fused kernel is 2 to 5 times slower on CPUs
            q, k, v = q.contiguous(), k.contiguous(), v.contiguous()
            weights = torch.softmax((q * scale) @ k.transpose(-2, -1), dim=-1)
            y = weights @ v
            if keep and self.explicit:
                row = weights[:, :, 0, 1:]
        else:
            y = F.scaled_dot_product_attention(q, k, v)
        if keep and row is None:  # again in float32: the loss takes its logarithm
            scores = (q[:, :, :1].float() * scale) @ k.float().transpose(-2, -1)
            row = torch.softmax(scores.float(), dim=-1)[:, :, 0, 1:]
        return attn.proj(y.transpose(1, 2).reshape(batch, tokens, width)), row

    def _positions(self, rows: int, columns: int) -> Tensor:
        stored = self.vit.pos_embed
        side = math.isqrt(stored.shape[1] - 1)
        if (rows, columns) == (side, side):
            return stored
        if (rows, columns) not in self._resampling:  # resampling is linear, so a small matrix can be kept
            eye = torch.eye(side * side).unsqueeze(0)
            self._resampling[rows, columns] = resample_abs_pos_embed(
                eye, [rows, columns], num_prefix_tokens=0
            )[0]
        matrix = self._resampling[rows, columns].to(stored.device)
        return torch.cat([stored[:, :1], (matrix @ stored[0, 1:]).unsqueeze(0)], dim=1)


class ExportNetwork(nn.Module):
    """The network of the model file: tiles (B, 5, 224, 224) to (logits, attention, mask probability, heads).

    Attention is explicit in every block, so that the graph contains only plain operators. The last output
    holds the attention of each head (B, heads, 14, 14); both backends compute it on request only.
    """

    def __init__(self, network: QuakeViT) -> None:
        super().__init__()
        self.network = network.eval()
        self.network.explicit = True

    def forward(self, phase: Tensor) -> tuple[Tensor, Tensor, Tensor, Tensor]:
        out = self.network(phase, per_head=True)
        return out["logits"], out["attention"], torch.sigmoid(out["mask"]), out["heads"]


def load_weights(network: QuakeViT, state: dict[str, Tensor]) -> None:
    """Load a state dict; position embeddings of another image size are resampled.

    Residual units of the stem that the state does not contain keep their values; new ones are the identity.

    Raises
    ------
    ModelError
        The weights belong to a network of another shape.
    """
    state = {key: value for key, value in state.items() if not key.startswith("regression_head.")}
    own = network.vit.pos_embed
    stored = state.get("vit.pos_embed")
    if stored is not None and stored.shape[1] != own.shape[1]:
        side = math.isqrt(own.shape[1] - 1)
        state["vit.pos_embed"] = resample_abs_pos_embed(stored.float(), [side, side])
    new = {key: value for key, value in network.state_dict().items() if key.startswith(STEM_UNITS)}
    try:
        network.load_state_dict({**new, **state})
    except RuntimeError as error:
        raise ModelError(
            "The weights belong to a network of another shape; use the recipe that they were trained with."
        ) from error


def _sincos(side: int, width: int, amplitude: float = 0.5) -> Tensor:
    """Initial position embeddings (1, side × side, width).

    A quarter of the width each is sin x, cos x, sin y and cos y, with rates from 1 down to 1/100 inclusive.
    (timm's own `build_sincos2d_pos_embed` leaves the lowest rate out.)
    """
    quarter = width // 4
    rates = 1.0 / (100.0 ** (torch.arange(quarter) / max(quarter - 1, 1)))
    steps = torch.arange(side, dtype=torch.float32)
    angles = steps[:, None] * rates[None]
    one = torch.cat([angles.sin(), angles.cos()], dim=1)
    grid = torch.zeros(side, side, width)
    grid[..., : 2 * quarter] = one[None]
    grid[..., 2 * quarter : 4 * quarter] = one[:, None]
    return amplitude * grid.reshape(1, side * side, width)


def _vision_transformer(config: NetworkConfig) -> Any:
    settings: dict[str, Any] = {
        "depth": config.depth,
        "embed_dim": config.width,
        "num_heads": config.heads,
    }
    settings = {key: value for key, value in settings.items() if value}
    settings.update(
        in_chans=len(CHANNELS), num_classes=len(CLASSES), img_size=TILE, drop_path_rate=config.drop_path
    )
    try:
        vit: Any = create_model(config.model, pretrained=config.pretrained, **settings)
    except (OSError, RuntimeError, ValueError, AssertionError) as error:
        action = "loaded with its pretrained weights" if config.pretrained else "created"
        raise InputError(
            f"timm's '{config.model}' could not be {action}: {str(error).splitlines()[0]}."
        ) from error
    if not hasattr(vit, "blocks") or getattr(vit, "cls_token", None) is None:
        raise InputError(
            f"[network] model = '{config.model}' is not a Vision Transformer with a class token."
        )
    if config.attention_layers > len(vit.blocks):
        raise InputError(
            f"[network] attention_layers exceeds the {len(vit.blocks)} blocks of the network; give fewer."
        )
    return vit
