"""resources: keeps images and glyphs resident in GPU memory from frame to frame, so that none is uploaded twice.

    image --identity, version--> key --Residency--> a place in the pages      found there again by every later frame
                                                    |      `-- pinned by a plan until its frame has ended
                                                    `-- least recently used entries are evicted, except pinned ones

A key is an object that dies with the image; each version of an image has another key. These modules only manage places:
they know neither a GPU nor the content of pages.
"""
