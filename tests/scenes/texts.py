"""Text in the font that comes with the package: sizes, styles, alignment, transforms, paints, clips and layouts."""

from __future__ import annotations

from math import pi

import gpucanvas

from .registry import Context, scene

FONT = "'Noto Sans'"


@scene(160, 96, topics=("text",))
def text_sizes(ctx: Context, width: int, height: int) -> None:
    """Small to large, Latin, Greek and Cyrillic, at places between pixels."""
    y = 4.0
    for size, text in (
        (7, "Seven px: quick brown"),
        (10, "Ten px, Ελληνικά"),
        (14, "Привет, office"),
        (24, "AVATAR"),
        (32, "Qg&@"),
    ):
        y += size
        ctx.font = f"{size}px {FONT}"
        ctx.fill_text(text, 2 + size / 7, y)


@scene(128, 96, topics=("text",))
def text_weights_and_slants(ctx: Context, width: int, height: int) -> None:
    """Light, bold, black, italic, condensed, small capitals and spaced."""
    for row, font in enumerate(("300 16px", "bold 16px", "900 16px", "italic 16px", "bold italic 16px")):
        ctx.font = f"{font} {FONT}"
        ctx.fill_style = ("black", "navy", "darkred", "darkgreen", "indigo")[row]
        ctx.fill_text("Weights", 4, 17 + 18 * row)
    ctx.fill_style = "black"
    ctx.font = f"14px {FONT}"
    ctx.font_stretch = "extra-condensed"
    ctx.fill_text("Condensed", 72, 17)
    ctx.font_stretch, ctx.font_variant_caps = "normal", "small-caps"
    ctx.fill_text("Caps", 72, 37)
    ctx.font_variant_caps, ctx.letter_spacing = "normal", "4px"
    ctx.fill_text("apart", 72, 57)
    ctx.letter_spacing, ctx.word_spacing = "0px", "10px"
    ctx.fill_text("a b", 72, 77)


@scene(128, 112, topics=("text",))
def text_aligned_on_lines(ctx: Context, width: int, height: int) -> None:
    """Each alignment at a line in the middle, each baseline at a line across."""
    ctx.fill_style = "orange"
    ctx.fill_rect(63.5, 0, 1, 60)
    ctx.fill_rect(0, 89.5, 128, 1)
    ctx.fill_style, ctx.font = "black", f"12px {FONT}"
    for row, align in enumerate(("left", "center", "right", "start", "end")):
        ctx.text_align = align
        ctx.fill_text(align, 64, 11 + 12 * row)
    ctx.text_align, ctx.font = "left", f"13px {FONT}"
    for column, baseline in enumerate(("top", "hanging", "middle", "alphabetic", "ideographic", "bottom")):
        ctx.text_baseline = baseline
        ctx.fill_text("Ag", 2 + 21 * column, 90)


@scene(128, 128, topics=("text", "transforms", "skew"))
def text_turned_and_skewed(ctx: Context, width: int, height: int) -> None:
    """A wheel of words, and one that leans."""
    ctx.font = f"15px {FONT}"
    for i in range(8):
        ctx.save()
        ctx.translate(64, 64)
        ctx.rotate(2 * pi * i / 8 + 0.1)
        ctx.fill_style = f"hsl({45 * i} 80% 35%)"
        ctx.fill_text("turning", 12, 5)
        ctx.restore()
    ctx.set_transform(1, 0.2, -0.5, 1.4, 0, 0)
    ctx.fill_text("lean", 60, 70)


@scene(160, 96, topics=("text", "strokes", "gradients"))
def text_stroked_and_in_gradients(ctx: Context, width: int, height: int) -> None:
    """Outlined, dashed, filled with a gradient that runs over both lines, and both."""
    gradient = ctx.create_linear_gradient(0, 0, 160, 96)
    for offset, color in ((0, "crimson"), (0.5, "gold"), (1, "royalblue")):
        gradient.add_color_stop(offset, color)
    ctx.font = f"bold 36px {FONT}"
    ctx.fill_style = gradient
    ctx.fill_text("Gradient", 2, 36, 100)
    ctx.stroke_text("Go", 108, 36)
    ctx.line_width, ctx.stroke_style = 2.5, gradient
    ctx.line_join = "round"
    ctx.stroke_text("Wide", 4, 82)
    ctx.line_width = 1
    ctx.set_line_dash([3, 2])
    ctx.stroke_text("&g", 108, 82)


@scene(128, 80, topics=("text", "clips"))
def text_as_a_clip(ctx: Context, width: int, height: int) -> None:
    """Stripes seen through letters; letters cut by a disc."""
    ctx.save()
    ctx.font = f"900 40px {FONT}"
    ctx.clip(ctx.text_path("CLIP", 4, 38))
    for i in range(16):
        ctx.fill_style = ("teal", "coral")[i % 2]
        ctx.fill_rect(8 * i, 0, 8, 50)
    ctx.restore()
    ctx.begin_path()
    ctx.arc(64, 60, 18, 0, 2 * pi)
    ctx.clip()
    ctx.font = f"12px {FONT}"
    for row in range(4):
        ctx.fill_text("behind a round window", 2 * row, 48 + 11 * row)


