"""What a worker may send: read from the content, photos drawn anew, everything else refused with a sentence."""

from __future__ import annotations

import contextlib
import io
import random
from collections.abc import Callable

import pytest
from PIL import Image

from casework.file_kinds import (
    DOC,
    DOCX,
    LIMITS,
    PDF,
    XLS,
    XLSX,
    FileBroken,
    FileEmpty,
    FileRefused,
    FileTooLarge,
    FileTypeRefused,
    Prepared,
    kept_size,
    prepare,
)
from tests.casework import files

MEGABYTE = 1024 * 1024


def drawn(prepared: Prepared) -> Image.Image:
    assert (prepared.kind, prepared.media_type) == ("photo", "image/jpeg")
    return Image.open(io.BytesIO(prepared.content))


@pytest.mark.parametrize(
    ("form", "name", "kept"),
    [
        ("JPEG", "工资条.JPG", "工资条.jpg"),
        ("PNG", "截图.png", "截图.jpg"),
        ("WEBP", "a.webp", "a.jpg"),
        ("GIF", "a.gif", "a.jpg"),
        ("PNG", "说是.pdf", "说是.pdf.jpg"),
        ("JPEG", "", "照片.jpg"),
    ],
)
def test_every_photo_is_kept_as_jpeg(form: str, name: str, kept: str) -> None:
    prepared = prepare(files.picture(form), name)
    assert prepared.name == kept
    assert drawn(prepared).format == "JPEG"


def test_nothing_travels_in_a_photo_but_the_picture() -> None:
    prepared = prepare(files.phone_photo(), "IMG.jpg")
    photo = drawn(prepared)
    assert not photo.getexif()
    assert photo.info.get("comment") is None
    assert files.SECRET_PLACE not in prepared.content
    assert b"script" not in prepared.content
    assert b"Exif" not in prepared.content


def test_a_photo_is_turned_as_it_was_taken() -> None:
    photo = drawn(prepare(files.phone_photo(orientation=6), "IMG.jpg"))  # 90° clockwise: what was left is on top
    assert photo.size == (600, 800)
    top, bottom = photo.getpixel((300, 100)), photo.getpixel((300, 700))
    assert isinstance(top, tuple)
    assert isinstance(bottom, tuple)
    assert top[0] > 200 > bottom[0]


@pytest.mark.parametrize(
    ("size", "kept"),
    [
        ((800, 600), (800, 600)),
        ((4000, 3000), (2560, 1920)),
        ((3000, 4000), (1920, 2560)),
        ((1080, 12000), (1080, 12000)),  # a long screenshot of a chat stays readable
        ((2000, 12000), (1280, 7680)),
        ((12000, 2000), (7680, 1280)),
    ],
)
def test_a_photo_is_shrunk_but_stays_readable(size: tuple[int, int], kept: tuple[int, int]) -> None:
    assert drawn(prepare(files.picture(size=size), "x.jpg")).size == kept


def test_the_kept_size_is_as_wide_as_it_is_asked_for() -> None:
    assert kept_size((100, 300)) == (2560, 2560)
    assert kept_size((100, 301)) == (1280, 20_000)


@pytest.mark.parametrize("mode", ["RGBA", "LA", "P", "L", "1", "I;16"])
def test_pictures_of_any_colours_are_drawn(mode: str) -> None:
    out = io.BytesIO()
    Image.new(mode, (40, 30)).save(out, "PNG")
    photo = drawn(prepare(out.getvalue(), "x.png"))
    assert photo.size == (40, 30)
    if "A" in mode:
        assert photo.convert("L").getpixel((20, 15)) == 255  # what was transparent lies on white paper


@pytest.mark.parametrize(
    ("content", "media_type", "name", "kept"),
    [
        (files.PDF, PDF, "合同.pdf", "合同.pdf"),
        (files.PDF, PDF, "合同.exe", "合同.exe.pdf"),
        (files.office(), DOCX, "合同.docx", "合同.docx"),
        (files.office("xl__workbook_xml"), XLSX, "考勤.xlsx", "考勤.xlsx"),
        (files.compound("WordDocument"), DOC, "", "文件.doc"),
        (files.compound("Workbook"), XLS, "a.xls", "a.xls"),
        (files.compound("Book"), XLS, "a.xls", "a.xls"),
    ],
)
def test_documents_are_kept_as_they_are(content: bytes, media_type: str, name: str, kept: str) -> None:
    prepared = prepare(content, name)
    assert (prepared.kind, prepared.media_type, prepared.name) == ("document", media_type, kept)
    assert prepared.content == content


@pytest.mark.parametrize("media_type", files.VOICES)
def test_recordings_are_kept_as_they_are(media_type: str) -> None:
    prepared = prepare(files.VOICES[media_type], "录音")
    assert (prepared.kind, prepared.media_type) == ("voice", media_type)
    assert prepared.name.startswith("录音.")


def test_the_sound_in_a_film_container_is_a_recording_and_a_film_is_not() -> None:
    assert prepare(files.mp4(b"soun", b"iso5"), "录音.mp4").media_type == "audio/mp4"  # Safari's recorder
    for film in (files.mp4(b"vide"), files.mp4(b"soun") + files.mp4(b"vide"), files.webm(b"V_VP9")):
        with pytest.raises(FileTypeRefused, match="视频"):
            prepare(film, "a.mp4")


SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'
HTML = b"<!doctype html><script>alert(1)</script>"


@pytest.mark.parametrize(
    "content",
    [
        SVG,
        b'<?xml version="1.0"?>' + SVG,
        HTML,
        b"\n\n" + HTML,
        b"MZ\x90\0" + bytes(200),
        b"\x7fELF" + bytes(200),
        b"#!/bin/sh\nrm -rf /\n",
        "只是文字".encode(),
        b"\0" * 5000,
        files.packed(a_txt=b"hello", evil_exe=b"MZ"),
        files.packed(word__document_xml=b"no content types"),
        files.compound("MsiInstaller"),
        b"%!PS-Adobe-3.0\n",
        b"Rar!\x1a\x07\x00" + bytes(50),
        b"II*\0" + bytes(100),
        b"  " + files.PDF,
    ],
)
def test_anything_else_is_refused_whatever_it_is_called(content: bytes) -> None:
    for name in ("photo.jpg", "合同.pdf", "", "x.svg"):
        with pytest.raises(FileTypeRefused, match="收不了") as refused:
            prepare(content, name)
        assert refused.value.message.endswith("。")


def test_macros_passwords_and_apples_photos_are_refused_with_a_way_out() -> None:
    with pytest.raises(FileTypeRefused, match="带宏"):
        prepare(files.office(word__vbaProject_bin=b"x"), "a.docx")
    with pytest.raises(FileTypeRefused, match="去掉密码"):
        prepare(files.compound("EncryptedPackage"), "a.docx")
    with pytest.raises(FileTypeRefused, match="截个屏"):
        prepare(files.HEIC, "IMG_1.HEIC")


@pytest.mark.parametrize("content", [b"", bytearray()])
def test_nothing_is_refused(content: bytes) -> None:
    with pytest.raises(FileEmpty, match="空的"):
        prepare(bytes(content), "a.jpg")


@pytest.mark.parametrize(
    ("make", "kind"),
    [
        (lambda size: files.picture() + bytes(size), "photo"),
        (lambda size: files.PDF + bytes(size), "document"),
        (lambda size: files.VOICES["audio/mpeg"] + bytes(size), "voice"),
    ],
)
def test_what_is_too_large_is_refused_and_says_how_large_may_be(make: Callable[[int], bytes], kind: str) -> None:
    limit = {"photo": 10, "document": 20, "voice": 5}[kind]
    assert LIMITS[kind] == limit * MEGABYTE  # type: ignore[index]  # one of the kinds
    small = len(make(0))
    assert prepare(make(limit * MEGABYTE - small), "a").kind == kind
    with pytest.raises(FileTooLarge, match=f"最多 {limit} MB"):
        prepare(make(limit * MEGABYTE - small + 1), "a")


def test_bombs_are_refused_before_they_go_off() -> None:
    for width, height in ((30_000, 30_000), (6_000, 6_000), (100_000, 400), (2**31 - 1, 2**31 - 1)):
        with pytest.raises(FileRefused):
            prepare(files.declared_picture(width, height), "a.png")
    with pytest.raises(FileTooLarge, match="打开后太大"):
        prepare(files.bomb(), "a.docx")
    with pytest.raises(FileTooLarge, match="打开后太大"):
        prepare(files.office(parts=5_000), "a.docx")


def test_what_was_cut_off_is_refused() -> None:
    photo = files.picture()
    for kept in (0.3, 0.9):
        with pytest.raises(FileBroken, match="打不开"):
            prepare(photo[: int(len(photo) * kept)], "a.jpg")
    with pytest.raises(FileBroken, match="打不开"):
        prepare(files.office()[:-10], "a.docx")


def test_a_file_of_two_types_is_kept_as_the_one_that_it_begins_as() -> None:
    prepared = prepare(files.PDF + HTML + files.packed(a_html=HTML), "a.html")
    assert (prepared.media_type, prepared.name) == (PDF, "a.html.pdf")
    photo = prepare(files.picture("GIF") + HTML + files.packed(a_html=HTML), "a.html")
    assert (photo.media_type, b"<script" in photo.content) == ("image/jpeg", False)


def test_no_damage_to_a_file_is_more_than_a_refusal() -> None:
    """A thousand damaged files of every type: kept or refused, and nothing else happens."""
    chance = random.Random(7)
    originals = [
        *(files.picture(form, (60, 40)) for form in ("JPEG", "PNG", "WEBP", "GIF")),
        files.phone_photo(),
        files.PDF,
        files.office(),
        files.compound("WordDocument"),
        files.HEIC,
        *files.VOICES.values(),
    ]
    for _round in range(1000):
        damaged = bytearray(chance.choice(originals))
        for _hit in range(chance.randrange(1, 12)):
            damaged[chance.randrange(len(damaged))] = chance.randrange(256)
        if chance.random() < 0.3:
            del damaged[chance.randrange(len(damaged)) :]
        with contextlib.suppress(FileRefused):
            assert prepare(bytes(damaged), "a").content
