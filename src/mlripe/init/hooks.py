"""The hooks to propose for .pre-commit-config.yaml: of mlripe's repository, or the program that is installed."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final

import mlripe
from mlripe.errors import UserError
from mlripe.init.files import Change, read
from mlripe.init.yaml_edits import YamlFile

__all__ = ["CONFIG", "LOCAL", "hooks"]

CONFIG: Final = ".pre-commit-config.yaml"

# What .pre-commit-hooks.yaml says of the same hooks, for the program that stands on PATH.
LOCAL: Final[tuple[dict[str, Any], ...]] = (
    {
        "id": "mlripe-check",
        "name": "MLOps maturity may not fall",
        "entry": "mlripe check --staged --against HEAD",
        "language": "system",
        "always_run": True,
        "pass_filenames": False,
        "require_serial": True,
    },
    {
        "id": "mlripe-config",
        "name": "mlripe's settings",
        "entry": "mlripe config --staged",
        "language": "system",
        "files": r"^(mlripe\.toml|pyproject\.toml)$|(^|/)(detectors|rules)/.*\.ya?ml$",
        "pass_filenames": False,
        "require_serial": True,
    },
)
_URLS: Final = ("source", "repository", "homepage")


def hooks(root: Path, wanted: bool) -> Change | None:
    """The change that adds the hooks; None where they are there, or where there is no such file and none is `wanted`.

    Raises UserError where the file is not what pre-commit takes.
    """
    text = read(root, CONFIG)
    if text is None:
        return Change(CONFIG, None, _dump({"repos": [_entry()]})) if wanted else None
    file = YamlFile(CONFIG, text)
    data = file.data
    if data is None:
        return Change(
            CONFIG, text, text + "\n" * (not text.endswith("\n") and bool(text)) + _dump({"repos": [_entry()]})
        )
    repos = data.get("repos") if isinstance(data, dict) else data
    repos = [] if repos is None and isinstance(data, dict) and "repos" in data else repos
    if not isinstance(repos, list) or not all(isinstance(each, dict) for each in repos):
        raise UserError(f"{CONFIG}: repos: must be a list of tables; mend it, nothing is written")
    if any(_is_ours(hook) for repo in repos for hook in _listed(repo.get("hooks"))):
        return None
    return Change(CONFIG, text, file.edited(_add))


def _add(data: Any) -> None:
    if data.get("repos") is None:
        data["repos"] = []
    data["repos"].append(_entry())


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def _is_ours(hook: Any) -> bool:
    return isinstance(hook, dict) and (
        str(hook.get("id", "")).startswith("mlripe") or "mlripe" in str(hook.get("entry", "")).split()
    )


def _entry() -> dict[str, Any]:
    url = _repository()
    if url:
        return {"repo": url, "rev": f"v{mlripe.__version__}", "hooks": [{"id": hook["id"]} for hook in LOCAL]}
    return {"repo": "local", "hooks": [dict(hook) for hook in LOCAL]}


def _repository() -> str:
    """Where the package says that its source is; "" where it does not, for no address is made up."""
    from importlib.metadata import PackageNotFoundError, metadata

    try:
        written = metadata("mlripe").get_all("Project-URL") or []
    except PackageNotFoundError:
        return ""
    named = {name.strip().lower(): url.strip() for name, _, url in (each.partition(",") for each in written)}
    return next((named[name] for name in _URLS if name in named), "")


def _dump(data: Any) -> str:
    import yaml

    return str(yaml.safe_dump(data, sort_keys=False, width=1 << 16))
