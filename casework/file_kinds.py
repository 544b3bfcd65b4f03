"""What a worker may send beside words: photos, documents, voice. Pure: bytes in, what is kept out.

The type is read from the content, never from what the sender says that it is. Photos are drawn anew, so that nothing
else travels in them: no place where they were taken, no second file behind the picture.

Errors: `FileRefused` with a sentence for the worker; `FileTooLarge`, `FileTypeRefused`, `FileBroken`, `FileEmpty`.
"""

from __future__ import annotations

import io
import re
import struct
import warnings
import zipfile
import zlib
from dataclasses import dataclass
from typing import Literal

import filetype
from PIL import Image, ImageOps

from casework.errors import CaseworkError
from casework.file_names import clean_name

Kind = Literal["photo", "document", "voice"]

MEGABYTE = 1024 * 1024
LIMITS: dict[Kind, int] = {"photo": 10 * MEGABYTE, "document": 20 * MEGABYTE, "voice": 5 * MEGABYTE}
"""Bytes that are taken of each kind."""
LARGEST = max(LIMITS.values())
LONGEST_SIDE = 2560
"""Pixels of a photo as it is kept: a pay slip stays readable."""
STRIP = 3
"""How many times as long as wide a picture is from which on it is a long screenshot, and not shrunk by its length."""
STRIP_WIDTH = 1280
STRIP_LENGTH = 20_000
MOST_PIXELS = 50_000_000
"""Pixels of a photo that is opened: the largest that phone cameras save. Pillow decodes JPEG at a fraction of them."""
MOST_DRAWN_PIXELS = 30_000_000
"""Pixels of a picture of another type, which is decoded whole: 120 MB of memory. Long screenshots have 20 million."""
MOST_UNPACKED = 200 * MEGABYTE
"""Bytes that an office file says to hold when unpacked; more is a bomb for whoever opens it."""
MOST_PARTS = 5_000
"""Files in an office file."""
QUALITY = 85

PHOTO = "image/jpeg"
PDF = "application/pdf"
DOC = "application/msword"
XLS = "application/vnd.ms-excel"
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

ENDINGS: dict[str, tuple[str, ...]] = {
    PHOTO: (".jpg", ".jpeg"),
    PDF: (".pdf",),
    DOC: (".doc",),
    XLS: (".xls",),
    DOCX: (".docx",),
    XLSX: (".xlsx",),
    "audio/amr": (".amr",),
    "audio/mpeg": (".mp3",),
    "audio/mp4": (".m4a",),
    "audio/ogg": (".ogg", ".opus", ".oga"),
    "audio/webm": (".webm",),
    "audio/wav": (".wav",),
}
"""Every type that is kept, with the endings that a name may have."""
NAMELESS: dict[Kind, str] = {"photo": "照片", "document": "文件", "voice": "录音"}

_PICTURES = {"image/jpeg": "JPEG", "image/png": "PNG", "image/webp": "WEBP", "image/gif": "GIF"}
_PICTURE_ENDING = re.compile(r"\.(?:png|webp|gif)$", re.IGNORECASE)
_APPLE_PICTURES = ("image/heic", "image/avif")
_MP4 = ("video/mp4", "audio/mp4", "video/x-m4v", "video/quicktime", "video/3gpp")
_COMPOUND = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_TRACK = re.compile(rb"hdlr.{8}(soun|vide)", re.DOTALL)
_BROKEN = (
    OSError,
    ValueError,
    SyntaxError,
    TypeError,
    LookupError,
    ArithmeticError,
    EOFError,
    MemoryError,
    struct.error,
    zlib.error,
)
"""What Pillow's decoders raise at pictures that are none, besides its bombs."""


class FileRefused(CaseworkError):
    """The file is not taken; `message` says why, in words for the worker."""

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


class FileTooLarge(FileRefused):
    """There are more bytes, or pixels, than are taken."""


class FileTypeRefused(FileRefused):
    """The content is of a type that is not taken."""


class FileBroken(FileRefused):
    """The content begins as a type that is taken, and cannot be read as one."""


class FileEmpty(FileRefused):
    """There is no content."""


@dataclass(frozen=True)
class Prepared:
    """A file as it will be kept."""

    kind: Kind
    media_type: str
    name: str
    content: bytes


def prepare(content: bytes, name: str) -> Prepared:
    """Find out what a file is, and make it ready to be kept. Raises `FileRefused`."""
    if not content:
        raise FileEmpty("这个文件是空的，没有收到内容。请重新选一个。")
    guess = filetype.guess_mime(content[:8192])
    if guess in _PICTURES:
        _check_size("photo", len(content))
        return _prepared("photo", PHOTO, name, _redrawn(content, _PICTURES[guess]))
    if guess in _APPLE_PICTURES:
        raise FileTypeRefused(
            "这种照片（HEIC）这里打不开。请截个屏再发，或者在手机“设置－相机－格式”里选“兼容性最佳”。"
        )
    voice = _voice_type(guess, content)
    if voice is not None:
        _check_size("voice", len(content))
        return _prepared("voice", voice, name, content)
    document = _document_type(guess, content)
    _check_size("document", len(content))
    return _prepared("document", document, name, content)


def _prepared(kind: Kind, media_type: str, name: str, content: bytes) -> Prepared:
    named = _PICTURE_ENDING.sub(".jpg", name.strip()) if kind == "photo" else name
    return Prepared(kind, media_type, clean_name(named, ENDINGS[media_type], NAMELESS[kind]), content)


