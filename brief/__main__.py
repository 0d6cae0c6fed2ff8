"""`python -m brief`: the commands, inside the environment."""
from brief.cli import main

raise SystemExit(main())
