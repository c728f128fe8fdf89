"""A poster of text: one sentence in many languages, weights of a variable font, words on a wheel, set paragraphs.

python -m gpucanvas render examples/typography.py -o typography.png --size 1200x900
"""

from __future__ import annotations

import sys
import warnings
from math import cos, pi, sin

import gpucanvas

INK, RED, GREY = "#1d2433", "#c8553d", "#7a8194"
SERIF, SANS = "'Noto Serif', 'DejaVu Serif', serif", "'Noto Sans', sans-serif"
SENTENCES = (
    ("English", "en", "All human beings are born free and equal in dignity and rights."),
    ("français", "fr", "Tous les êtres humains naissent libres et égaux en dignité et en droits."),
    ("Deutsch", "de", "Alle Menschen sind frei und gleich an Würde und Rechten geboren."),
    ("español", "es", "Todos los seres humanos nacen libres e iguales en dignidad y derechos."),
    ("polski", "pl", "Wszyscy ludzie rodzą się wolni i równi pod względem swej godności i swych praw."),
    ("Türkçe", "tr", "Bütün insanlar hür, haysiyet ve haklar bakımından eşit doğarlar."),
    ("Tiếng Việt", "vi", "Tất cả mọi người sinh ra đều được tự do và bình đẳng về nhân phẩm và quyền."),
    ("ελληνικά", "el", "Όλοι οι άνθρωποι γεννιούνται ελεύθεροι και ίσοι στην αξιοπρέπεια και τα δικαιώματα."),
    ("русский", "ru", "Все люди рождаются свободными и равными в своём достоинстве и правах."),
    ("ქართული", "ka", "ყველა ადამიანი იბადება თავისუფალი და თანასწორი თავისი ღირსებითა და უფლებებით."),
    ("हिन्दी", "hi", "सभी मनुष्यों को गौरव और अधिकारों के मामले में जन्मजात स्वतन्त्रता और समानता प्राप्त है।"),
    ("العربية", "ar", "يولد جميع الناس أحرارًا متساوين في الكرامة والحقوق."),
    ("עברית", "he", "כל בני האדם נולדו בני חורין ושווים בערכם ובזכויותיהם."),
    ("ไทย", "th", "มนุษย์ทั้งหลายเกิดมามีอิสระและเสมอภาคกันในเกียรติศักดิ์และสิทธิ"),
    ("中文", "zh", "人人生而自由，在尊严和权利上一律平等。"),
    ("日本語", "ja", "すべての人間は、生まれながらにして自由であり、かつ、尊厳と権利とについて平等である。"),
    ("한국어", "ko", "모든 인간은 태어날 때부터 자유로우며 그 존엄과 권리에 있어 동등하다."),
    ("emoji", "en", "👋🏽 🌍 👨‍👩‍👧 ❤️ 🇺🇳"),
)
"""Article 1 of the Universal Declaration of Human Rights: the language's name, its tag, and the text."""
ESSAY = (
    "Type is set here as in a book: lines are broken where the stan\u00addard of Uni\u00adcode allows it, words at "
    "soft hy\u00adphens, and spaces widen un\u00adtil both edges are straight. A para\u00adgraph may change its ",
    gpucanvas.TextSpan("weight", font=f"900 17px {SANS}"),
    ", its ",
    gpucanvas.TextSpan("colour", color=RED),
    ", its ",
    gpucanvas.TextSpan("slant", font=f"italic 17px {SANS}"),
    ", its ",
    gpucanvas.TextSpan("spac\u00ading", letter_spacing=2.5),
    " or its ",
    gpucanvas.TextSpan("height", font=f"12px {SANS}", baseline_shift="super"),
    " on the way, may be ",
    gpucanvas.TextSpan("under\u00adlined", text_decoration="underline"),
    " or ",
    gpucanvas.TextSpan("marked", background="#f4dfa8"),
    ", and knows what is un\u00adder the poin\u00adter.",
)


def draw_title(ctx):
    """A large word in a gradient, its outline behind it, and a line of small capitals."""
    gradient = ctx.create_linear_gradient(50, 0, 700, 0)
    for at, color in ((0, "#c8553d"), (0.5, "#e09f3e"), (1, "#335c67")):
        gradient.add_color_stop(at, color)
    ctx.font = f"900 118px {SANS}"
    ctx.letter_spacing = "-4px"
    ctx.stroke_style, ctx.line_width, ctx.line_join = "rgb(29 36 51 / 18%)", 1.5, "round"
    ctx.stroke_text("Typography", 50, 132)
    ctx.fill_style = gradient
    ctx.fill_text("Typography", 46, 128)
    ctx.font, ctx.letter_spacing, ctx.font_variant_caps = f"17px {SANS}", "5px", "small-caps"
    ctx.fill_style = GREY
    ctx.fill_text("One Sentence, Many Languages", 150, 196)
    ctx.letter_spacing, ctx.font_variant_caps = "0px", "normal"


