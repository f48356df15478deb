"""Advice for one capability, fitted to a repository: of its ways the one that makes sense with what is there."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Final

from msgspec import Struct, field
from msgspec.structs import replace

from mlripe.assessment import Found
from mlripe.catalog.plan_schema import Advice, AdviceFile, JobStyle, JobText, JobTrigger, Work
from mlripe.catalog.plans import FILE, TRAINING, WHEN, PlanBook, slots_in
from mlripe.catalog.rule_schema import Capability
from mlripe.evidence import Strength
from mlripe.kinds import StartKind
from mlripe.landmark_kinds import Landmark
from mlripe.lazy_regex import lazy_regex
from mlripe.maturity.explain import strengths_of

__all__ = ["Advised", "Situation", "advised", "usual"]

USUAL_CI: Final = "github"  # where neither a CI service nor a forge is known
# about what is installed: they are those of the folder of the code that an advice is about, and name none themselves
_INSTALLED: Final = frozenset(
    (
        Landmark.REQUIREMENTS,
        Landmark.DEPENDENCIES,
        Landmark.INSTALL,
        Landmark.RUN,
        Landmark.ADDS,
        Landmark.ECOSYSTEM,
        Landmark.INSTALL_FOLDER,
        Landmark.UNBOUNDED,
    )
)
_FOLDER_FIRST: Final = lazy_regex(r"(\S[^&]* )cd (\S+) && (.*)")
_VARIABLE_FIRST: Final = lazy_regex(r"\A((?:uv|poetry|pdm|pipenv) run (?:--project \S+ )?)(PYTHONPATH=\S+ )")
_FILLED: Final = lazy_regex(r"(?<![{$])\{([a-z][a-z-]*)\}")


class Situation(Struct, frozen=True):
    """What decides which advice fits: landmarks, tools in use, the kind of repository, the host that keeps it, and how
    strong each capability is."""

    landmarks: Mapping[str, Found]
    tools: Collection[str] = ()
    kind: str = ""
    host: str = ""
    strengths: Mapping[str, Strength] = field(default_factory=dict)


class Advised(Struct, frozen=True):
    """One step's advice. `edit` is the file to edit, or to create where it is not there; `at` the line to look at."""

    id: str
    gives: Strength
    days: float
    do: str
    edit: str
    snippet: str
    creates: bool
    at: int = 0
    makes: Mapping[str, Found] = field(default_factory=dict)  # landmarks that are there once it is followed
    also: Mapping[str, Strength] = field(default_factory=dict)  # capabilities that are then so strong as well
    lifts: tuple[str, ...] = ()  # capabilities that are then as strong where the training program has them
    risk: str = ""  # what happens without it; "" for what happens without the capability


def advised(
    book: PlanBook, capability: str, now: Strength, needed: Strength, situation: Situation, files: Collection[str]
) -> Advised | None:
    """The first way to strengthen the capability that fits; None where none does.

    One that gives more than it takes is the second choice, where there may be no honest way to stop before; it is the
    first one where what is there already makes more of no more work.
    `files` are the paths of the repository: a file that is not among them is to be created.
    """
    known = book.advice.get(capability)
    fitting = [
        each
        for each in (known.advice if known else ())
        if now < Strength[each.gives] and _fits(book, each, now, _seen_by(each, situation))
    ]
    # one step that gives all of it, before one that gives a part
    enough = [each for each in fitting if Strength[each.gives] <= needed]
    chosen = max(enough, key=lambda each: Strength[each.gives], default=None)
    if chosen is None:
        chosen = min(fitting, key=lambda each: Strength[each.gives], default=None)
    # what is there already makes more of the same work
    more = [each for each in fitting if chosen and each.where and each.days <= chosen.days and each not in enough]
    chosen = max(more, key=lambda each: Strength[each.gives], default=chosen)
    return None if chosen is None else _filled(book, chosen, _seen_by(chosen, situation), files)


