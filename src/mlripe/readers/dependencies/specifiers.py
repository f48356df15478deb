"""One declared requirement in words: its name, and how firmly its version is held.

The grammar is PEP 508 with PEP 440 versions, read by a few small expressions: the `packaging` library does the same
strictly, but importing it costs more than reading every requirement of a repository.
"""

from __future__ import annotations

from collections.abc import Iterable

from msgspec import Struct

from mlripe.lazy_regex import lazy_regex

__all__ = ["MAX_LENGTH", "Broken", "Requirement", "normalise", "parse_requirement", "pin_of", "pin_of_url", "weakest"]

PINS = ("none", "loose", "bounded", "exact")
MAX_LENGTH = 1_000  # of one requirement, without its hashes

_NAME = lazy_regex(r"[A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?")
_SEPARATORS = lazy_regex(r"[-_.]+")
_TEMPLATE = r"\{\{[^{}]*\}\}|\$\{[^{}]*\}"  # a placeholder of Jinja, or an environment variable
_CLAUSE = lazy_regex(rf"(?:===|==|~=|!=|<=|>=|<|>)\s*(?:[A-Za-z0-9.*+!_-]|{_TEMPLATE})+")
_LOOSE_CLAUSE = lazy_regex(r"(===|==|~=|!=|<=|>=|<|>|=|\^|~|) ?([^<>=!~^,\s]+)")
_OPERATORS = {
    **dict.fromkeys(("===", "==", "="), "exact"),
    **dict.fromkeys(("~=", "^", "~", "<", "<="), "bounded"),
    **dict.fromkeys((">", ">=", "!="), "loose"),
}
_OPERATOR = lazy_regex(r"[<>=!~^,]")
_ADDRESS = lazy_regex(r"[A-Za-z][A-Za-z0-9+.-]*://|(?:git|hg|svn|bzr)\+")
_FIRST_WORD = lazy_regex(r"[^\s;@=<>!~\[]+")
_DRIVE = lazy_regex(r"[A-Za-z]:[\\/]")
_COMMIT = lazy_regex(r"[0-9a-f]{7,64}|v\d+|.*\d\.\d.*")
_ARCHIVES = (".tar.gz", ".tgz", ".tar.bz2", ".zip")
_HASHES = ("sha256", "sha512", "sha384", "sha1", "md5")


class Broken(ValueError):
    """A text that is no requirement; the message is the remedy."""


class Requirement(Struct, frozen=True):
    """`name` normalised; `version` is the bare version where `pin` is exact, else the specifier as written."""

    name: str
    pin: str = "none"
    version: str = ""


def normalise(name: str) -> str:
    """The name as PEP 503 compares names: lower case, runs of `-`, `_` and `.` as one `-`."""
    return _SEPARATORS.sub("-", name).lower()


def parse_requirement(text: str) -> Requirement | None:
    """The requirement that `text` (one line without comment and options) states.

    None where it names no package: a local folder, or a template's placeholder. Raises `Broken` for anything else.
    """
    text = text.strip()
    if len(text) > MAX_LENGTH:
        raise Broken(f"keep a requirement below {MAX_LENGTH} characters")
    if text.startswith(("{", "<", "%")):  # a placeholder that a template engine fills in
        return None
    if _ADDRESS.match(text):
        found = pin_of_url(_without_marker(text))
        return found if found.name else None
    if _is_local(text):
        return _from_file(_without_marker(text))
    match = _NAME.match(text)
    if match is None:
        raise Broken("write `name`, `name==1.2` or `name @ URL`")
    name = normalise(match.group())
    rest = _without_extras(text[match.end() :].lstrip())
    if rest.startswith("@"):
        found = pin_of_url(_without_marker(rest[1:].strip()))
        return Requirement(name, found.pin, found.version)
    specifier = rest.partition(";")[0].strip()
    if specifier.startswith("(") and specifier.endswith(")"):
        specifier = specifier[1:-1]
    for clause in specifier.split(","):
        if clause.strip() and not _CLAUSE.fullmatch(clause.strip()):
            raise Broken("write `name`, `name==1.2` or `name>=1,<2`")
    return Requirement(name, *pin_of(specifier))


