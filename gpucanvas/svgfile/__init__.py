"""svgfile: reads SVG documents, and makes pixels of them with resvg, a library (the extra `svg`).

bytes --document.py--> SvgDocument: its size, and markup that loads nothing else --raster.py--> pixels in any size
                                                   worker.py, child.py: resvg in a process, which hostile files may end

Files that are drawn come by `images/files.py`, glyphs of fonts by `text/svgglyphs.py`. Writing SVG is `vector/svg.py`.
"""
