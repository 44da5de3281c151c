"""Model files: valid ones load, invalid ones are refused, and both backends agree."""

import builtins
import hashlib
import json
import shutil
import sys
from pathlib import Path

import numpy as np
import pytest

from quakefringe.engine.errors import ModelError
from quakefringe.engine.inference.encoding import encode
from quakefringe.engine.network import ModelCard, default_model_path, load_model
from quakefringe.engine.network.card import PASSES, RETIRED_PASSES, read_card
from quakefringe.engine.network.model_file import DIGEST_KEY
from quakefringe.engine.numerics import threads

onnx = pytest.importorskip("onnx", reason="the package onnx, which builds the model files, is not installed")
from onnx import TensorProto, helper, numpy_helper  # noqa: E402

OPTIONAL_KEYS = ("passes", "preparation", "thresholds", "calibration")
WIDTH = 8
RANDOM = np.random.default_rng(11)
WEIGHTS = {
    "stem": RANDOM.normal(0, 0.05, (WIDTH, 5, 16, 16)).astype(np.float16),
    "query": RANDOM.normal(0, 1, (WIDTH, WIDTH)).astype(np.float16),
    "head": RANDOM.normal(0, 1, (3, WIDTH)).astype(np.float16),
    "patch": RANDOM.normal(0, 1, (WIDTH, 1)).astype(np.float16),
    "token": RANDOM.normal(0, 1, (1, 1, WIDTH)).astype(np.float16),
}
INTEGERS = {
    "flat": (0, WIDTH, -1),
    "map": (-1, 1, 14, 14),
    "square": (-1, 14, 14),
    "first": (0,),
    "second": (1,),
}
INTEGERS |= {"end": (2**63 - 1,), "axis": (1,), "batch": (-1, 1, 1)}


def graph_lines():
    """A transformer's skeleton: patch embedding, class token, one attention, a linear head and a mask."""
    return """
        Conv phase stem c : strides=16,16
        Reshape c flat f
        Transpose f t : perm=0,2,1
        Shape phase s
        Gather s first b : axis=0
        Concat b one_one shape : axis=0
        Expand token shape class
        Concat class t x : axis=1
        MatMul x query q
        Transpose x k : perm=0,2,1
        MatMul q k scores
        Softmax scores weights
        Slice weights first second axis row
        Slice row second end two cut
        Split_sum cut total
        Div cut total normal
        Reshape normal map attention
        MatMul weights x mixed
        Gather mixed zero token_out : axis=1
        Gemm token_out head logits : transB=1
        Slice mixed second end axis patches
        MatMul patches patch raw
        Reshape raw square m
        Sigmoid m mask
    """


def build(path, card=None, change=lambda model: None, digest=True):
    """Write a small but complete model file; `change` may damage it before it is written."""
    nodes = []
    for name in WEIGHTS:
        nodes.append(helper.make_node("Cast", [f"{name}.half"], [name], to=TensorProto.FLOAT))
    for line in graph_lines().strip().splitlines():
        words, _, options = line.partition(" : ")
        op, *inputs, output = words.split()
        attributes = {}
        for option in options.split():
            key, values = option.split("=")
            numbers = [int(value) for value in values.split(",")]
            attributes[key] = numbers if key in ("strides", "perm") else numbers[0]
        if op == "Split_sum":
            nodes.append(helper.make_node("ReduceSum", [*inputs, "two"], [output]))
        else:
            nodes.append(helper.make_node(op, inputs, [output], **attributes))
    constants = {f"{name}.half": value for name, value in WEIGHTS.items()}
    constants |= {name: np.array(value, np.int64) for name, value in INTEGERS.items()}
    constants |= {
        "one_one": np.array([1, 1], np.int64),
        "two": np.array([2], np.int64),
        "zero": np.array(0, np.int64),
    }
    graph = helper.make_graph(
        nodes,
        "small",
        [helper.make_tensor_value_info("phase", TensorProto.FLOAT, ["batch", 5, 224, 224])],
        [
            helper.make_tensor_value_info("logits", TensorProto.FLOAT, ["batch", 3]),
            helper.make_tensor_value_info("attention", TensorProto.FLOAT, ["batch", 1, 14, 14]),
            helper.make_tensor_value_info("mask", TensorProto.FLOAT, ["batch", 14, 14]),
        ],
        [numpy_helper.from_array(value, name) for name, value in constants.items()],
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)])
    model.ir_version = 8
    text = json.dumps(ModelCard("1.2.3").to_dict() if card is None else card)
    model.metadata_props.add(key="quakefringe", value=text)
    if digest:
        model.metadata_props.add(key=DIGEST_KEY, value=graph_digest(model))
    change(model)
    path.write_bytes(model.SerializeToString())
    return path


