"""The documentation page of the kinds of problem, written from their rules."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from mlripe.catalog import Catalog
from mlripe.catalog.conditions import in_lines, parse
from mlripe.catalog.schema import ProblemRule
from mlripe.problem_kinds import DefectKind, Severity
from mlripe.texts import capitalized

__all__ = ["PAGE", "page"]

PAGE = "docs/problems.md"
_OPENING = """\
# Problems

<!-- written by `python -m mlripe.dev` from rules/problems/; change it there -->

What is wrong with a repository as it is committed: what an auditor writes down first. Each kind says what is wrong, how
much it weighs, the lines that show it, what happens because of it, and what to do. Problems never change a level.

`mlripe audit` tells the most severe three and counts the rest (`--verbose` tells all). Every report has them, at their
lines. `mlripe check --problems broken,dangerous` fails where there is one of these severities, with `--against
origin/main` where a change brings one. `mlripe explain KIND` shows a small example that has it and one that has not.

Some kinds come from texts about machine learning in production and name their source. Of these it is a look at files,
not a verdict. Where mlripe says that something is missing, it means that it found none.

A problem is let be, with a reason that every report tells, by a comment on the line that shows it, or alone on the line
above it:

```python
model = joblib.load(path)  # mlripe: ignore[unpickled-download] the hash is checked by the proxy
```

by the settings for some files, or for all:

```toml
[[exclusions]]
about = "credentials"
paths = ["tests/fixtures/"]
reason = "keys of the local emulator"

[[exclusions]]
about = "parallel-platform"
reason = "there is no common platform; this cluster is it"
```

A value that has a form of `rules/secrets.yaml`, a published token or what stands under a secret's name, is masked
before anything else reads its file, so that it is never stored, shown or sent: a problem holds its file, its line and
the name of its form. What has no such form is text like any other, and a report may quote it.

In tests and their fixtures mlripe tells only what is wrong with the tests themselves, and tokens of a published form.
These weigh little there, as they do in examples, documentation and CI; a password, or what only its name calls a
secret, is not told in any of them. What cannot work in a folder of examples weighs little. Of what is vendored or
generated only this is told: that the products of a build are in git. What stands in a notebook that nothing starts
accuses nobody where a kind is a condition over what detectors see: there one may try things out. In a tutorial, a
template or a very small repository most kinds weigh less.

Each is a file in `rules/problems/`, and a catalogue of your own may hold more of them
([writing detectors](writing-detectors.md)). `when` is a condition, which is data:

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

In its place `finds` names [what a source of defects finds](reference/words.md#what-sources-of-defects-find): code looks
for it where no condition can say it.

"""


def page(catalog: Catalog) -> str:
    """The page as Markdown."""
    return "\n".join(_lines(catalog)).rstrip("\n") + "\n"


def _lines(catalog: Catalog) -> Iterator[str]:
    yield _OPENING
    for severity in Severity:
        yield f"## {severity.value.capitalize()} {{#{severity.value}}}"
        yield ""
        yield f"{capitalized(severity.says)}."
        yield ""
        for rule in catalog.problem_rules.values():
            if rule.severity == severity:
                yield from _section(rule, catalog.detector_roles)


def _section(rule: ProblemRule, roles: Mapping[str, str]) -> Iterator[str]:
    yield f"### {rule.title}"
    yield ""
    weighs = [f"`{rule.id}`, {rule.certainty}"]
    weighs += {"any": ["in every repository"], "llm": ["for uses of language models"]}.get(rule.judges, [])
    weighs += [f"spares {', '.join(rule.spares)}"] if rule.spares else []
    weighs += [f"untidy in {', '.join(rule.damps)}"] if rule.damps else []
    weighs += [f"{rule.small} in a very small repository"] if rule.small else []
    weighs += [f"not told beside {', '.join(f'`{name}`' for name in rule.unless_told)}"] if rule.unless_told else []
    yield "; ".join(weighs)
    yield ""
    yield f"**What happens.** {rule.why.strip()}"
    yield ""
    yield f"**What to do.** {rule.remedy.strip()}"
    yield ""
    if rule.when:
        yield "**Told where**"
        yield ""
        yield from (f"- {line}" for line in in_lines(parse(rule.when), roles))
    else:
        yield f"**Told where** {DefectKind.named(rule.finds).says}"
    yield ""
    if rule.source:
        yield f"Source: {f'<{rule.source}>' if rule.source.startswith('http') else rule.source}"
        yield ""
