"""`python -m brief`: the commands, inside the environment."""

from brief.ending import leave, stop_on_signals

stop_on_signals()  # before anything else is imported, so that a stop finds it there

from brief.cli import main  # noqa: E402

leave(main())