def graph_digest(model):
    return hashlib.sha256(model.graph.SerializeToString()).hexdigest()


@pytest.fixture(scope="module")
def small(tmp_path_factory):
    return build(tmp_path_factory.mktemp("model") / "small.onnx")


@pytest.fixture(scope="module")
def tiles():
    rows, columns = np.mgrid[:224, :224]
    phase = 30 * np.exp(-((rows - 100) ** 2 + (columns - 140) ** 2) / 1500) + RANDOM.normal(
        0, 0.3, (224, 224)
    )
    phase[:40, :60] = np.nan
    phase = phase.astype(np.float32)
    height = (1000 * np.sin(rows / 30)).astype(np.float32)
    encoded = [
        encode(np.angle(np.exp(1j * phase)).astype(np.float32), False, height),
        encode(phase, True),
        np.zeros((5, 224, 224), np.float32),
        RANDOM.standard_normal((5, 224, 224)),
    ]
    return np.stack(encoded).astype(np.float32)


def test_a_loaded_model_describes_itself(small):
    network = load_model(small, "numpy")
    assert network.backend == "numpy"
    assert network.card.version == "1.2.3"
    assert network.card.classes == ("none", "earthquake", "other")
    assert network.card.thresholds["present"] == 0.7
    assert network.hash == hashlib.sha256(small.read_bytes()).hexdigest()
    assert network.path == str(small)
    assert network.threads >= 1


@pytest.mark.parametrize("count", [0, 1, 3, 4])
def test_any_number_of_tiles_gives_as_many_rows(small, tiles, count):
    out = load_model(small, "numpy").run(tiles[:count])
    assert (out.logits.shape, out.mask.shape) == ((count, 3), (count, 14, 14))
    assert out.attention.shape == (count, 1, 14, 14)
    assert {out.logits.dtype, out.attention.dtype, out.mask.dtype} == {np.dtype(np.float32)}
    np.testing.assert_allclose(out.attention.sum((2, 3)), np.ones((count, 1)), rtol=1e-5)


def test_a_tile_has_the_same_output_alone_and_in_a_batch(small, tiles):
    network = load_model(small, "numpy")
    together = network.run(tiles)
    for index in (3, 0):
        alone = network.run(tiles[index : index + 1])
        np.testing.assert_allclose(alone.logits[0], together.logits[index], rtol=1e-4, atol=1e-5)


def test_the_numpy_backend_gives_the_same_output_on_one_thread_and_on_several(small, tiles, monkeypatch):
    alone = load_model(small, "numpy")
    alone._engine.threads = 1
    several = load_model(small, "numpy")
    several._engine.threads = 3
    np.testing.assert_allclose(alone.run(tiles).mask, several.run(tiles).mask, atol=1e-4)
    assert len(several._engine._ready[False]) == 3


def both_agree(path, tiles):
    pytest.importorskip("onnxruntime", reason="onnxruntime, to compare with, is not installed")
    one, other = load_model(path, "numpy").run(tiles), load_model(path, "onnxruntime").run(tiles)
    for name in ("logits", "attention", "mask"):
        np.testing.assert_allclose(getattr(one, name), getattr(other, name), atol=1e-3, rtol=0, err_msg=name)


def test_both_backends_agree(small, tiles):
    both_agree(small, tiles)


