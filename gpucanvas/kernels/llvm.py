"""The LLVM code of `row.py` and `instructions.py`: what numba makes of those functions inside a kernel.

    llvm_rows.py         what a row is to numba
    llvm_arithmetic.py   what is computed with rows
    llvm_memory.py       what is read and written

Each function there has a definition here: given the types of its arguments it says the type of the result and the
code. Only numba's half of the package imports these modules.
"""

from __future__ import annotations

from numba.core import types
from numba.core.typing.templates import infer, infer_global, make_intrinsic_template

from . import llvm_arithmetic, llvm_memory

for function, definition in (llvm_arithmetic.DEFINITIONS | llvm_memory.DEFINITIONS).items():
    template = make_intrinsic_template(function, definition, function.__name__)
    infer(template)
    infer_global(function, types.Function(template))
