"""images: what comes in as pixels. Every kind of picture becomes words, one a pixel, and is drawn from these.

    file --files--> Pillow image --pillow, arrow--+
    array, ImageData, canvas ---------------------+--sources--> words --> an image of a recording

image.py       Image: immutable pixels, drawn without a copy    sources.py     turns every kind of image into pixels
imagedata.py   ImageData: an array with a colour space          datasize.py    how large image data may be
bitmap.py      crops, flips and resizes ahead of drawing        animated.py    GIF, WebP, APNG and AVIF, frame by frame
files.py       decodes picture files, and keeps the pixels      pillow.py      a Pillow image of any mode to RGBA
arrow.py       the memory of a Pillow image, copied at once     words.py       arrays of colours, a word a pixel
rasters.py     pictures drawn with cached=True, as images       icc.py         the profile of Display P3 in files
colorspace.py  the colour spaces that a canvas may have
"""
