"""Runs a command in a pseudo-terminal of 80 columns, or `AKAM_TEST_COLUMNS`, and prints what was shown there.

The first argument is a JSON list of pairs: a text to wait for, and the keys to press once it is there.
"""

import fcntl
import json
import os
import pty
import select
import struct
import sys
import termios
import time

child, terminal = pty.fork()
if child == 0:
    fcntl.ioctl(0, termios.TIOCSWINSZ, struct.pack("HHHH", 24, int(os.environ.get("AKAM_TEST_COLUMNS", 80)), 0, 0))
    os.execvp(sys.argv[2], sys.argv[2:])

answers = json.loads(sys.argv[1])
shown, seen, deadline = b"", 0, time.monotonic() + 30
while True:
    if time.monotonic() > deadline:
        os.kill(child, 9)
        sys.stdout.buffer.write(shown)
        sys.exit("the command still waits after 30 seconds; not shown yet: %r" % answers[:1])
    if answers:
        at = shown.find(answers[0][0].encode(), seen)
        if at >= 0:
            seen = at + len(answers[0][0].encode())
            os.write(terminal, answers.pop(0)[1].encode())
    if select.select([terminal], [], [], 0.1)[0]:
        try:
            more = os.read(terminal, 65536)
        except OSError:
            more = b""
        if not more:
            break
        shown += more
sys.stdout.buffer.write(shown)
if answers:
    sys.exit("never shown: %r" % answers[0][0])
sys.exit(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))
