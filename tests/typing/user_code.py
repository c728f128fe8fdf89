"""What programs write, for mypy alone: a line that ends in ``# wrong`` must be refused, every other one be taken.

Nothing runs this file; `tests/test_types.py` has it checked.
"""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from typing import assert_type

import numpy as np
from numpy.typing import NDArray

import gpucanvas

canvas = gpucanvas.Canvas(np.int64(640), 320, "cpu", on_invalid="ignore")
gpucanvas.Canvas(64.5, 64)  # wrong
gpucanvas.Canvas(64, 64, backend="vulkan")  # wrong
gpucanvas.Canvas(64, 64, on_invalid="warn")  # wrong
canvas.width = np.int32(5)
canvas.widht = 5  # wrong
ctx = canvas.get_context("2d")
assert_type(ctx, gpucanvas.Context2D)
canvas.get_context("webgl")  # wrong
canvas.get_context("2d", {"alpha": False, "colorSpace": "srgb"})
canvas.get_context("2d", alpha=False, will_read_frequently=True)
canvas.get_context("2d", {"alfa": False})  # wrong
canvas.get_context("2d", color_space="display-p3")
canvas.get_context("2d", color_space="rec2020")  # wrong

# Numbers
count, half, exact = np.float32(2.5), Fraction(1, 2), Decimal("0.1")
ctx.fill_rect(count, half, exact, np.int64(3))
ctx.fill_rect(np.array(1.0), True, 2, 3.5)
ctx.fill_rect("1", 0, 1, 1)  # wrong
ctx.fill_rect(None, 0, 1, 1)  # wrong
ctx.fill_rect([1], 0, 1, 1)  # wrong
ctx.fill_rect(1j, 0, 1, 1)  # wrong
ctx.fill_rect(0, 0, 1)  # wrong
ctx.move_to(np.float64(1), half)
ctx.line_to("1", 2)  # wrong
ctx.arc(count, count, exact, 0, np.pi, True)
ctx.ellipse(0, 0, count, half, exact, 0, 1)
ctx.translate(exact, np.uint8(3))
ctx.rotate("90deg")  # wrong
ctx.line_width = count
ctx.line_width = None  # wrong
ctx.line_width = "2"  # wrong
assert_type(ctx.line_width, float)
ctx.global_alpha = half
ctx.set_line_dash([count, 2, half])
ctx.set_line_dash(np.array([1.0, 2.0]))
ctx.set_line_dash(5)  # wrong
ctx.set_line_dash(["5"])  # wrong

# Names
ctx.line_cap = "round"
ctx.line_cap = "rond"  # wrong
ctx.line_join = "bevel"
ctx.line_join = "square"  # wrong
ctx.global_composite_operation = "destination-out"
ctx.global_composite_operation = "destination_out"  # wrong
ctx.image_smoothing_quality = "high"
ctx.image_smoothing_quality = "best"  # wrong
ctx.fill("evenodd")
ctx.fill("oddeven")  # wrong
ctx.fill(gpucanvas.Path2D("M0 0 H9 V9 Z"), "nonzero")
ctx.fill(gpucanvas.Path2D("M0 0"), fill_rule="winding")  # wrong
ctx.clip(fill_rule="evenodd")
gpucanvas.Path2D("M0 0", on_invalid="ignore").line_to(half, count)
gpucanvas.Path2D("M0 0", on_invalid="skip")  # wrong
gpucanvas.configure(backend="gl", on_invalid="raise", policy="drop_oldest", colors={"accent": "red"})
gpucanvas.configure(backend="vulkan")  # wrong
gpucanvas.configure(theme="dark")  # wrong
canvas.submit(policy="drop_newest")
canvas.submit(policy="drop")  # wrong

# Styles
ctx.fill_style = "red"
ctx.fill_style = (1, 0.5, count)
ctx.fill_style = np.array([255, 0, 0], np.uint8)
ctx.fill_style = ctx.create_linear_gradient(0, half, 1, count)
ctx.fill_style = 5  # wrong
ctx.stroke_style = None  # wrong
ctx.fillStyle = "red"  # wrong
ctx.fill_stlye = "red"  # wrong
ctx.fillRect(0, 0, 1, 1)  # wrong

