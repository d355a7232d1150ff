"""Pictures arrive upright, small enough and without secrets."""

import io
import zlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from app.core import images
from app.core.content_types import GIF, JPEG, PNG, WEBP, judge
from app.core.uploads import UploadRefused
from tests.core.samples import moving, noise, pdf, photo, picture


def shown(picture):
    image = Image.open(io.BytesIO(picture.data))
    image.load()
    return image


def test_a_photo_stands_upright_and_keeps_no_secret():
    data = photo()
    assert b"SecretPhone" in data
    cleaned = images.clean(data)
    assert (cleaned.type, cleaned.width, cleaned.height) == (JPEG, 20, 40)
    assert not any(secret in cleaned.data for secret in (b"SecretPhone", b"SecretComment", b"Exif", b"GPS"))
    image = shown(cleaned)
    assert image.size == (20, 40)
    assert not image.getexif()
    top, bottom = image.getpixel((10, 5)), image.getpixel((10, 35))
    assert max(top) < 160 < min(bottom)  # the coloured half was on the left; turned clockwise it is above


@pytest.mark.parametrize(("kind", "expected"), [("PNG", PNG), ("WEBP", WEBP), ("JPEG", JPEG)])
def test_the_kind_stays(kind, expected):
    cleaned = images.clean(picture(kind))
    assert cleaned.type is expected is judge(cleaned.data)
    assert shown(cleaned).size == (40, 20)


@pytest.mark.parametrize(("kind", "expected"), [("GIF", GIF), ("WEBP", WEBP)])
def test_a_moving_picture_keeps_moving(kind, expected):
    cleaned = images.clean(moving(kind, frames=4))
    assert cleaned.type is expected
    assert shown(cleaned).n_frames == 4


def test_transparency_stays_in_png_and_becomes_white_in_jpeg():
    clear = io.BytesIO()
    Image.new("RGBA", (30, 30), (255, 0, 0, 0)).save(clear, "PNG")
    assert shown(images.clean(clear.getvalue())).mode == "RGBA"
    noisy = Image.effect_noise((900, 900), 100).convert("RGBA")
    noisy.putalpha(0)
    target = io.BytesIO()
    noisy.save(target, "PNG")
    fitted = images.fit(target.getvalue(), 100_000)
    assert fitted.type is JPEG
    assert min(shown(fitted).getpixel((5, 5))) > 250


def test_a_thumbnail_fits_its_box_and_is_never_enlarged():
    small = images.thumbnail(noise((2000, 1000), kind="JPEG"))
    assert (small.type, small.width, small.height) == (WEBP, 480, 240)
    assert shown(small).size == (480, 240)
    assert images.thumbnail(picture()).width == 40
    assert images.thumbnail(photo()).height == 40
    assert images.thumbnail(moving()).type is WEBP


@pytest.mark.parametrize(
    "data", [noise((1800, 1400)), noise((1800, 1400), kind="JPEG"), noise((900, 900), "L", "WEBP"), moving(frames=9, size=(300, 300))]
)
def test_fitting_into_a_text(data):
    fitted = images.fit(data, 200_000)
    assert len(fitted.data) <= 200_000
    assert fitted.type in {JPEG, PNG, GIF}
    assert shown(fitted).size == (fitted.width, fitted.height)


def test_what_fits_already_stays_as_it_is():
    assert images.fit(picture("PNG")).type is PNG
    assert images.fit(moving()).type is GIF
    assert images.fit(picture("WEBP")).type is JPEG  # carriers do not carry WebP
    with pytest.raises(UploadRefused, match="small enough"):
        images.fit(noise((600, 600)), 100)


def bomb() -> bytes:
    """A PNG of a few kilobytes that would unfold to 30,000 × 30,000 pixels."""

    def chunk(name: bytes, body: bytes) -> bytes:
        return len(body).to_bytes(4, "big") + name + body + zlib.crc32(name + body).to_bytes(4, "big")

    header = (30_000).to_bytes(4, "big") * 2 + b"\x08\x02\x00\x00\x00"
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(b"\0" * 100_000)) + chunk(b"IEND", b"")


@pytest.mark.parametrize("treat", [images.clean, images.thumbnail, images.fit])
def test_a_bomb_is_refused_before_it_unfolds(treat):
    with pytest.raises(UploadRefused, match="megapixels"):
        treat(bomb())


def test_an_endless_moving_picture_is_refused():
    with pytest.raises(UploadRefused, match="too long"):
        images.clean(moving(frames=images.MOST_FRAMES + 1, size=(2, 2)))


@pytest.mark.parametrize(
    "data", [b"", b"no picture", pdf(), b"\xff\xd8\xff\xe0" + b"\0" * 50, picture("PNG")[:60], noise((300, 300))[:20_000], moving()[:40]]
)
def test_a_damaged_picture_is_refused_with_advice(data):
    with pytest.raises(UploadRefused):
        images.clean(data)


@settings(max_examples=60, deadline=None)
@given(st.sampled_from(["JPEG", "PNG", "WEBP", "GIF"]), st.integers(0, 400), st.binary(min_size=1, max_size=8))
def test_a_scrambled_picture_is_shown_or_refused(kind, position, junk):
    data = bytearray(picture(kind, (64, 48)))
    position %= len(data)
    data[position : position + len(junk)] = junk
    for treat in (images.clean, images.thumbnail):
        try:
            treated = treat(bytes(data))
        except UploadRefused:
            continue
        assert shown(treated).size == (treated.width, treated.height)
