"""verbs: what a context records. Each verb checks its arguments and appends to a recording; nothing is drawn here.

    ctx.verb(...) --Recorder: checks, state, paint and pen by index--> Commands of `pipeline`
    Context2D = the verbs below, each file a part;  WideContext2D, FloatContext2D, ... = the same for other canvases

context.py      the context: state, drawing               widecontext.py  the contexts of display-p3 and float16
recorder.py     the base of all parts                     state.py        what save keeps and restore brings back
settings.py     styles, pens and compositing              textsettings.py the properties of texts
transforms.py   the transform                             points.py       points inside paths and strokes
paths.py        the current path                          paints.py       gradients and patterns
batches.py      any number of shapes in one command       layers.py       groups composited as one
markers.py      paths, ellipses and the like by the batch batchinput.py   reads the arguments of batches
drawimage.py    images, and parts of them                 sprites.py      one image any number of times
pixels.py       reads and writes image data               masks.py        fills through alpha
pictures.py     frozen recordings                         texts.py        texts
textdraw.py     placed glyphs become commands             labeldraw.py    labels, straight to the last command
textend.py      what a text has in common with the last   textbatches.py  any number of texts
opaque.py       rewrites commands for a canvas without alpha
clearing.py     rewrites commands for the operator "clear"
inspace.py      converts images to the canvas's colour space
"""
