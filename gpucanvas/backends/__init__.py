"""backends: run plans: `cpu` (compiled kernels on a few threads), `gl` (compute shaders), `null` (for tests).

    cpu.py --> workers.py: helper threads (team.py) and scratch.py --> stage_runner.py: stages, in bands (bands.py);
        list_runner.py has those before fine
    gl.py  --> ../gl/: the context's owner thread, buffers, programs, staging memory
           --> llvmpipe.py: what software OpenGL needs on top of that

A backend makes surfaces, runs the steps of plans on them and reads them back. It plans nothing.
"""
