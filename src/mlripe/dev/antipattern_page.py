"""The documentation page of the anti-patterns, written from their rules."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from mlripe.catalog import Catalog
from mlripe.catalog.conditions import in_lines, parse
from mlripe.catalog.schema import AntiPattern

__all__ = ["PAGE", "page"]

PAGE = "docs/anti-patterns.md"
_OPENING = """\
# Anti-patterns

<!-- written by `python -m mlripe.dev` from rules/antipatterns/; change it there -->

What looks like a practice and is none, or costs more later than it saves now. `mlripe audit` tells those that a
repository looks like, each with the places where it is seen and what to do. It is a look at files, not a verdict: a
team may have good reasons. Then say so in `mlripe.toml`: it is told no more, and the report has the reason:

```toml
[[exclusions]]
about = "parallel-platform"
reason = "there is no common platform; this cluster is it"
```

Anti-patterns never change a level. None is looked for in repositories without machine learning, in libraries and in
tools, and each names kinds of repository that it spares. What stands in a notebook that nothing starts accuses nobody:
there one may try things out. `mlripe explain pipeline-jungle PATH` shows one in a repository.

Each is a file in `rules/antipatterns/`, and a catalogue of your own may hold more of them
([writing detectors](writing-detectors.md)). A condition is data:

| | holds where |
|---|---|
| `{seen: baked-model}` | the [role](reference/words.md#roles) or capability is seen |
| `{seen: x, places: 3, in_folder: 4}` | at so many places, in so many files of one folder |
| `{seen: x, under: [web]}` | in a file that does one of these, or that one of them starts |
| `{seen: x, started: [schedule]}` | where such a start leads |
| `{unseen: data-contract}` | it is nowhere seen, not even in tests |
| `{below: {lineage: present}}` | each of these is below that strength; what is attested counts as done |
| `{reached: {training-code: present}}` | each of these has that strength |
| `{count: [a, b, c], least: {declared: 2}, most: {automated: 0}}` | so many have the one, no more the other |
| `{all: [...]}`, `{any: [...]}` | all or any of these do |

"""


def page(catalog: Catalog) -> str:
    """The page as Markdown."""
    return "\n".join(_lines(catalog)).rstrip("\n") + "\n"


def _lines(catalog: Catalog) -> Iterator[str]:
    yield _OPENING
    for rule in catalog.antipatterns.values():
        yield from _section(rule, catalog.detector_roles)


def _section(rule: AntiPattern, roles: Mapping[str, str]) -> Iterator[str]:
    yield f"## {rule.title}"
    yield ""
    spared = f"; spares {', '.join(rule.spares)}" if rule.spares else ""
    judged = "; for uses of language models" if rule.judges == "llm" else ""
    yield f"`{rule.id}`{judged}{spared}"
    yield ""
    yield f"**Why it matters.** {rule.why.strip()}"
    yield ""
    yield f"**What to do.** {rule.remedy.strip()}"
    yield ""
    yield "**Told where**"
    yield ""
    yield from (f"- {line}" for line in in_lines(parse(rule.when), roles))
    yield ""
    source = f"<{rule.source}>" if rule.source.startswith("http") else rule.source
    yield f"Source: {source}"
    yield ""
