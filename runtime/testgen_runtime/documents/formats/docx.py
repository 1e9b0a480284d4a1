"""Word documents (not read yet)."""
from testgen_runtime.documents.blocks import Outline
from testgen_runtime.errors import UnsupportedDocument


MEDIA_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


def outline(data: bytes, name: str, limits: object) -> Outline:
    raise UnsupportedDocument(f"{name} is a Word document; they are not read yet", mend="Send Markdown.")
