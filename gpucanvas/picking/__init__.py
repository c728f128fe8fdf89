"""picking: finds the topmost recorded draw at a point, by its geometry, not by its pixels.

    recordings, newest first --PickIndex--> draws whose box holds the point, topmost first --> one whose shape does

index.py   commands, clips and layers        batch.py   the items of a batch        outline.py   outlines of a recording
"""
