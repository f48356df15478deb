"""Which files are the product of a published library: what it offers to others is not what its repository practises.

A tracker's own source is full of tracking calls, a pipeline tool's of pipelines. A repository is taken for a published
library when the packaging file at its root describes it to users of an index, with trove classifiers on who it is for,
unless its README only tells how to run it where it lies; or when its README tells how to install it from there by the
name that its packaging file gives it (Python, Node, R); or when CI publishes it (also to an index of .NET, Java or
Rust); or when it is a registered Julia package. A platform for machine-learning operations that others host themselves,
and a program of Go that is released, are products as well. A package whose own model is trained where it lies is none,
nor is one that only an image of its repository runs.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Callable, Iterable, Mapping, Sequence

from mlripe.lazy_regex import lazy_regex

__all__ = ["is_published", "package_names", "product_paths", "readme_of"]

_PACKAGING = ("pyproject.toml", "setup.cfg", "setup.py")
_FOR_USERS = lazy_regex(rb"(?:Development Status|Intended Audience|Topic) ::")
_NAMED = lazy_regex(rb"(?im)(?:^[ \t]*|\bsetup\(\s{0,80})name\s{0,80}=\s{0,80}[\"']([\w-]{1,80})[\"']")
_INDEX_NAME = lazy_regex(
    rb"\b(?:pip3?|uv pip|uv|poetry|conda) (?:install|add)"
    rb"(?: -c [\w-]+| --?(?!r\b|e\b|requirement|editable)[\w-]+)* [\"']?([\w-]{1,80})(?!\.?[\w/-])"
)
_NODE_NAME = lazy_regex(rb'(?m)^  ?\t?"name":\s*"([@\w./-]{1,120})"')
_NODE_PRIVATE = lazy_regex(rb'"private":\s*true')
_NODE_INSTALLS = (
    rb"\bnpmjs\.com/package/|\b(?:npm (?:i|install|add)|npx|yarn add|pnpm add|bun add|pnpm dlx)(?: -{1,2}[\w=-]+)* "
)
# an app of CDK is deployed from where it lies; the packaging file that its generator makes describes it all the same
_DEPLOYED = "cdk.json"
_BUILDS = lazy_regex(rb"(?m)^\[build-system\]")  # a project without it is run where it lies, never installed
_PUBLISHES = lazy_regex(rb"pypa/gh-action-pypi-publish|\b(?:twine upload|(?:poetry|uv|flit|hatch|pdm) publish)\b")
_INSTALLED = lazy_regex(rb"(?:pip3?|uv(?: pip)?|poetry|conda) (?:install|add) |//(?:www\.)?pypi\.org/project/")
# ways to get it that are no clone of its repository: an index, a command that it installs
_OFFERED = lazy_regex(rb"(?i)pypi|conda-forge|\bpipx? install git\+")
_COMMANDS = lazy_regex(
    rb"(?m)^\[(?:project|tool\.poetry)\.(?:scripts|entry-points|plugins)\b|\bentry_points\b|^console_scripts"
)
_IN_PLACE = lazy_regex(
    rb"\bgit clone |\bpip3? install -[er] |\b(?:poetry|pipenv|pdm) install\b|\buv sync\b|\bdocker[ -](?:compose|run) "
    rb"|\b(?:kubectl|terraform) apply\b|\bmake [a-z]|\bpython3? [\w/.-]+\.py\b"
)
_JULIA_PACKAGE = lazy_regex(rb'(?m)^name\s*=\s*"(\w+)"')
_JULIA_IDENTITY = lazy_regex(rb"(?m)^uuid\s*=")
_R_PACKAGE = lazy_regex(rb"(?m)^Package:[ \t]*([\w.]{1,80})[ \t\r]*$")
_R_FOLDERS = ("R/", "src/", "inst/", "man/", "vignettes/", "data-raw/", "demo/", "revdep/")
_R_STARTED = frozenset(("app.R", "server.R", "plumber.R", "_targets.R", "inst/golem-config.yml"))  # run where it lies
_NOT_PRODUCT = frozenset(
    "tests test docs doc examples example benchmarks scripts tools notebooks build ci utils conf config data".split()
)
# folders of a library that show its use to others
_SHOWN = (
    "examples/", "example/", "benchmarks/", "templates/", "tutorials/", "tutorial/", "cookbook/", "notebooks/", "docs/",
    "benches/", "samples/", "demos/", "documentation/examples/",
)  # fmt: skip
_MOST_CI_FILES = 50
_UNSHIPPED = _NOT_PRODUCT | {"samples", "sample", "demo", "demos"}
_HOLDING = ("src", "lib", "python")  # folders that hold packages and are none
_MOST_NESTED = 200  # packages of one repository that have packaging files of their own
# a package whose own model is trained where it lies is no mere product: a pipeline of experiments at the root
_TRAINED_HERE = frozenset(("dvc.yaml", "MLproject"))
_IMAGES = frozenset(("Dockerfile", "docker/Dockerfile"))
_SERVED = lazy_regex(
    rb"(?m)^[ \t]*EXPOSE\b|^[ \t]*(?:CMD|ENTRYPOINT)\b[^\n]*(?:uvicorn|gunicorn|flask|\bserve\b|\bweb\b|/run\b)"
)
# files that build it, what publishes it, how its README says to install it
_COMPILED = (
    (
        lazy_regex(r"\.(?:csproj|fsproj)\Z"),
        lazy_regex(rb"(?i)\bnuget(?:\.exe)? push\b|publish-nuget\b"),
        lazy_regex(rb"(?i)nuget\.org|shields\.io/nuget|\bdotnet add package\b|\bInstall-Package\b"),
    ),
    (
        lazy_regex(r"(?:\A|/)(?:pom\.xml|build\.gradle(?:\.kts)?|build\.sbt)\Z"),
        lazy_regex(
            rb"(?i)\bmvnw?\b[^\n]* deploy\b|\bsbt\b[^\n]*(?:publish|ci-release)|\bgradlew?\b[^\n]* publish|sonatype"
        ),
        lazy_regex(rb"<groupId>|\blibraryDependencies\b|\bimplementation[ (][\"']|maven-central|search\.maven\.org"),
    ),
    (
        lazy_regex(r"\ACargo\.toml\Z"),
        lazy_regex(rb"\bcargo publish\b|publish-crates|release-plz"),
        lazy_regex(rb"\bcargo (?:add|install) |crates\.io/crates/|docs\.rs/"),
    ),
)
_MARKUP = lazy_regex(rb"<[^>]*>|!?\[[^\]]*\]\([^)]*\)|[#*`|>]+")
# "an open source LLM engineering platform": what a README says of a product that others run for themselves
_PLATFORM = lazy_regex(
    rb"(?i)\bopen[- ]source(?:,? [\w-]+){0,3}"
    rb" (?:llm|llmops|mlops|ml|ai|machine[- ]learning|experiment|prompt|model|agent)"
    rb" (?:engineering|ops|operations|observability|evaluation|tracking|monitoring|management|development|lifecycle)"
    rb"(?: and [\w-]+)? (?:platform|server|suite|tool|toolkit)\b"
)
_HOSTED = lazy_regex(rb"(?i)\bself[- ]?host")
_RELEASED = lazy_regex(
    rb"goreleaser|docker/build-push-action|\bdocker (?:buildx )?(?:push|build)|action-gh-release|\bgh release create\b"
    rb"|promu\b|semantic-release|changesets/action"
)
_GO_INSTALLED = lazy_regex(rb"(?i)\bgo install \S|brew install|/releases\b|docker (?:run|pull) |helm install")


def product_paths(
    paths: Iterable[str], read: Callable[[str], bytes | None], ci_files: Sequence[str] = ()
) -> tuple[str, ...]:
    """Globs of a published library's packages and of the folders that show its use; () where it is none.

    `ci_files`: those of the paths that belong to a CI service.
    """
    known = set(paths)
    if julia := _julia(known, read, ci_files):
        return (*(f"/{folder}" for folder in (*julia, *_SHOWN)),)
    if _r_package(known, read):
        return (*(f"/{folder}" for folder in (*_R_FOLDERS, *_SHOWN)),)
    if compiled := _compiled_packages(known, read, ci_files):
        return (*(f"/{folder}/" for folder in sorted(compiled)), *(f"/{folder}" for folder in _SHOWN))
    texts = {name: read(name) or b"" for name in _PACKAGING if name in known}
    if texts and not _TRAINED_HERE.isdisjoint(known):
        return ()
    deployed = _DEPLOYED in known
    described = _described(texts) and not deployed and not _run_in_place(texts, known, read, ci_files)
    if described or (texts and (_published(known, read, ci_files) or _installed_by_name(texts, known, read))):
        packages = _packages(known, texts)
    elif _node_package(known, read):
        packages = _sources(known) | ({"src", "lib", "bin", "dist"} & {path.split("/", 1)[0] for path in known})
    elif _hosted_platform(known, read, ci_files):
        packages = _sources(known)
    elif _released_go(known, read, ci_files):
        packages = {"cmd", "pkg", "internal"} & {path.split("/", 1)[0] for path in known}
    else:
        return ()
    if not packages:
        return ()
    return (*(f"/{package}/" for package in sorted(packages)), *(f"/{folder}" for folder in _SHOWN))


def is_published(paths: Iterable[str], read: Callable[[str], bytes | None], ci_files: Sequence[str] = ()) -> bool:
    """Whether automation of the repository hands its product out to users: to an index, or as what they host or run."""
    known = set(paths)
    offered = (
        _published(known, read, ci_files)
        or _node_package(known, read)
        or _hosted_platform(known, read, ci_files)
        or _released_go(known, read, ci_files)
        or bool(_compiled_packages(known, read, ci_files))
    )
    return offered or bool(_r_package(known, read))


def _r_package(paths: Iterable[str], read: Callable[[str], bytes | None]) -> str | None:
    """The name of an R package that exports functions and that its README tells how to install, else None."""
    known = set(paths)
    if not {"DESCRIPTION", "NAMESPACE"} <= known or not _R_STARTED.isdisjoint(known):
        return None
    found = _R_PACKAGE.search(read("DESCRIPTION") or b"")
    if not found or b"export" not in (read("NAMESPACE") or b""):
        return None
    name = re.escape(found[1])
    installs = (
        rb"(?:install\.packages|install_\w+|pak|pkg_install)\([^)\n]{0,120}\b" + name + rb"\b|package=" + name + rb"\b"
    )
    return found[1].decode() if re.search(installs, _readme(known, read)) else None


def _packages(known: set[str], texts: Mapping[str, bytes]) -> set[str]:
    """The folders of a library's Python packages, also of those that have packaging files of their own."""
    names = _names(texts)
    own = {posixpath.dirname(path) for path in known if posixpath.basename(path) in ("pyproject.toml", "setup.py")}
    nested = {f for f in own if f and _NOT_PRODUCT.isdisjoint(f.split("/"))}
    homes = set(sorted(nested)[:_MOST_NESTED])
    packages = set()
    for path in known:
        folder = posixpath.dirname(path)
        parts = folder.split("/")
        if posixpath.basename(path) not in ("__init__.py", "__init__.pyi", "py.typed") or parts[0] in _NOT_PRODUCT:
            continue
        above = posixpath.dirname(folder)
        outermost = (len(parts) == 1 and folder) or (len(parts) == 2 and parts[0] in _HOLDING)
        inner = above in homes or (posixpath.basename(above) in _HOLDING and posixpath.dirname(above) in homes)
        if outermost or (len(parts) <= 4 and parts[-1] in names) or (inner and parts[-1] not in _NOT_PRODUCT):
            packages.add(folder)
    return packages


