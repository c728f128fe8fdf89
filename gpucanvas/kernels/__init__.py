"""kernels: how the functions of `stages/` become machine code.

    @kernel                 +-- library.py   compiled when gpucanvas was built: no compiler is needed
    def shade_tiles(...) ---+-- jit.py       compiled by numba when called: where there is no library of these sources
                            +-- plain.py     not compiled: plain Python, for debuggers and for the build

`ways.py` chooses one of the three for the whole process; GPUCANVAS_KERNELS=library, jit or python asks for one.
All three make the same bytes. Kernels work on rows of a tile (`row.py`) and a few instructions that Python lacks
(`instructions.py`): plain Python there, LLVM in `llvm*.py`. `aot/` makes the library.
"""

from .decorators import holding_lock, inlined, kernel

__all__ = ["holding_lock", "inlined", "kernel"]
