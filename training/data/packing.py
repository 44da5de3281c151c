"""Compact storage of tiles: about 60 kB for a tile of 224 × 224 pixels with all its channels.

Phase is stored in 256 steps (0.025 rad, far below its noise), whole cycles of unwrapped phase as integers,
elevation in 256 steps of its range in the tile, and the valid mask in bits.
"""

from __future__ import annotations

import hashlib
import zipfile
from pathlib import Path
from typing import Any

import numpy as np

from ...engine.errors import InputError
from ...engine.inference.encoding import UNWRAPPED_SCALE, unwrapped_phase
from ...engine.output.atomic import replacing
from ...engine.tile import CHANNELS, COSINE, RELIEF, SINE, UNWRAPPED, VALID

Batch = dict[str, Any]
PHASE_STEP_RAD = 2 * np.pi / 256
PLAIN = ("label", "weight", "mask_weight", "box")
"""Arrays that are stored as they are."""


def pack(batch: Batch) -> dict[str, np.ndarray]:
    """Pack a batch of tiles.

    Parameters
    ----------
    batch : dict
        From the simulator, as numpy arrays: "input" (B, 5, H, W), "mask" (B, g, g) from 0 to 1, "label",
        "weight", "mask_weight", "box" and a dict "meta" of (B,) arrays.

    Returns
    -------
    dict of ndarray
        Without nesting; the keys of "meta" have the prefix "meta_".
    """
    tiles = np.asarray(batch["input"], dtype=np.float32)
    valid = tiles[:, VALID] > 0.5
    steps = np.round(np.arctan2(tiles[:, SINE], tiles[:, COSINE]) / PHASE_STEP_RAD).astype(np.int16) % 256
    unwrapped = np.flatnonzero(np.any(tiles[:, UNWRAPPED] != 0, axis=(1, 2)))
    high = np.flatnonzero(np.any(tiles[:, RELIEF] != 0, axis=(1, 2)))
    out = {
        "shape": np.array(tiles.shape[-2:]),
        "valid": np.packbits(valid.reshape(len(tiles), -1), axis=1),
        "phase": steps.astype(np.uint8),
        "mask": np.round(np.asarray(batch["mask"]) * 255).astype(np.uint8),
        "unwrapped": unwrapped,
        "elevated": high,
        **_cycles(tiles[unwrapped, UNWRAPPED], steps[unwrapped] * PHASE_STEP_RAD, valid[unwrapped]),
    }
    relief = tiles[high, RELIEF]
    low = relief.min(axis=(1, 2), initial=0)
    span = np.maximum(relief.max(axis=(1, 2), initial=0) - low, 1e-6)
    scaled = (relief - low[:, None, None]) / span[:, None, None] * 255
    out.update(elevation=np.round(scaled).astype(np.uint8), elevation_low=low, elevation_span=span)
    out.update({key: np.asarray(batch[key]) for key in PLAIN if key in batch})
    out.update({f"meta_{key}": np.asarray(value) for key, value in batch.get("meta", {}).items()})
    return out


def _cycles(channel: np.ndarray, angle: np.ndarray, valid: np.ndarray) -> dict[str, np.ndarray]:
    """Whole cycles of unwrapped tiles, and the phase that their channel is centred on."""
    centred = unwrapped_phase(channel)
    phasor = np.exp(1j * (angle - centred)) * valid
    centre = np.angle(phasor.sum(axis=(1, 2))).astype(np.float32)
    cycles = np.round((centred + centre[:, None, None] - angle) / (2 * np.pi)) * valid
    return {"cycles": np.clip(cycles, -32768, 32767).astype(np.int16), "centre": centre}


def unpack(packed: dict[str, np.ndarray]) -> Batch:
    """Reverse `pack`; "input" is in float16."""
    height, width = (int(n) for n in packed["shape"])
    count = len(packed["phase"])
    bits = np.unpackbits(packed["valid"], axis=1, count=height * width)
    valid = bits.reshape(count, height, width).astype(bool)
    angle = packed["phase"].astype(np.float32) * np.float32(PHASE_STEP_RAD)
    tiles = np.zeros((count, len(CHANNELS), height, width), dtype=np.float16)
    tiles[:, COSINE] = np.cos(angle) * valid
    tiles[:, SINE] = np.sin(angle) * valid
    chosen = packed["unwrapped"]
    phase = angle[chosen] + packed["cycles"] * np.float32(2 * np.pi) - packed["centre"][:, None, None]
    compressed = np.arcsinh(phase / np.float32(np.pi)) / np.float32(UNWRAPPED_SCALE)
    tiles[chosen, UNWRAPPED] = compressed * valid[chosen]
    chosen = packed["elevated"]
    span, low = packed["elevation_span"][:, None, None], packed["elevation_low"][:, None, None]
    tiles[chosen, RELIEF] = (packed["elevation"] * (span / 255) + low) * valid[chosen]
    tiles[:, VALID] = valid
    out: Batch = {"input": tiles, "mask": packed["mask"].astype(np.float32) / 255}
    out.update({key: packed[key] for key in PLAIN if key in packed})
    out["meta"] = {key[5:]: value for key, value in packed.items() if key.startswith("meta_")}
    return out


def save(path: Path, arrays: dict[str, np.ndarray]) -> None:
    """Write arrays to an .npz file, completely or not at all.

    Raises
    ------
    OutputError
        The disk is full or not writable; no partial file remains.
    """
    with (
        replacing(path, "free some disk space and run the same command again to continue") as temporary,
        zipfile.ZipFile(temporary, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive,
    ):
        for name, values in arrays.items():
            with archive.open(f"{name}.npy", "w", force_zip64=True) as file:
                np.lib.format.write_array(file, np.ascontiguousarray(values), allow_pickle=False)


def load(path: Path) -> dict[str, np.ndarray]:
    """Read a file of `save`; raises `InputError` if it is missing, truncated or damaged."""
    try:
        with np.load(path, allow_pickle=False) as archive:
            return {name: archive[name] for name in archive.files}
    except (OSError, ValueError, EOFError, KeyError, zipfile.BadZipFile) as error:
        raise InputError(
            f"{path.name} is missing, truncated or damaged; run the command that wrote it again."
        ) from error


def digest(path: Path) -> str:
    """SHA-256 of a file, in hexadecimal."""
    total = hashlib.sha256()
    with path.open("rb") as file:
        while block := file.read(1 << 20):
            total.update(block)
    return total.hexdigest()
