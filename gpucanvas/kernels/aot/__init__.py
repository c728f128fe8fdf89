"""aot: compiles every entry kernel ahead of time into the library `_library`, so that whoever draws needs no compiler.

    pictures.py --drawn in plain Python--> entries.py   which kernels Python calls, with arguments of which types
                                              |
                    numba's front end: kernel --> LLVM  compile.py  one module of all, optimised once for each
                                              |                     processor level --> object files
                                              |         table.py    how each one's arguments become slots --> C
                                              v
                           caller.c + table + objects   link.py     a C compiler, or Zig's from PyPI --> _library

`python -m gpucanvas.kernels.aot` does it in a checkout; `hook.py` does when a wheel is built or installed.
Nothing is kept by hand: a kernel that Python calls and no picture reaches stops the build.
"""