@scene(128, 64, topics=("text",))
def text_translucent_under_operators(ctx: Context, width: int, height: int) -> None:
    """Letters that overlap count once; multiply, xor and destination-out over a band."""
    ctx.fill_style = "lightsteelblue"
    ctx.fill_rect(0, 16, 128, 32)
    ctx.font = f"bold 30px {FONT}"
    ctx.letter_spacing = "-6px"
    ctx.fill_style = "rgb(200 0 60 / 60%)"
    for column, operator in enumerate(("source-over", "multiply", "xor", "destination-out")):
        ctx.global_composite_operation = operator
        ctx.fill_text("OO", 2 + 31 * column, 43)


@scene(160, 120, topics=("text", "layouts"))
def text_laid_out_in_lines(ctx: Context, width: int, height: int) -> None:
    """A justified paragraph with spans, a selection behind it, and one that is cut short."""
    spans = [
        "A paragraph with ",
        gpucanvas.TextSpan("bold", font=f"bold 13px {FONT}"),
        " and ",
        gpucanvas.TextSpan("coloured", color="crimson"),
        " words, and long\u00adish hyphen\u00adated ones, is set in jus\u00adti\u00adfied lines.",
    ]
    layout = gpucanvas.layout_text(spans, 146, font=f"12px {FONT}", align="justify")
    ctx.fill_style = "lightyellow"
    for x, y, w, h in layout.selection(22, 45):
        ctx.fill_rect(7 + x, 4 + y, w, h)
    ctx.fill_style = "black"
    ctx.fill_layout(layout, 7, 4)
    short = gpucanvas.layout_text(
        "This one does not fit in a line.", 100, font=f"12px {FONT}", max_lines=1, align="end"
    )
    ctx.fill_layout(short, 53, 100)


@scene(180, 110, topics=("text", "layouts"))
def text_laid_out_with_decorations(ctx: Context, width: int, height: int) -> None:
    """Raised and lowered text, lines along text, and backgrounds, level and turned."""
    small = f"10px {FONT}"
    spans = [
        "x",
        gpucanvas.TextSpan("n+1", font=small, baseline_shift="super"),
        gpucanvas.TextSpan("i", font=small, baseline_shift="sub"),
        " is ",
        gpucanvas.TextSpan("underlined", color="royalblue", text_decoration="underline"),
        gpucanvas.TextSpan(" bold", font=f"bold 14px {FONT}", color="royalblue", text_decoration="underline"),
        ", ",
        gpucanvas.TextSpan("struck out", color="crimson", text_decoration="line-through overline"),
        " and ",
        gpucanvas.TextSpan("marked over two lines", background="rgb(255 220 0 / 60%)"),
    ]
    layout = gpucanvas.layout_text(spans, 150, font=f"14px {FONT}")
    ctx.fill_layout(layout, 5.4, 3.3)
    ctx.translate(20, 62)
    ctx.rotate(0.06)
    ctx.scale(0.8, 0.8)
    ctx.fill_layout(layout, 0, 0)


@scene(96, 64, topics=("text", "batches"))
def text_labels_at_once(ctx: Context, width: int, height: int) -> None:
    """Forty labels in one call, each in a colour."""
    ctx.font = f"8px {FONT}"
    labels = [f"{i:02d}" for i in range(40)]
    colors = [(i / 40, 0.2, 1 - i / 40) for i in range(40)]
    ctx.fill_texts(labels, [1 + 12 * (i % 8) for i in range(40)], [11 + 12 * (i // 8) for i in range(40)], color=colors)


@scene(160, 120, topics=("text", "clips", "shadows", "layers", "filters", "gradients"))
def text_small_under_everything(ctx: Context, width: int, height: int) -> None:
    """Small upright text in a clip, with shadows, in layers and filters, with gradients and blend modes, scaled."""
    ctx.fill_style = "lightyellow"
    ctx.fill_rect(0, 0, width, height)
    ctx.font, ctx.fill_style = f"11px {FONT}", "navy"
    ctx.save()
    ctx.arc(40, 14, 26, 0, 2 * pi)
    ctx.clip()
    for row in range(3):
        ctx.fill_text("in a round clip, cut", 2.3, 9.5 + 10 * row)
    ctx.restore()
    ctx.shadow_color, ctx.shadow_blur, ctx.shadow_offset_x, ctx.shadow_offset_y = "red", 2, 1.5, 2.5
    ctx.fill_text("shadow", 85, 14)
    ctx.shadow_blur = 0
    ctx.fill_text("sharp", 85, 30)
    ctx.shadow_color = "transparent"
    with ctx.layer(alpha=0.5):
        ctx.fill_text("layer over", 8.6, 52)
        ctx.fill_text("layer over", 10.6, 53)
    ctx.filter = "blur(0.7px)"
    ctx.fill_text("blurred", 85, 50)
    ctx.filter = "none"
    gradient = ctx.create_linear_gradient(8, 0, 150, 0)
    gradient.add_color_stop(0, "red")
    gradient.add_color_stop(1, "blue")
    ctx.fill_style = gradient
    ctx.fill_text("a gradient over all the words", 8, 68)
    ctx.fill_style, ctx.global_composite_operation = "rgba(0, 160, 80, 0.7)", "multiply"
    ctx.fill_rect(0, 74, 80, 14)
    ctx.fill_text("multiply, twice", 8, 84)
    ctx.global_composite_operation = "xor"
    ctx.fill_text("xor", 100, 84)
    ctx.global_composite_operation, ctx.fill_style = "source-over", "white"
    ctx.translate(0.3, 0.4)
    ctx.scale(1.3, 1.3)
    ctx.fill_text("scaled", 6, 80)
    ctx.fill_style, ctx.text_rendering = "black", "geometricPrecision"
    ctx.fill_text("precise", 60, 80)
