"""images: drawn images under transforms become records in the scene's stream of paints. For both backends: no twin.

    commands, uses    --place_images-->       records, Draw.paint
    items of a batch  --write_image_items-->  records, Draw.paint, and the corners of upright images

An upright image fills a rectangle of whole pixels; a turned image is drawn as an outline. The arithmetic is float64
until a number is stored, in the same order of operations as `geometry.affine`.
"""

from __future__ import annotations

import numpy as np

from ..contract.commands import DRAW_IMAGE, PUT_IMAGE, USE_HALVES, USE_SMOOTH
from ..contract.constants import IMAGE_SMOOTH, PAINT_KIND_BITS
from ..contract.operators import OVER_STYLE
from ..contract.paints import PAINTS
from ..kernels import inlined, kernel
from ..kernels.instructions import prefetch
from .items import is_upright, set_corners

NUMBER, LEFT, TOP, RIGHT, BOTTOM, INTS = range(6)
"""Columns of a recorded image's row: its number in the scene, and the box of the whole picture that it holds, words."""
WORDS = PAINTS["image"].record.words
IMAGE, HALF_IMAGE = PAINTS["image"].code, PAINTS["half_image"].code
OVER = np.uint32(OVER_STYLE)
SHAPE_MASK = np.uint32(255)
NEARLY = 1e-6
"""Tolerance of the sides of images, pixels: neighbouring images compute their common border in different ways, and must
round it to the same pixel."""
FLOAT32_MOST = np.float32(3.0e38)
AHEAD = 16
"""How many items ahead memory is prefetched: the processor's own prefetch comes too late."""


@inlined
def whole_sides(first, last):
    """Returns the sides of an upright image, moved to hold exactly the pixels whose centres it covers, canvas pixels.

    Two images with a common border then leave no seam there. With antialiased edges the ground would show through both.
    The standard leaves it open, and browsers do the same. The texels that are read are not moved, so that images move
    smoothly. A side shorter than a pixel stays antialiased, since it might vanish between two centres.
    """
    if last - first < 1.0 - NEARLY:
        return first, last
    return np.floor(first + (0.5 + NEARLY)), np.floor(last + (0.5 + NEARLY))


@inlined
def place_image(draw, m, v):
    """Store the corners of an image (x, y, width, height) that a transform keeps upright."""
    x, y = v[0], v[1]
    ax, ay = m[0] * x + m[2] * y + m[4], m[1] * x + m[3] * y + m[5]
    x, y = x + v[2], y + v[3]
    bx, by = m[0] * x + m[2] * y + m[4], m[1] * x + m[3] * y + m[5]
    if not np.isfinite(ax + ay + bx + by):
        ax, ay, bx, by = 0.0, 0.0, 0.0, 0.0
    left, right = whole_sides(min(ax, bx), max(ax, bx))
    top, bottom = whole_sides(min(ay, by), max(ay, by))
    set_corners(draw, left, top, right, bottom)


@inlined
def in_range(value):
    """Returns a number as float32, clamped to its range."""
    found = np.float32(value)
    if np.isfinite(value) and not np.isfinite(found):
        return FLOAT32_MOST if value > 0.0 else -FLOAT32_MOST
    return found


@inlined
def put_map(record, m, v, source):
    """Store the map from the surface to texels, or zeros where it does not exist; returns whether it exists."""
    a, b, c, d, e, f = m
    x, y, w, h = v[0], v[1], v[2], v[3]
    det = a * d - b * c
    ia, ib, ic, id_ = d / det, -b / det, -c / det, a / det
    ie, if_ = (c * f - d * e) / det, (b * e - a * f) / det
    kx, ky = source[2] / w, source[3] / h
    ox, oy = source[0] - x * kx, source[1] - y * ky
    ma, mb, mc, md, me, mf = kx * ia, ky * ib, kx * ic, ky * id_, kx * ie + ox, ky * if_ + oy
    exists = det != 0.0 and np.isfinite(det) and w != 0.0 and h != 0.0
    exists = exists and np.isfinite(ia) and np.isfinite(ib) and np.isfinite(ic) and np.isfinite(id_)
    exists = exists and np.isfinite(ie) and np.isfinite(if_) and np.isfinite(ma) and np.isfinite(mb)
    exists = exists and np.isfinite(mc) and np.isfinite(md) and np.isfinite(me) and np.isfinite(mf)
    if not exists:
        ma, mb, mc, md, me, mf = 0.0, 0.0, 0.0, 0.0, 0.0, 0.0
    record.xx, record.xy, record.dx = in_range(ma), in_range(mc), in_range(me)
    record.yx, record.yy, record.dy = in_range(mb), in_range(md), in_range(mf)
    return exists


