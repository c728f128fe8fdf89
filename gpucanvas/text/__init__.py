"""text: fonts, text shaping and text layout.

    "bold 12px Noto Sans" --font--> Font --match--> Choices --face--> Instance: an hb.Font with outlines and colours
                                            ^
                    registry (programs' own, shipped) and system (scanned, cached on disk)

`import gpucanvas` imports none of this: the first text that a program draws loads it, and HarfBuzz with it.
"""
