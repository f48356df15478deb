"""`python -m mlripe`.

`-m` puts the current folder first on Python's path. Standing in a repository that is audited, its `click.py` would be
imported instead of the library: so that entry goes before anything else is imported.
"""

from __future__ import annotations

import os
import sys

if not sys.flags.safe_path and sys.path and sys.path[0] in ("", os.getcwd()):
    del sys.path[0]

from mlripe.cli import main

main()