def _seen_by(advice: Advice, situation: Situation) -> Situation:
    """The situation with the landmarks that the advice takes in place of others."""
    if not advice.stands_for:
        return situation
    marks = {name: found for name, found in situation.landmarks.items() if name not in advice.stands_for}
    marks |= {other: situation.landmarks[own] for other, own in advice.stands_for.items() if own in situation.landmarks}
    return replace(situation, landmarks=marks)


def usual(
    capability: Capability, now: Strength, needed: Strength, started: bool, known: AdviceFile | None = None
) -> str:
    """What to do where no advice fits: from nothing what the advice says, else the capability's own sentence.

    The same where something starts what is there, and it is no more than present all the same.
    """
    start = known.by_itself if known else ""
    if now < Strength.present or (now is Strength.present and started and not start):
        return " ".join(((known and known.otherwise) or capability.how).split())
    takes = strengths_of(capability)
    if now is Strength.present and needed >= Strength.automated:
        says = " ".join(f"It is there, and a person runs it. {start or _started_by(capability)}".split())
        return f"{says} Then let it decide: {takes['enforced']}." if needed is Strength.enforced else says
    return f"It runs by itself. Let it decide: {takes['enforced']}."


def _started_by(capability: Capability) -> str:
    if not capability.raised_by or StartKind.PUSH in capability.raised_by:
        return "Let a job of CI run it on every push."
    if StartKind.DEPLOYMENT in capability.raised_by:
        return "Let the service use it that automation deploys."
    return "Let a schedule or a pipeline run it."


def _fits(book: PlanBook, advice: Advice, now: Strength, situation: Situation) -> bool:
    texts = (advice.do, advice.edit, advice.snippet, *(advice.job.runs if advice.job else ()))
    asked = {*advice.needs, *(slot for text in texts for slot in slots_in(text))} - {Landmark.CI, FILE, WHEN}
    return (
        (not advice.now or now.name in advice.now)
        and asked <= situation.landmarks.keys()
        and not any(mark in situation.landmarks for mark in advice.lacks)
        and all(_called(book, mark, situation) in words for mark, words in advice.among.items())
        and all(situation.strengths.get(name, Strength.none) >= Strength[at] for name, at in advice.where.items())
        and all(situation.strengths.get(name, Strength.none) < Strength[at] for name, at in advice.before.items())
        and (not advice.uses or any(tool in situation.tools for tool in advice.uses))
        and all(_imported(mark, known, situation) for mark, known in advice.imports.items())
        and (not advice.kinds or situation.kind in advice.kinds)
        and (advice.job is None or _text_of(book, advice.job, situation) is not None)
    )


def _imported(mark: str, packages: Collection[str], situation: Situation) -> bool:
    found = situation.landmarks.get(mark)
    return found is not None and any(package in found.imports for package in packages)


def _called(book: PlanBook, mark: Landmark, situation: Situation) -> str:
    """What a landmark is called here; "" where there is none."""
    if mark == Landmark.CI:
        return _service(book, situation)
    found = situation.landmarks.get(mark)
    return found.text if found else ""


def _service(book: PlanBook, situation: Situation) -> str:
    """The CI service to write for: the one in use, else the one of the forge."""
    known = situation.landmarks.get(Landmark.CI)
    if known is not None:
        return known.text
    hosts = (style.id for style in book.jobs.values() if any(situation.host.endswith(host) for host in style.forge))
    return next(hosts, USUAL_CI) if situation.host else USUAL_CI


def _text_of(book: PlanBook, job: Work, situation: Situation) -> JobText | None:
    style = book.jobs.get(_service(book, situation))
    text = style.jobs.get(_trigger(job, style, situation)) if style else None
    known = {"name", "runs", *(style.languages.get(job.language, {}) if style else {})}
    named = set(slots_in(text.edit + text.text)) - known if text else set()
    return text if named <= situation.landmarks.keys() else None


