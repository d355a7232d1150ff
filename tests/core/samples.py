"""Small real files, made on the spot."""

import io

from PIL import Image
from pypdf import PdfWriter

GPS_AND_ORIENTATION = {0x0112: 6, 0x010F: "SecretPhone", 0x8825: {1: "N", 2: (45.0, 31.0, 0.0)}}

HEADS: dict[str, bytes] = {
    "heic": b"\0\0\0\x18ftypheic\0\0\0\0mif1heic",
    "mp4": b"\0\0\0\x18ftypisom\0\0\0\0isommp41",
    "3gp": b"\0\0\0\x18ftyp3gp5\0\0\0\x003gp5isom",
    "m4a": b"\0\0\0\x18ftypM4A \0\0\0\0M4A mp42",
    "mov": b"\0\0\0\x14ftypqt  \0\0\0\0qt  ",
    "wav": b"RIFF\x24\0\0\0WAVEfmt ",
    "amr": b"#!AMR\n\x3c",
    "mp3": b"ID3\x04\0\0\0\0\0\0",
    "mp3 without tag": b"\xff\xfb\x90\x64\0\0",
    "ogg": b"OggS\0\x02",
    "vcf": b"BEGIN:VCARD\r\nVERSION:3.0\r\nFN:Rosa\r\nEND:VCARD\r\n",
    "txt": "Ayer llegó tarde.\n".encode(),
}


def picture(kind: str = "JPEG", size: tuple[int, int] = (40, 20), color: str = "teal", **options: object) -> bytes:
    """A picture whose left half has `color`."""
    image = Image.new("RGB", size, "white")
    image.paste(color, (0, 0, size[0] // 2, size[1]))
    target = io.BytesIO()
    image.save(target, kind, **options)
    return target.getvalue()


def photo() -> bytes:
    """A JPEG as phones make them: lying on its side, with the place and the maker."""
    exif = Image.Exif()
    for tag, value in GPS_AND_ORIENTATION.items():
        if isinstance(value, dict):
            exif.get_ifd(tag).update(value)
        else:
            exif[tag] = value
    return picture(exif=exif, comment=b"SecretComment")


def noise(size: tuple[int, int], mode: str = "RGB", kind: str = "PNG") -> bytes:
    """A picture that hardly compresses."""
    image = Image.effect_noise(size, 120).convert(mode)
    target = io.BytesIO()
    image.save(target, kind)
    return target.getvalue()


def moving(kind: str = "GIF", frames: int = 3, size: tuple[int, int] = (30, 20)) -> bytes:
    """A moving picture."""
    images = [Image.new("RGB", size, (index * 40 % 256, 90, 90)) for index in range(frames)]
    target = io.BytesIO()
    images[0].save(target, kind, save_all=True, append_images=images[1:], duration=80, loop=0)
    return target.getvalue()


def pdf() -> bytes:
    """A PDF of letter size."""
    writer = PdfWriter()
    writer.add_blank_page(612, 792)
    target = io.BytesIO()
    writer.write(target)
    return target.getvalue()
