"""The words that code, catalogue and documentation share for one thing: enumerations, with a sentence a member.

Data is validated against them (a wrong word is refused, with the nearest one), and the reference page
`docs/reference/words.md` is made from them.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Self

__all__ = [
    "DeployedPart",
    "Dialect",
    "Feature",
    "FileRole",
    "Names",
    "ProgramEffect",
    "Role",
    "RunsAfter",
    "StartKind",
    "ToolKind",
    "UnitKind",
    "UnresolvedKind",
    "Word",
]


class Word(StrEnum):
    """A word, and in `says` what it means, as a sentence for people."""

    says: str

    def __new__(cls, value: str, says: str) -> Word:
        member = str.__new__(cls, value)
        member._value_ = value
        member.says = says
        return member

    @classmethod
    def named(cls, value: str) -> Self:
        """The member of that value. Raises KeyError."""
        return {member.value: member for member in cls}[value]


class RunsAfter(Word):
    """After which outcome of what comes before a unit or a command runs."""

    SUCCESS = "success", "only where nothing failed before it"
    FAILURE = "failure", "only where something failed before it"
    ANY = "any", "whatever came of what stands before it"


class Role(Word):
    """What the code or file that a detector matches is for, besides the capabilities that it shows.

    A role is not reported. Practices and problems are derived from roles: a web application that uses a model is
    online serving. A catalogue of one's own may add further roles (rules/roles.yaml), for its own problems.
    """

    WEB = "web", "the file defines a web application or an RPC service: routes that answer requests"
    UI = "ui", "the file is a demo user interface (Streamlit, Gradio, Dash)"
    MODEL_USE = "model-use", "a trained model is loaded or asked for predictions"
    ML = "ml", "machine-learning code: a model is defined, trained, loaded or used"
    LLM = "llm", "a large language model is called"
    DEPLOY = "deploy", "something is deployed or published as a running service: a command, action or call"
    WORKLOAD = "workload", "infrastructure code describes what runs code: a service, a function, a job"
    HOSTED = "hosted", "a package of Node is built for a platform that serves it from the repository"
    PUBLISH = "publish", "a package, image or artifact is published for others: a command, action or call"
    BUILD = "build", "something is built or checked: the work of continuous integration"
    CONSUME = "consume", "reads a stream of messages"
    STEPS = "steps", "infrastructure code puts functions that it is given in the order of a pipeline"
    STORED = "stored", "adds what it is given to a database, a queue, a store or the end of a file"
    TABLE_WRITTEN = "table-written", "writes a table or a file of rows"
    SEED = "seed", "a seed stands among a model's settings in a configuration file"
    PENDING_APPROVAL = "pending-approval", "a model is registered so that a person must approve it"
    TAKES_APPROVED = "takes-approved", "takes a model only where it is approved"
    APPROVES = "approves", "a model is approved"
    CLOCK = "clock", "a program that waits for the hour and then starts what it was given"
    DISABLED = "disabled", "a schedule that is written, but switched off"
    # what problems (rules/problems) are told from
    PIPELINE_DEFINITION = "pipeline-definition", "a pipeline tool's definition of steps"
    BAKED_MODEL = "baked-model", "a model's file is copied into an image when it is built"
    MUTABLE_DATA = "mutable-data", "data is read by a name that stays while its content changes"
    LITERAL_SETTINGS = "literal-settings", "a model's settings are numbers in the code that trains it"
    FIXED_THRESHOLD = "fixed-threshold", "a prediction is held against a number in the code"
    DEAD_BRANCH = "dead-branch", "code behind a condition that can never hold"
    STALE_COPY = "stale-copy", "a copy of another program that nothing starts or imports"
    SCRIPT_CHAIN = "script-chain", "one script starts many programs one after another, with training among them"
    NUMBERED_STEP = "numbered-step", "a program whose place in an order is the number in its name"
    SHARED_PREDICTIONS = (
        "shared-predictions", "predictions are written where others read them: a warehouse or a bucket",
    )  # fmt: skip
    DATA_CHECK = "data-check", "something is called a test or a schema of data, whatever it does"
    DATA_CONTRACT = "data-contract", "a file says what data holds and who may rely on it"
    MODEL_RECORD = "model-record", "a file or a program writes down what a model was made from"
    NOTEBOOK_RUN = "notebook-run", "a notebook is executed as a program"
    OWN_CLUSTER = "own-cluster", "infrastructure code makes a Kubernetes cluster"
    OWN_NETWORK = "own-network", "infrastructure code makes a network"
    OWN_IDENTITY = "own-identity", "infrastructure code makes identities"


class DeployedPart(Word):
    """Which part of a repository runs once a match with the role `deploy` has deployed it."""

    IMAGE = "image", "the image that it names or that its workflow builds, or what lies where the platform builds"
    COMMANDS = "commands", "what its own commands start: they run on the machine that serves"
    SPACE = "space", "the program that a README of Hugging Face Spaces names"
    BLUEPRINT = "blueprint", "the services that a platform's blueprint describes, as a manifest does"


class StartKind(Word):
    """What starts a chain, the one that does most without a person first."""

    PUSH = "push", "a push to a branch"
    PULL_REQUEST = "pull_request", "a pull or merge request, and what is asked for in one"
    TAG = "tag", "a tag"
    RELEASE = "release", "a release on the service that keeps the repository"
    SCHEDULE = "schedule", "a schedule"
    EVENT = "event", "a message, new data, or another event of a known sender"
    UPSTREAM = "upstream", "another workflow of this repository that finished"
    DISPATCH = "dispatch", "a person, in the interface of a service that runs it"
    PIPELINE = "pipeline", "the definition of a pipeline, whoever starts that"
    DEPLOYMENT = "deployment", "code that is deployed, when it runs"
    OUTSIDE = "outside", "an event whose sender is not in the repository"
    MANIFEST = "manifest", "a manifest or infrastructure code that nothing applies"


class UnitKind(Word):
    """What a file defines that can be started."""

    WORKFLOW = "workflow", "a workflow or pipeline of a CI service"
    PIPELINE = "pipeline", "a pipeline of an orchestrator"
    JOB = "job", "a job of a CI service, a cluster or a job scheduler"
    JOB_SPEC = "job-spec", "the specification of a job that something else submits"
    STEP = "step", "a step of a job"
    STAGE = "stage", "a stage or step of a pipeline that runs code"
    TARGET = "target", "a target of make, just, Task and their like"
    TASK = "task", "a task of an editor or a workspace"
    SCRIPT = "script", "a script: a file, or an entry of package.json"
    ENVIRONMENT = "environment", "an environment of tox, nox, Hatch or doit, with its commands"
    HOOKS = "hooks", "the pre-commit file as a whole"
    HOOK = "hook", "a hook of pre-commit"
    BUILD = "build", "the commands that run while an image is built"
    BUILD_STAGE = "build-stage", "a stage of a Dockerfile"
    IMAGE = "image", "a container image that is built"
    SERVICE = "service", "a program that keeps running: what a container or a platform runs"
    RESOURCE = "resource", "a resource that infrastructure code declares"
    DEPLOYMENT = "deployment", "a deployment of a pipeline (Prefect)"
    MODULE = "module", "a module of Terraform"
    CHART = "chart", "a chart of Helm"
    COMPONENT = "component", "a component of a compiled pipeline"
    ACTION = "action", "an action or command that others use as a step"
    TEMPLATE = "template", "a template of jobs or steps"
    INCLUDE = "include", "another file that is read in"
    IMPORT = "import", "data that DVC fetches from elsewhere"
    REQUIREMENTS = "requirements", "packages of the repository that a requirements file installs"
    CONSOLE = "console", "a command that an installed package brings"
    CELL = "cell", "the shell commands of a notebook"
    SWEEP = "sweep", "a search of hyperparameters"
    TIMER = "timer", "a line of a crontab, or a timer of systemd"
    SQL_TASK = "sql-task", "a task that a warehouse runs by its own clock"
    PROCEDURE = "procedure", "a stored procedure of a warehouse"


class Dialect(Word):
    """The language or platform that declares a resource: it leads the resource's type, before the colon."""

    KUBERNETES = "kubernetes", "a manifest of Kubernetes: `kubernetes:Kind`, or with its group `kubernetes:group/Kind`"
    TERRAFORM = "terraform", "a block of Terraform: `terraform:type`, `terraform:data.type`"
    CLOUDFORMATION = "cloudformation", "a template of CloudFormation or SAM: `cloudformation:AWS::Service::Type`"
    AZURE = "azure", "a template of Azure, in Bicep or JSON: `azure:Microsoft.Service/type`"
    HELM = "helm", "a chart that is defined, or that another one depends on: `helm:name`"
    IMAGE = "image", "a container image that a service runs: `image:name`; the matcher `image` is for these"
    ANSIBLE = "ansible", "a task of Ansible: `ansible:module`"
    PULUMI = "pulumi", "a project of Pulumi, or a resource in its YAML: `pulumi:type`"
    CDK = "cdk", "an application of AWS CDK: `cdk:app`"
    SERVERLESS = "serverless", "a service or function of the Serverless Framework"
    AZD = "azd", "a service of the Azure Developer CLI: `azd:service`"
    ZAPPA = "zappa", "an application of Zappa"
    RAILWAY = "railway", "a service on Railway"
    SERVICE = "service", "a service in a platform's blueprint (Render)"
    CRON = "cron", "an address that a platform calls by the clock (App Engine, Vercel)"
    NOMAD = "nomad", "a job of Nomad: `nomad:job`"
    SLURM = "slurm", "a batch script of Slurm: `slurm:job`"
    RAY = "ray", "a cluster or service of Ray: `ray:cluster`, `ray:serve`"
    SKYPILOT = "skypilot", "a task or service of SkyPilot"
    VALOHAI = "valohai", "a step or pipeline of Valohai"
    VERTEX = "vertex", "a custom job of Vertex AI"
    AZUREML = "azureml", "a YAML file of Azure Machine Learning, by its schema: `azureml:command`"
    SAGEMAKER = "sagemaker", "a compiled pipeline of SageMaker, or a step in it: `sagemaker:Training`"
    STEPFUNCTIONS = "stepfunctions", "a state machine of AWS Step Functions"
    KUBEFLOW = "kubeflow", "a compiled pipeline or component of Kubeflow"
    DATABRICKS = "databricks", "a job or resource of a Databricks bundle"
    AIRFLOW = "airflow", "a DAG of Airflow that is written in YAML"
    PREFECT = "prefect", "a deployment of Prefect"
    PLOOMBER = "ploomber", "a pipeline of Ploomber"
    MAGE = "mage", "a pipeline of Mage"
    KESTRA = "kestra", "a flow of Kestra, or a task in it by its type"
    MELTANO = "meltano", "a project of Meltano"
    DBT = "dbt", "a project of dbt"
    MLFLOW = "mlflow", "a model that MLflow has saved, or one of its flavours"
    BENTOML = "bentoml", "a service of BentoML: `bentoml:bento`"
    COG = "cog", "a program of a Cog file"
    TRUSS = "truss", "a model of Truss"
    WANDB = "wandb", "a sweep of Weights & Biases"


