"""vector: pictures as SVG and PDF, whose shapes stay sharp at any size.

    Picture --tree--> shapes, bitmaps and groups --svg--> text
                 |                               --pdf--> bytes
                 +--rasters--> a bitmap of what a format cannot express

Writing needs no other library. What each format expresses is in docs/pictures.md.
"""
