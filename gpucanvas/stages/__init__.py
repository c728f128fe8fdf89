"""The pipeline's kernels on the CPU: flatten -> binning -> coarse -> fine, each the twin of a shader of the same name.

    commands.py  a recording becomes draws, and its outlines become traces (no shader: both backends use it)
    circles.py   outlines that are one circle become discs and rings (no shader)
    lines.py     strokes of one upright segment become rectangles (no shader)
    items.py     the items of batches become draws (no shader)
    ramps.py     gradients that are drawn with become records (no shader)
    images.py    drawn images become records (no shader)
    layers.py    the boxes of layers; drawn layers become records (no shader)
    sprites.py   the parts of an image that a batch draws are cut to the image (no shader)
    contours.py  FreeType's outlines become paths (no shader)
    masks.py     outlines of glyphs become masks of coverage (no shader)
    trace.py     recorded outlines become device streams without arcs
    pens.py      pens under a transform become strokes
    outlines.py  traces become curves, vertices, subpaths and paths
    polylines.py outlines become polylines in float64, for dashes, far outlines and hit tests (no shader)
    dash.py      polylines are cut into dashes (no shader)
    far.py       polylines are cut to a window around the canvas (no shader)
    hits.py      hit tests of points in fills and strokes (no shader)
    flatten.py   curves and strokes become lines
    binning.py   lines become segments of tiles; draws are listed by bin, in painter's order
    coarse.py    the command list of each tile
    tile_cover.py  how a shape or an outline covers a tile
    coverage.py  the share of a pixel that a shape covers
    blend.py     blend modes and operators
    gradients.py the colours of linear, radial and conic gradients
    box_shadow.py  the colours of soft shadows of rounded rectangles
    textures.py  the colours of images and patterns
    paint.py     calls the colour function of a draw's kind of paint
    shapes.py    simple shapes in a tile: their pixels in a solid colour, or their coverage
    fine.py      commands become pixels
    shade.py     tiles: loaded from the surface, commands run, stored
    filter.py    boxes of pixels are blurred
    present.py   premultiplied pixels become straight ones for the program
    fast/        faster variants of some stages with the same results (no shaders)

Kernels are plain float32 loops with the same operations in the same order as their shader: change both.
"""
