"""What people put into a fax becomes pages as a machine draws them: upright, across the whole width, sharp where there are letters."""

import io

import pytest
from PIL import Image, ImageChops, ImageDraw, ImageFilter

from app.core.documents.pages import PageFile
from app.core.documents.renderer.dots import black_and_white
from app.core.documents.rendering import join
from tests.core.documents.hostile import page_of_size
from tests.core.documents.paper import FONT, photo, same, sheet

ACROSS = 1728


@pytest.fixture
def sent(desk, tmp_path):
    """The only page of a picture or a document that somebody sends."""

    def drawn(document, kind: str = "PNG", **options) -> Image.Image:
        place = tmp_path / f"document.{kind.lower()}"
        place.write_bytes(document) if isinstance(document, bytes) else document.save(place, kind, **options)
        desk.draw(place, as_received=False)
        [made] = desk.pages
        image = Image.open(made.image)
        assert (image.mode, image.width) == ("1", ACROSS)
        assert [round(dots) for dots in image.info["dpi"]] == [204, 196]
        return image

    return drawn


def ink(picture: Image.Image) -> float:
    """The share of black dots."""
    return 1 - picture.convert("L").resize((1, 1), Image.Resampling.BOX).getpixel((0, 0)) / 255


def in_bad_light(picture: Image.Image) -> Image.Image:
    lamp = Image.linear_gradient("L").resize(picture.size).point([100 + level // 2 for level in range(256)])
    return ImageChops.multiply(picture.convert("L"), lamp).filter(ImageFilter.GaussianBlur(1))


def test_a_phones_picture_stands_upright(sent):
    exif = Image.Exif()
    exif[0x0112] = 6
    sideways = Image.new("RGB", (400, 300), "white")
    sideways.paste("black", (0, 0, 100, 300))
    turned = sent(sideways, "JPEG", exif=exif.tobytes())
    top, bottom = turned.crop((600, 100, 1100, 400)), turned.crop((600, 1500, 1100, 2000))
    assert ink(top) > 0.9
    assert ink(bottom) < 0.1


def test_a_photographed_page_becomes_as_white_as_it_was(sent):
    clean = ink(sent(sheet(1).convert("L")))
    shot = sent(in_bad_light(sheet(1)))
    assert abs(ink(shot) - clean) < 0.02
    assert ink(shot.crop((0, 2000, ACROSS, 2156))) < 0.01


def test_a_photograph_keeps_its_tones(sent):
    picture = photo().convert("L")
    drawn = sent(picture)
    grey = drawn.convert("L").crop((60, 60, 1668, 60 + 1159)).resize((40, 30), Image.Resampling.BOX)
    tones = set(grey.get_flattened_data())
    assert len([level for level in tones if 40 < level < 215]) > 30


def test_letters_are_sharp_on_white_and_on_a_tint():
    paper = Image.new("L", (1728, 2156), 255)
    pen = ImageDraw.Draw(paper)
    pen.rectangle((0, 900, 1728, 1300), fill=150)
    for y in (300, 1080):
        pen.text((200, y), "Bus 14 leaves Maple Street at 7:05.", fill=0, font=FONT)
    drawn = black_and_white(paper).convert("L")
    assert 0.2 < ink(drawn.crop((100, 950, 1600, 1000))) < 0.6
    assert ink(drawn.crop((100, 420, 1600, 800))) < 0.01
    inside = drawn.crop((180, 1060, 900, 1140))
    assert ink(inside) > ink(drawn.crop((180, 960, 900, 1040))) + 0.05


def test_what_is_clear_is_white(sent):
    clear = Image.new("RGBA", (600, 400), (0, 0, 0, 0))
    ImageDraw.Draw(clear).text((50, 50), "Hello", fill="black", font=FONT)
    assert ink(sent(clear)) < 0.05


@pytest.mark.parametrize(
    ("box", "size"),
    [
        ("0 0 612 792", (1728, 2149)),
        ("0 0 612 1008", (1728, 2735)),
        ("0 0 595 842", (1728, 2349)),
        ("0 0 792 612", (1728, 1283)),
        ("0 0 10000 10000", (1728, 1660)),
        ("0 0 200 200", (1728, 1089)),
        ("0 0 100 100000", (1728, 2744)),
    ],
)
def test_paper_of_any_size_fits(sent, box, size):
    assert sent(page_of_size(box), "PDF").size == size


def test_a_page_that_is_a_fax_already_keeps_its_dots(sent):
    assert same(sent(sheet(1), "TIFF", compression="group4", dpi=(204, 196)), sheet(1))


def test_a_scan_of_other_dots_is_fitted(sent):
    assert sent(sheet(1, width=2550).convert("L").resize((2550, 3300)), "TIFF", dpi=(300, 300)).size == (1728, 2156)


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "GIF", "WEBP", "BMP"])
def test_pictures_of_every_kind(sent, kind):
    assert 0.02 < ink(sent(photo((800, 600)), kind)) < 0.9


def test_half_the_lines_keep_thin_ones(desk, tmp_path):
    thin = Image.new("1", (1728, 2156), 1)
    for y in range(101, 2000, 101):
        ImageDraw.Draw(thin).line((0, y, 1728, y), fill=0, width=1)
    place = tmp_path / "thin.tif"
    thin.save(place, "TIFF", compression="group4", dpi=(204, 196))
    desk.draw(place, as_received=False)
    joined = join([PageFile(desk.pages[0].image)], tmp_path / "standard.pdf", fine=False)
    desk.draw(joined)
    column = Image.open(desk.pages[0].image).convert("L").crop((800, 0, 801, 2156))
    rows = [y for y, level in enumerate(column.get_flattened_data()) if level == 0]
    assert len({(y + 50) // 101 for y in rows}) == len(range(101, 2000, 101))


def test_a_large_photo_is_made_smaller_while_it_is_read(sent):
    kept = io.BytesIO()
    Image.new("RGB", (12_000, 9_000), "white").save(kept, "JPEG")
    assert ink(sent(kept.getvalue(), "JPEG")) < 0.01
