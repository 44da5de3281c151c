"""Random answers of a network, and folders of scores made from them, without running a network."""

from __future__ import annotations

import numpy as np

from quakefringe.training.data.packing import pack, save
from quakefringe.training.scoring.detectability import limit
from quakefringe.training.scoring.real_scores import COLUMNS, picture_name
from quakefringe.training.scoring.real_summary import by_event, summarise
from quakefringe.training.scoring.score_folder import PICTURES, SIMULATED, write_rows, write_scores
from quakefringe.training.scoring.simulated_scores import summarise as summarise_simulated

GRID = 14


def fake_answers(count=400, seed=0, skill=3.0, earthquakes=0.4):
    """Answers in the form of ``simulated/mixed.npz``; `skill` is added to the logit of the right class."""
    random = np.random.default_rng(seed)
    others = (1 - earthquakes) / 2
    label = random.choice(3, count, p=[others, earthquakes, others])
    logits = random.normal(0, 1, (count, 3)).astype(np.float32)
    magnitude = np.where(label == 1, random.uniform(4.6, 8.2, count), np.nan)
    depth = np.where(label == 1, random.uniform(1, 25, count), np.nan)
    hidden = (label == 1) & (magnitude < limit(np.nan_to_num(depth), "thrust", "1 cm"))
    logits[np.arange(count), label] += np.where(hidden, 0, skill)
    box = np.full((count, 4), np.nan)
    truth = np.zeros((count, GRID, GRID), np.float32)
    mask = random.uniform(0, 0.3, (count, GRID, GRID)).astype(np.float32)
    attention = random.uniform(0, 0.2, (count, GRID, GRID)).astype(np.float32)
    for index in np.flatnonzero((label > 0) & ~hidden):
        x, y = random.integers(0, GRID - 4, 2)
        truth[index, y : y + 4, x : x + 3] = 1
        mask[index, y : y + 4, x : x + 3] = 0.9
        attention[index, y + 1, x + 1] = 5.0
        box[index] = np.array([x, y, x + 3, y + 4]) / GRID
    attention /= attention.sum(axis=(1, 2), keepdims=True)
    return {
        "logits": logits,
        "blank_logits": np.where(random.random((count, 1)) < 0.5, logits * 0.5, np.nan).astype(np.float32),
        "attention": attention,
        "mask": mask,
        "truth_mask": truth,
        "label": np.where(hidden, 0, label),
        "weight": np.where(hidden, 0.0, 1.0),
        "box": box,
        "meta_mw": magnitude,
        "meta_depth": depth,
        "meta_mechanism": random.integers(0, 3, count).astype(float),
        "meta_pixel_m": random.uniform(60, 900, count),
        "meta_unwrapped": random.integers(0, 2, count).astype(float),
        "meta_has_elevation": random.integers(0, 2, count).astype(float),
        "meta_real_background": random.integers(0, 2, count).astype(float),
        "meta_wavelength": random.choice([0.031, 0.0555, 0.094, 0.236], count),
    }


def fake_tiles(count=8, size=224, seed=0):
    """A packed batch of tiles with a bowl of phase in each."""
    random = np.random.default_rng(seed)
    rows, columns = np.mgrid[:size, :size]
    tiles = np.zeros((count, 5, size, size), np.float32)
    for index in range(count):
        y, x = random.uniform(60, size - 60, 2)
        phase = 20 * np.exp(-((rows - y) ** 2 + (columns - x) ** 2) / 900) + random.normal(
            0, 0.3, (size, size)
        )
        tiles[index, :2] = np.cos(phase), np.sin(phase)
        if index % 2:
            tiles[index, 2] = np.arcsinh(phase / np.pi) / 4
        tiles[index, 4] = 1
    batch = {"input": tiles, "mask": np.zeros((count, GRID, GRID)), "label": np.zeros(count, int), "meta": {}}
    return pack(batch)


def fake_row(file, group, label, probability, **more):
    """A row of ``scenes.csv``."""
    verdict = "present" if probability >= 0.7 else "absent" if probability <= 0.3 else "uncertain"
    row = dict.fromkeys(COLUMNS)
    row.update(
        file=file,
        group=group,
        label=label,
        crop=file.startswith("crops"),
        fold=-1,
        model="fake.onnx",
        quality="good",
        verdict=verdict,
        probability=probability,
        other_probability=0.1,
        evidence=float(np.log(probability / (1 - probability))),
        windows=1,
        scales=1,
        boxes=0,
        seconds=1.0,
        error="",
    )
    row.update(more)
    return row


