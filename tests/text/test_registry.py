"""The public face of fonts: registering, listing, matching, and who wins over whom."""

from __future__ import annotations

import gc
import shutil
import threading
import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from built_fonts import build_font
from script_fonts import font_file

import gpucanvas
from gpucanvas import fonts
from gpucanvas.text import registry, system
from gpucanvas.text.face import Face
from gpucanvas.text.fallback import fallback
from gpucanvas.text.font import parse_font
from gpucanvas.text.instance import Instance
from gpucanvas.text.match import match


def put(folder: Path, name: str, **said: Any) -> Path:
    """Install a built font on the system."""
    path = folder / f"{name}.ttf"
    path.write_bytes(build_font(**said))
    system.refresh()
    return path


def families(text: str) -> list[str]:
    """What a font comes to: the first names of the families of its choices."""
    return [choice.face.info.families[0] for choice in match(parse_font(text))]


def chosen(cluster: str, text: str = "12px Built", lang: str = "", emoji: bool = False) -> str:
    """The family that a cluster is drawn with."""
    font = parse_font(text)
    return fallback(cluster, font, match(font), lang, emoji).face.info.families[0]


# -- registering -----------------------------------------------------------------------------------------------


def test_a_registered_font_is_found_by_its_family_whatever_the_case() -> None:
    info = fonts.register(build_font("My Font"))
    assert (info.family, info.source, info.path) == ("My Font", "registered", None)
    assert fonts.match("12px MY FONT") == info
    assert {fonts.match("12px My Font"), info} == {info}
    assert families("12px 'my font'") == ["My Font", "Noto Sans"]


def test_a_font_may_go_by_another_family_weight_and_style() -> None:
    info = fonts.register(build_font("My Font"), family="Other", weight=700, style="italic")
    assert (info.family, info.weight, info.style) == ("Other", (700.0, 700.0), "italic")
    assert families("12px My Font") == ["Noto Sans"]
    (choice, *_) = match(parse_font("italic bold 12px Other"))
    assert (choice.bold, choice.slant) == (False, 0.0)


def test_an_axis_of_weight_is_held_to_the_weight_that_is_said() -> None:
    fonts.register(build_font("Var", axes=(("wght", 100, 400, 900),)), weight=(300, 500))
    (choice, *_) = match(parse_font("900 12px Var"))
    assert choice.variations == (("wght", 500.0),)


def test_bytes_are_copied_and_a_file_may_go(tmp_path: Path) -> None:
    data = bytearray(build_font("Bytes"))
    fonts.register(data)
    data[:] = bytes(len(data))
    path = tmp_path / "font.ttf"
    path.write_bytes(build_font("File"))
    assert fonts.register(path).path == str(path)
    path.unlink()
    for name in ("Bytes", "File"):
        (choice, *_) = match(parse_font(f"12px {name}"))
        assert choice.face.info.families == (name,)
        assert len(choice.instance(12.0).outline(1).verbs) == 6
        assert choice.face.data[:4] == b"\0\1\0\0"


def test_the_same_font_is_registered_once() -> None:
    data = build_font("Once")
    first = fonts.register(data)
    generation = registry.generation()
    assert fonts.register(bytes(data)) == first
    assert registry.generation() == generation
    assert fonts.register(data, weight=900) != first
    assert len(registry.registered()) == 2


def test_faces_of_one_family_are_matched_by_weight_and_style() -> None:
    for weight, style in ((400, "normal"), (700, "normal"), (400, "italic")):
        fonts.register(build_font("Family", weight=weight, italic=style == "italic"))
    assert fonts.match("bold 12px Family").weight == (700.0, 700.0)
    assert fonts.match("italic bold 12px Family").style == "italic"
    assert fonts.match("12px Family").style == "normal"