def pin_of(specifier: str, bare: str = "exact") -> tuple[str, str]:
    """How firmly a specifier holds the version, and that version: `("exact", "1.2")` for `==1.2`.

    Reads the operators of pip, Poetry and conda; `bare` is what a version without operator means.
    """
    specifier = " ".join(specifier[:MAX_LENGTH].split())
    alternatives = [_LOOSE_CLAUSE.findall(part) for part in specifier.split("|") if part.strip()]
    pins = [_pin_of_clauses(clauses, bare) for clauses in alternatives]
    pin = min(pins, key=PINS.index, default="none")
    if pin == "exact" and len(pins) > 1:
        pin = "bounded"
    if pin == "none":
        return pin, ""
    version = specifier.lstrip("= ")
    return pin, version if pin == "exact" and not _OPERATOR.search(version) else specifier


def weakest(requirements: Iterable[Requirement]) -> Requirement | None:
    """The one of several requirements on the same package that holds its version least; None without any."""
    return min(requirements, key=lambda each: PINS.index(each.pin), default=None)


def pin_of_url(url: str) -> Requirement:
    """The requirement that an address states: exact for a commit, a version, a hash or a wheel; its name may be ""."""
    address, _, fragment = url.partition("#")
    parameters = dict(part.partition("=")[::2] for part in fragment.split("&"))
    version_control = not address.startswith(("http:", "https:", "file:"))
    found = _from_repository(address) if version_control else _from_file(address.partition("?")[0])
    given = parameters.get("egg", "") or parameters.get("subdirectory", "").rstrip("/").rpartition("/")[2]
    match = _NAME.match(given)
    name = normalise(match.group()) if match else found.name if found else ""
    if found and found.pin == "exact":
        return Requirement(name, "exact", found.version)
    return Requirement(name, "exact" if any(key in parameters for key in _HASHES) else "none")


def _pin_of_clauses(clauses: list[tuple[str, str]], bare: str) -> str:
    """The firmest of several clauses, which all hold."""
    return max(
        (_pin_of_clause(operator, version, bare) for operator, version in clauses), key=PINS.index, default="none"
    )


def _pin_of_clause(operator: str, version: str, bare: str) -> str:
    pin = _OPERATORS[operator] if operator else bare
    if "*" not in version:
        return pin
    if version.strip("*.") == "":
        return "none"
    return "loose" if pin == "loose" else "bounded"


def _without_extras(rest: str) -> str:
    if not rest.startswith("["):
        return rest
    _, closed, after = rest.partition("]")
    if not closed:
        raise Broken("close the extras with `]`")
    return after.lstrip()


def _without_marker(text: str) -> str:
    """An address or path may hold a `;`: only one after a space begins a marker."""
    return text.partition(" ;")[0].strip()


def _is_local(text: str) -> bool:
    if text.startswith((".", "/", "~", "$", "\\")) or _DRIVE.match(text):
        return True
    match = _FIRST_WORD.match(text)
    word = match.group() if match else ""
    return "/" in word or "\\" in word or word.endswith((".whl", *_ARCHIVES))


def _from_repository(address: str) -> Requirement | None:
    """`git+https://host/owner/name.git@reference`, or `git@host:owner/name.git@reference`."""
    _, scheme, rest = address.partition("://")
    path = rest.partition("/")[2] if scheme else address.partition(":")[2]
    repository, _, reference = path.partition("@")
    name = repository.rstrip("/").rpartition("/")[2].removesuffix(".git")
    if not _NAME.fullmatch(name):
        return None
    pinned = _COMMIT.fullmatch(reference) is not None
    return Requirement(normalise(name), "exact" if pinned else "none", reference if pinned else "")


def _from_file(path: str) -> Requirement | None:
    """A wheel or an archive, by its name; the archive of a GitHub repository at a reference, by its address."""
    folder, _, file = path.replace("\\", "/").rpartition("/")
    if file.endswith(".whl"):
        name, _, tags = file.partition("-")
        return Requirement(normalise(name), "exact", tags.partition("-")[0]) if tags else None
    ending = next((ending for ending in _ARCHIVES if file.endswith(ending)), None)
    if ending is None:
        return None
    stem = file.removesuffix(ending)
    name, _, version = stem.rpartition("-")
    if name and version.removeprefix("v")[:1].isdigit():
        return Requirement(normalise(name), "exact", version)
    repository = folder.partition("/archive")[0].rpartition("/")[2] if "/archive" in folder else ""
    if not _NAME.fullmatch(repository):
        return None
    pinned = _COMMIT.fullmatch(stem) is not None
    return Requirement(normalise(repository), "exact" if pinned else "none", stem if pinned else "")