def fake_rows(skill=1.0, seed=0):
    """Rows of four earthquakes (two scenes each), quiet and volcanic crops, and their windows' logits."""
    random = np.random.default_rng(seed)
    rows = []

    def chance(truth):
        return float(1 / (1 + np.exp(-(random.normal(0, 1) + (2.5 if truth else -3.5) * skill))))

    for event in range(4):
        for scene in range(2):
            rows.append(
                fake_row(
                    f"scenes/event{event}_{scene}.tif",
                    f"Event {event}",
                    "earthquake",
                    chance(True),
                    magnitude=6.0 + event / 2,
                    iou=float(random.uniform(0.2, 0.9)),
                    iou_first=0.2,
                    centre_km=float(random.uniform(0.2, 9)),
                    centre_share=0.08,
                    pointing=True,
                    energy=0.6,
                )
            )
    rows.append(fake_row("scenes/after.tif", "Event 0", "postseismic", 0.8))
    rows += [fake_row(f"scenes/still{i}.tif", "Still", "quiet", chance(False)) for i in range(3)]
    rows += [
        fake_row(f"crops/quiet/v{i % 9}_{i}.png", f"v{i % 9}", "quiet", chance(False), fold=i % 9 % 5)
        for i in range(60)
    ]
    rows += [
        fake_row(f"crops/volcano/w{i % 3}_{i}.png", f"w{i % 3}", "volcano", chance(False), fold=i % 3)
        for i in range(12)
    ]
    windows = []
    for row in rows:
        other = 3.0 if row["label"] == "volcano" else -3.0
        windows.append(np.array([[0.0, row["evidence"] + np.log(1 + np.exp(other)), other]], np.float32))
    return rows, windows


def fake_folder(folder, *, simulated=True, real=True, skill=1.0, seed=0):
    """A folder of scores as `evaluate` writes it."""
    folder.mkdir(parents=True, exist_ok=True)
    scores = {
        "model": {
            "name": "fake.onnx",
            "hash": "0123456789abcdef",
            "recipe": "smoke",
            "trained": {"samples": 1000},
            "calibration": {"temperature": 1.0},
            "thresholds": {"present": 0.7, "absent": 0.3, "box": 0.5, "mask": 0.5},
        }
    }
    if simulated:
        answers = {
            "mixed": {**fake_answers(400, seed), **{f"sample_{k}": v for k, v in fake_tiles().items()}},
            "hard_volcano": fake_answers(60, seed + 1, earthquakes=0.0),
            "hard_stratified": fake_answers(60, seed + 2, skill=1.0, earthquakes=0.0),
        }
        (folder / SIMULATED).mkdir()
        for name, arrays in answers.items():
            save(folder / SIMULATED / f"{name}.npz", arrays)
        scores["simulated"] = summarise_simulated(answers, scores["model"]["thresholds"])
    if real:
        rows, windows = fake_rows(skill, seed)
        write_rows(folder, rows, windows)
        scores["real"] = {
            "files": len(rows),
            "left_out": 0,
            "folds": [],
            "events": by_event(rows),
            **summarise(rows, quiet_fold=0, draws=50),
        }
        (folder / PICTURES).mkdir()
        for row in rows:
            if not row["crop"] or row["verdict"] != "absent":
                np.savez(folder / PICTURES / f"{picture_name(row['file'])}.npz", **fake_picture(row))
    write_scores(folder, scores)
    return folder


def fake_picture(row):
    """The stored data of a real file's picture."""
    rows, columns = np.mgrid[:60, :90]
    phase = 15 * np.exp(-((rows - 30) ** 2 + (columns - 40) ** 2) / 300)
    box = [83.2, 28.1, 83.6, 28.4] if row["label"] == "earthquake" else []
    return {
        "phase": phase.astype(np.float32),
        "wrapped": np.array(False),
        "heat": (phase / 15).astype(np.float16),
        "extent": np.array([83.0, 28.0, 83.9, 28.6]),
        "ground": np.array([88_000.0, 66_000.0]),
        "metric": np.array(True),
        "boxes": np.array([[83.25, 28.15, 83.6, 28.45], [83.7, 28.0, 83.8, 28.1]]),
        "quake": np.array([True, False]),
        "chance": np.array([0.9, 0.6], np.float32),
        "truth": np.array(box, float),
    }
