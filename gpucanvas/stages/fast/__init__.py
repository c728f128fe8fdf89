"""Short ways through the stages: what exists only to be fast. Only the cpu backend takes them: they have no shaders.

    scene.py     commands, trace and outlines, for small recordings     in one call
    runs.py      flatten's lines, and binning's rounding of them        sixteen vertices at a time
    listing.py   binning's lists and coarse, for many small draws       without bins, two passes
    small.py     flatten to coarse, for small scenes                    in one call
    winding.py   fine's sums of segments                                sixteen parts at a time

Each says which stage it stands in for, and which test holds it to that stage: without it pictures are the same.
"""
