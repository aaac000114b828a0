#!/usr/bin/env python3
"""Measures akam beside the tools that people would use instead, and prints a table.

    python3 benches/run.py           a small portfolio and a large one: about five minutes
    python3 benches/run.py S L V     and one with a recording of 5 GiB: 20 GB of disk

Needs cargo, hyperfine, GNU time, zip, unzip, 7zz, openssl, find and Python with venv. Everything of a run is measured right after
each other on the same disk: compare the ratios, not the seconds. akam alone waits until the disk has taken its archive.
"""

import json
import os
import pathlib
import shlex
import shutil
import statistics
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
TARGET = pathlib.Path(os.environ.get("CARGO_TARGET_DIR", HERE.parent / "target")).resolve()
PLACE = TARGET / "bench"
AKAM = TARGET / "release" / "akam"
OUT = PLACE / "out"
KINDS = ":".join(f".{ending}" for ending in ["docx", "xlsx", "pptx", "pdf", "png", "jpg", "mp4"])
# How often a command is run, by how long the portfolio takes.
RUNS = {"S": 10, "L": 3, "V": 2}


def run(*command, **more):
    return subprocess.run([str(part) for part in command], check=True, **more)


def prepare(which):
    """Builds akam, the portfolios and the one peer that is not installed."""
    run("cargo", "build", "--release", "--locked", cwd=HERE.parent)
    PLACE.mkdir(parents=True, exist_ok=True)
    for name in which:
        if not (PLACE / name / "portfolio.toml").exists():
            run(sys.executable, HERE / "make_corpus.py", name, PLACE / name)
    if not (PLACE / "venv" / "bin" / "bagit.py").exists():
        run(sys.executable, "-m", "venv", PLACE / "venv")
        run(PLACE / "venv" / "bin" / "pip", "install", "--quiet", "bagit==1.9.0", "setuptools<81")


def jobs(name):
    """For each job the commands, akam's first: what it is called, the command, what to do before each run."""
    corpus, archive = shlex.quote(name), "out/akam.zip"
    clean = "rm -rf out/*; sync"
    only = " --only 1.D.1" if name == "V" else ""
    pack = [("`akam pack`", f"{AKAM} pack -C {corpus} -o out{only}", clean)]
    zipped = f"zip -q -r out/peer.zip {corpus}"
    if name == "V":
        recording = "V/1.D.1-knowledge-of-own-company/artefacts/recording.mp4"
        pack.append(("`openssl sha256`, no archive", f"openssl sha256 {recording}", clean))
        # What the disk allows: no archive that is safe from a power cut takes less than this.
        pack.append(("`dd conv=fsync`, a copy", f"dd if={recording} of=out/copy bs=1M conv=fsync status=none", clean))
        pack.append(("`zip -0 -r`", f"{zipped} -0", clean))
    else:
        pack += [
            ("`zip -6 -r`", f"{zipped} -6", clean),
            ("`zip -6 -r`, kinds stored", f"{zipped} -6 -n {KINDS}", clean),
            ("`7zz a -tzip -mx1`", f"7zz a -bd -tzip -mx1 out/peer.zip {corpus}", clean),
            ("`bagit.py`, then `zip -6 -r`", "sh -c 'venv/bin/bagit.py --quiet --sha256 out/bag && zip -6 -q -r out/peer.zip out/bag'",
             f"{clean}; cp -r {corpus} out/bag"),
        ]
    verify = [("`akam verify`", f"{AKAM} verify {archive}", ""), ("`unzip -t`", f"unzip -tq {archive}", ""),
              ("`7zz t`, CRC alone", f"7zz t -bd {archive}", "")]
    if name == "V":
        verify.append(("`openssl sha256` of the archive", f"openssl sha256 {archive}", ""))
    check = [("`akam check`", f"{AKAM} check -C {corpus}", ""),
             ("`find -printf`", f"find {corpus} -printf '%p %s\\n'", "")]
    return {"pack": pack, "verify": verify} | ({} if name == "V" else {"check": check})


def timed(command, before, runs):
    """Medians of some runs: seconds, and seconds of the processors; and the most memory of one process, in MiB."""
    with tempfile.NamedTemporaryFile() as result, tempfile.NamedTemporaryFile(mode="r") as memory:
        options = ["-N", "--runs", runs, "--style", "none", "--export-json", result.name]
        options += ["--prepare", f"sh -c '{before}'"] if before else ["--warmup", 1]
        watched = f"/usr/bin/time -a -o {memory.name} -f %M {command}"
        run("hyperfine", *options, watched, cwd=PLACE, stdout=subprocess.DEVNULL)
        told = json.load(open(result.name))["results"][0]
        peak = max(int(line) for line in memory.read().split())
        return statistics.median(told["times"]), told["user"] + told["system"], peak / 1024


def size():
    return sum(file.stat().st_size for file in OUT.glob("*.zip"))


def show(row):
    print("| " + " | ".join(row) + " |", flush=True)


def measure(name):
    for job, commands in jobs(name).items():
        own = None
        for called, command, before in commands:
            # What takes half a minute by itself is run once.
            runs = RUNS[name] if own is None or own < 1 or job != "pack" else 1
            median, processors, memory = timed(command, before, runs)
            own = own or median
            held = f"{size() / 1e6:.1f}" if job == "pack" and size() else ""
            took = [f"{median:.3f}", f"{own / median:.2f}", f"{processors:.2f}", held, f"{memory:.0f}"]
            show([f"{job} {name}", called, *took])
        if job == "pack":
            shutil.rmtree(OUT)
            OUT.mkdir()
            run("sh", "-c", commands[0][1], cwd=PLACE, stdout=subprocess.DEVNULL)
            next(OUT.glob("akam-*.zip")).rename(OUT / "akam.zip")


def main():
    which = sys.argv[1:] or ["S", "L"]
    prepare(which)
    OUT.mkdir(exist_ok=True)
    show(["job", "command", "seconds", "akam takes", "processor seconds", "MB written", "peak MiB"])
    show(["---"] * 2 + ["---:"] * 5)
    for name in which:
        measure(name)
    shutil.rmtree(OUT)


main()
