"""The pipeline's kernels on the CPU: flatten -> binning -> coarse -> fine, each the twin of a shader of the same name.

    commands.py  a recording becomes draws, and its outlines traces (the host's half: it has no shader)
    items.py     the same of batches
    ramps.py     gradients that are drawn with become records (no shader)
    images.py    drawn images, the same
    contours.py  outlines of FreeType's become paths (no shader)
    masks.py     outlines of glyphs become masks of coverage (no shader)
    trace.py     outlines as recorded become device streams without arcs
    pens.py      what a stroke is under a transform
    outlines.py  traces become curves, vertices, subpaths and paths
    polylines.py the same in float64, for dashes, what is far away, and hit tests (no shader)
    dash.py      polylines are cut into dashes (no shader)
    far.py       polylines are cut to what the canvas shows (no shader)
    hits.py      is a point in a fill, or in a stroke? (no shader)
    flatten.py   curves and strokes become lines
    binning.py   lines become segments of tiles; draws are listed by bin, in painter's order
    coarse.py    one command list a tile
    coverage.py  how much of a pixel a shape covers
    blend.py     how a source meets the backdrop
    gradients.py the colours of linear, radial and conic gradients
    box_shadow.py the colours of soft shadows of rounded rectangles
    textures.py  the colours of images and patterns
    paint.py     which of these a draw is painted with
    shapes.py    simple shapes in a tile: their pixels in a solid colour, or their coverage
    fine.py      commands become pixels
    shade.py     tiles: loaded from the surface, commands run, stored
    filter.py    boxes of pixels are blurred
    present.py   pixels leave: premultiplied to straight
    fast/        short ways through these, for speed alone (no shaders)

Kernels are plain scalar float32 loops. They say the same, in the same order, as their shader: change both.
"""
