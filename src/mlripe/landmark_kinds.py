"""The things of a repository that advice speaks of, each with what it is."""

from __future__ import annotations

from mlripe.kinds import Word

__all__ = ["Landmark"]


class Landmark(Word):
    """What advice asks for in a repository, and names in its sentences: `{training}` is the program that trains."""

    NOTEBOOK = "notebook", "the notebook that trains a model, else the first of the repository's own"
    TRAINING = "training", "the program that trains a model"
    TRAIN = "train", "the command that runs it"
    FUNCTION = "function", "a function of the repository's own code that a first test can call"
    MODULE = "module", "the module of that function"
    TEST_HOME = (
        "test-home",
        "where the folder of its test belongs, with a slash at its end; nothing for the root",
    )
    FIRST_TEST_RUN = "first-test-run", "the command that runs that test"
    EVALUATION = "evaluation", "the program that measures a model"
    INGESTION = "ingestion", "the program that fetches or prepares data"
    DATA = "data", "a file of data that lies in git"
    CHANGES = "changes", "globs of that data and of the program that trains, with commas between them"
    MODEL_IN_GIT = "model-in-git", "a file of a trained model that lies in git"
    PIPELINE = "pipeline", "the file that puts the steps of a training in order"
    CHAIN = "chain", "the command that runs it"
    SERVICE = "service", "the program that answers requests"
    MODEL_CALL = "model-call", "the program that calls a language model"
    PROMPT = "prompt", "the place of a prompt"
    PROVIDER = "provider", "the model that it calls, as promptfoo names it"
    DOCKERFILE = "dockerfile", "the Dockerfile of what is deployed, else the first one"
    IMAGE_CONTEXT = "image-context", "the folder from which its image is built; . for the root"
    REQUIREMENTS = "requirements", "the file that declares the dependencies"
    INSTALL = "install", "the command that installs them"
    ECOSYSTEM = "ecosystem", "what Dependabot calls the manager of the packages"
    DEPENDENCIES = "dependencies", "the file to which a person adds one: of a lock file the one that it is made from"
    LOCK = "lock", "the command that locks the dependencies"
    LOCK_FILE = "lock-file", "the file that it writes"
    UNBOUNDED = "unbounded", "the dependencies that have no version, a line each"
    IMPORTED = "imported", "the packages that the code imports, a line each"
    RUN = "run", "what leads a command, so that it finds what is installed"
    ADDS = "adds", "the command that installs one more tool beside them"
    INSTALL_FOLDER = (
        "install-folder",
        "the folder of that file, as Dependabot writes it: / for the root",
    )
    SEVERAL = "several", "folders with dependencies of their own, where the root has none"
    NODE_INSTALL = "node-install", "the command that installs the package.json of the application"
    NODE_TEST = "node-test", "the command that runs its tests"
    NODE_CHECK = "node-check", "the command that checks its types or its style, else the one that builds it"
    TESTS = "tests", "the folder or file of the tests"
    TEST_RUN = "test-run", "the command that runs them"
    CI = "ci", "the CI service in use, else the one of the forge that keeps the repository"
    WORKFLOW = "workflow", "the file of CI that a push or a pull request starts"
    TEST_JOB = "test-job", "the job of CI that runs the tests"
    TEST_WORKFLOW = "test-workflow", "the file of that job"
    DEPLOYING = "deploying", "the job of CI that deploys"
    TRAINING_JOB = "training-job", "the job of CI that starts the training"
    TRAINING_WORKFLOW = "training-workflow", "the file of that job"
    FRAMEWORK = "framework", "the package that the model is trained with, as code imports it"
    ORCHESTRATOR = "orchestrator", "the package in which the steps of the training are written, such as airflow"
    PYTHON = "python", "the first program in Python of the repository's own"
    EVALUATE = "evaluate", "the command that runs the evaluation, where that is a program of its own"
    DVC_STAGES = "dvc-stages", "the file that defines stages of DVC"
    TABLE = "table", "the program that reads a table with pandas"
    TABULAR = "tabular", "the program or notebook that trains on a table"
    HUB_DATA = "hub-data", "the program that loads a data set of the Hugging Face Hub"
    PACKAGE = "package", "the file from which a package of Python is built"
    GATE = "gate", "the program that compares a metric with a limit"
    CHECK = "check", "the command that compares it, where that is a program of its own"
    LINTER = "linter", "the tool that is set up to check the code, by the id of its detector"
    MODEL_NAME = "model-name", "a name for the trained model"
    MODEL_FILE = "model-file", "the file to which the training writes its model"
    SCHEDULE = "schedule", "a schedule outside of CI that starts no training as far as mlripe could follow it"
    CLOCK = "clock", "the program that keeps a clock of its own"
    TRACKER = "tracker", "the experiment tracker in use"
    CODE = "code", "a program of the repository's own"
    SETTINGS = "settings", "the file of settings that the training reads"
    SERVICE_MODULE = "service-module", "the module of the program that answers requests, as a test imports it"
    SERVICE_HOME = (
        "service-home",
        "where the folder of its tests belongs, with a slash at its end; nothing for the root",
    )
    ENDPOINT = "endpoint", "the function of the service that answers with a prediction"
    ENDPOINT_FILE = "endpoint-file", "the file of that function"
    ENDPOINT_FOLDER = "endpoint-folder", "the folder of that file, with a slash at its end; nothing for the root"
    ROUTE = "route", "the path of its address, such as /predict"
    METHOD = "method", "the method of HTTP by which it is asked, in small letters"
    MANIFEST = "manifest", "the file that tells a cluster to run the service"
    WORKLOAD = "workload", "what the cluster calls the service, such as deployment/prices"
    IMAGE = "image", "the image that the cluster runs, without its tag"
    COMPOSE = "compose", "the compose file"
    COMPOSE_SERVICE = "compose-service", "the service of the compose file that is built here"
    HOST = "host", "the file by which a platform builds and runs the service from source"
    HOST_DEPLOY = "host-deploy", "the command that asks that platform to do so"
    TERRAFORM = "terraform", "the folder of infrastructure that Terraform applies"
    CDK = "cdk", "the file that says which stacks the Cloud Development Kit of AWS builds"
    CDK_FOLDER = "cdk-folder", "its folder; . for the root"
    DEPLOY_PROGRAM = "deploy-program", "the command with which a person deploys, where it is a program of Python"
    DEPLOY = "deploy", "the command with which a person deploys"
    DEPLOY_WORKFLOW = "deploy-workflow", "the file of CI that deploys"
    RELEASING = "releasing", "the job of CI that publishes a package or an image"
    RELEASE_WORKFLOW = "release-workflow", "the file of that job"
    TEST_JOB_BESIDE_RELEASE = "test-job-beside-release", "the job of the tests, where it stands in that file"
    TEST_JOB_BESIDE = "test-job-beside", "the job of the tests, where it stands in the file of CI that deploys"
    TRAINING_WORKFLOW_NAME = "training-workflow-name", "the name of the file of CI that trains, without its folder"
    DRIFT_RUN = "drift-run", "the command that measures drift"
    SIGNAL = (
        "signal",
        "the program that says when a model is no longer good enough, by drift or its quality in use",
    )
    SIGNAL_RUN = "signal-run", "the command that runs it"
    SIGNAL_WORKFLOW = "signal-workflow", "the file of CI that runs it"
    QUALITY_RUN = "quality-run", "the command that measures the quality of the predictions in use"
    RETRAIN_RUN = "retrain-run", "the command that trains where drift is found"
    STREAM = "stream", "the program that reads a stream of messages"
    STORED = "stored", "the program that stores what was predicted"
    SUITE = "suite", "the program or file of cases that scores a language model's answers"
    SUITE_RUN = "suite-run", "the command that runs it"
    NODE_PACKAGE = "node-package", "the package.json of the application"
    PROMPT_IN_CODE = "prompt-in-code", "the program that holds most prompts"
    RELEASED = "released", "the job of CI that publishes an image"
    PEOPLE = "people", "what says that people are scored: an applicant, a patient, a candidate"
    ARCHIVED = "archived", "what says that nobody works on it any more"