def test_unregistering_takes_out_a_face_or_a_family_and_what_was_matched_is_forgotten() -> None:
    light, bold = (fonts.register(build_font("Gone", weight=weight)) for weight in (300, 700))
    assert fonts.match("bold 12px Gone") == bold
    assert fonts.unregister(bold) == 1
    assert fonts.match("bold 12px Gone") == light
    assert fonts.unregister("gone") == 1
    assert fonts.unregister("gone") == fonts.unregister(bold) == 0
    assert fonts.match("bold 12px Gone").family == "Noto Sans"


@pytest.mark.filterwarnings("ignore::gpucanvas.fonts.MissingGlyphWarning")
def test_fonts_that_are_unregistered_do_not_stay_in_memory() -> None:
    """Each is drawn in every way in which caches hold something of it, and then nothing holds it."""

    def alive() -> tuple[int, int]:
        gc.collect()
        kinds = [type(each) for each in gc.get_objects()]
        return kinds.count(Face), kinds.count(Instance)

    left = []
    for number in range(4):
        info = fonts.register(font_file("Latin"), family=f"Passing {number}")
        with gpucanvas.Canvas(200, 60, backend="cpu") as canvas:
            ctx = canvas.get_context("2d")
            for size in (14, 400):  # As masks, and as outlines.
                ctx.font = f"{size}px '{info.family}'"
                ctx.fill_text("passing", 5, 40)
                ctx.fill_text("\u201cpassing\u201d \uff08\u5b57\uff09", 5, 40)
                ctx.fill_texts(["pass", "by"], [5, 50], [20, 30])
                ctx.stroke_text("passing", 5, 40)
                assert ctx.measure_text("passing by").width > size
            ctx.font = f"14px '{info.family}'"
            ctx.letter_spacing = "0.1ex"
            ctx.rotate(0.3)
            ctx.fill_text("passing", 5, 40)
            assert canvas.to_numpy().any()
        assert fonts.unregister(info) == 1
        del ctx, canvas, info
        left.append(alive())
    assert left == [left[0]] * 4, "the shipped faces alone stay"


def test_each_registration_makes_a_new_generation() -> None:
    before = registry.generation()
    info = fonts.register(build_font("Generation"))
    between = registry.generation()
    fonts.unregister(info)
    assert before < between < registry.generation()
    fonts.unregister(info)
    assert registry.generation() == between + 1


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"family": ""}, "family is '': give the name"),
        ({"family": 3}, "family is 3: give the name"),
        ({"weight": 0}, "weight is 0: give a number from 1 to 1000"),
        ({"weight": (700, 400)}, r"weight is \(700, 400\): give a number"),
        ({"weight": float("nan")}, "weight is nan: give"),
        ({"weight": "bold"}, "weight is 'bold': give"),
        ({"weight": (1, 2, 3)}, r"weight is \(1, 2, 3\): give"),
        ({"style": "slanted"}, "style is 'slanted': give one of normal, italic, oblique"),
        ({"index": 1}, "it has 1 faces, none of index 1: give 0 to 0"),
        ({"index": -1}, "none of index -1"),
    ],
)
def test_wrong_arguments_are_named_with_the_cure(arguments: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        fonts.register(build_font(), **arguments)
    assert registry.registered() == ()


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match=r"nothing\.ttf"):
        fonts.register(tmp_path / "nothing.ttf")


@pytest.mark.parametrize("wrong", [None, 3, ["a.ttf"]])
def test_what_is_neither_path_nor_bytes_is_a_type_error(wrong: Any) -> None:
    with pytest.raises(TypeError):
        fonts.register(wrong)