def test_both_backends_agree_on_the_plugins_own_model(tiles):
    try:
        path = default_model_path()
    except ModelError as error:
        pytest.skip(str(error))
    assert path.stat().st_size <= 12_000_000
    both_agree(path, tiles)


def test_auto_uses_onnxruntime_if_it_is_installed(small):
    pytest.importorskip("onnxruntime", reason="onnxruntime is not installed")
    assert load_model(small).backend == "onnxruntime"


@pytest.fixture
def hidden(monkeypatch):
    """Python without onnxruntime."""
    whole = builtins.__import__

    def without(name, *arguments, **options):
        if name.split(".")[0] == "onnxruntime":
            raise ModuleNotFoundError("No module named 'onnxruntime'", name="onnxruntime")
        return whole(name, *arguments, **options)

    monkeypatch.setattr(builtins, "__import__", without)


def test_without_onnxruntime_the_network_runs_in_numpy(small, tiles, hidden):
    network = load_model(small)
    assert (network.backend, network.fallback) == ("numpy", "")
    assert network.run(tiles[:1]).logits.shape == (1, 3)


def test_a_request_for_a_missing_onnxruntime_is_refused_with_advice(small, hidden):
    with pytest.raises(ModelError, match=r"not installed.*choose the backend auto or numpy"):
        load_model(small, "onnxruntime")


def test_numpy_replaces_a_broken_onnxruntime_with_a_warning(small, monkeypatch, caplog):
    broken = type(sys)("onnxruntime")
    monkeypatch.setitem(sys.modules, "onnxruntime", broken)
    network = load_model(small)
    assert network.backend == "numpy"
    assert "SessionOptions" in network.fallback
    assert "onnxruntime does not work" in caplog.text
    with pytest.raises(ModelError, match="onnxruntime cannot run"):
        load_model(small, "onnxruntime")


def test_an_unknown_backend_is_refused(small):
    with pytest.raises(ModelError, match="'cuda' is not known"):
        load_model(small, "cuda")


def test_a_model_without_heads_says_so(small):
    network = load_model(small, "numpy")
    assert not network.has_heads
    with pytest.raises(ModelError, match=r"1\.2\.3 does not give the attention of its heads"):
        network.run(np.zeros((1, 5, 224, 224), np.float32), heads=True)


def test_tiles_of_another_shape_are_refused(small):
    with pytest.raises(ModelError, match=r"\(B, 5, 224, 224\), not \(1, 5, 64, 64\)"):
        load_model(small, "numpy").run(np.zeros((1, 5, 64, 64), np.float32))


def card_with(**changes):
    return {**ModelCard("1").to_dict(), **changes}


@pytest.mark.parametrize(
    ("card", "message"),
    [
        (card_with(format=3), "format 3, this plugin reads formats up to 2"),
        (card_with(channels=["phase"]), "channels"),
        (card_with(classes=["none", "volcano"]), "classes"),
        (card_with(window=128), "window"),
        (card_with(calibration={"temperature": 0}), "temperature"),
        (card_with(calibration={"kind": {"a": "x"}}), "calibration.kind.a"),
        (card_with(format=1, calibration={"scene": {"a": "x"}}), "calibration.scene.a"),
        (card_with(calibration={"wrapped": {"deformation": {"b": None}}}), "wrapped.deformation.b"),
        (card_with(calibration={"unwrapped": {"temperature": -1}}), "temperature"),
        (card_with(thresholds={"present": None}), "thresholds.present"),
        (card_with(thresholds=[0.5]), "thresholds"),
        (card_with(passes="mirrored"), "passes"),
        (card_with(passes=["mirrored", "thermal"]), "unknown entry 'thermal' of passes"),
        (card_with(passes=["magnified"]), "unknown entry 'magnified' of passes"),
        (card_with(preparation=["whitened"]), "unknown entry 'whitened' of preparation"),
        ([], "description is damaged"),
    ],
)
def test_cards_of_another_version_or_damaged_are_refused(tmp_path, card, message):
    with pytest.raises(ModelError, match=message):
        load_model(build(tmp_path / "m.onnx", card), "numpy")


