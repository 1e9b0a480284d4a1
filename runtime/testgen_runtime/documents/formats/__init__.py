"""One file per document format: bytes or text in, an `Outline` out."""