def test_threads_may_register_match_and_take_out_at_once() -> None:
    """Whatever was matched on the way, in the end nothing stale is kept."""
    data = {weight: build_font("Shared", weight=weight) for weight in (300, 400, 700)}
    fonts.register(data[400])
    errors: list[BaseException] = []
    ready = threading.Barrier(4)

    def run(weight: int | None) -> None:
        try:
            ready.wait()
            for _ in range(100):
                if weight is not None:
                    fonts.unregister(fonts.register(data[weight]))
                for text in ("300 12px Shared", "700 12px Shared"):
                    assert families(text) == ["Shared", "Noto Sans"]
                assert chosen("B", "700 12px Shared") == "Shared"
        except BaseException as error:
            errors.append(error)

    threads = [threading.Thread(target=run, args=(weight,)) for weight in (300, 700, None, None)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert errors == []
    assert fonts.match("700 12px Shared").weight == fonts.match("300 12px Shared").weight == (400.0, 400.0)


# -- who wins --------------------------------------------------------------------------------------------------


def test_registered_fonts_win_over_shipped_ones_and_those_over_the_systems(font_folder: Path) -> None:
    put(font_folder, "system", family="Noto Sans", weight=300)
    assert fonts.match("12px Noto Sans").source == "shipped"
    fonts.register(build_font("Noto Sans"))
    assert fonts.match("12px Noto Sans").source == "registered"


def test_choices_are_one_of_each_family_in_order_and_the_default_last(font_folder: Path) -> None:
    put(font_folder, "one", family="On The System")
    fonts.register(build_font("Mine"))
    assert families("12px Mine, Nowhere, On The System, Mine") == ["Mine", "On The System", "Noto Sans"]
    assert families("12px Nowhere") == ["Noto Sans"]


def test_sans_serif_is_the_shipped_font_on_every_machine(font_folder: Path) -> None:
    put(font_folder, "arial", family="Arial")
    assert families("12px sans-serif") == ["Noto Sans"]


def test_other_generic_families_come_from_the_system(font_folder: Path) -> None:
    assert families("12px serif") == ["Noto Sans"]
    put(font_folder, "serif", family="DejaVu Serif")
    put(font_folder, "mono", family="DejaVu Sans Mono")
    assert families("12px serif") == ["DejaVu Serif", "Noto Sans"]
    assert families("12px monospace") == families("12px ui-monospace") == ["DejaVu Sans Mono", "Noto Sans"]


def test_a_quoted_generic_word_is_the_family_of_that_name(font_folder: Path) -> None:
    put(font_folder, "serif", family="DejaVu Serif")
    fonts.register(build_font("serif"))
    assert families("12px serif") == ["DejaVu Serif", "Noto Sans"]
    assert families("12px 'serif'") == ["serif", "Noto Sans"]


def test_a_well_known_family_has_stand_ins_of_the_same_widths(font_folder: Path) -> None:
    put(font_folder, "liberation", family="Liberation Sans")
    assert families("12px Arial") == ["Liberation Sans", "Noto Sans"]
    put(font_folder, "arial", family="Arial")
    assert families("12px Arial") == ["Arial", "Noto Sans"]


def test_a_system_font_whose_file_is_gone_is_passed_over(font_folder: Path) -> None:
    put(font_folder, "a", family="Two Files", weight=400)
    bold = put(font_folder, "b", family="Two Files", weight=700)
    assert len(system.index()) == 2
    bold.unlink()
    assert fonts.match("bold 12px Two Files").weight == (400.0, 400.0)
    shutil.rmtree(font_folder)
    assert len(system.index()) == 2
    fonts.register(build_font("Other"))  # So that nothing matched before is kept.
    assert families("bold 12px Two Files")[-1] == "Noto Sans"


@pytest.fixture
def nothing_shipped(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The package of the shipped font has been taken away."""
    registry.shipped.cache_clear()
    monkeypatch.setattr(registry, "find_spec", lambda _: None)
    registry.touch()
    yield
    registry.shipped.cache_clear()
    registry.touch()


@pytest.mark.usefixtures("nothing_shipped")
def test_without_the_shipped_font_the_system_gives_sans_serif(font_folder: Path) -> None:
    put(font_folder, "other", family="Some Font")
    assert families("12px sans-serif") == ["Some Font"]
    put(font_folder, "dejavu", family="DejaVu Sans")
    assert families("12px Nowhere") == ["DejaVu Sans"]
    assert {each.source for each in fonts.list()} == {"system"}


@pytest.mark.usefixtures("nothing_shipped")
def test_without_any_font_an_error_says_how_to_get_one() -> None:
    with pytest.raises(RuntimeError, match="there is no font to draw text with: python -m pip install fontpkg-noto"):
        fonts.match("12px sans-serif")
    assert fonts.list() == []
    fonts.register(build_font("Mine"))
    assert families("12px Mine") == ["Mine"]


# -- lists -----------------------------------------------------------------------------------------------------


def test_the_list_has_registered_shipped_and_system_fonts(font_folder: Path) -> None:
    put(font_folder, "one", family="On The System", axes=(("wght", 100, 400, 900),))
    fonts.register(build_font("Mine", colors={"u0041": [("u0042", 0)]}))
    found = {(each.family, each.source) for each in fonts.list()}
    assert found == {("Mine", "registered"), ("Noto Sans", "shipped"), ("On The System", "system")}
    assert {each.family for each in fonts.list() if each.has_colors} == {"Mine"}
    (variable,) = [each for each in fonts.list() if each.source == "system"]
    assert variable.axes == {"wght": (100.0, 400.0, 900.0)}
    assert variable.path == str(font_folder / "one.ttf")


def test_a_font_that_is_installed_later_is_found_after_a_refresh(font_folder: Path) -> None:
    assert families("12px Later") == ["Noto Sans"]
    (font_folder / "later.ttf").write_bytes(build_font("Later"))
    assert families("12px Later") == ["Noto Sans"]
    fonts.refresh()
    assert families("12px Later") == ["Later", "Noto Sans"]


# -- fallback --------------------------------------------------------------------------------------------------


def test_a_cluster_comes_from_the_first_listed_family_that_has_it() -> None:
    fonts.register(build_font("One", characters="A"))
    fonts.register(build_font("Two", characters="AB"))
    assert chosen("A", "12px One, Two") == "One"
    assert chosen("B", "12px One, Two") == "Two"
    assert chosen("C", "12px One, Two") == "Noto Sans"


def test_a_cluster_stays_together() -> None:
    fonts.register(build_font("Base", characters="x"))
    fonts.register(build_font("Both", characters="x\u0302"))
    assert chosen("x", "12px Base, Both") == "Base"
    assert chosen("x\u0302", "12px Base, Both") == "Both"


def test_a_composed_letter_will_do_for_a_letter_and_its_mark() -> None:
    fonts.register(build_font("Composed", characters="é\u4e00"))
    assert chosen("e\u0301", "12px Composed") == "Noto Sans", "the shipped font has both parts"
    fonts.register(build_font("Han", characters="\u4e01がか"))
    assert chosen("か\u3099", "12px Han") == "Han"


def test_joiners_and_variation_selectors_need_no_glyph() -> None:
    fonts.register(build_font("Built", characters="A"))
    for cluster in ("A\u200d", "A\ufe0f", "A\u200c", "A\U000e0101", "\u200b", "\t"):
        assert chosen(cluster) == "Built"


def test_what_no_listed_family_has_is_looked_for_in_registered_then_system_fonts(font_folder: Path) -> None:
    put(font_folder, "han", family="System Han", characters="\u4e00\u4e01")
    assert chosen("\u4e00") == "System Han"
    fonts.register(build_font("My Han", characters="\u4e00"))
    assert chosen("\u4e00") == "My Han"
    assert chosen("\u4e01") == "System Han"


def test_of_fallback_families_the_face_of_the_nearest_style_is_taken(font_folder: Path) -> None:
    put(font_folder, "light", family="Han", characters="\u4e00", weight=300)
    put(font_folder, "bold", family="Han", characters="\u4e00", weight=700)
    font = parse_font("bold 12px Built")
    assert fallback("\u4e00", font, match(font)).face.info.weight == (700.0, 700.0)


def test_the_language_chooses_among_fonts_of_east_asia(font_folder: Path) -> None:
    for tag in ("JP", "SC", "TC", "KR"):
        put(font_folder, tag, family=f"Noto Sans CJK {tag}", characters="\u4e00あ가")
    put(font_folder, "other", family="A Han", characters="\u4e00あ가")
    found = {lang: chosen("\u4e00", lang=lang)[-2:] for lang in ("ja", "ko", "zh-CN", "zh-TW", "zh-Hant", "zh-Hans-HK")}
    assert found == {"ja": "JP", "ko": "KR", "zh-CN": "SC", "zh-TW": "TC", "zh-Hant": "TC", "zh-Hans-HK": "SC"}
    assert chosen("あ")[-2:] == "JP"
    assert chosen("가")[-2:] == "KR"


def test_text_of_east_asia_asks_for_the_language_first_and_then_for_serifs(font_folder: Path) -> None:
    for name in ("Sans CJK JP", "Serif CJK JP", "Sans Mono CJK JP", "Sans CJK SC"):
        put(font_folder, name, family=f"Noto {name}", characters="\u4e00")
    assert chosen("\u4e00", lang="ja") == "Noto Sans CJK JP"
    assert chosen("\u4e00", "12px serif", lang="ja") == "Noto Serif CJK JP"
    assert chosen("\u4e00", "12px monospace", lang="ja") == "Noto Sans Mono CJK JP"
    assert chosen("\u4e00", "12px serif", lang="zh") == "Noto Sans CJK SC"


def test_signs_that_many_fonts_have_come_from_those_of_many_scripts(font_folder: Path) -> None:
    for name in ("A Font", "Noto Sans CJK JP", "DejaVu Sans", "Unifont"):
        put(font_folder, name, family=name, characters="\u2603")
    assert chosen("\u2603") == "DejaVu Sans"
    (font_folder / "DejaVu Sans.ttf").unlink()
    system.refresh()
    assert chosen("\u2603") == "A Font"
    (font_folder / "A Font.ttf").unlink()
    system.refresh()
    assert chosen("\u2603") == "Noto Sans CJK JP"
    (font_folder / "Noto Sans CJK JP.ttf").unlink()
    system.refresh()
    assert chosen("\u2603") == "Unifont"


def test_serif_text_falls_back_to_serifs_first(font_folder: Path) -> None:
    for name in ("A Sans", "B Serif", "C Mono"):
        put(font_folder, name, family=name, characters="\u0531")
    assert chosen("\u0531", "12px sans-serif") == "A Sans"
    assert chosen("\u0531", "12px serif") == "B Serif"


def test_emoji_ask_fonts_of_colours_first_and_text_asks_them_last(font_folder: Path) -> None:
    put(font_folder, "plain", family="Plain", characters="\u2615AB")
    put(font_folder, "color", family="Color", characters="\u2615AB", colors={"u2615": [("u0041", 0)]})
    assert chosen("\u2615") == "Plain"
    assert chosen("\u2615\ufe0f", emoji=True) == "Color"
    fonts.register(build_font("Mine", characters="\u2615AB", colors={"u2615": [("u0041", 0)]}))
    assert chosen("\u2615\ufe0f", emoji=True) == "Mine"
    fonts.register(build_font("Listed", characters="\u2615"))
    assert chosen("\u2615", "12px Listed") == "Listed"
    assert chosen("\u2615", "12px Listed", emoji=True) == "Mine"


def test_text_presentation_asks_fonts_of_colours_last_though_they_are_listed(font_folder: Path) -> None:
    """CSS Fonts 4, "cluster matching": U+FE0E wants a glyph without colours, whatever the font says."""
    as_text, colors = "\u2615\ufe0e", {"u2615": [("u0041", 0)]}
    fonts.register(build_font("Listed", characters=f"A{as_text}", colors=colors, advance=600))
    assert chosen(as_text, "12px Listed") == "Listed", "where there is no other"
    put(font_folder, "plain", family="Plain", characters="\u2615", advance=300)
    assert chosen(as_text, "12px Listed") == "Plain"
    ctx = gpucanvas.Recording(1, 1).get_context("2d")
    ctx.font = "10px Listed"
    assert [ctx.measure_text(each).width for each in ("\u2615", as_text)] == [6, 3]


def test_an_emoji_without_a_font_of_colours_is_drawn_grey(font_folder: Path) -> None:
    put(font_folder, "plain", family="Plain", characters="\u2615")
    assert chosen("\u2615", emoji=True) == "Plain"


def test_what_no_font_has_is_drawn_with_the_first_and_told_once() -> None:
    fonts.register(build_font("Built"))
    with pytest.warns(fonts.MissingGlyphWarning, match=r"no font has U\+10D00 ., a box is drawn: install or register"):
        assert chosen("\U00010d00") == "Built"
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert chosen("\U00010d00") == "Built"
        assert chosen("\U00010d00", "bold 12px Built") == "Built"


def test_the_warning_of_a_missing_glyph_points_at_the_line_that_draws_it() -> None:
    fonts.register(build_font("Built"))
    canvas = gpucanvas.Canvas(40, 40, backend="cpu")
    ctx = canvas.get_context("2d")
    ctx.font = "12px Built"
    calls = (
        # Letters of four scripts.
        lambda: ctx.fill_text("\U00010500", 1, 20),
        lambda: ctx.measure_text("\U00010800"),
        lambda: ctx.fill_texts(["\U00010b00"], 1, 20),
        lambda: gpucanvas.layout_text("\U00016a40", 30, font="12px Built"),
    )
    for call in calls:
        with pytest.warns(fonts.MissingGlyphWarning) as told:
            call()
        assert [each.filename for each in told] == [__file__]
        assert [each.lineno for each in told] == [call.__code__.co_firstlineno]


def test_a_mark_that_no_font_has_is_told_and_its_letter_keeps_its_face() -> None:
    fonts.register(build_font("Built", characters="A"))
    with pytest.warns(fonts.MissingGlyphWarning, match=r"no font has U\+10A01 .,"):
        assert chosen("A\U00010a01") == "Built"


def test_a_script_that_no_font_has_is_told_once_and_so_are_symbols(monkeypatch: pytest.MonkeyPatch) -> None:
    from gpucanvas.text import fallback as module

    monkeypatch.setattr(module, "_told", set())
    fonts.register(build_font("Built", characters="A"))
    for first, others in (("\U00010900", "\U00010901\U00010902"), ("\U0001d100", "\U0001d101\U0001f70b\u3001\u300c")):
        with pytest.warns(fonts.MissingGlyphWarning, match="are not reported") as told:
            chosen(first)
            for each in others:
                chosen(each)
        assert len(told) == 1


def test_a_space_that_no_font_has_is_a_blank_that_nothing_is_told_of() -> None:
    fonts.register(build_font("Built", characters="A "))
    ctx = gpucanvas.Canvas(40, 40, backend="cpu").get_context("2d")
    ctx.font = "12px Built"
    for space in "\u2003\u202f\u3000":
        ctx.fill_text(space, 5, 20)
        assert ctx.measure_text(space).missing == "" and ctx.measure_text(space).width > 0
    assert ctx.measure_text("\u3000").width == 12


def test_what_was_found_is_kept_up_to_a_bound(monkeypatch: pytest.MonkeyPatch) -> None:
    from gpucanvas.text import fallback as module

    monkeypatch.setattr(module, "MOST_KEPT", 50)
    for code in range(0x41, 0x41 + 300):
        chosen(chr(code), "12px sans-serif")
    assert len(module._found) <= 50