def test_a_card_without_passes_thresholds_and_calibration_has_the_defaults():
    card = read_card(json.dumps({**ModelCard("1").to_dict()}))
    bare = {key: value for key, value in ModelCard("1").to_dict().items() if key not in OPTIONAL_KEYS}
    assert read_card(json.dumps(bare)) == card
    assert card.passes == PASSES


def test_a_card_of_an_old_model_names_the_passes_that_no_longer_run():
    data = card_with(format=1, passes=["magnified", "mirrored", "deramped"])
    card = read_card(json.dumps(data))
    assert (card.passes, card.retired_passes) == (("mirrored",), ("deramped", "magnified"))
    bare = read_card(json.dumps({key: value for key, value in data.items() if key != "passes"}))
    assert (bare.passes, bare.retired_passes) == (PASSES, RETIRED_PASSES)
    assert read_card(json.dumps(card_with(passes=[]))).passes == ()


def test_a_card_of_the_first_format_keeps_its_calibration_and_asks_one_question():
    stored = {"temperature": 1.5, "scene": {"a": 2.0, "b": 0.5, "c": 0.0}, "other": {"a": 1.0}}
    card = read_card(json.dumps(card_with(format=1, calibration=stored)))
    assert not card.two_questions
    assert card.calibration["scene"] == stored["scene"]
    assert card.calibration["other"] == {"a": 1.0, "b": 0.0, "c": 0.0}
    assert read_card(json.dumps(card.to_dict())) == card


def test_a_form_of_the_phase_may_have_a_calibration_of_its_own():
    stored = {"wrapped": {"temperature": 2.0, "kind": {"a": 0.5}}}
    card = read_card(json.dumps(card_with(calibration=stored)))
    assert card.two_questions
    assert card.calibration["wrapped"] == {"temperature": 2.0, "kind": {"a": 0.5, "b": 0.0, "c": 0.0}}
    assert card.calibration["deformation"] == {"a": 1.0, "b": 0.0, "c": 0.0}


def rename(model, before, after):
    for entry in (*model.graph.output, *model.graph.input):
        if entry.name == before:
            entry.name = after
    for node in model.graph.node:
        node.input[:] = [after if name == before else name for name in node.input]
        node.output[:] = [after if name == before else name for name in node.output]


def operator(model, before, after):
    next(node for node in model.graph.node if node.op_type == before).op_type = after


def shape_of(model, which, index, value):
    entry = next(e for e in (*model.graph.input, *model.graph.output) if e.name == which)
    entry.type.tensor_type.shape.dim[index].dim_value = value


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda m: m.ClearField("metadata_props"), "no description by QuakeFringe"),
        (lambda m: rename(m, "phase", "input"), "no input called phase"),
        (lambda m: rename(m, "mask", "m2"), "no output called mask"),
        (lambda m: shape_of(m, "phase", 1, 3), r"phase has the shape \(\?, 3, 224, 224\)"),
        (lambda m: shape_of(m, "phase", 0, 1), r"phase has the shape \(1, 5, 224, 224\)"),
        (lambda m: shape_of(m, "logits", 1, 2), r"logits has the shape \(\?, 2\)"),
        (lambda m: operator(m, "Sigmoid", "Einsum"), "Einsum is not known"),
        (lambda m: setattr(m.opset_import[0], "version", 9), "operator set 9"),
        (lambda m: operator(m, "Sigmoid", "Shape"), "outputs are not those"),
        (lambda m: m.graph.node.pop(), "never computed"),
        (lambda m: m.graph.node.pop(0), "stem is never computed"),
    ],
)
def test_files_that_are_no_model_for_the_plugin_are_refused_in_one_sentence(tmp_path, change, message):
    path = build(tmp_path / "m.onnx", change=change, digest=False)
    with pytest.raises(ModelError, match=message) as caught:
        load_model(path, "numpy")
    assert str(caught.value).endswith(".")
    assert "\n" not in str(caught.value)