class Feature(Word):
    """What holds of a repository as a whole; the kinds of repository (rules/kinds.yaml) are told by it."""

    EMPTY = "empty", "no file of its own holds anything"
    ML = "ml", "it trains, loads or calls a model in any language, or is made for that"
    TRAINS = (
        "trains",
        "its scripts train models, or a service of it uses trained ones, and not only on the side of language models",
    )
    TRAINING = "training", "it holds training code, in a notebook as well"
    LLM = "llm", "it calls, serves, evaluates or guards a large language model"
    SERVES = "serves", "a program of it answers requests with what a model tells, and is more than the page of a demo"
    NOTEBOOKS_ONLY = "notebooks_only", "its work is in notebooks, with no more than a few helpers beside them"
    LIBRARY = "library", "its product is a package that others install"
    OFFERED = "offered", "others use it as a package, an action, a module, a tool, or a platform for their data"
    PUBLISHED = "published", "what it offers is published, or it is an action or a module that runs no model"
    RESEARCH = "research", "it is the code of a paper or an experiment, as it says or as its experiments show"
    TEMPLATE = (
        "template",
        "it says that it is to be copied, a tool makes new projects from it, or it is an empty environment",
    )
    COOKIECUTTER = "cookiecutter", "a tool makes new projects from it"
    COURSE = "course", "it says that it teaches"
    LESSONS = "lessons", "its folders or files are parts in an order"
    EXAMPLES = "examples", "it says that it holds examples"
    ABOUT_MLOPS = "about_mlops", "it is about operations of machine learning: a tracker, a pipeline tool, a platform"


