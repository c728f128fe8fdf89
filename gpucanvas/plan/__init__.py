"""plan: turns recordings into a Plan: the steps of a frame over targets, as data. A backend runs the steps in order.

    recordings --encode--> scenes --make--> Plan: Clear, Draw, Filter over the surface and scratch targets

targets.py  the images that steps draw on         steps.py   the kinds of steps
plan.py     a list of steps, printable            slots.py   packing of rectangles on a target
reach.py    bounding boxes of commands and clips, and the reach of filters
tree.py     a recording's layers, depth by depth, and their boxes
make.py     the planner: recordings --> plan
"""