def readme_of(paths: Iterable[str]) -> str | None:
    """The README at the root, None where there is none: the shortest name, since translations have longer ones."""
    names = [path for path in paths if "/" not in path and path.lower().startswith("readme")]
    return min(names, key=lambda name: (len(name), name), default=None)


def _readme(known: set[str], read: Callable[[str], bytes | None]) -> bytes:
    name = readme_of(known)
    return (read(name) or b"")[:20_000] if name else b""


def _hosted_platform(known: set[str], read: Callable[[str], bytes | None], ci_files: Sequence[str]) -> bool:
    """Whether the README presents a platform of the trade that others host, and CI releases it."""
    readme = _readme(known, read)
    opening = b" ".join(_MARKUP.sub(b" ", readme[:8000]).split())[:1500]
    if not (_PLATFORM.search(opening) and _HOSTED.search(readme)):
        return False
    return any(_RELEASED.search(read(path) or b"") for path in ci_files[:_MOST_CI_FILES])


def _sources(known: set[str]) -> set[str]:
    """The folders of source of an application's parts: `src` where a part has one, else the part itself."""
    parts = {posixpath.dirname(path) for path in known if posixpath.basename(path) in ("package.json", *_PACKAGING)}
    parts = {part for part in parts if _NOT_PRODUCT.isdisjoint(part.split("/"))}
    folders = {f"{part}/src".removeprefix("/") for part in parts}
    below = {folder for folder in folders if any(path.startswith(folder + "/") for path in known)}
    return below | {part for part in parts if part and f"{part}/src" not in below}


