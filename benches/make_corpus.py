#!/usr/bin/env python3
"""Makes portfolios to measure with; the same bytes each time, from the standard library alone.

    make_corpus.py S FOLDER    40 artefacts and documents, 20 MB
    make_corpus.py L FOLDER    2,000, 1.06 GB, a fifth of it text
    make_corpus.py V FOLDER    one recording of 5 GiB that nothing makes smaller
"""

import io
import os
import random
import struct
import sys
import zipfile
import zlib

# The built-in framework's folders.
FOLDERS = """1.D.1-knowledge-of-own-company 1.D.2-customer-organisation 1.D.3-customer-plan
2.D.1-product-service-and-application-knowledge 2.D.2-selling 2.D.3-business-development
3.D.1-it-system-and-process-literacy 3.D.2-costing-and-pricing 4.D.1-personal-organisation 4.D.2-communication
4.D.3-customer-plan-implementation 5.D.1-customer-relationships 5.D.2-internal-relationships""".split()

# Kind, number of files, and their size in the middle: those of a real portfolio, and of one fifty times as large.
SMALL = [("docx", 8, 450_000), ("pdf", 7, 1_100_000), ("png", 6, 900_000), ("csv", 3, 500_000), ("md", 3, 12_000)]
LARGE = [("docx", 500, 250_000), ("xlsx", 150, 150_000), ("pptx", 100, 1_500_000), ("pdf", 440, 600_000),
         ("png", 250, 480_000), ("jpg", 200, 600_000), ("mp4", 8, 10_000_000), ("csv", 189, 950_000),
         ("md", 100, 20_000), ("txt", 50, 30_000)]

SPREAD = [0.35, 0.6, 0.8, 1.0, 1.3, 1.95]
WORDS_IN_NAMES = ["minutes", "report", "photo", "log", "review", "Entwurf-ü", "résumé"]
STAMP = 1_735_732_800
VERY_LARGE = 5 << 30


class Prose:
    """Sentences of made-up words, some of which are much more frequent than others, as in a language."""

    def __init__(self):
        chance = random.Random("prose")
        syllables = [a + b for a in "bdfgklmnprstvw" for b in "aeiou"]
        words = ["".join(chance.choices(syllables, k=chance.randint(1, 4))) for _ in range(6000)]
        weights = [1 / (rank + 3) for rank in range(len(words))]
        sentences, size = [], 0
        while size < 3_000_000:
            sentence = " ".join(chance.choices(words, weights, k=chance.randint(6, 22))).capitalize() + "."
            sentences.append(sentence)
            size += len(sentence) + 1
        self.text = " ".join(sentences)

    def take(self, chance, count):
        start = chance.randrange(len(self.text) - count) if count < len(self.text) else 0
        return self.text[start : start + count]


PROSE = Prose()


def text(chance, size):
    return PROSE.take(chance, size).encode()


def markdown(chance, size):
    parts, length, number = ["# Evidence\n"], 11, 0
    while length < size:
        number += 1
        part = f"\n## Section {number}\n\n{PROSE.take(chance, chance.randint(200, 900))}\n\n- **point** {number}\n"
        parts.append(part)
        length += len(part)
    return "".join(parts)[:size].encode()


def table(chance, size):
    lines, length, number = ["id,date,site,reading,status,comment\n"], 36, 0
    while length < size:
        number += 1
        comment = PROSE.take(chance, chance.randint(0, 24)).replace(",", " ")
        day = f"2025-{chance.randint(1, 12):02}-{chance.randint(1, 28):02}"
        status = chance.choice(["ok", "late", "failed", "retry"])
        line = f"{number},{day},site-{chance.randint(1, 300):03},{chance.gauss(50, 12):.4f},{status},{comment}\n"
        lines.append(line)
        length += len(line)
    return "".join(lines)[:size].encode()


