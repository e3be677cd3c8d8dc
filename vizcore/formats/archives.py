"""The parts of a ZIP of unknown origin, read no further than its list says."""

import zipfile


def content_of(archive: zipfile.ZipFile, part: str | zipfile.ZipInfo) -> bytes:
    """What a part holds.

    zipfile's own read unpacks a whole piece of what is packed, however much comes of it, before it looks at the size.

    Raises:
        What zipfile raises of a damaged one.
    """
    entry = part if isinstance(part, zipfile.ZipInfo) else archive.getinfo(part)
    pieces, left = [], entry.file_size
    with archive.open(entry) as file:
        while piece := file.read(min(left + 1, 1 << 20)):
            pieces.append(piece)
            left -= len(piece)
    return b"".join(pieces)
