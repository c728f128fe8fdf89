"""Everything that touches OpenGL: the only importers of moderngl.

context.py   making a context; probing that cannot harm the process
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