def office(part):
    def make(chance, size):
        whole = io.BytesIO()
        with zipfile.ZipFile(whole, "w", zipfile.ZIP_DEFLATED, compresslevel=6) as parts:

            def add(name, content):
                about = zipfile.ZipInfo(name, (2025, 1, 1, 0, 0, 0))
                about.compress_type = zipfile.ZIP_DEFLATED
                parts.writestr(about, content)

            body, length = [], 0
            while length < max(4000, size // 3):
                words = PROSE.take(chance, chance.randint(60, 400))
                body.append(f'<w:p w:rsidR="{chance.getrandbits(32):08X}"><w:r><w:t>{words}</w:t></w:r></w:p>')
                length += len(body[-1])
            add("[Content_Types].xml", "<?xml version='1.0'?><Types>" + "<Default/>" * 12 + "</Types>")
            add(part, "<?xml version='1.0'?><doc>" + "".join(body) + "</doc>")
            left, number = size - whole.tell() - 700, 0
            while left > 2000:
                number += 1
                count = min(left, chance.randint(40_000, 400_000))
                add(f"media/image{number}.png", chance.randbytes(count))
                left -= count
        return whole.getvalue()

    return make


def pdf(chance, size):
    parts, length, number = [b"%PDF-1.7\n"], 9, 0
    while length < size - 400:
        number += 1
        count = max(1, min(size - length - 300, chance.randint(8_000, 60_000)))
        head = f"{number} 0 obj\n<< /Length {count} /Filter /FlateDecode >>\nstream\n".encode()
        places = "".join(f"{chance.randrange(size):010} 00000 n \n" for _ in range(count // 200)).encode()
        parts.append(head + chance.randbytes(count) + b"\nendstream\nendobj\n" + places)
        length += len(parts[-1])
    return b"".join([*parts, f"trailer\n<< /Size {number} >>\nstartxref\n{length}\n%%EOF\n".encode()])


def png(chance, size):
    def chunk(kind, content):
        return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))

    width = 640
    height = max(1, size // (width * 3 + 1))
    rows = b"".join(b"\0" + chance.randbytes(width * 3) for _ in range(height))
    about = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", about) + chunk(b"IDAT", zlib.compress(rows, 0)) + chunk(b"IEND", b"")


def jpeg(chance, size):
    return b"\xff\xd8\xff\xe0\x00\x10JFIF\0\x01\x01\0\0H\0H\0\0" + chance.randbytes(size - 22) + b"\xff\xd9"


def recording_head(size):
    head = struct.pack(">I", 24) + b"ftypisom\0\0\2\0isomiso2"
    return head + struct.pack(">I", 1) + b"mdat" + struct.pack(">Q", size - len(head))


def recording(chance, size):
    head = recording_head(size)
    return head + chance.randbytes(size - len(head))


MAKERS = {
    "md": markdown, "txt": text, "csv": table, "pdf": pdf, "png": png, "jpg": jpeg, "mp4": recording,
    "docx": office("word/document.xml"), "xlsx": office("xl/worksheets/sheet1.xml"),
    "pptx": office("ppt/slides/slide1.xml"),
}


def write(path, content):
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "wb") as file:
        file.write(content)
    os.utime(path, (STAMP, STAMP))


def details(root):
    # Nobody signs what was made up: AKAM agreed to that.
    codes = ", ".join(f'"{folder.split("-")[0]}"' for folder in FOLDERS)
    agreed = f'[[validation]]\ncompetency = [{codes}]\nreference = "made up"\ndate = "2026"\nagreed = "No sign-off."\n'
    write(os.path.join(root, "portfolio.toml"),
          f'[candidate]\nname = "Ann Berg"\n\n[[key_account]]\nname = "Customer A"\n\n{agreed}'.encode())


def register(root, folder, names):
    entries = [f'[[artefact]]\nfile = "{name}"\ntitle = "{name}"\nshows = "What was done."\nshare = 80\n'
               for name in names]
    whole = "\n".join(entries) or 'document_only = "The document says it all."\n'
    write(os.path.join(root, folder, "artefacts.toml"), whole.encode())


def portfolio(root, which, plan, document_size):
    layout = random.Random(f"layout {which}")
    names = {folder: [] for folder in FOLDERS}
    files = [(folder, "evidence.md", "md", document_size) for folder in FOLDERS]
    for kind, count, size in plan:
        for _ in range(count):
            name = f"artefacts/{kind}-{len(files):04} {layout.choice(WORDS_IN_NAMES)}.{kind}"
            folder = layout.choice(FOLDERS)
            names[folder].append(name)
            files.append((folder, name, kind, max(200, int(size * layout.choice(SPREAD)))))
    total = 0
    for folder, name, kind, size in files:
        content = MAKERS[kind](random.Random(f"{which}/{folder}/{name}"), size)
        write(os.path.join(root, folder, name), content)
        total += len(content)
    for folder in FOLDERS:
        register(root, folder, names[folder])
    details(root)
    print(f"{which}: {len(files)} files, {total} bytes")


def very_large(root):
    folder = os.path.join(root, FOLDERS[0])
    chance = random.Random("V")
    write(os.path.join(folder, "evidence.md"), markdown(chance, 9_000))
    register(root, FOLDERS[0], ["artefacts/recording.mp4"])
    details(root)
    path = os.path.join(folder, "artefacts", "recording.mp4")
    write(path, recording_head(VERY_LARGE))
    with open(path, "ab") as file:
        while file.tell() < VERY_LARGE:
            file.write(chance.randbytes(min(8 << 20, VERY_LARGE - file.tell())))
    os.utime(path, (STAMP, STAMP))
    print(f"V: {VERY_LARGE} bytes")


def main():
    which, root = sys.argv[1:]
    if which == "S":
        portfolio(root, which, SMALL, 8_000)
    elif which == "L":
        portfolio(root, which, LARGE, 9_000)
    else:
        very_large(root)


main()
