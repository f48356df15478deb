"""The words that code, catalogue and documentation share for one thing: enumerations, with a sentence a member.

Data is validated against them (a wrong word is refused, with the nearest one), and the reference page
`docs/reference/words.md` is made from them.
"""

from __future__ import annotations

from enum import StrEnum

__all__ = ["ProgramEffect", "RunsAfter", "UnresolvedKind", "Word"]


class Word(StrEnum):
    """A word, and in `says` what it means, as a sentence for people."""

    says: str

    def __new__(cls, value: str, says: str) -> Word:
        member = str.__new__(cls, value)
        member._value_ = value
        member.says = says
        return member


class RunsAfter(Word):
    """After which outcome of what comes before a unit or a command runs."""

    SUCCESS = "success", "only where nothing failed before it"
    FAILURE = "failure", "only where something failed before it"
    ANY = "any", "whatever came of what stands before it"


class ProgramEffect(Word):
    """What a program does with what its command line names (rules/programs.yaml)."""

    WRAPS = "wraps", "runs the command that follows its own options"
    RUNS = "runs", "runs the files that it is given: a text that begins with its name is a command line"
    READS = "reads", "reads, checks, lists or moves what it names, and runs none of it"
    PRINTS = "prints", "prints or waits: nothing comes of it"
    SHELL = "shell", "changes or tests the state of the shell alone"
    MAKES_FILES = "makes-files", "may bring or write files that the repository does not hold"
    SENDS = "sends", "copies files to another folder, machine or store"
    SENDS_SQL = "sends-sql", "sends the files of SQL that it is given to a database"
    INSTALLS = "installs", "installs packages"
    OPERATES = "operates", "works on the machine or serves what is not of the repository, and runs nothing of it"
    COMPILES = "compiles", "compiles, documents or packages sources, and runs none of them"
    BUILDS_IMAGES = "builds-images", "builds container images"
    INSTALLS_TIMERS = "installs-timers", "has the machine run what it is given by the clock"
    KEEPS_TIMERS = "keeps-timers", "waits, and runs the lines of a crontab at their hours"
    PROVISIONS = "provisions", "sets up the infrastructure that files of its own language describe"
    PACKAGED = "packaged", "comes with a package of Node, whose managers run it by its bare name"
    RUNS_PACKAGED = "runs-packaged", "a manager of Node packages that runs programs of a package by their bare name"


class UnresolvedKind(Word):
    """Why mlripe could not follow what a place starts."""

    BROKEN_DEFINITION = "broken-definition", "a definition of CI, of a pipeline or of a deployment cannot be read"
    UNREAD_DEFINITION = "unread-definition", "a definition is of a CI service that mlripe has no reader for"
    OUTSIDE_DEFINITION = "outside-definition", "a workflow, template, chart or module is not in this repository"
    OUTSIDE_STEP = "outside-step", "a step uses an action or task of others, and mlripe does not know what that runs"
    OUTSIDE_IMAGE = "outside-image", "an image runs that is neither built here nor known to mlripe"
    UNKNOWN_PROGRAM = "unknown-program", "a command runs a program that mlripe does not know"
    UNKNOWN_VALUE = "unknown-value", "a value that is not written out names what runs"
    ABSENT_FILE = "absent-file", "a command or step runs a file that is not in this repository"
    ABSENT_TARGET = "absent-target", "a runner is asked for a target, a module or a job that nothing here defines"
    SET_ASIDE = "set-aside", "what is started stands in a file that is set aside as product, vendored or generated"
    MISSING_CONTENT = "missing-content", "a file's content is missing from git's objects"