# Forms with several lists of arguments
ctx.draw_image(np.zeros((2, 2, 4), np.uint8), count, half)
ctx.draw_image(canvas, 0, 0, 5, 5)
ctx.draw_image(canvas, 0, 0, 5, 5, 0, 0, count, half)
ctx.draw_image(canvas, 0)  # wrong
ctx.draw_image(canvas, 0, 0, 5)  # wrong
ctx.set_transform(1, 0, 0, 1, count, half)
ctx.set_transform(gpucanvas.DOMMatrix([1, 0, 0, 1, half, 0]))
ctx.set_transform(np.eye(3))
ctx.set_transform()
ctx.set_transform(1, 2)  # wrong
assert_type(ctx.is_point_in_path(count, 5), bool)
ctx.is_point_in_path(gpucanvas.Path2D(), 5, half, "evenodd")
ctx.is_point_in_path(5)  # wrong
ctx.is_point_in_path(5, 5, "odd")  # wrong
ctx.is_point_in_stroke(gpucanvas.Path2D(), 5, half)
gpucanvas.DOMMatrix().translate(exact, half).scale(count)
gpucanvas.DOMMatrix().translate("1")  # wrong
assert_type(gpucanvas.DOMMatrix("scale(2)").transform_point(count, half), tuple[float, float])
assert_type(gpucanvas.DOMMatrix().transform_point(gpucanvas.DOMPoint(half)), gpucanvas.DOMPoint)
gpucanvas.DOMMatrix(5)  # wrong
assert_type(gpucanvas.Path2D("M0 0").trim(0, half), gpucanvas.Path2D)
assert_type(gpucanvas.Path2D().point_at_length(count), tuple[float, float])
assert_type(gpucanvas.Path2D().point_at_length(np.arange(5)), NDArray[np.float64])
assert_type(gpucanvas.Path2D().tangent_at_length([count, 2.5]), NDArray[np.float64])
gpucanvas.Path2D().point_at_length("5")  # wrong
gpucanvas.Path2D().union("M0 0")  # wrong
gpucanvas.Path2D().to_svg(digits=1.5)  # wrong

# Batches, images, pixels
ctx.fill_circles(np.arange(5), 3, [1, 2, 3, 4, 5], color=(1, 0, 0))
ctx.fill_rects(np.float32(1), 2, np.int64(3))
ctx.stroke_lines([[(0, 0), (1, 1)]])
gpucanvas.Image(canvas).crop(np.int64(0), 0, 4, 4)
gpucanvas.Image(canvas).crop(0.5, 0, 4, 4)  # wrong
assert_type(gpucanvas.create_image_bitmap(canvas, 0, half, 5, count, resize_width=4), gpucanvas.ImageBitmap)
gpucanvas.create_image_bitmap(canvas, 0, 0)  # wrong
gpucanvas.create_image_bitmap(canvas, resize_quality="best")  # wrong
assert_type(gpucanvas.AnimatedImage.open(b"").frame_at(half), gpucanvas.Image)
assert_type(canvas.to_blob(type="image/png"), bytes | None)
canvas.to_blob("image/png")  # wrong
ctx.get_image_data(0, np.int64(0), 4, count)
data = ctx.get_image_data(0, 0, 4, 4).data
data[0::4] = 255
data[0] = round(0.3 * data[0])
ctx.fill_arcs(1, 2, 3, 0, 1, counterclockwise=True)
ctx.fill_arcs(1, 2, 3, 0, 1, anticlockwise=True)  # wrong
ctx.draw_images(canvas, transforms=[gpucanvas.DOMMatrix(), ctx.get_transform()])
ctx.draw_images(canvas, transforms=np.eye(3))
with ctx.save() as same_context:
    assert_type(same_context, gpucanvas.Context2D)
assert_type(canvas.submit().cancel(), bool)
canvas.save("x.png", dpi=300)
pixels = np.asarray(canvas)
canvas.save("x.png", compress_level=np.int64(3))
canvas.save(5.5)  # wrong
gpucanvas.render_many([gpucanvas.Recording(4, np.int64(4))], backend="cpu")
gpucanvas.render_many([gpucanvas.Recording(4, 4)], backend="opengl")  # wrong
gpucanvas.render_many([ctx])  # wrong

