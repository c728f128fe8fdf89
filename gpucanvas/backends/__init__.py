"""Who executes a Scene: `cpu` (numba kernels on a thread pool), `gl` (compute shaders), `null` (remembers only).

A backend makes surfaces, draws scenes onto them and reads them back. It plans nothing.
"""
