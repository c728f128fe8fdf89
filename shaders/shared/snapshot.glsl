// The images that a snapshot of a surface reads and writes; one thread per pixel of the box.

layout(local_size_x = 64) in;
layout(PIXEL_IMAGE, binding = 0) readonly uniform uimage2D surface;
layout(r32ui, binding = 1) writeonly uniform uimage2DArray pages;
