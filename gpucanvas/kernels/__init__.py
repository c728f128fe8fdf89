"""kernels: how the functions of `stages/` are compiled to machine code.

    @kernel                 +-- library.py   compiled when gpucanvas was built: no compiler is needed
    def shade_tiles(...) ---+-- jit.py       compiled by numba when called: where there is no library of these sources
                            +-- plain.py     not compiled: plain Python, for debuggers and for the build

`ways.py` chooses one of the three for the whole process; GPUCANVAS_KERNELS=library, jit or python requests one of them.
All three draw the same bytes. Kernels use rows of a tile (`row.py`) and a few instructions that Python lacks
(`instructions.py`); these modules hold the plain Python, `llvm*.py` the LLVM code. `aot/` builds the library.
"""

from .decorators import holding_lock, inlined, kernel

__all__ = ["holding_lock", "inlined", "kernel"]