# Text
ctx.font = "12px serif"
ctx.font = 12  # wrong
ctx.text_align = "center"
ctx.text_align = "middle"  # wrong
ctx.text_baseline = "middle"
ctx.direction = "auto"  # wrong
ctx.letter_spacing = count
ctx.letter_spacing = None  # wrong
ctx.font_feature_settings = {"ss01": True}
ctx.font_variation_settings = {"wght": 450.5}
ctx.fill_text("text", count, half)
ctx.fill_text("text", 0, 0, 100)
ctx.fill_text(5, 0, 0)  # wrong
ctx.stroke_text("text", "0", 0)  # wrong
assert_type(ctx.measure_text("text"), gpucanvas.TextMetrics)
assert_type(ctx.measure_text("text").actual_bounding_box_ascent, float)
assert_type(ctx.text_path("text", 0, 0), gpucanvas.Path2D)
ctx.fill_texts(["a", "b"], [1, 2], np.arange(2), color=["red", (1, 0, 0)])
layout = gpucanvas.layout_text(["a", gpucanvas.TextSpan("b", color="red")], 100, align="justify", direction="rtl")
gpucanvas.layout_text("a", align="middle")  # wrong
gpucanvas.layout_text(["a", 5])  # wrong
ctx.fill_layout(layout, count, 0)
ctx.fill_layout("text", 0, 0)  # wrong
assert_type(layout.index_at(3, 4), int)
assert_type(layout.lines[0].width, float)

# Fonts
info = gpucanvas.fonts.register(b"", family="A", weight=700, style="italic", index=0)
assert_type(info, gpucanvas.fonts.FontInfo)
gpucanvas.fonts.register("a.ttf", weight=(100, 900))
gpucanvas.fonts.register(np.zeros(3))  # wrong
gpucanvas.fonts.register("a.ttf", "A")  # wrong
gpucanvas.fonts.register("a.ttf", style="slanted")  # wrong
gpucanvas.fonts.register("a.ttf", weight="bold")  # wrong
assert_type(gpucanvas.fonts.list(), list[gpucanvas.fonts.FontInfo])
assert_type(gpucanvas.fonts.unregister(info) + gpucanvas.fonts.unregister("A"), int)
gpucanvas.fonts.unregister(b"A")  # wrong
info.family = "B"  # wrong
gpucanvas.fonts.match(12)  # wrong

# Pictures and picking
recording = gpucanvas.Recording(8, 8)
picture = recording.freeze()
assert_type(picture, gpucanvas.Picture)
ctx.draw_picture(picture)
ctx.draw_picture(picture, np.int64(2), half, 20, 30, cached=True)
ctx.draw_picture(recording)  # wrong
assert_type(gpucanvas.Picture.from_bytes(picture.to_bytes()), gpucanvas.Picture)
gpucanvas.Picture.from_bytes("text")  # wrong
ctx.draw_mask(np.zeros((2, 2), np.uint8), 0, 0)
ctx.hit_id = 7
ctx.hit_id = None
ctx.hit_id = "seven"  # wrong
hit = canvas.pick(1, half)
assert_type(hit, gpucanvas.Hit | None)
print(hit.id)  # wrong

# Handlers, monitors, image data
assert_type(gpucanvas.show(lambda ctx, frame: None), gpucanvas.View | None)
window = gpucanvas.Window(30, 20)
window.add_event_handler(lambda event: print(event.key), "key_down")
window.on(lambda first, second: None, "key_down")  # wrong
gpucanvas.FrameMonitor().watch(canvas)
gpucanvas.FrameMonitor().watch(ctx)  # wrong
assert_type(gpucanvas.ImageData(4, 3), gpucanvas.ImageData[np.uint8])
assert_type(gpucanvas.ImageData(4, 3, pixel_format="rgba-float16"), gpucanvas.ImageData[np.float16])
assert_type(gpucanvas.ImageData(np.zeros((2, 2, 4), np.uint8)), gpucanvas.ImageData[np.uint8])
assert_type(gpucanvas.ImageData(np.zeros(16, np.float16), 2, 2), gpucanvas.ImageData[np.float16])
gpucanvas.ImageData(bytes(16), 2)
gpucanvas.ImageData("text", 2)  # wrong
if canvas.submit().state == "done":
    print(canvas.submit().state == "finished")  # wrong
