"""gl: everything that calls OpenGL. No other package imports moderngl.

context.py   makes a context; probes for OpenGL in a separate process
owner.py     the thread that owns the context
source.py    shader files with their includes, and errors mapped back to file and line
program.py   compiled shaders, by name
texture_surface.py: a canvas's pixels; their copy while a frame of several parts is drawn
buffers.py   working buffers that grow and live from frame to frame
sync.py      fences and persistently mapped blocks, by ctypes
staging.py   the pool of blocks that the host writes and the GPU reads: submissions and their fences;
             leasing.py: its memory; blocks.py, slabs.py: its records; lease.py: what it hands out;
             views.py: NumPy arrays over it
"""
