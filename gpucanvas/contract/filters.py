"""What a blur is told, and what its kernels and shaders are told: one declaration each.

plan --Blur--> backends/filtering.py --BlurTask--> stages/filter.py
               backends/gl_filtering.py --BlurPass--> shaders/filter_*.comp
"""

from __future__ import annotations

from typing import Final

from .records import f32, i32, record, u32

Blur: Final = record(
    "Blur",
    "A box of a surface that is blurred, and where the result is stored, box for box.",
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
    "A Blur for the kernels. Cells are pixels, halved so many times; a row of cells has its planes side by side.",
    x=i32("source: left, pixels"),
    y=i32("source: top"),
    wide=i32("width, pixels"),
    high=i32("height, pixels"),
    to_x=i32("result: left"),
    to_y=i32("result: top"),
    shift_x=i32("how often columns are halved"),
    shift_y=i32("how often rows are halved"),
    columns=i32("columns of cells, those that the halving adds on both sides apart"),
    rows=i32("rows of cells, those that the halving adds above and below included"),
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
    "A Blur's part in one pass over values, or over the surface's pixels.",
    group_start=u32("index of the first work group"),
    wide=i32("width of the result, values"),
    high=i32("height of the result"),
    source_start=u32("index of the source's first value"),
    source_x=i32("left of the source in the surface"),
    source_y=i32("top of the source in the surface"),
    source_wide=i32("width of the source, pixels or values; beyond it all is transparent"),
    source_high=i32("height of the source"),
    target_start=u32("index of the result's first value"),
    to_x=i32("left of the result in the surface"),
    to_y=i32("top of the result in the surface"),
    step_x=i32("halving: 2, or 1 where columns stay; expanding: how often columns were halved"),
    step_y=i32("halving: 2, or 1 where rows stay; expanding: how often rows were halved"),
    offset_x=i32("halving: column of the first value that counts for the result's first"),
    offset_y=i32("halving: row of the first value that counts for the result's first"),
    radius=i32("blurring: weights on each side of the middle one"),
    weight=i32("blurring: index of the middle weight"),
    r=f32("tint: red, premultiplied by a"),
    g=f32("tint: green, premultiplied by a"),
    b=f32("tint: blue, premultiplied by a"),
    a=f32("tint: alpha"),
)
