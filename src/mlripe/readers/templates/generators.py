"""The generators of projects: where each has its template and its default answers, how it names and fills files."""

from __future__ import annotations

import posixpath
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Final

from mlripe.catalog.globs import PathGlobs
from mlripe.facts import Document
from mlripe.lazy_regex import lazy_regex
from mlripe.readers import Unreadable
from mlripe.readers.formats.documents import load_json, load_yaml, text_of
from mlripe.readers.read_anew import Reading, Rendered
from mlripe.readers.templates.go_text import Definitions, definitions_in, render_go
from mlripe.readers.templates.jinja import render_jinja
from mlripe.readers.templates.rendered import Unknown

__all__ = ["Template", "found_in"]

Read = Callable[[str], bytes | None]

_COOKIECUTTER: Final = lazy_regex(r"(?:^|/)(?=\{\{[^/]*\bcookiecutter\b)")
_COPIER: Final = ("copier.yml", "copier.yaml")
_DATABRICKS: Final = "databricks_template_schema.json"
_MOST_ANSWERS: Final = 500
_MOST_GLOBS: Final = 200


class Template(Reading):
    """A template in one folder of the repository ("" for the root)."""

    generates = True

    def __init__(self, folder: str) -> None:
        self.folder = folder

    def holds(self, path: str) -> bool:
        return not self.folder or path.startswith(f"{self.folder}/")


def found_in(paths: Iterable[str], read: Read) -> tuple[Template, ...]:
    """The templates of a repository, innermost first."""
    known = frozenset(paths)
    found = [*_cookiecutters(known, read), *_copiers(known, read), *_bundles(known, read)]
    return tuple(sorted(found, key=lambda template: -len(template.folder)))


class _JinjaTemplate(Template):
    """What Cookiecutter and Copier have in common."""

    def __init__(self, folder: str, scope: Mapping[str, object], options: Mapping[str, object] | None = None) -> None:
        super().__init__(folder)
        self.scope, self.options = scope, options

    def _named(self, path: str) -> str:
        parts = []
        for part in path.split("/"):
            name = render_jinja(part, self.scope, self.options).text.strip() if "{" in part else part
            if not name:
                return ""
            parts.append(name)
        return "/".join(parts)

    def filled(self, path: str, text: str) -> Rendered | None:
        return render_jinja(text, self.scope, self.options)


class _Cookiecutter(_JinjaTemplate):
    """https://cookiecutter.readthedocs.io: a folder named by an answer, and `cookiecutter.json` beside it."""

    def __init__(self, folder: str, answers: Mapping[str, object]) -> None:
        super().__init__(folder, {"cookiecutter": answers})
        copied = answers.get("_copy_without_render")
        self._copied = _below(copied)

    def holds(self, path: str) -> bool:
        inside = path.removeprefix(f"{self.folder}/") if self.folder else path
        return super().holds(path) and _COOKIECUTTER.match(inside) is not None

    def name_of(self, path: str) -> str:
        return self._named(path)

    def filled(self, path: str, text: str) -> Rendered | None:
        inside = path.removeprefix(f"{self.folder}/").partition("/")[2]
        return None if self._copied.fullmatch(inside) else super().filled(path, text)


def _cookiecutters(paths: frozenset[str], read: Read) -> Iterator[Template]:
    folders = {path[: match.start()] for path in paths if (match := _COOKIECUTTER.search(path))}
    for folder in sorted(folders):
        asked = _json(read(posixpath.join(folder, "cookiecutter.json")))
        answers: dict[str, object] = {}
        for name, default in list(asked.items())[:_MOST_ANSWERS]:
            if name.startswith("_") and not name.startswith("__"):
                answers[name] = default
                continue
            first = default[0] if isinstance(default, list) and default else default
            answers[name] = _answered(first, {"cookiecutter": answers})
        yield _Cookiecutter(folder, answers)


class _Copier(_JinjaTemplate):
    """https://copier.readthedocs.io: `copier.yml` with the questions; files with the ending `.jinja` are filled in."""

    def __init__(self, folder: str, scope: Mapping[str, object], settings: Mapping[str, object]) -> None:
        options = settings.get("_envops")
        super().__init__(folder, scope, options if isinstance(options, dict) else None)
        suffix = settings.get("_templates_suffix")
        self._suffix = suffix if isinstance(suffix, str) else ".jinja"
        self._excluded = _below(settings.get("_exclude"))

    def name_of(self, path: str) -> str:
        inside = path.removeprefix(f"{self.folder}/") if self.folder else path
        name = self._named(inside)
        if self._suffix and name.endswith(self._suffix):
            name = name[: -len(self._suffix)]
        if not posixpath.basename(name) or self._excluded.fullmatch(name):
            return ""
        return posixpath.join(self.folder, name)

    def filled(self, path: str, text: str) -> Rendered | None:
        return super().filled(path, text) if path.endswith(self._suffix) else None