@inlined
def put_image(record, m, v, source, flags, image, alpha):
    """Write the record of an image, or a part of it, that is drawn to a rectangle under a transform.

    Returns whether the transform has an inverse. ``flags`` are the use's; ``image`` is its row in the table.
    """
    smooth = flags & USE_SMOOTH != 0
    left, right = image[LEFT], image[RIGHT]
    if flags & USE_HALVES != 0:
        left, right = left // 2, right // 2
    # As `sampled_box`, limited to the part of the picture that the image holds.
    reach = 0.5 if smooth else 0.0
    x0, y0 = np.floor(source[0] - reach), np.floor(source[1] - reach)
    x1 = max(np.ceil(source[0] + source[2] + reach), x0 + 1.0)
    y1 = max(np.ceil(source[1] + source[3] + reach), y0 + 1.0)
    record.flags = np.uint32(IMAGE_SMOOTH if smooth else 0)
    record.image = np.uint32(image[NUMBER])
    record.x0, record.y0 = np.int32(max(x0, np.float64(left))), np.int32(max(y0, np.float64(image[TOP])))
    record.x1 = np.int32(min(x1, np.float64(right)) - 1.0)
    record.y1 = np.int32(min(y1, np.float64(image[BOTTOM])) - 1.0)
    record.alpha = in_range(alpha)
    return put_map(record, m, v, source)


@inlined
def set_paint(draw, code, place, exists):
    """Set a draw's paint to the image whose record lies at word ``place`` of the stream.

    Without ``exists``, under a transform without an inverse, the draw is made to change nothing.
    """
    draw.paint = np.uint32(code | place << PAINT_KIND_BITS)
    draw.a = np.float32(1.0)
    if not exists:
        draw.style = draw.style & SHAPE_MASK | OVER


@kernel
def mark_images(commands, uses, drawn):
    """Mark the images that commands draw, (I,) bool; returns how many commands draw an image."""
    count = 0
    for i in range(len(commands)):
        kind = np.int64(commands[i].kind)
        if kind in (DRAW_IMAGE, PUT_IMAGE):
            drawn[np.int64(uses[np.int64(commands[i].extra)].image)] = True
            count += 1
    return count


@kernel
def place_images(commands, states, starts, draws, uses, images, records, base):
    """Write the records of drawn images, one after another, and the paints of their draws.

    Parameters
    ----------
    commands, states, starts, draws
        As for `write_commands`, which has written the draws' shapes.
    uses
        USE records, which commands refer to.
    images
        (I, INTS) int64, rows of the images that are drawn.
    records
        ImagePaint records, as many as `mark_images` has counted.
    base
        The word of the scene's stream where the records will be appended.
    """
    at = 0
    for i in range(len(commands)):
        command = commands[i]
        kind = np.int64(command.kind)
        if kind not in (DRAW_IMAGE, PUT_IMAGE):
            continue
        state, use = states[np.int64(command.state)], uses[np.int64(command.extra)]
        m, alpha = state.matrix, state.alpha
        matrix = m[0], m[1], m[2], m[3], m[4], m[5]
        if kind == PUT_IMAGE:
            matrix, alpha = (1.0, 0.0, 0.0, 1.0, state.origin[0], state.origin[1]), 1.0
        flags = np.int64(use.flags)
        row = images[np.int64(use.image)]
        exists = put_image(records[at], matrix, command.v, use.source, flags, row, alpha)
        code = HALF_IMAGE if flags & USE_HALVES != 0 else IMAGE
        set_paint(draws[starts[i] if len(starts) > 0 else i], code, base + at * WORDS, exists)
        at += 1


@kernel
def write_image_items(items, matrix, alpha, flags, images, draws, records, base, turned, matrices):
    """Write the records of a batch's images, the paints of their draws, and the corners of upright images.

    Returns how many images are turned; their indices and transforms are written.

    Parameters
    ----------
    items
        (N, 15) float64: source (x, y, width, height), target, matrix, opacity; (N, 16) where there are several images:
        which of them.
    matrix, alpha
        The command's transform and opacity, by which the items' own are multiplied.
    flags
        USE_SMOOTH and USE_HALVES of all items.
    images
        (I, INTS) int64: the images that items show.
    draws, records, base
        As for `place_images`; style and clip of the draws are already written.
    turned, matrices
        (N,) int64 and (N, 6) float64, written: indices and transforms of turned images.
    """
    a, b, c, d, e, f = matrix
    odd = 0
    for k in range(len(items)):
        prefetch(draws, k + AHEAD)
        item, draw = items[k], draws[k]
        na, nb, nc, nd, ne, nf = item[8], item[9], item[10], item[11], item[12], item[13]
        m = (
            a * na + c * nb,
            b * na + d * nb,
            a * nc + c * nd,
            b * nc + d * nd,
            a * ne + c * nf + e,
            b * ne + d * nf + f,
        )
        image = images[np.int64(item[15])] if len(images) > 1 else images[0]
        exists = put_image(records[k], m, item[4:8], item[:4], flags, image, alpha * item[14])
        set_paint(draw, IMAGE, base + k * WORDS, exists)
        if is_upright(m):
            place_image(draw, m, item[4:8])
            continue
        turned[odd] = k
        for i in range(6):
            matrices[odd, i] = m[i]
        odd += 1
    return odd
