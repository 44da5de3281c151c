"""The operators of ONNX that a Vision Transformer needs, in numpy.

`KERNELS` maps the name of an operator to a function of its attributes and inputs that returns the list of its
outputs. The operators are specified at onnx.ai/onnx/operators (operator sets 13 to 21).
"""

from .base import OperatorError
from .elementwise import KERNELS as _ELEMENTWISE
from .products import KERNELS as _PRODUCTS
from .reductions import KERNELS as _REDUCTIONS
from .shapes import KERNELS as _SHAPES

KERNELS = {**_ELEMENTWISE, **_SHAPES, **_REDUCTIONS, **_PRODUCTS}

__all__ = ["KERNELS", "OperatorError"]
