"""Files that come in a form: one in the field `file`, named, and within the limit."""

from __future__ import annotations

from fastapi import Request
from starlette.datastructures import FormData, UploadFile

from testgen_runtime.api.middleware import size_in_words
from testgen_runtime.errors import DocumentTooLarge, Malformed


def media_type(request: Request) -> str:
    """What the body says it is, without parameters; "" where it does not say."""
    return request.headers.get("content-type", "").split(";")[0].strip().lower()


def file_of(form: FormData, *, example: str) -> tuple[UploadFile, str]:
    """The form's file and its name. Raises: Malformed, which names `example` as a file to send."""
    file = form.get("file")
    if not isinstance(file, UploadFile) or not file.filename:
        raise Malformed("the form has no file in its field `file`", mend=f"for example: curl -F file=@{example} …")
    return file, file.filename


def within(file: UploadFile, most: int, *, mend: str) -> None:
    """Refuse a file of over `most` bytes before it is read. Raises: DocumentTooLarge."""
    if file.size is not None and file.size > most:
        raise DocumentTooLarge(f"{(file.filename or '')[:200]} is larger than {size_in_words(most)}", mend=mend)
