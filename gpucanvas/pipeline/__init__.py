"""record -> encode -> a scene: the host half of a frame.

entries.py  what the tables of a recording hold
record.py   every canvas verb appends to plain streams (imagetables.py: those of images); no GPU, no lock
nothing.py  which commands draw nothing at all
encode.py   the streams become the columnar arrays of a Scene
small.py    encodes small recordings into reused memory
itemize.py  the items of a batch as commands of their own
outline.py  outlines become curves, vertices and pens
scene.py    what a backend is given
parts.py    splits a Scene into two with half the draws each, where a driver's buffers cannot hold it
"""
