"""Whether a value that has the form of a secret is one, may be one, or holds only the place of one."""

from __future__ import annotations

import re
from enum import Enum, auto
from typing import Final

from mlripe.catalog.tool_schema import SecretForm
from mlripe.lazy_regex import lazy_regex

__all__ = ["Worth", "worth"]

_RANDOM: Final = 16  # characters that a value has at least which a machine made
_DISTINCT: Final = 9  # of them different ones


class Worth(Enum):
    """What a value is."""

    NOTHING = auto()  # no secret
    PLACEHOLDER = auto()  # none, as far as its words tell; one may come to stand there
    DEFAULT = auto()  # a password that images and tutorials come with
    SECRET = auto()


# what a machine that makes tokens does not write by chance: long words, runs, and short words that stand by themselves
_PLACEHOLDER: Final = lazy_regex(
    r"example|sample|placeholder|change.?(?:me|it|this)|replace|redacted|insert|foobar|dummy|lorem|insecure|undefined|"
    r"your[-_.\s]|your(?:own|api|key|token|secret|password|access|personal|account|open|hf|aws|git)|"
    r"x{5}|0{6}|\*{3}|\.{3}|<|\$\{|\{\{|%\(|0123456|1234567|abcdef|987654|"
    r"(?:^|[-_.])(?:test|fake|mock|demo|todo|fixme|here|unset|unsafe)(?:[-_.]|\Z)",
    re.IGNORECASE,
)
# what stands, besides, for a secret where a name says that there is one
_PLACE_OF_NAMED: Final = lazy_regex(
    r"fake|mock|your|todo|fixme|xxx|here|secret.?(?:key|value|name|here)|password.?(?:here|value)|"
    r"my.?(?:secret|password|token)|test|demo|not.?(?:a|the|so).?|unsafe|super.?secret|unset|(?:secret|password|_key)\Z",
    re.IGNORECASE,
)
# what a password's place holds where the value comes from elsewhere, or is no password
_ELSEWHERE: Final = lazy_regex(
    r"(?:true|false|none|null|nil|yes|no|optional|required|string|str|password|\*+|x+|-+|\d{1,5}|pwd|passwd|pass|user|username|"
    r"(?:os\.|self\.|config\.|settings\.|env\.|var\.|local\.|data\.|module\.|args\.|secrets?\.|process\.env).*|"
    r"[@!&].*|.*\.[a-z]{2,5}|/.*|(?:arn|vault|sm|ssm|gsm|op|projects|file|https?):.*|[|>]-?)\Z",
    re.IGNORECASE,
)
# names of users, tools and databases, with a number that only counts: not with a year, nor with a word of one's own
_DEFAULT: Final = lazy_regex(
    r"(?:(?:admin|root|user|guest|postgres|mysql|mongo|redis|rabbit|minio|airflow|mlflow|grafana|prefect|dagster|elastic|"
    r"superset|jupyter|mage|pass(?:word|wd)?|secret|default|local|dev|changeme|qwerty|letmein|welcome|db|app|kafka|feast|"
    r"metabase|prom|zenml|hive|spark|hadoop|test|label|studio|neo4j|weaviate|clickhouse|kong|sonar|pg|sql)[-_@]?){1,3}"
    r"(?:0{0,3}1|1?23(?:4(?:56?)?)?|12|0{1,6}|1{2,6})?[!@#]?\Z",
    re.IGNORECASE,
)
_WORDS: Final = lazy_regex(
    r"[A-Za-z]+(?:[-_./][A-Za-z]+)*[-_./]?\d{0,4}\Z|(?:[a-z]+[-_.]){2,}\w+\Z|[A-Z][A-Z0-9]*(?:[-_][A-Z0-9]+)+\Z"
)
_IDENTIFIER: Final = lazy_regex(r"[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}\Z", re.IGNORECASE)


def worth(form: SecretForm, value: str) -> Worth:
    """What the value is, which has this form. A published form is one to be masked whatever it holds."""
    if any(dummy in value for dummy in form.dummies):
        return Worth.PLACEHOLDER
    if not form.named:
        varied = len(set(value)) >= min(_DISTINCT, len(value))
        return Worth.SECRET if varied and not _PLACEHOLDER.search(value) else Worth.PLACEHOLDER
    if _ELSEWHERE.match(value) or len(set(value)) < 3 or not (form.chosen or _looks_random(value)):
        return Worth.NOTHING
    if form.chosen and _DEFAULT.match(value):
        return Worth.DEFAULT
    return Worth.PLACEHOLDER if _PLACEHOLDER.search(value) or _PLACE_OF_NAMED.search(value) else Worth.SECRET


def _looks_random(value: str) -> bool:
    """Whether a machine made it: letters and digits mixed, and no words."""
    if len(value) < _RANDOM or len(set(value)) < _DISTINCT or _WORDS.match(value) or _IDENTIFIER.match(value):
        return False
    return any(map(str.isdigit, value)) and any(map(str.isalpha, value))
