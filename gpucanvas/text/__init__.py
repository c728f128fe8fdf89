"""text: fonts, and what is set in them.

    "bold 12px Noto Sans" --font--> Font --match--> Choices --face--> Instance: an hb.Font with outlines and colours
                                            ^
                    registry (programs' own, shipped) and system (scanned, cached on disk)

Nothing here is imported by `import gpucanvas`: the first text is what loads it, and HarfBuzz with it.
"""
