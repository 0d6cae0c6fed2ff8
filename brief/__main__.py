"""`python -m brief`: the commands, inside the environment."""

import os
import sys

# Python puts the folder that one stands in first, where nothing of ours lies; run.py has it leave
# that out.
if not sys.flags.safe_path:
    del sys.path[
        0
    ]  # and not further on: the checkout itself stands there, where `brief` is installed
    os.environ["PYTHONSAFEPATH"] = "1"

from brief.ending import leave, stop_on_signals

stop_on_signals()  # before the rest is imported, so that a stop finds it there

# A table may hold signs that the terminal's or the pipe's code page lacks: they are spelled out,
# and stop nothing.
for stream in (sys.stdout, sys.stderr):
    if stream is not None:
        stream.reconfigure(errors="backslashreplace")

from brief.cli import main  # noqa: E402

leave(main())
