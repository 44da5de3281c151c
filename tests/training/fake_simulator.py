"""A fast simulator for tests: a square signal in noise."""

from __future__ import annotations

import torch


class FakeSimulator:
    """Earthquakes are squares of positive phase, other deformation squares of negative phase."""

    def __init__(self, config, device="cpu", cache=""):
        self.generator = torch.Generator()

    def seed(self, seed):
        self.generator.manual_seed(seed)

    def batch(self, count, size):
        def draw(low, high):
            return torch.randint(low, high, (count,), generator=self.generator)

        grid = size // 16
        label = draw(0, 3)
        row, column = draw(0, grid), draw(0, grid)
        phase = 0.3 * torch.randn(count, size, size, generator=self.generator)
        mask = torch.zeros(count, grid, grid)
        box = torch.full((count, 4), float("nan"))
        for i in range(count):
            if label[i]:
                y, x = int(row[i]), int(column[i])
                phase[i, y * 16 : y * 16 + 16, x * 16 : x * 16 + 16] += 3.0 if label[i] == 1 else -2.0
                mask[i, y, x] = 1.0
                box[i] = torch.tensor([x, y, x + 1, y + 1]) / grid
        unwrapped = draw(0, 2).float()
        high = draw(0, 2).float()
        unwrapped_phase = torch.asinh(phase / torch.pi) / 4
        valid = torch.ones_like(phase)
        valid[:, : size // 8, : size // 8] = 0
        relief = torch.linspace(-1, 1, size).expand(count, size, size) * high[:, None, None]
        channels = [phase.cos(), phase.sin(), unwrapped_phase * unwrapped[:, None, None], relief]
        return {
            "input": torch.stack([channel * valid for channel in channels] + [valid], dim=1),
            "label": label,
            "weight": (draw(0, 8) > 0).float(),
            "mask": mask,
            "mask_weight": torch.ones(count),
            "box": box,
            "line_of_sight": phase,
            "meta": {
                "mw": 5.0 + row.float(),
                "depth": 5.0 + column.float(),
                "unwrapped": unwrapped,
                "wavelength": torch.where(high > 0, 0.056, 0.236),
            },
        }


class FakeChunks:
    """Chunks that can be sent to a worker process."""

    def __init__(self, count, size):
        self.count, self.size = count, size

    def chunk(self, index):
        simulator = FakeSimulator(None)
        simulator.seed(index)
        return simulator.batch(self.count, self.size)
