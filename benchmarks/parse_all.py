"""What parsing alone must cost: reads every tracked file here and parses Python, YAML (by libyaml) and notebooks."""

from __future__ import annotations

import ast
import contextlib
import json
import os
import subprocess
import warnings

import yaml


def main() -> None:
    """Parses all that it can; what it cannot parse, it has tried."""
    warnings.simplefilter("ignore")
    listed = subprocess.run(["git", "ls-files", "-z"], stdout=subprocess.PIPE, check=True).stdout
    for path in filter(os.path.isfile, filter(None, listed.split(b"\0"))):
        with open(path, "rb") as file:
            content = file.read()
        with contextlib.suppress(ValueError, SyntaxError, RecursionError, MemoryError, yaml.YAMLError):
            if path.endswith(b".py"):
                ast.parse(content)
            elif path.endswith((b".yml", b".yaml")):
                list(yaml.load_all(content, yaml.CSafeLoader))
            elif path.endswith(b".ipynb"):
                json.loads(content)


main()
