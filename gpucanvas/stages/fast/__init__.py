"""Faster substitutes for stages. They have no shaders: only the cpu backend uses them.

    scene.py     replaces commands, trace and outlines, for small recordings    one call
    lines.py     replaces polylines, dash and far, for few outlines             one call
    runs.py      replaces flatten's lines, and binning's rounding of them       sixteen vertices at a time
    listing.py   replaces binning of draws and coarse, for many small draws     two passes, no bins
    small.py     replaces flatten to coarse, for small scenes                   one call
    texels.py    replaces fine, for tiles of an opaque image at whole pixels    copies
    winding.py   replaces fine's sums of segments                               sixteen parts at a time

Each module names the stage that it replaces, and the test that compares the two: pictures are the same without it.
"""
