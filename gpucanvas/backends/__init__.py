"""Who executes a Scene: `cpu` (compiled kernels on a few threads), `gl` (compute shaders).

    cpu.py --> frame.py: a frame's stages, in bands (bands.py) over helper threads (team.py), with its scratch.py
    gl.py  --> ../gl/: the context's owner thread, buffers, programs, staging memory

A backend makes surfaces, draws scenes onto them and reads them back. It plans nothing.
"""