def test_changed_weights_are_refused(small, tmp_path):
    data = bytearray(small.read_bytes())
    at = data.find(WEIGHTS["stem"].tobytes()[:64]) + 40
    data[at] ^= 0x10
    path = tmp_path / "m.onnx"
    path.write_bytes(data)
    with pytest.raises(ModelError, match="checksum"):
        load_model(path, "numpy")


@pytest.mark.parametrize("backend", ["numpy", "auto"])
@pytest.mark.parametrize("content", [b"", b"not an ONNX file at all", b"\0" * 100, b"II*\0" + b"\1" * 50])
def test_files_that_are_not_onnx_are_refused(tmp_path, content, backend):
    path = tmp_path / "m.onnx"
    path.write_bytes(content)
    with pytest.raises(ModelError, match="damaged or no ONNX file"):
        load_model(path, backend)


def test_a_missing_file_and_a_folder_are_refused(tmp_path):
    with pytest.raises(ModelError, match="There is no model file"):
        load_model(tmp_path / "none.onnx")
    with pytest.raises(ModelError, match="There is no model file"):
        load_model(tmp_path)


def test_a_plugin_without_its_model_is_an_error_with_advice(monkeypatch, tmp_path):
    models = tmp_path / "resources" / "models"
    monkeypatch.setattr("quakefringe.engine.network.model_file.MODELS", models)
    with pytest.raises(ModelError, match="model file is missing"):
        load_model()
    models.mkdir(parents=True)
    shutil.copy(build(tmp_path / "m.onnx"), models / "quakefringe.onnx")
    assert Path(load_model(backend="numpy").path) == models / "quakefringe.onnx"


def loads_or_refuses(path, data):
    path.write_bytes(data)
    try:
        load_model(path, "numpy")
    except ModelError as error:
        return str(error)
    return ""


def test_truncated_files_are_refused(small, tmp_path):
    data = small.read_bytes()
    random = np.random.default_rng(3)
    for length in {0, 1, len(data) - 1, *random.integers(0, len(data), 25).tolist()}:
        assert loads_or_refuses(tmp_path / "cut.onnx", data[:length]), length


def test_damaged_files_raise_no_other_error(tmp_path):
    path = build(tmp_path / "m.onnx", digest=False)  # without its checksum, damage is not noticed at once
    data = path.read_bytes()
    weights = sum(value.nbytes for value in WEIGHTS.values())
    assert weights < len(data)
    random = np.random.default_rng(5)
    start = data.find(WEIGHTS["stem"].tobytes()[:64])
    end = start + WEIGHTS["stem"].nbytes
    places = np.array(
        [at for at in range(len(data)) if not start <= at < end]
    )  # changes of the large weights have no effect on loading
    refused = 0
    for _ in range(150):
        damaged = bytearray(data)
        for at in random.choice(places, random.integers(1, 4)):
            damaged[at] = random.integers(256)
        refused += bool(loads_or_refuses(path, bytes(damaged)))
    assert refused > 50


def test_blas_has_one_thread_while_tiles_run_and_its_own_number_afterwards():
    controls = threads.blas_controls()
    if not controls:
        pytest.skip("numpy runs on a BLAS other than OpenBLAS")
    before = [get() for get, _ in controls]
    with threads.one_blas_thread():
        with threads.one_blas_thread():
            assert {get() for get, _ in controls} == {1}
        assert {get() for get, _ in controls} == {1}
    assert [get() for get, _ in controls] == before


def test_environment_variables_lower_the_number_of_threads(monkeypatch):
    monkeypatch.delenv("OPENBLAS_NUM_THREADS", raising=False)
    monkeypatch.setattr("os.sched_getaffinity", lambda _: set(range(6)), raising=False)
    for text, count in (("", 6), ("3", 3), ("12", 6), ("many", 6), ("0", 6)):
        monkeypatch.setenv("OMP_NUM_THREADS", text)
        assert threads.usable_threads() == count
