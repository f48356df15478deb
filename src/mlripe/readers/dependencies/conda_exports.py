"""Single lines that conda exports: `conda list --export`, and `--explicit` addresses of packages."""

from __future__ import annotations

from mlripe.lazy_regex import lazy_regex
from mlripe.readers.dependencies.specifiers import normalise

__all__ = ["name_of_archive", "parse_conda_export"]

_TRIPLE = lazy_regex(r"([A-Za-z0-9_.-]+)=([^=\s]+)=([^=\s]+)")
_PLATFORM = lazy_regex(r"/(?:noarch|(?:linux|osx|win)-[a-z0-9_]+)/[^/]+\.(?:conda|tar\.bz2)")


def parse_conda_export(text: str) -> tuple[str, str, str] | None:
    """Ecosystem, name and version of a line that conda exported; None for any other line.

    Packages that pip put into a conda environment are exported with the build `pypi_0`.
    """
    if match := _TRIPLE.fullmatch(text):
        name, version, build = match.groups()
        return ("python" if build.startswith("pypi") else "conda", normalise(name), version)
    address = text.partition("#")[0]
    if "://" in address and _PLATFORM.search(address):
        name, version = name_of_archive(address)
        return ("conda", name, version) if name else None
    return None


def name_of_archive(address: str) -> tuple[str, str]:
    """Name and version in the address of a conda package, `.../linux-64/name-version-build.conda`."""
    name, _, rest = address.rpartition("/")[2].rpartition("-")[0].rpartition("-")
    return normalise(name), rest
