"""picking: which recorded draw is seen at a point: by its geometry, not by its pixels.

    recordings, the newest first --PickIndex--> draws whose box holds the point, the topmost first --> one that holds it

index.py   commands, clips and layers        batch.py   the items of a batch        outline.py   outlines of a recording
"""
