"""Archives from outside: bounded in size and number, and no XML in them that declares entities."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO
from typing import Final

from testgen_runtime.documents.formats.package import DAMAGED
from testgen_runtime.errors import DocumentTooLarge, UnreadableDocument

UNPACKED_MOST: Final = 200 * 1024 * 1024
FILES_MOST: Final = 2_000
DECLARATION: Final = re.compile(rb"<!\s*(DOCTYPE|ENTITY)|<\0!\0(D\0O\0C|E\0N\0T)|\0<\0!\0(D\0O|E\0N)", re.IGNORECASE)


@contextmanager
def opened(data: bytes, filename: str) -> Iterator[zipfile.ZipFile]:
    """The archive, once its size when unpacked and its XML were looked at.

    Raises: UnreadableDocument, DocumentTooLarge.
    """
    try:
        with zipfile.ZipFile(BytesIO(data)) as archive:
            entries = archive.infolist()
            if len(entries) > FILES_MOST or sum(entry.file_size for entry in entries) > UNPACKED_MOST:
                raise DocumentTooLarge(
                    f"{filename} unpacks to more than {UNPACKED_MOST >> 20} MB or {FILES_MOST} files", mend="split the export"
                )
            for entry in entries:
                if entry.filename.endswith((".xml", ".rels", ".vml")):
                    with archive.open(entry) as part:
                        if DECLARATION.search(part.read(8192)):
                            raise UnreadableDocument(
                                f"{filename}: {entry.filename[:100]} declares a document type", mend="save it again from the tool"
                            )
            yield archive
    except (*DAMAGED, KeyError) as error:
        raise UnreadableDocument(f"{filename} can't be unpacked", mend="save it again from the tool and send that") from error


def read(archive: zipfile.ZipFile, name: str, filename: str, most: int = UNPACKED_MOST) -> bytes:
    """One file of an archive, however long it really is.

    Raises: DocumentTooLarge; UnreadableDocument where it is missing.
    """
    try:
        with archive.open(name) as part:
            data = part.read(most + 1)
    except KeyError as error:
        raise UnreadableDocument(f"{filename} has no {name}", mend="save it again from the tool and send that") from error
    if len(data) > most:
        raise DocumentTooLarge(f"{filename}: {name[:100]} is larger than {most >> 20} MB", mend="split the export")
    return data
