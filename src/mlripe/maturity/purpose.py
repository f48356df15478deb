"""What a README says that its repository is for: a template, a course, a paper's code, an application, a tool.

A repository is what it says of itself, in its title and its first sentences. What it links to or builds upon (a
course elsewhere, a prompt template, the blog post that explains it) is not what it is.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from mlripe.lazy_regex import lazy_regex

__all__ = ["Purpose", "purpose_of", "words_on_learning"]

_MARKUP = lazy_regex(rb"<[^>]*>|!?\[[^\]]*\]\([^)]*\)|\(?https?://[^\s)]*\)?|[#*`|>]+")
_TITLE = lazy_regex(rb"(?m)^#\s+([^\n]{1,120})|<h1[^>]*>([^<\n]{1,120})")
# a title says what it is; a project that was made for a course is none
_TITLE_TEACHES = lazy_regex(
    rb"(?i)\b(?:workshops?|bootcamp|lectures?|tutorials?|codelabs?|hands[- ]on)\b|^\W*course\b|\bcourses?\W*\Z"
    rb"|\b(?:examples|demos)\W*\Z"  # several of them show how something is used
)
_MADE_FOR = lazy_regex(rb"(?i)\b(?:project|capstone|assignment|homework|submission)s?\b")
_TEACHES = lazy_regex(
    rb"(?i)\b(?:accompanying (?:repo|code)"
    rb"|code for (?:the|my|our) (?:[\w-]+ ){0,3}(?:course|book|lectures?|lessons?|tutorial|workshop|talk|article|post)"
    rb"|(?:repo(?:sitory)?|exercises|material) (?:for|of) (?:the )?course|(?:online|video) course|tutorials|workshop"
    rb"|course (?:material|website|notes|repo(?:sitory)? (?:for|of|on))|runnable notebooks"
    rb"|(?:print|digital|online|free)[^.\n]{0,40}\bbook|read the book"
    rb"|hands[- ]on lab|codelab)\b"
)
# what leads through something that may be an application of its own
_GUIDES = lazy_regex(
    rb"(?i)\b(?:(?<!see the )(?<!read the )(?<!see our )(?<!read our )(?<!in the )blog post"
    rb"|demonstrations|step-by-step (?:guide|tutorial)|this tutorial|in this guide,? (?:we|you)"
    rb"|this guide (?:provides|shows|walks|will|covers|demonstrates))\b"
)
_EXAMPLE = lazy_regex(
    rb"(?i)\bthis (?:repo(?:sitory)? |project )?is an? (?:example|sample)\b(?! demo)|\b(?:model|pipeline) example\b"
    rb"|\bthis (?:code )?sample (?:demonstrates|shows|provides|illustrates|contains|deploys|implements)\b"
    rb"|\bthis sample (?:code|solution|project|repo(?:sitory)?)\b|\bthis example (?:shows|demonstrates|creates)\b"
    rb"|\b(?:an example|contains examples) of how\b"
    rb"|\b(?:collection of|contains|maintains) (?:[\w-]+ ){0,3}(?:sample codes?|code samples)\b"
    rb"|\bauto-generated repository for\b|^---\s[^-]{0,200}\bpage_type:\s*sample\b"
)
_TITLE_EXAMPLE = lazy_regex(
    rb"(?i)\A\W*(?:(?:code|end[- ]to[- ]end) )?(?:examples?|samples?)\b|\A\W*\w+ (?:example|sample)\W*:"
    rb"|(?:\A|\s)(?:example|samples?)\W*\Z"
)
# what a text says that it is not, or what it was made from
_NOT_ITSELF = lazy_regex(
    rb"(?i)\b(?:not|isn't|rather than) (?:an? |just |only |another ){0,3}[\w-]+(?: [\w-]+)?"
    rb"|[^.\n]*\b(?:generated|created|bootstrapped|scaffolded) (?:via|from|by|with|using) [^.\n]*"
)
_TITLE_TEMPLATE = lazy_regex(
    rb"(?i)\b(?<!prompt )(?<!chat )(?<!env )(?:templates?|skeleton|boilerplate|starter(?: kit| pack)?|cookiecutter"
    rb"|accelerator|blueprint)\b"
)
_TEMPLATE = lazy_regex(
    rb"(?i)(?<![.])\b(?:(?:this|an?)(?: [\w/-]+,?){0,6}?|:|in:? which) (?<!prompt )(?<!chat )(?<!env )"
    rb"(?:template|skeleton|blueprint|cookiecutter|starter (?:kit|pack|project|repo)|starting pack)\b"
    rb"|\b(?:(?:project |base )template (?:for|to|that)|(?:templates?|skeleton|boilerplate|blueprint) for"
    rb"|(?:project|repo(?:sitory)?|ml|mlops) boilerplate|boilerplate (?:project|repo)|cookiecutter template"
    rb"|the template provides|solution accelerator|this accelerator)\b"
)
_ACCELERATOR = lazy_regex(rb"(?im)^#{1,4} [^\n]{0,60}\bsolution accelerator\b")
# what others may take as their own, where it says so as well
_REFERENCE = lazy_regex(rb"(?i)\breference (?:implementation|architecture|platform)\b|\b(?:ml|mlops) stacks?\b")
_INVITES = lazy_regex(
    rb"(?i)\bstarting (?:point|new)\b|\b(?:for|with|to) your (?:own|next) \w+|\bfork (?:this|it|the repo)\b"
    rb"|\buse this (?:template|repo(?:sitory)?) (?:as|to|for)\b|\badapt (?:it|this)\b"
)
_RESEARCH = lazy_regex(
    rb"(?i)(?:arxiv\.org|@(?:inproceedings|article|misc)\s*\{|\bbibtex\b|\bcite (?:this|our)\b"
    rb"|\bofficial implementation\b)"
)
# somebody's thesis or study, in the words of the languages that such texts are mostly written in
_STUDY = lazy_regex(
    rb"(?i)\b(?:(?:bachelor|master|ph\.?d|doctoral|diploma)\W{0,3}s?\W{1,2}thesis"
    rb"|dissertations?|dissertac\w+|disserta\xc3\xa7\xc3\xa3o|masterarbeit|bachelorarbeit|diplomarbeit"
    rb"|tesis (?:de|doctoral)|th\xc3\xa8se de|m\xc3\xa9moire de|research (?:code|artifacts?)"
    rb"|(?:this|our) (?:study|research) \w+s\b|ablation (?:study|studies)\b|in this paper,? we)"
    rb"|\xe6\xaf\x95\xe4\xb8\x9a\xe8\xae\xbe\xe8\xae\xa1"  # Chinese: graduation project
    rb"|^#{1,4}[ \t]*abstract\b",
    re.MULTILINE,
)
# another's paper done again, which is named with its number
_DONE_AGAIN = lazy_regex(rb"(?i)\b(?:replicat|reproduc|re-?implement)(?:ion|es|ing|ation|s)\b")
_NUMBERED = lazy_regex(rb"(?i)\bdoi\b[^\n]{0,40}\b10\.\d{4,9}/|\bdoi\.org/10\.\d{4,9}/")
# the entry to a competition is an experiment: data from its page, and a file to hand in
_COMPETITION = lazy_regex(
    rb"(?i)(?:kaggle\.com/(?:c|competitions)|drivendata\.org/competitions|aicrowd\.com/challenges"
    rb"|zindi\.africa/competitions)/"
)
_HANDS_IN = lazy_regex(
    rb"(?i)\bsubmi(?:t|ssions?)\b|\bleaderboard\b|\b\d{1,4}(?:st|nd|rd|th)[- ]place\b|\b(?:public|private) lb\b"
)
_ENTRY = lazy_regex(
    rb"(?i)\b(?:\d{1,4}(?:st|nd|rd|th)|first|second|third|fourth|fifth)[- ]place\b|\bcompetition[^.\n]{0,60} solution"
    rb"|\bsolution (?:to|for|of)[^.\n]{0,80}\bcompetition"
)
# what it is, not what it helps to build
_APPLICATION = lazy_regex(
    rb"(?i)\b(?:is|:) (?:an?|the) (?:[\w-]+,? ){0,8}(?:agents?|assistant|chatbot|copilot|bot|web app|application|app)\b"
    rb"(?! (?:framework|library|toolkit|sdk|platform|server|development|building|evaluation))"
)
_ABOUT_ML = lazy_regex(
    rb"(?i)\b(?:machine[- ]learning|deep[- ]learning|neural networks?|mlops|artificial intelligence|llms?|data science"
    rb"|natural[- ]language(?:s| processing| understanding)|nlp|computer vision"
    rb"|object (?:detection|detectors?|tracking)"
    rb"|(?:image|semantic|instance) (?:segmentation|classification|recognition)|speech recognition|sentiment analysis"
    rb"|reinforcement learning|time[- ]series forecasting|gradient boosting|boosted trees|random forests?"
    rb"|(?:predictive|generative|diffusion|topic|tree-based|statistical) model(?:s|ing|ling)?"
    rb"|(?:ml|ds|data[- ]science)(?:/ds)?[- ](?:projects?|models?|cookiecutter|template))\b"
)
_BUILDS_MODELS = lazy_regex(
    rb"(?i)\b(?:scikit[- ]?learn|sklearn|pytorch|tensorflow|keras|jax|transformers|(?:ml|your) models?"
    rb"|mlj\w*|flux\.jl|model[- ]registr(?:y|ies))\b"
)
_FOR_ML = lazy_regex(
    rb"(?i)\b(?:machine[- ]learning|deep[- ]learning|neural networks?|scikit[- ]learn|pytorch|tensorflow)\b"
)
# of machine-learning operations, or of operations that these are a part of
_AROUND = lazy_regex(rb"(?i)\b(?:(?:data|training) (?:pipelines?|workflows?)|versioning|orchestrat)")
_MLOPS = lazy_regex(
    rb"(?i)\b(?:mlops|llmops|continuous machine[- ]learning"
    rb"|experiment (?:tracking|management)|track(?:ing)? experiments|model registry|feature store"
    rb"|data version control|(?:prompt|llm|model)[- ]eval(?:uation|s)?"
    rb"|(?:ml|ai|llm|machine[- ]learning|data science) (?:pipelines?|workflows?)"
    rb"|(?:llm|ai|ml|model)(?:[- ](?:applications?|apps?|systems?|engineering))?"
    rb" (?:observability|monitoring|evaluations?|evals|serving|deployment|platform)|prompt management"
    rb"|(?:evaluat|monitor|observ|debug)\w*(?:,? \w+){0,4} (?:ml|llms?|large language models?)(?:-powered)?"
    rb" (?:systems?|applications?|apps?)"
    rb"|(?:deploy|monitor|serv|version)\w*(?:,? \w+){0,4} (?:trained|ml|machine[- ]learning) models?)"
)
_ABOUT_LLM = lazy_regex(
    rb"(?i)\b(?:llms?|llmops|large language models?|rag|retrieval[- ]augmented|genai|generative ai|agentic"
    rb"|(?:ai|llm) (?:agents?|assistants?)|chatbots?|gpt)\b"
)
_PLATFORM = lazy_regex(
    rb"(?i)\b(?:mlflow|sagemaker|kubeflow|vertex ai|azure (?:ml|machine learning)"
    rb"|kserve|seldon|zenml|clearml|bentoml)\b"
)
_BENCHMARK = lazy_regex(rb"(?i)\bbenchmarks?\W*\Z|\A\W*benchmark(?:s|ing)?\b")
# what others build with, though nothing publishes it
_TOOL = lazy_regex(
    rb"\b(?:(?:[Ii]s|are) (?:an?|the)|An?|Lightweight|Reusable) (?:[\w./-]+,? ){0,6}?"
    rb"(?i:tool|toolkit|client|sdk|plugin|wrapper|adapter|connector|operator|construct|cli|library)\b"
    rb" (?:for|to|that|of|around|which|built|providing|designed)\b"
)
_HOSTS = lazy_regex(
    rb"(?i)\b(?:automl|mlops|llmops|ml|ai|(?:automated )?machine[- ]learning|no[- ]code[\w -]{0,20})"
    rb" (?:platform|studio)\b"
)
_BRINGS_DATA = lazy_regex(
    rb"(?i)\bupload (?:an? |your |own |any |custom )*datasets?\b|\bdataset (?:management|uploads?)\b"
    rb"|\bbring your own data(?:sets?)?\b|\bpick a model\b|\b(?:ml|model) life-?cycle management\b"
)
# what trains or serves the models of those who use it
_TAKES_MODELS = lazy_regex(
    rb"(?i)\b(?:service|server|tool|platform) (?:can|helps you|lets you)[^.\n]{0,40}"
    rb"\b(?:train|serve|deploy|host)s? your (?:own |trained )?models\b"
)
_SPEAKS_OF_MODELS = lazy_regex(
    rb"(?i)\b(?:models?|modell?ing|recommender|classifiers?|predict(?:s|ions?|ive)|forecast(?:s|ing)?|trained|inference)\b"
)
# infrastructure code that others call by its name
_CALLED_MODULE = lazy_regex(rb"(?m)^[ \t]*module[ \t]+\"[^\"]{1,80}\"\s{0,80}\{\s{0,80}source\s{0,80}=")
_NAMED_MODULE = lazy_regex(rb"(?i)\bterraform\W{1,6}module\b")


@dataclass(frozen=True, slots=True)
class Purpose:
    """What a README says; each field is whether it says so of its repository."""

    teaches: bool  # a course, a workshop, a book
    guides: bool  # a guide, a post of a blog that explains it
    example: bool
    template: bool
    titled_template: bool  # its title says so
    research: bool  # a paper's code, or an entry to a competition
    entry: bool  # an entry to a competition, in its first words
    compares: bool  # its title is that of a benchmark
    application: bool  # "X is an assistant that ..."
    tool: bool  # "X is a client for ..."
    hosts: bool  # a platform to which others bring their data
    models: int  # how often it speaks of models and what they tell
    operates: bool  # about machine-learning operations
    around: bool  # about operations that those are a part of
    platform: bool  # names a platform of machine learning in its first words
    for_ml: bool  # names machine learning in its first words
    about_llm: bool  # names language models, or what is built with them, in its first words
    about_ml: bool  # names it, or a platform of it
    module: bool  # shows how infrastructure code calls it
    called_module: bool  # calls itself a module of infrastructure code


def purpose_of(readme: bytes) -> Purpose:
    """What the README says, judged by its beginning, by its title and by a few words anywhere in it."""
    opening = _MARKUP.sub(b" ", readme[:4000])[:700]
    title = _title(readme)
    plain = b" ".join(_MARKUP.sub(b" ", readme[:4000]).split())[:2000]
    start = b" ".join((readme[:3000], plain))
    entry = bool(_ENTRY.search(opening))
    itself = _NOT_ITSELF.sub(b" ", opening)
    return Purpose(
        teaches=bool(_TEACHES.search(opening)) or _titled_lesson(title),
        guides=bool(_GUIDES.search(opening)),
        example=bool(_EXAMPLE.search(itself) or _TITLE_EXAMPLE.search(title)),
        titled_template=bool(_TITLE_TEMPLATE.search(title)),
        template=bool(_TITLE_TEMPLATE.search(title) or _TEMPLATE.search(itself))
        or bool(_ACCELERATOR.search(readme) or (_REFERENCE.search(itself) and _INVITES.search(readme))),
        research=entry
        or bool(_RESEARCH.search(readme) or _STUDY.search(readme))
        or bool(_DONE_AGAIN.search(opening) and _NUMBERED.search(readme))
        or bool(_COMPETITION.search(readme) and _HANDS_IN.search(readme)),
        entry=entry,
        compares=bool(_BENCHMARK.search(title)),
        application=bool(_APPLICATION.search(plain)),
        tool=bool(_TOOL.search(plain[:400])),
        hosts=bool((_HOSTS.search(plain[:600]) and _BRINGS_DATA.search(plain)) or _TAKES_MODELS.search(plain)),
        models=len(_SPEAKS_OF_MODELS.findall(readme)),
        operates=bool(_MLOPS.search(start)),
        around=bool(_AROUND.search(start)),
        platform=bool(_PLATFORM.search(opening)),
        for_ml=bool(_FOR_ML.search(opening)),
        about_llm=bool(_ABOUT_LLM.search(opening)),
        about_ml=bool(_FOR_ML.search(opening) or _PLATFORM.search(opening)),
        module=bool(_CALLED_MODULE.search(readme[:10_000])),
        called_module=bool(_NAMED_MODULE.search(readme[:2000])),
    )


def words_on_learning(readme: bytes, packaging: bytes) -> int:
    """How often a README and packaging files speak of machine learning, or of what models are built with."""
    about = readme + packaging
    return len(_ABOUT_ML.findall(about)) + len(_BUILDS_MODELS.findall(readme[:3000] + packaging))


def _titled_lesson(title: bytes) -> bool:
    """Whether a title calls it a course, a workshop, a tutorial."""
    return bool(_TITLE_TEACHES.search(title)) and not _MADE_FOR.search(title)


def _title(readme: bytes) -> bytes:
    found = _TITLE.search(readme[:4000])
    return _MARKUP.sub(b" ", found[1] or found[2]).strip() if found else b""