def _copiers(paths: frozenset[str], read: Read) -> Iterator[Template]:
    for path in sorted(paths):
        if posixpath.basename(path) not in _COPIER:
            continue
        asked = _yaml(read(path))
        settings = {name: value for name, value in asked.items() if name.startswith("_")}
        scope: dict[str, object] = {}
        for name, question in list(asked.items())[:_MOST_ANSWERS]:
            if name in settings:
                continue
            scope[name] = _answered(_default(question) if isinstance(question, dict) else question, scope)
        within = settings.get("_subdirectory")
        inside = render_jinja(within, scope).text.strip() if isinstance(within, str) else ""
        folder = posixpath.normpath(posixpath.join(posixpath.dirname(path), inside))
        if not folder.startswith(".."):
            yield _Copier("" if folder == "." else folder, scope, settings)


def _default(question: Mapping[str, object]) -> object:
    """The answer to a question of Copier that nobody answers; unknown where there is none."""
    if "default" in question:
        return question["default"]
    choices = question.get("choices")
    return choices[0] if isinstance(choices, list) and choices else Unknown("answer")


class _Bundle(Template):
    """https://docs.databricks.com/en/dev-tools/bundles/templates.html: files below `template/`, filled in: `.tmpl`."""

    def __init__(
        self, folder: str, answers: Mapping[str, object], definitions: Definitions, left: list[object]
    ) -> None:
        super().__init__(folder)
        self._answers, self._definitions, self._left = answers, definitions, _below(left)

    def name_of(self, path: str) -> str:
        inside = path.removeprefix(f"{self.folder}/")
        parts = [self._text(part).strip() if "{{" in part else part for part in inside.removesuffix(".tmpl").split("/")]
        name = "/".join(parts)
        if not all(parts) or self._left.fullmatch(name):
            return ""
        return f"{self.folder}/{name}"

    def filled(self, path: str, text: str) -> Rendered | None:
        return render_go(text, self._answers, self._definitions)[0] if path.endswith(".tmpl") else None

    def _text(self, text: str) -> str:
        return render_go(text, self._answers, self._definitions)[0].text


def _bundles(paths: frozenset[str], read: Read) -> Iterator[Template]:
    for path in sorted(paths):
        if posixpath.basename(path) != _DATABRICKS:
            continue
        home = posixpath.dirname(path)
        folder = posixpath.join(home, "template")
        definitions: Definitions = {}
        for shared in sorted(
            p for p in paths if p.startswith(posixpath.join(home, "library/")) and p.endswith(".tmpl")
        ):
            definitions |= definitions_in(text_of(read(shared) or b""))
        answers: dict[str, object] = {}
        for name, question in _questions(_json(read(path))):
            default = question.get("default")
            filled = render_go(default, answers, definitions)[0].text if isinstance(default, str) else default
            answers[name] = Unknown(name) if filled is None else filled
        left: list[object] = []
        for own in sorted(p for p in paths if posixpath.dirname(p) == folder and p.endswith(".tmpl")):
            left += render_go(text_of(read(own) or b""), answers, definitions)[1]
        yield _Bundle(folder, answers, definitions, left)


def _questions(schema: Mapping[str, object]) -> list[tuple[str, dict[str, object]]]:
    """The questions of a Databricks template, in the order in which they are asked."""
    asked = schema.get("properties")
    rows = (
        [(name, question) for name, question in asked.items() if isinstance(question, dict)]
        if isinstance(asked, dict)
        else []
    )
    orders = {
        name: order if isinstance(order := question.get("order"), int) else _MOST_ANSWERS for name, question in rows
    }
    return sorted(rows, key=lambda row: orders[row[0]])[:_MOST_ANSWERS]


def _answered(default: object, scope: Mapping[str, object]) -> object:
    """A default answer, which may be made of the answers before it."""
    return render_jinja(default, scope).text if isinstance(default, str) else default


def _below(globs: object) -> PathGlobs:
    """What a list of patterns means: the paths, and all that lies below them."""
    written = [str(glob).strip("/") for glob in globs[:_MOST_GLOBS]] if isinstance(globs, list) else []
    return PathGlobs(each for glob in written if glob for each in (f"/{glob}", f"/{glob}/**"))


def _json(content: bytes | None) -> dict[str, object]:
    return _mapping(load_json, content)


def _yaml(content: bytes | None) -> dict[str, object]:
    return _mapping(load_yaml, content)


def _mapping(load: Callable[[bytes], tuple[Document, ...]], content: bytes | None) -> dict[str, object]:
    """The mapping that a file holds; empty for one that cannot be read, of which its own reader tells."""
    try:
        documents = load(content or b"")
    except Unreadable:
        return {}
    data = documents[0].data if documents else None
    return {str(name): value for name, value in data.items()} if isinstance(data, dict) else {}
