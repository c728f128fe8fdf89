"""The records of filters: those that a plan hands to a backend, and those that kernels and shaders read.

plan --Blur--> backends/filtering.py --BlurTask--> stages/filter.py
               backends/gl_filtering.py --BlurPass--> shaders/filter_*.comp
     --Recolor, ColorStep--> stages/filter_recolor.py       --Convolve--> stages/filter_convolve.py
     --Turbulence--> stages/filter_turbulence.py            and shaders of these names
"""

from __future__ import annotations

from typing import Final

from .records import f32, i32, record, u32

Blur: Final = record(
    "Blur",
    "A box of a surface to be blurred, and the box that gets the result.",
    x0=i32("source: left, pixels"),
    y0=i32("source: top"),
    x1=i32("source: right, exclusive"),
    y1=i32("source: bottom, exclusive"),
    to_x=i32("result: left; the result is as large as the source"),
    to_y=i32("result: top"),
    sigma_x=f32("standard deviation across, pixels; 0 leaves rows as they are"),
    sigma_y=f32("standard deviation down, pixels; 0 leaves columns as they are"),
    tinted=u32("1: the result is the colour below times blurred alpha; 0: all four channels are blurred"),
    r=f32("tint: red, premultiplied by a"),
    g=f32("tint: green, premultiplied by a"),
    b=f32("tint: blue, premultiplied by a"),
    a=f32("tint: alpha"),
)

BlurTask: Final = record(
    "BlurTask",
    "A Blur for the kernels. Cells are pixels halved several times; a row of cells has its planes side by side.",
    x=i32("source: left, pixels"),
    y=i32("source: top"),
    wide=i32("width, pixels"),
    high=i32("height, pixels"),
    to_x=i32("result: left"),
    to_y=i32("result: top"),
    shift_x=i32("halvings of columns"),
    shift_y=i32("halvings of rows"),
    columns=i32("columns of cells, without those that halving adds on both sides"),
    rows=i32("rows of cells, with those that halving adds above and below"),
    radius_x=i32("weights on each side of the middle one, across"),
    radius_y=i32("weights on each side of the middle one, down"),
    weight_x=i32("index of the middle weight, across"),
    weight_y=i32("index of the middle weight, down"),
    planes=i32("4 channels, or 1: alpha"),
    stride=i32("cells from one plane of a row to the next"),
    start=u32("index of the first value of the first row of cells"),
    r=f32("tint: red, premultiplied by a"),
    g=f32("tint: green, premultiplied by a"),
    b=f32("tint: blue, premultiplied by a"),
    a=f32("tint: alpha"),
)

BlurPass: Final = record(
    "BlurPass",
    "The part of a Blur in a pass over values, or over the surface's pixels.",
    group_start=u32("index of the first work group"),
    wide=i32("width of the result, values"),
    high=i32("height of the result"),
    source_start=u32("index of the source's first value"),
    source_x=i32("left of the source in the surface"),
    source_y=i32("top of the source in the surface"),
    source_wide=i32("width of the source, pixels or values; everything outside is transparent"),
    source_high=i32("height of the source"),
    target_start=u32("index of the result's first value"),
    to_x=i32("left of the result in the surface"),
    to_y=i32("top of the result in the surface"),
    step_x=i32("halving: 2, or 1 where columns stay; expanding: halvings of columns"),
    step_y=i32("halving: 2, or 1 where rows stay; expanding: halvings of rows"),
    offset_x=i32("halving: column of the first source value that the first result value depends on"),
    offset_y=i32("halving: row of the first source value that the first result value depends on"),
    radius=i32("blurring: weights on each side of the middle one"),
    weight=i32("blurring: index of the middle weight"),
    r=f32("tint: red, premultiplied by a"),
    g=f32("tint: green, premultiplied by a"),
    b=f32("tint: blue, premultiplied by a"),
    a=f32("tint: alpha"),
)

Recolor: Final = record(
    "Recolor",
    "A box of a surface whose colours are changed in place, each pixel independently.",
    group_start=u32("index of the first work group; the gl backend numbers them"),
    x0=i32("left, pixels"),
    y0=i32("top"),
    x1=i32("right, exclusive"),
    y1=i32("bottom, exclusive"),
    step_start=i32("index of the first ColorStep"),
    step_end=i32("index behind the last"),
)

ColorStep: Final = record(
    "ColorStep",
    "A change of a straight colour, by a table or a 4x5 matrix; the result is clamped to 0 to 1.",
    table=i32("index of the table's first value, COLOR_LEVELS for each channel; negative: the matrix below"),
    rr=f32("matrix: red from red"),
    rg=f32("red from green"),
    rb=f32("red from blue"),
    ra=f32("red from alpha"),
    r1=f32("red: the constant"),
    gr=f32("green from red"),
    gg=f32("green from green"),
    gb=f32("green from blue"),
    ga=f32("green from alpha"),
    g1=f32("green: the constant"),
    br=f32("blue from red"),
    bg=f32("blue from green"),
    bb=f32("blue from blue"),
    ba=f32("blue from alpha"),
    b1=f32("blue: the constant"),
    ar=f32("alpha from red"),
    ag=f32("alpha from green"),
    ab=f32("alpha from blue"),
    aa=f32("alpha from alpha"),
    a1=f32("alpha: the constant"),
)

Convolve: Final = record(
    "Convolve",
    "A box of a surface to be convolved, and the box that gets the weighted sums of each pixel's neighbours.",
    group_start=u32("index of the first work group; the gl backend numbers them"),
    x0=i32("source: left, pixels; everything outside the box is transparent"),
    y0=i32("source: top"),
    x1=i32("source: right, exclusive"),
    y1=i32("source: bottom, exclusive"),
    to_x=i32("result: left; the result overlaps no source and no other result"),
    to_y=i32("result: top"),
    weight=i32("index of the first weight; rows follow one another"),
    order_x=i32("columns of weights"),
    order_y=i32("rows of weights"),
    target_x=i32("column of the weight for the pixel itself"),
    target_y=i32("row of the weight for the pixel itself"),
    bias=f32("constant that is added to each sum, times alpha"),
    keeps_alpha=u32("1: alpha stays, and straight colours are summed; 0: all four channels are summed"),
    edge=u32("EDGE_*: the pixels beyond the frame"),
    frame_x0=i32("left of the frame, which is the canvas's place on the surface"),
    frame_y0=i32("top"),
    frame_x1=i32("right, exclusive"),
    frame_y1=i32("bottom, exclusive"),
)

Turbulence: Final = record(
    "Turbulence",
    "A box of a surface to be filled with noise. Places on the lattice of gradients are in its cells.",
    group_start=u32("index of the first work group; the gl backend numbers them"),
    x0=i32("left, pixels"),
    y0=i32("top"),
    x1=i32("right, exclusive"),
    y1=i32("bottom, exclusive"),
    lattice=i32("index of the permutation's first value; gradients begin at four times that"),
    octaves=i32("number of octaves; each has twice the frequency and half the height of the one before"),
    fractal=u32("1: fractal noise, about one half; 0: turbulence, the sum of magnitudes"),
    u0=f32("place across of the box's first pixel"),
    ux=f32("change of the place across from a pixel to the next"),
    uy=f32("change of the place across from a row to the next"),
    v0=f32("place down of the box's first pixel"),
    vx=f32("change of the place down from a pixel to the next"),
    vy=f32("change of the place down from a row to the next"),
)
