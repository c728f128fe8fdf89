"""record -> encode -> a scene: the host half of a frame.

entries.py  what the tables of a recording hold
record.py   every canvas verb appends to plain streams; no GPU, no lock
encode.py   the streams become the columnar arrays of a Scene
small.py    the same of small recordings, in memory that was there before
outline.py  outlines become curves, vertices and pens
scene.py    what a backend is given
parts.py    a Scene becomes two of half as many draws, where a driver has no room for one
"""