def _check_size(kind: Kind, size: int) -> None:
    if size <= LIMITS[kind]:
        return
    most = LIMITS[kind] // MEGABYTE
    raise FileTooLarge(
        {
            "photo": f"这张照片太大了，最多 {most} MB。请截个屏再发，或者用小一点的画质拍。",
            "document": f"这个文件太大了，最多 {most} MB。请分开发，或者把要紧的几页拍照发。",
            "voice": f"这段录音太长了，最多 {most} MB。请分成几段发。",
        }[kind]
    )


def _redrawn(content: bytes, picture: str) -> bytes:
    """Draw a photo anew as JPEG: turned as it was taken, small enough, and nothing in it but the picture."""
    out = io.BytesIO()
    try:
        with warnings.catch_warnings():
            warnings.filterwarnings("ignore", module=r"PIL\.")  # damaged notes beside a picture, which are dropped
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            with Image.open(io.BytesIO(content), formats=[picture]) as image:
                if image.width * image.height > (MOST_PIXELS if picture == "JPEG" else MOST_DRAWN_PIXELS):
                    raise Image.DecompressionBombError
                drawn = _shrunk(image)
        drawn.save(out, "JPEG", quality=QUALITY, optimize=True, exif=b"", icc_profile=None, comment=b"")
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise FileTooLarge("这张图的尺寸太大，打不开。请截个屏再发。") from error
    except _BROKEN as error:
        raise FileBroken("这张照片打不开，可能没传完整。请再发一次，或者截个屏发。") from error
    return out.getvalue()


def _shrunk(image: Image.Image) -> Image.Image:
    image.draft("RGB", kept_size(image.size))
    transparent = "A" in image.getbands() or "transparency" in image.info
    if image.mode not in ("RGB", "RGBA", "L", "CMYK"):
        image = image.convert("RGBA" if transparent else "RGB")
    image.thumbnail(kept_size(image.size), Image.Resampling.LANCZOS)
    turned = ImageOps.exif_transpose(image)
    if not transparent:
        return turned.convert("RGB")
    paper = Image.new("RGB", turned.size, "white")
    coloured = turned.convert("RGBA")
    paper.paste(coloured, mask=coloured.getchannel("A"))
    return paper


def kept_size(size: tuple[int, int]) -> tuple[int, int]:
    """Return the largest width and height in which a photo of this size is kept."""
    short, long = sorted(size)
    if long <= STRIP * short:
        return LONGEST_SIDE, LONGEST_SIDE
    return (STRIP_WIDTH, STRIP_LENGTH) if size[0] < size[1] else (STRIP_LENGTH, STRIP_WIDTH)


def _voice_type(guess: str | None, content: bytes) -> str | None:
    """Return the type of a sound recording, None for what is none. Raises `FileTypeRefused` for a film."""
    head = content[:4096]
    if guess in ("audio/amr", "audio/mpeg"):
        return guess
    if guess == "audio/x-wav":
        return "audio/wav"
    if guess == "audio/ogg" and b"theora" not in head:
        return "audio/ogg" if b"OpusHead" in head or b"vorbis" in head else None
    if guess == "video/webm" and b"V_" not in head and (b"A_OPUS" in head or b"A_VORBIS" in head):
        return "audio/webm"
    if (guess in _MP4 or content[4:8] == b"ftyp") and set(_TRACK.findall(content)) == {b"soun"}:
        return "audio/mp4"
    if guess in _MP4 or (guess is not None and guess.startswith("video/")) or guess == "audio/ogg":
        raise FileTypeRefused("视频暂时收不了。请发照片、录音，或者打字说。")
    return None


def _document_type(guess: str | None, content: bytes) -> str:
    if guess == PDF:
        return PDF
    if content.startswith(_COMPOUND):
        return _compound_type(content)
    if content.startswith(b"PK\x03\x04"):
        return _office_type(content)
    raise FileTypeRefused("这种文件收不了。能收的有：照片、PDF、Word、Excel 和录音。")


def _compound_type(content: bytes) -> str:
    """Tell Word from Excel by the names of their streams (MS-CFB 2.6.1), which other programs' files do not have."""
    if _has_stream(content, "EncryptedPackage"):
        raise FileTypeRefused("这个文件加了密码，打不开。请去掉密码再发，或者拍照发。")
    if _has_stream(content, "WordDocument"):
        return DOC
    if _has_stream(content, "Workbook") or _has_stream(content, "Book"):
        return XLS
    raise FileTypeRefused("这种文件收不了。能收的有：照片、PDF、Word、Excel 和录音。")


def _has_stream(content: bytes, name: str) -> bool:
    return (name + "\0").encode("utf-16-le") in content


def _office_type(content: bytes) -> str:
    """Tell Word from Excel by what is packed in the file; nothing is unpacked."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as packed:
            parts = packed.infolist()
    except (zipfile.BadZipFile, NotImplementedError, *_BROKEN) as error:
        raise FileBroken("这个文件打不开，可能没传完整。请再发一次。") from error
    names = {part.filename for part in parts}
    found = DOCX if "word/document.xml" in names else XLSX if "xl/workbook.xml" in names else None
    if found is None or "[Content_Types].xml" not in names:
        raise FileTypeRefused("压缩包收不了。请把里面的照片、PDF、Word 或 Excel 直接发来。")
    if any(name.lower().endswith("vbaproject.bin") for name in names):
        raise FileTypeRefused("带宏的文件收不了。请另存为普通的 Word 或 Excel 文件再发。")
    if len(parts) > MOST_PARTS or sum(part.file_size for part in parts) > MOST_UNPACKED:
        raise FileTooLarge("这个文件打开后太大了，收不了。请把要紧的几页拍照发。")
    return found