def _released_go(known: set[str], read: Callable[[str], bytes | None], ci_files: Sequence[str]) -> bool:
    """Whether it is a program of Go that CI releases and users install."""
    if "go.mod" not in known or not _GO_INSTALLED.search(_readme(known, read)):
        return False
    return any(_RELEASED.search(read(path) or b"") for path in ci_files[:_MOST_CI_FILES])


def _described(texts: dict[str, bytes]) -> bool:
    """Whether the packaging files tell users of an index what it is, and let it be built."""
    told = any(_FOR_USERS.search(text) for text in texts.values())
    return told and (len(texts) > 1 or bool(_BUILDS.search(texts.get("pyproject.toml", b"[build-system]"))))


def _run_in_place(
    texts: Mapping[str, bytes], known: set[str], read: Callable[[str], bytes | None], ci_files: Sequence[str]
) -> bool:
    """Whether its README tells how to run it from its own folder, and nothing offers it to be installed by name."""
    readme = _readme(known, read)
    words = b"|".join(re.escape(name.encode()).replace(b"_", b"[-_]") for name in sorted(_names(texts)))
    by_name = re.compile(rb"(?i)\b(?:install|add) [^\n]{0,40}?\b(?:" + words + rb")\b(?!/)") if words else None
    offered = _OFFERED.search(readme) or (by_name and by_name.search(readme))
    told = _IN_PLACE.search(readme) and not any(_COMMANDS.search(text) for text in texts.values())
    runs = told or any(_SERVED.search(read(name) or b"") for name in _IMAGES & known)
    return bool(runs) and not offered and not _publishes(read, ci_files)


