"""Packs a folder as the programs do that people use: explorer (Windows) or archive_utility (macOS).

    pack_again.py explorer|archive_utility FOLDER ZIP
"""

import os
import sys
import unicodedata
import zipfile

how, folder, target = sys.argv[1:]
DOUBLE = bytes.fromhex("00051607 00020000") + b"Mac OS X        " + bytes(98)


class Entry(zipfile.ZipInfo):
    """Its name is not marked as UTF-8: Explorer writes what fits in the OEM code page, macOS decomposed UTF-8."""

    def _encodeFilenameFlags(self):
        if how == "explorer":
            return self.filename.encode("cp850"), self.flag_bits
        return unicodedata.normalize("NFD", self.filename).encode(), self.flag_bits


class Stream:
    """What cannot be gone back in: sizes then follow behind the bytes."""

    def __init__(self, file):
        self.write, self.flush = file.write, file.flush


def entries():
    for place, folders, names in os.walk(folder):
        folders.sort()
        yield place + "/", None
        for name in sorted(names):
            path = os.path.join(place, name)
            with open(path, "rb") as file:
                yield path, file.read()
            if how == "archive_utility" and name != ".DS_Store":
                yield f"__MACOSX/{place}/._{name}", DOUBLE


with open(target, "wb") as file, zipfile.ZipFile(Stream(file) if how == "archive_utility" else file, "w") as out:
    for path, content in entries():
        # Explorer gives folders no entries of their own.
        if content is None and how == "explorer":
            continue
        entry = Entry(path, (2026, 11, 24, 9, 30, 0))
        entry.create_system, entry.create_version = (0, 20) if how == "explorer" else (3, 21)
        mode = 0o40755 if content is None else 0o100644
        entry.external_attr = 0x20 if how == "explorer" else mode << 16
        if content is not None:
            entry.compress_type = zipfile.ZIP_DEFLATED
        if how == "archive_utility":
            entry.extra = bytes.fromhex("5558 0800") + bytes(8)
        if content is None:
            entry.CRC = entry.compress_size = 0
            out.mkdir(entry)
        else:
            out.writestr(entry, content)