def can_write(ctx, text):
    """Whether the fonts of this machine have all characters of a text."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", gpucanvas.fonts.MissingGlyphWarning)
        ctx.font = f"17px {SANS}"
        return not ctx.measure_text(text).missing


def draw_sentences(ctx, x, y, width, bottom):
    """The sentence in every language that the fonts of this machine can write, its name beside it."""
    for name, lang, text in SENTENCES:
        if not can_write(ctx, name + text):
            continue
        layout = gpucanvas.layout_text(text, width, font=f"17px {SANS}", lang=lang, line_height=1.3)
        if y + layout.height > bottom:
            return
        ctx.fill_style, ctx.font, ctx.text_align = RED, f"12px {SANS}", "right"
        ctx.fill_text(name, x - 16, y + layout.lines[0].baseline)
        ctx.text_align = "left"
        ctx.fill_style = INK
        ctx.fill_layout(layout, x, y)
        y += layout.height + 7


def draw_weights(ctx, x, y):
    """One letter in nine weights, of one file."""
    for step in range(9):
        ctx.font = f"{100 * (step + 1)} 46px {SANS}"
        ctx.fill_style = f"hsl({12 + 22 * step} 55% {32 + 2 * step}%)"
        ctx.fill_text("a", x + 37 * step, y)
        ctx.font, ctx.fill_style = f"10px {SANS}", GREY
        ctx.fill_text(f"{100 * (step + 1)}", x + 37 * step + 2, y + 20)


def draw_wheel(ctx, x, y, radius):
    """Words around a point, read outwards; and letters on a circle around them."""
    words = ("ligature", "kerning", "baseline", "ascender", "counter", "serif", "glyph", "hinting", "leading", "em")
    ctx.text_baseline = "middle"
    for number, word in enumerate(words):
        ctx.save()
        ctx.translate(x, y)
        ctx.rotate(2 * pi * number / len(words))
        ctx.font, ctx.fill_style = f"{300 + 60 * number} 19px {SANS}", f"hsl({36 * number} 45% 38%)"
        ctx.fill_text(word, 34, 0)
        ctx.restore()
    ctx.font, ctx.fill_style, ctx.text_align = f"13px {SANS}", GREY, "center"
    ring = "text under rotation is as sharp as text at rest   ·   " * 3
    widths = [ctx.measure_text(letter).width for letter in ring]
    turn = -pi / 2
    for letter, width in zip(ring, widths, strict=True):
        turn += pi * width / sum(widths)
        ctx.save()
        ctx.translate(x + radius * cos(turn), y + radius * sin(turn))
        ctx.rotate(turn + pi / 2)
        ctx.fill_text(letter, 0, 0)
        ctx.restore()
        turn += pi * width / sum(widths)
    ctx.text_align, ctx.text_baseline = "left", "alphabetic"


def draw_essay(ctx, x, y, width):
    """A justified paragraph, with the line beneath each of its words that are marked."""
    layout = gpucanvas.layout_text(ESSAY, width, font=f"17px {SANS}", align="justify", line_height=1.45)
    first = layout.text.index("both edges are straight")
    ctx.fill_style = "rgb(224 159 62 / 35%)"
    for left, top, wide, high in layout.selection(first, first + len("both edges are straight")):
        ctx.fill_rect(x + left, y + top + high - 8, wide, 5)
    ctx.fill_style = INK
    ctx.fill_layout(layout, x, y)
    return layout.height


def draw(ctx, width, height):
    """Draw the poster on the whole canvas, as large as fits."""
    ctx.fill_style = "#faf6ee"
    ctx.fill_rect(0, 0, width, height)
    scale = min(width / 1200, height / 900)
    ctx.translate((width - 1200 * scale) / 2, (height - 900 * scale) / 2)
    ctx.scale(scale, scale)
    draw_title(ctx)
    draw_sentences(ctx, 150, 222, 590, 880)
    draw_weights(ctx, 800, 112)
    draw_wheel(ctx, 970, 350, 160)
    draw_essay(ctx, 800, 570, 350)


def main():
    """Write the picture to the file named on the command line."""
    canvas = gpucanvas.Canvas(1200, 900)
    draw(canvas.get_context("2d"), canvas.width, canvas.height)
    canvas.save(sys.argv[1] if len(sys.argv) > 1 else "typography.png")


if __name__ == "__main__":
    main()
