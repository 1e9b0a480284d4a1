"""From a file to requirements and their atoms: parse, segment, extract. Pure, English and Chinese. Way in: `read.py`."""