class Names(Word):
    """The lists of names in rules/names.yaml."""

    MODEL_FILES = "model-files", "endings of files that hold a trained model"
    MLOPS_PLATFORMS = "mlops-platforms", "platforms of machine-learning operations, whose plugins bear their names"
    JULIA_STANDARD_LIBRARY = "julia-standard-library", "packages that Julia brings along"
    TEST_TARGETS = "test-targets", "targets of deployments that only try something out"
    LIBRARY_METHODS = "library-methods", "methods of libraries by which no method of one's own is known"
    IMAGE_PROGRAMS = "image-programs", "programs that a platform starts in an image without a command, by their names"
    STEPS_WITHOUT_PACKAGES = "steps-without-packages", "actions that install no package of Python, by globs"
    REMOVED_INTERFACES = (
        "removed-interfaces",
        "what libraries took away: package, first version without, name, argument",
    )
    PACKAGES_OF_MODULES = "packages-of-modules", "modules, each with the packages that bring it"
    STOCHASTIC_MODELS = "stochastic-models", "calls that fit by chance, each with the argument that sets its seed"
    PYTHON_TOOLS = "python-tools", "programs that only an installed package of Python brings"


class FileRole(Word):
    """The roles of files (rules/paths.yaml) that code asks for; the file has others beside."""

    TESTS = "tests", "tests: what they import and start is tried, not run"
    FIXTURES = "fixtures", "data and small repositories that tests read"
    PRODUCT = "product", "the product of a library that is published: its packages are added to the role's paths"
    CATALOGUE = "catalogue", "detectors and rules, known by what they hold"


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


class ToolKind(Word):
    """What a tool of rules/landmarks.yaml is for."""

    MANAGER = "manager", "installs packages of Python"
    NODE_MANAGER = "node-manager", "installs packages of Node"
    FRAMEWORK = "framework", "a model is trained with it"
    ORCHESTRATOR = "orchestrator", "the steps of a training are written with it"
    HOST = "host", "builds and runs what the repository holds"
    CHAIN = "chain", "puts steps in order"
    PLATFORM = "platform", "runs beside a model: an orchestrator, a store, what watches"
    PROVIDER = "provider", "answers with a language model"
    PACKAGE = "package", "is imported under another name than it is installed"


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
