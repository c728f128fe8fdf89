"""resources: what stays where it is from frame to frame, so that nothing is copied twice.

    image --identity, version--> key --Residency--> a place in the pages      found there again by every later frame
                                                    |      `-- pinned by a plan until its frame is over
                                                    `-- least recently used out, never what is pinned

An image is its key: an object that dies with the image, and is another one for every version. Nothing here knows a
GPU, or what is kept in a page: images are, and glyphs can be.
"""
