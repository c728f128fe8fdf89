"""plan: what a frame does, as data: steps over targets. Nothing here draws; a backend runs the steps one after another.

    recordings --encode--> scenes --make--> Plan: Clear, Draw, Filter over the surface and scratch targets

targets.py  the pixels that steps draw on         steps.py   what a step is
plan.py     steps in order, which prints itself   slots.py   rectangles side by side on a target
reach.py    where a layer may be seen, and how much of it
tree.py     a recording's layers, depth by depth, and their boxes
make.py     recordings become a plan
"""