def _trigger(job: Work, style: JobStyle, situation: Situation) -> JobTrigger:
    """What starts a job: one that trains begins with the data where that lies in git, else with the clock."""
    if job.on != TRAINING:
        return job.on
    return "data" if Landmark.CHANGES in situation.landmarks and "data" in style.jobs else "schedule"


def _when(trigger: JobTrigger) -> str:
    """What starts a job that trains, in a sentence."""
    if trigger == "data":
        return "whenever the data in git or the training changes, and once a month to see that it still runs"
    return "once a week"


def _filled(book: PlanBook, advice: Advice, situation: Situation, files: Collection[str]) -> Advised:
    words = _words(advice, situation)
    edit, snippet = advice.edit, advice.snippet
    if advice.job is not None:
        style, text = book.jobs[_service(book, situation)], _text_of(book, advice.job, situation)
        assert text is not None  # it fits
        runs = [part for each in advice.job.runs for part in _parted(_ordered(_fill(each, words)))]
        words[WHEN] = _when(_trigger(advice.job, style, situation))
        of_job = {**words, "name": advice.job.name}
        block = "\n".join(style.line.replace("{command}", each) for each in runs)
        edit = text.edit
        set_up = {"runs": block, **style.languages.get(advice.job.language, {})}
        snippet = _fill(_fill(text.text, set_up), of_job)
        words = of_job
    edit = _fill(edit, words)
    named = advice.edit[1:-1] if slots_in(advice.edit) == [advice.edit[1:-1]] else ""
    places = [situation.landmarks[named]] if named else situation.landmarks.values()
    line = next((found.line for found in places if found.path == edit and found.line), 0)
    return Advised(
        advice.id,
        Strength[advice.gives],
        advice.days,
        _fill(" ".join(advice.do.split()), {**words, FILE: edit}),
        edit,
        _fill(snippet, words) if advice.job is None else snippet,
        edit not in files,
        line,
        {mark: Found(_fill(text, {**words, FILE: edit}), edit) for mark, text in advice.makes.items()},
        {name: Strength[strength] for name, strength in advice.also.items()},
        advice.lifts,
        advice.risk,
    )


def _words(advice: Advice, situation: Situation) -> dict[str, str]:
    """What each landmark is called, for the folder of the code that the advice is about."""
    marks = situation.landmarks
    words = {name: found.text for name, found in marks.items() if "@" not in name}
    texts = (*(advice.job.runs if advice.job else ()), advice.edit, advice.do, advice.snippet)
    about = [marks[slot].path for text in texts for slot in slots_in(text) if slot in marks and slot not in _INSTALLED]
    here = {name.partition("@")[2] for name in marks if "@" in name}
    folder = next((home for path in about if (home := _home(path, here)) is not None), None)
    if folder is not None:
        words |= {name.partition("@")[0]: found.text for name, found in marks.items() if name.endswith(f"@{folder}")}
    return words


def _home(path: str, folders: Collection[str]) -> str | None:
    """The nearest of the folders above a path; None where none is."""
    above = [each for each in folders if path.startswith(f"{each}/")]
    return max(above, key=len, default=None)


def _ordered(command: str) -> str:
    """A command whose parts stand where a shell takes them: a folder and variables before what leads it."""
    moved = _FOLDER_FIRST.fullmatch(command)
    if moved:
        lead = moved[1].replace(f" --project {moved[2]}", "")
        command = f"cd {moved[2]} && {lead}{moved[3]}"
    return _VARIABLE_FIRST.sub(r"\2\1", command)


def _parted(command: str) -> list[str]:
    """A command as lines of a job, each of which begins in the root."""
    return [command] if command.startswith("cd ") else command.split(" && ")


def _fill(text: str, words: Mapping[str, str]) -> str:
    return _FILLED.sub(lambda match: words.get(match[1], match[0]), text)