def _installed_by_name(texts: Mapping[str, bytes], known: set[str], read: Callable[[str], bytes | None]) -> bool:
    """Whether its README tells users to install it from the index, under the name that its packaging files give it."""
    readme = _readme(known, read)
    installed = {name.decode().replace("-", "_") for name in _INDEX_NAME.findall(readme)}
    return not installed.isdisjoint(_names(texts))


def _compiled_packages(known: set[str], read: Callable[[str], bytes | None], ci_files: Sequence[str]) -> frozenset[str]:
    """The folders of what is published to an index of .NET, of Java or of Rust, as CI does and the README tells."""
    readme = _readme(known, read)
    for builds, publishes, installs in _COMPILED:
        homes = {posixpath.dirname(path) for path in known if builds.search(path)}
        if (
            homes
            and installs.search(readme)
            and any(publishes.search(read(p) or b"") for p in ci_files[:_MOST_CI_FILES])
        ):
            own = {home for home in homes if _UNSHIPPED.isdisjoint(home.lower().split("/"))}
            return frozenset(home or "src" for home in own)
    return frozenset()


def _node_package(known: set[str], read: Callable[[str], bytes | None]) -> bool:
    """Whether it is a package of Node that its README tells users to install or to run by its name."""
    text = (read("package.json") or b"") if "package.json" in known else b""
    name = _NODE_NAME.search(text)
    if not name or _NODE_PRIVATE.search(text):
        return False
    return bool(re.search(rb"(?:" + _NODE_INSTALLS + rb")" + re.escape(name[1]) + rb"(?![\w/-])", _readme(known, read)))


def package_names(paths: Iterable[str], read: Callable[[str], bytes | None]) -> set[str]:
    """What the index knows a library by: the names in its packaging files, with hyphens."""
    known = set(paths)
    names = _names({name: read(name) or b"" for name in _PACKAGING if name in known})
    r_name = _r_package(known, read)
    return {name.replace("_", "-") for name in names} | ({r_name} if r_name else set())


def _names(texts: Mapping[str, bytes]) -> set[str]:
    """What its packaging files call it, as its packages are spelt."""
    return {name.decode().replace("-", "_") for text in texts.values() for name in _NAMED.findall(text)}


def _publishes(read: Callable[[str], bytes | None], ci_files: Sequence[str]) -> bool:
    return any(_PUBLISHES.search(read(path) or b"") for path in ci_files[:_MOST_CI_FILES])


def _published(known: set[str], read: Callable[[str], bytes | None], ci_files: Sequence[str]) -> bool:
    """Whether CI publishes it, and the README tells users to install it from the index."""
    return bool(_INSTALLED.search(_readme(known, read))) and _publishes(read, ci_files)


def _julia(known: set[str], read: Callable[[str], bytes | None], ci_files: Sequence[str]) -> tuple[str, ...]:
    """The folders of a registered Julia package: one with an identity, a module of its name, and a bot that tags it."""
    text = (read("Project.toml") or b"") if "Project.toml" in known else b""
    name = _JULIA_PACKAGE.search(text)
    if not name or not _JULIA_IDENTITY.search(text) or f"src/{name[1].decode()}.jl" not in known:
        return ()
    tagged = any(posixpath.basename(path).lower().startswith("tagbot") for path in ci_files)
    return ("src/", "ext/") if tagged else ()
