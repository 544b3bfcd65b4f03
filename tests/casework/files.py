"""Files as phones and computers make them, and such as somebody makes who wants to do harm."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib

from PIL import Image

SECRET_PLACE = b"GPS-IFD-AND-MORE"
CONTENT_TYPES = "[Content_Types].xml"


def picture(form: str = "JPEG", size: tuple[int, int] = (800, 600), *, mode: str = "RGB", **saved: object) -> bytes:
    """Return a picture whose left half is red and whose right half is blue."""
    image = Image.new(mode, size, "red" if mode == "RGB" else 0)
    if mode == "RGB":
        image.paste("blue", (size[0] // 2, 0, size[0], size[1]))
    out = io.BytesIO()
    image.save(out, form, **saved)
    return out.getvalue()


def phone_photo(orientation: int = 6) -> bytes:
    """Return a photo with the place where it was taken, a phone's name, a comment, and its direction."""
    exif = Image.Exif()
    exif[0x0112] = orientation
    exif[0x010F] = SECRET_PLACE.decode()
    exif.get_ifd(0x8825)[2] = (34.0, 15.0, 30.0)
    return picture(exif=exif, comment=SECRET_PLACE) + b"<script>alert(1)</script>"


def declared_picture(width: int, height: int) -> bytes:
    """Return a PNG of a few bytes that says to be enormous."""
    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + _chunk(b"IHDR", head) + _chunk(b"IDAT", zlib.compress(b"\0")) + _chunk(b"IEND", b"")


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def packed(**parts: bytes) -> bytes:
    """Return a zip file; `__` in a name stands for a slash, `_` for a dot."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as made:
        for name, content in parts.items():
            made.writestr(name.replace("__", "/").replace("_", "."), content)
    return out.getvalue()


def office(main: str = "word__document_xml", parts: int = 0, **more: bytes) -> bytes:
    """Return a Word (or `xl__workbook_xml`: Excel) file as small as can be, with so many parts more."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as made:
        made.writestr(CONTENT_TYPES, b"<Types/>")
        for number in range(parts):
            made.writestr(f"word/{number}.xml", b"")
        for name, content in {main: b"<document/>", **more}.items():
            made.writestr(name.replace("__", "/").replace("_", "."), content)
    return out.getvalue()


def bomb() -> bytes:
    """Return a Word file of a few hundred kilobytes that unpacks to 300 MB."""
    return office(word__media__a_bin=bytes(300 * 1024 * 1024))


def compound(stream: str) -> bytes:
    """Return the head of a compound file (Word, Excel, an installer) with a stream of this name."""
    entry = (stream + "\0").encode("utf-16-le").ljust(64, b"\0")
    return b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(504) + entry + bytes(448)


def mp4(track: bytes, brand: bytes = b"isom") -> bytes:
    """Return an MP4 with one track, `soun` or `vide`."""
    handler = struct.pack(">I", 32) + b"hdlr" + bytes(8) + track + bytes(12)
    return struct.pack(">I", 24) + b"ftyp" + brand + bytes(4) + brand + b"mp42" + handler


def webm(codec: bytes) -> bytes:
    """Return the head of a WebM file with one track."""
    return b"\x1a\x45\xdf\xa3\x9f\x42\x82\x84webm" + bytes(20) + b"\x86" + bytes([0x80 + len(codec)]) + codec


PDF = b"%PDF-1.7\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"
VOICES = {
    "audio/amr": b"#!AMR\n" + bytes(40),
    "audio/mpeg": b"ID3\x04" + bytes(40),
    "audio/mp4": mp4(b"soun", b"M4A "),
    "audio/ogg": b"OggS" + bytes(24) + b"OpusHead" + bytes(20),
    "audio/webm": webm(b"A_OPUS"),
    "audio/wav": b"RIFF\x24\0\0\0WAVEfmt " + bytes(30),
}
HEIC = struct.pack(">I", 24) + b"ftypheic" + bytes(4) + b"mif1heic" + bytes(40)
