"""Every operator in numpy agrees with onnxruntime on random numbers."""

import math

import numpy as np
import pytest

from quakefringe.engine.network.binders import BINDERS, VIEWS
from quakefringe.engine.network.graph import read_graph
from quakefringe.engine.network.operators import KERNELS, OperatorError
from quakefringe.engine.network.program import Program
from quakefringe.engine.network.simplify import simplify
from quakefringe.engine.network.special import erf, gelu

onnx = pytest.importorskip("onnx", reason="the package onnx, which builds the graphs, is not installed")
ort = pytest.importorskip("onnxruntime", reason="onnxruntime, to compare with, is not installed")
from onnx import TensorProto, helper, numpy_helper  # noqa: E402

RANDOM = np.random.default_rng(7)
F32, I64 = np.float32, np.int64


def normal(*shape):
    return RANDOM.standard_normal(shape).astype(F32)


def positive(*shape):
    return (RANDOM.random(shape) + 0.1).astype(F32)


def ints(*values):
    return np.array(values, I64)


def make(nodes, inputs, constants, outputs, opset=17):
    """The bytes of a model; `inputs` and `constants` are arrays by name."""
    graph = helper.make_graph(
        nodes,
        "test",
        [
            helper.make_tensor_value_info(name, helper.np_dtype_to_tensor_dtype(value.dtype), value.shape)
            for name, value in inputs.items()
        ],
        [helper.make_empty_tensor_value_info(name) for name in outputs],
        [numpy_helper.from_array(value, name) for name, value in constants.items()],
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", opset)])
    model.ir_version = 8
    return model.SerializeToString()


def by_onnxruntime(data, inputs):
    options = ort.SessionOptions()
    options.intra_op_num_threads = 1
    options.log_severity_level = 3
    session = ort.InferenceSession(data, options, providers=["CPUExecutionProvider"])
    return session.run(None, inputs)


def by_numpy(data, inputs):
    graph = read_graph(memoryview(data))
    with np.errstate(all="ignore"):
        program = Program(
            simplify(graph), {name: value.shape for name, value in inputs.items()}, BINDERS, VIEWS
        )
        for _ in range(2):  # the second time shows what the first has left behind
            for name, value in inputs.items():
                program.inputs[name][...] = value
            program.run()
    return [program.outputs[info.name] for info in graph.outputs]


def agree(data, inputs, tolerance=2e-6):
    got, expected = by_numpy(data, inputs), by_onnxruntime(data, inputs)
    for one, other in zip(got, expected):
        assert one.shape == other.shape
        assert one.dtype == other.dtype
        np.testing.assert_allclose(one, other, rtol=tolerance, atol=tolerance)


def case(op, inputs, constants=(), outputs=1, opset=17, **attributes):
    return pytest.param(op, inputs, constants, outputs, opset, attributes, id=f"{op}-{len(CASES)}")


CASES = []
for op in ("Exp", "Tanh", "Neg", "Abs", "Relu", "Sigmoid", "Erf", "Identity"):
    CASES.append(case(op, [normal(3, 4, 5)]))
for op in ("Sqrt", "Log", "Reciprocal"):
    CASES.append(case(op, [positive(3, 4, 5)]))
for op in ("Add", "Sub", "Mul", "Div"):
    CASES += [
        case(op, [normal(2, 3, 4), positive(2, 3, 4)]),
        case(op, [normal(2, 3, 4), positive(4)]),
        case(op, [normal(3, 1)], [positive(2, 1, 4)]),
        case(op, [], [ints(-7, 7, 9), ints(2, 2, -4)]),
    ]
CASES += [
    *[case("Pow", [positive(3, 4)], [np.array(e, F32)]) for e in (2, 3, 0.5, 1.7)],
    case("Pow", [positive(3, 4), normal(3, 4)]),
    case("Pow", [positive(3, 4)], [ints(2)]),
    *[case(op, [normal(3, 4), normal(4), normal(3, 1)]) for op in ("Max", "Min", "Sum")],
    case("Clip", [normal(3, 4)], [np.array(-0.5, F32), np.array(0.5, F32)]),
    *[case(op, [normal(3, 4)], [np.zeros((), F32)]) for op in ("Equal", "Greater", "Less")],
    *[case(op, [normal(3, 4)], [np.zeros((), F32)]) for op in ("GreaterOrEqual", "LessOrEqual")],
    *[case(op, [], [np.array([True, False]), np.array([[True], [False]])]) for op in ("And", "Or")],
    case("Not", [], [np.array([True, False])]),
    case("Where", [], [np.array([[True], [False], [True]]), normal(3, 4), normal(4)]),
    case("Cast", [normal(3, 4)], to=TensorProto.INT64),
    case("Cast", [normal(3, 4)], to=TensorProto.DOUBLE),
    case("Cast", [normal(3, 4)], to=TensorProto.FLOAT16),
    case("Cast", [], [normal(3, 4).astype(np.float16)], to=TensorProto.FLOAT),
    case("Gelu", [3 * normal(3, 700)], opset=20),
    case("Gelu", [3 * normal(3, 700)], opset=20, approximate="tanh"),
    case("Reshape", [normal(2, 3, 4)], [ints(0, -1)]),
    case("Reshape", [normal(2, 3, 4)], [ints(4, 1, 6)]),
    case("Flatten", [normal(2, 3, 4)]),
    case("Flatten", [normal(2, 3, 4)], axis=-1),
    case("Transpose", [normal(2, 3, 4)]),
    case("Transpose", [normal(2, 3, 4)], perm=[1, 0, 2]),
    case("Unsqueeze", [normal(2, 3)], [ints(0, -1)]),
    case("Squeeze", [normal(1, 2, 1, 3)]),
    case("Squeeze", [normal(1, 2, 1, 3)], [ints(-2)]),
    case("Concat", [normal(2, 3), normal(2, 2)], axis=1),
    case("Concat", [normal(2, 3)], [normal(1, 3)], axis=-2),
    case("Split", [normal(2, 7)], [ints(3, 4)], 2, axis=1),
    case("Split", [normal(2, 7)], (), 3, 18, axis=1, num_outputs=3),
    case("Slice", [normal(5, 6)], [ints(1), ints(2**63 - 1), ints(0)]),
    case("Slice", [normal(5, 6)], [ints(-1, 4), ints(-100, 1), ints(0, -1), ints(-2, -1)]),
    case("Slice", [normal(5, 6)], [ints(-3, 0), ints(-1, 100)]),
    case("Gather", [normal(4, 5)], [np.array(-1, I64)], axis=1),
    case("Gather", [normal(4, 5)], [ints(3, -4, 0)], axis=0),
    case("Gather", [normal(4, 5)], [np.array([[0, 1], [2, 2]], I64)], axis=1),
    case("Expand", [normal(3, 1)], [ints(2, 1, 4)]),
    case("Tile", [normal(2, 3)], [ints(2, 2)]),
    case("Shape", [normal(2, 3, 4)]),
    case("Shape", [normal(2, 3, 4)], start=1, end=-1),
    case("Range", [], [np.array(2, I64), np.array(11, I64), np.array(3, I64)]),
    case("ConstantOfShape", [], [ints(2, 3)], value=helper.make_tensor("v", TensorProto.INT64, [1], [5])),
    case("ConstantOfShape", [], [ints(2, 3)]),
    *[case("Constant", [], value=numpy_helper.from_array(v)) for v in (normal(2, 3), ints(1, 2))],
    case("Constant", [], value_float=1.5),
    case("Constant", [], value_ints=[1, 2]),
    case("ReduceSum", [normal(2, 3, 4)], [ints(1)], keepdims=0),
    case("ReduceSum", [normal(2, 3, 4)]),
    case("ReduceSum", [normal(2, 3, 4)], noop_with_empty_axes=1),
    case("ReduceMean", [normal(2, 3, 4)], axes=[-1, 0]),
    case("ReduceMean", [normal(2, 3, 4)], [ints(-1)], opset=18, keepdims=0),
    case("ReduceMax", [normal(2, 3, 4)], axes=[1]),
    case("ReduceMin", [normal(2, 3, 4)], axes=[1], keepdims=0),
    case("Softmax", [20 * normal(2, 3, 50)]),
    case("Softmax", [normal(2, 3, 50)], axis=1),
    case("LogSoftmax", [normal(2, 3, 50)]),
    case("LayerNormalization", [normal(2, 3, 64) + 5], [normal(64), normal(64)], epsilon=1e-6),
    case("LayerNormalization", [normal(2, 3, 64)], [normal(64)]),
    case("LayerNormalization", [normal(2, 3, 8)], [normal(3, 8), normal(3, 8)], axis=1),
    case("BatchNormalization", [normal(2, 3, 4, 4)], [normal(3), normal(3), normal(3), positive(3)]),
    case("GlobalAveragePool", [normal(2, 3, 4, 5)]),
    case("MatMul", [normal(5, 6), normal(6, 7)]),
    case("MatMul", [normal(2, 3, 5, 6)], [normal(6, 7)]),
    case("MatMul", [normal(2, 3, 5, 6), normal(2, 3, 6, 7)]),
    case("MatMul", [normal(2, 1, 5, 6), normal(3, 6, 7)]),
    case("MatMul", [normal(6)], [normal(6, 7)]),
    case("MatMul", [normal(5, 6), normal(6)]),
    case("Gemm", [normal(5, 6)], [normal(7, 6), normal(7)], transB=1),
    case("Gemm", [normal(6, 5), normal(6, 7)], transA=1, alpha=0.5),
    case("Gemm", [normal(5, 6), normal(6, 7), normal(5, 1)], beta=2.0),
    case("Conv", [normal(1, 5, 20, 22)], [normal(7, 5, 3, 3), normal(7)], strides=[2, 2], pads=[1, 1, 1, 1]),
    case("Conv", [normal(2, 5, 32, 48)], [normal(7, 5, 16, 16), normal(7)], strides=[16, 16]),
    case("Conv", [normal(2, 6, 9, 9)], [normal(4, 6, 1, 1)]),
    case("Conv", [normal(1, 6, 9, 9)], [normal(4, 3, 3, 3)], group=2, pads=[1, 0, 2, 1]),
    case("Conv", [normal(1, 3, 15, 14)], [normal(4, 3, 3, 2), normal(4)], dilations=[2, 3], strides=[1, 2]),
    case("Conv", [normal(1, 24, 150, 160)], [normal(8, 24, 3, 3), normal(8)], pads=[1, 1, 1, 1]),
    case("Conv", [normal(1, 2, 6, 6), normal(3, 2, 3, 3)]),
]


@pytest.mark.parametrize(("op", "inputs", "constants", "outputs", "opset", "attributes"), CASES)
def test_operator_agrees_with_onnxruntime(op, inputs, constants, outputs, opset, attributes):
    given = {f"x{i}": value for i, value in enumerate(inputs)}
    fixed = {f"c{i}": value for i, value in enumerate(constants)}
    names = [f"y{i}" for i in range(outputs)]
    data = make([helper.make_node(op, [*given, *fixed], names, **attributes)], given, fixed, names, opset)
    agree(data, given, 2e-5 if op in ("Conv", "MatMul", "Gemm", "Pow") else 2e-6)


def test_every_operator_has_a_case():
    assert {parameters.values[0] for parameters in CASES} | {"Dropout"} == set(KERNELS)


HALF, ONE, ROOT = np.array(0.5, F32), np.array(1, F32), np.array(math.sqrt(2), F32)
GELU_FORMS = {
    "(x e) / 2": ["Div x root d", "Erf d e", "Add e one a", "Mul x a m", "Mul m half y"],
    "(x / 2) e": ["Mul x half h", "Div x root d", "Erf d e", "Add e one a", "Mul h a y"],
    "x (e / 2)": ["Mul x inverse d", "Erf d e", "Add one e a", "Mul half a m", "Mul m x y"],
}


@pytest.mark.parametrize("form", GELU_FORMS)
def test_gelu_is_recognised_in_every_form(form):
    nodes = [helper.make_node(o, i, [out]) for o, *i, out in (line.split() for line in GELU_FORMS[form])]
    x = 3 * normal(2, 197, 300)
    fixed = {"half": HALF, "one": ONE, "root": ROOT, "inverse": (1 / ROOT).astype(F32)}
    data = make(nodes, {"x": x}, fixed, ["y"])
    assert [node.op for node in simplify(read_graph(memoryview(data))).nodes] == ["Gelu"]
    agree(data, {"x": x})


def test_similar_expressions_are_not_taken_for_gelu():
    nodes = [helper.make_node(o, i, [out]) for o, *i, out in (s.split() for s in GELU_FORMS["(x e) / 2"])]
    x = normal(2, 30)
    data = make(nodes, {"x": x}, {"half": HALF, "one": ONE, "root": np.array(1.5, F32)}, ["y"])
    assert "Erf" in [node.op for node in simplify(read_graph(memoryview(data))).nodes]
    agree(data, {"x": x})
    data = make(nodes, {"x": x}, {"half": HALF, "one": ONE, "root": ROOT}, ["y", "a"])  # a is wanted too
    agree(data, {"x": x})


def test_gelu_and_erf_are_exact_to_a_millionth_at_any_size():
    x = np.concatenate([np.linspace(-40, 40, 80001), 10.0 ** np.arange(-30, 37), -(10.0 ** np.arange(2, 37))])
    x = x.astype(F32)
    exact = np.array([math.erf(v) for v in x.astype(float)])
    with np.errstate(all="ignore"):
        np.testing.assert_allclose(erf(x), exact, atol=5e-7)
        expected = [0.5 * v * math.erfc(-v / math.sqrt(2)) for v in x.astype(float)]
        np.testing.assert_allclose(gelu(x), expected, rtol=1e-6, atol=1e-6)
    assert np.isnan(gelu(np.array([np.nan], F32))).all()


def test_a_choice_between_two_tensors_agrees():
    nodes = [
        helper.make_node("Greater", ["a", "b"], ["c"]),
        helper.make_node("Where", ["c", "a", "b"], ["y"]),
    ]
    inputs = {"a": normal(3, 4), "b": normal(4)}
    agree(make(nodes, inputs, {}, ["y"]), inputs)


def test_memory_is_not_overwritten_while_it_is_needed():
    lines = [
        *("Relu x a", "Add a x b", "Mul a b c", "Transpose c t", "Add t t u", "Softmax u s"),
        *("Transpose s v", "Sub v c d", "Relu d e", "Add e a f", "MatMul f s g", "Add g b y"),
    ]
    nodes = [helper.make_node(o, i, [out]) for o, *i, out in (line.split() for line in lines)]
    x = normal(40, 40)
    agree(make(nodes, {"x": x}, {}, ["y", "c", "s"]), {"x": x}, 2e-5)


def test_layers_with_channels_last_in_memory_agree():
    nodes = [
        helper.make_node("Conv", ["x", "w0", "b0"], ["a"], strides=[2, 2], pads=[1, 1, 1, 1]),
        helper.make_node("BatchNormalization", ["a", "g", "b0", "m", "v"], ["n"]),
        helper.make_node("Relu", ["n"], ["r"]),
        helper.make_node("Conv", ["r", "w1", "b1"], ["c"]),
        helper.make_node("Reshape", ["c", "shape"], ["f"]),
        helper.make_node("Transpose", ["f"], ["t"], perm=[0, 2, 1]),
        helper.make_node("Softmax", ["t"], ["y"]),
    ]
    constants = {"w0": normal(6, 5, 3, 3), "b0": normal(6), "g": normal(6), "m": normal(6), "v": positive(6)}
    constants |= {"w1": normal(4, 6, 1, 1), "b1": normal(4), "shape": ints(0, 4, -1)}
    x = normal(1, 5, 30, 28)
    agree(make(nodes, {"x": x}, constants, ["y", "c"]), {"x": x}, 2e-5)


def one_node(op, inputs, constants, **attributes):
    data = make([helper.make_node(op, [*inputs, *constants], ["y"], **attributes)], inputs, constants, ["y"])
    return by_numpy(data, inputs)


@pytest.mark.parametrize(
    ("op", "constants"),
    [
        ("Expand", {"s": ints(2**40)}),
        ("Expand", {"s": ints(-2)}),
        ("Tile", {"s": ints(2**40, 1)}),
        ("Reshape", {"s": ints(7, 7)}),
        ("Split", {"s": ints(1, 2)}),
        ("NoSuchOperator", {}),
    ],
)
def test_impossible_operations_are_refused(op, constants):
    with pytest.raises((OperatorError, ValueError)):
        one_node(op, {"x": normal(2, 3)}, constants)


def test_huge_products_are_refused_before_they_are_allocated():
    with pytest.raises(OperatorError, match="too large"):
        one_node("Mul", {"x": normal(1, 2**14)}, {"c": normal(2**14, 1)})
