"""`python -m brief`: the commands, inside the environment."""

from brief.cli import main
from brief.ending import leave

leave(main())
