"""PDF files for tests, written by hand: Helvetica, one text line below the other."""

from __future__ import annotations

import zlib
from collections.abc import Sequence


def pdf(pages: Sequence[Sequence[str]], *, title: str = "", image: bytes = b"", compress: bool = False) -> bytes:
    """A file with those lines on those pages; `image` are grey pixels that every page shows as its picture."""
    objects: list[bytes] = [b"", b"", b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>"]
    picture = b""
    if image:
        objects.append(
            b"<</Type/XObject/Subtype/Image/Width %d/Height 1/ColorSpace/DeviceGray/BitsPerComponent 8/Length %d>>"
            b"\nstream\n%s\nendstream" % (len(image), len(image), image)
        )
        picture = b"/XObject<</I %d 0 R>>" % len(objects)
    kids: list[int] = []
    for lines in pages:
        shown = b"".join(b"(%s) Tj T*\n" % _escaped(line) for line in lines)
        content = b"BT /F 11 Tf 14 TL 50 780 Td\n" + shown + b"ET" if lines else b"q 500 0 0 700 50 50 cm /I Do Q"
        packed = zlib.compress(content) if compress else content
        objects.append(
            b"<<%s/Length %d>>\nstream\n%s\nendstream" % (b"/Filter/FlateDecode" if compress else b"", len(packed), packed)
        )
        objects.append(
            b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Resources<</Font<</F 3 0 R>>%s>>/Contents %d 0 R>>"
            % (picture, len(objects))
        )
        kids.append(len(objects))
    objects[0] = b"<</Type/Catalog/Pages 2 0 R>>"
    objects[1] = b"<</Type/Pages/Count %d/Kids[%s]>>" % (len(kids), b" ".join(b"%d 0 R" % k for k in kids))
    objects.append(b"<</Title(%s)>>" % _escaped(title))
    out, places = bytearray(b"%PDF-1.4\n"), []
    for number, body in enumerate(objects, start=1):
        places.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    start = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    out += b"".join(b"%010d 00000 n \n" % place for place in places)
    out += b"trailer<</Size %d/Root 1 0 R/Info %d 0 R>>\nstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, len(objects), start)
    return bytes(out)


def _escaped(text: str) -> bytes:
    return text.replace("\\", r"\\").replace("(", r"\(").replace(")", r"\)").encode("latin-1", "replace")
