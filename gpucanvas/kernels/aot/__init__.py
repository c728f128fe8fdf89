"""aot: compiles all entry kernels ahead of time into the library `_library`, so that users need no compiler.

    pictures.py --drawn in plain Python--> entries.py   the kernels that Python calls, and the types of their arguments
                                              |
                    numba's front end: kernel --> LLVM  compile.py  one module of all kernels, optimised once per
                                              |                     processor level --> object files
                                              |         table.py    how arguments are stored in slots --> C
                                              v
                           caller.c + table + objects   link.py     a C compiler, or Zig's from PyPI --> _library

`python -m gpucanvas.kernels.aot` builds the library in a checkout, `hook.py` for a wheel or an installation.
No list of kernels is kept by hand: a kernel that Python calls but no picture reaches stops the build.
"""
