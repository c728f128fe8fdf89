"""The LLVM code that numba generates for the functions of `row.py` and `instructions.py` inside a kernel.

    llvm_rows.py         the types of rows
    llvm_arithmetic.py   arithmetic on rows
    llvm_memory.py       loads and stores

Each function of `row.py` and `instructions.py` has a definition in one of these modules: given the types of the
arguments, it returns the type of the result and a generator of the code. Only `jit.py` imports this module.
"""

from __future__ import annotations

from numba.core import types
from numba.core.typing.templates import infer, infer_global, make_intrinsic_template

from . import llvm_arithmetic, llvm_memory

for function, definition in (llvm_arithmetic.DEFINITIONS | llvm_memory.DEFINITIONS).items():
    template = make_intrinsic_template(function, definition, function.__name__)
    infer(template)
    infer_global(function, types.Function(template))
