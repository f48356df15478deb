"""Words of what is wrong with a repository: how much it weighs, what is wrong, and what data is used for."""

from __future__ import annotations

from typing import Final

from mlripe.kinds import Word

__all__ = ["PREPARING", "DataUse", "DefectKind", "FaultKind", "Severity"]


class Severity(Word):
    """How much a problem weighs, the worst first."""

    BROKEN = "broken", "it does not work as it is committed"
    DANGEROUS = "dangerous", "it works, and can do harm: to data, to money, to whoever relies on it"
    MISLEADING = "misleading", "it looks like something that it is not: a test, a gate, a measure, a version"
    UNTIDY = "untidy", "it costs more later than it saves now"


class DefectKind(Word):
    """What sources of defects find (`src/mlripe/problems/sources.py`); a rule of `rules/problems/` asks for it."""

    CANNOT_WORK = "cannot-work", "what a step, an image or a program needs is not there"
    FAILS_WHEN_CALLED = "fails-when-called", "a line of code fails whoever comes to it"
    MACHINE_PATH = "machine-path", "a program holds a path that exists on one machine, or that only Windows reads"
    ABSENT_DATA = "absent-data", "a program reads a model or a table that nothing holds, makes or fetches"
    ABSENT_IN_DOCS = "absent-in-docs", "a command in a text for people names a file that is not there"
    UNREADABLE_SOURCE = "unreadable-source", "a file has a syntax error, or the marks of an unfinished merge"
    DIFFERING_VERSIONS = "differing-versions", "CI tests another version of Python than the image runs"
    MOCK_ANSWERS = "mock-answers", "a page shows data that is written into the code and called mock or demo"
    MODEL_FROM_NOWHERE = "model-from-nowhere", "a model's file is in git and in use, and nothing trains one"
    FITTED_BEFORE_SPLIT = "fitted-before-split", "what prepares data is fitted on all of it, before it is split"
    RESAMPLED_BEFORE_SPLIT = "resampled-before-split", "rows are repeated or made up before the data is split"
    FITTED_ON_TEST = "fitted-on-test", "what prepares data is fitted on the rows that are held out"
    SCORED_ON_TRAINING = "scored-on-training-data", "a model is measured on the rows that it was fitted on alone"
    CHOSEN_ON_TEST = "chosen-on-test", "the test data chooses the model, or when training ends, and then measures it"
    TARGET_IN_FEATURES = "target-in-features", "the column that is to be predicted is among the features"
    REFITTED_IN_SERVING = "refitted-in-serving", "what prepares data is fitted on a request, not on training data"
    TRANSFORMER_LEFT_BEHIND = "transformer-left-behind", "a model is saved without what prepared its data"
    FAKED_PREDICTION = "faked-prediction", "an answer that is called a prediction comes from no model"
    MADE_UP_DATA = "made-up-data", "where data cannot be read, training goes on with data that is made up"
    FAKED_ON_ERROR = "faked-on-error", "where the model fails, the answer is written out as if it were a prediction"
    UNSEEDED_SPLIT = "unseeded-split", "training and test data are drawn anew in each run"
    FILES_IN_NO_ORDER = "files-in-no-order", "files are taken in the order of the file system"
    CREDENTIAL = (
        "credential",
        "a secret is written in a file, by the published forms of tokens or under a secret's name",
    )
    DEFAULT_PASSWORD = "default-password", "a password in a settings file is one that images and tutorials come with"
    UNPICKLED_DOWNLOAD = "unpickled-download", "a program unpickles what it has fetched, and checks no hash"
    NO_TESTS = "no-tests", "nothing tests the code"
    TESTS_NOT_RUN = "tests-not-run", "there are tests, and no step of CI runs them"
    TESTS_CANNOT_FAIL = (
        "tests-cannot-fail",
        "tests always pass, are skipped as a whole, or stop nothing",
    )
    TESTS_ASSERT_NOTHING = "tests-assert-nothing", "not one of the tests asserts anything"
    SWALLOWED_CHECK = "swallowed-check", "no run of a check in CI stops anything"
    UNSEEDED_TRAINING = "unseeded-training", "a model is fitted by chance, and nothing sets a seed"
    REMOVED_INTERFACE = "removed-interface", "a function of a library is used that the installed version has not"
    UNDECLARED_PACKAGE = "undeclared-package", "a program imports a package that no list of dependencies names"
    UNPINNED = (
        "unpinned",
        "a package that models depend on has no exact version, and nothing locks it",
    )
    FLOATING_IMAGE = "floating-image", "an image is built on one whose name moves"
    FLOATING_SERVICE = "floating-service", "a service runs an image whose name moves"
    DEVELOPMENT_SERVER = "development-server", "what an image or a service starts is a server for development"
    RELEASE_BEFORE_CHECKS = "release-before-checks", "a job of CI ships before, or beside, what checks it"
    ALWAYS_HOLDS = "always-holds", "a condition of a workflow is a text, which always holds"
    MOVING_NAME = "moving-name", "what is pushed has one name, which moves to the next version"
    OPEN_NETWORK = "open-network", "infrastructure code lets everybody in"
    TRACKED_BUILD = "tracked-build", "backups, or what a tool makes, are in git"
    DIVERGING_COPIES = "diverging-copies", "a module stands in three folders or more, much the same and not the same"
    NO_LICENCE = "no-licence", "no file says under which terms the repository may be used"


class FaultKind(Word):
    """Why something cannot work as it is committed."""

    ABSENT_FILE = "absent-file", "a file or folder is named that the repository does not hold and nothing in it makes"
    ABSENT_SOURCE = "absent-source", "an image copies what no folder that it may be built from holds"
    ABSENT_DEFINITION = "absent-definition", "a workflow, action, module or Dockerfile is used that is not there"
    ABSENT_TARGET = "absent-target", "a target, script, task or stage is asked for that nothing defines"
    ABSENT_JOB = "absent-job", "a job or task is needed or started that nothing defines"
    ABSENT_MODULE = "absent-module", "a program imports from the repository what the repository does not have"
    NOT_INSTALLED = "not-installed", "a program or package is used that nothing before it installs"
    NOT_ON_PATH = (
        "not-on-path",
        "a program that is run by its path imports what lies in none of the folders that Python searches",
    )
    UNBOUND_NAME = "unbound-name", "a program uses a name that nothing gives a value"
    WRONG_CALL = "wrong-call", "a function of the repository is called in a way that it does not take"
    NEVER_TRUE = "never-true", "a condition can never hold"
    ABSENT_OUTPUT = "absent-output", "an output or artifact is read that nothing before it writes"
    ABSENT_INPUT = "absent-input", "a workflow, action or module is not given an input that it must have"
    EMPTY_DEFINITION = "empty-definition", "a step holds nothing that could be run"


class DataUse(Word):
    """What an object or a function of a library does with data (rules/data_flow.yaml)."""

    STATELESS = "stateless", "transforms each row by itself: nothing is learned"
    SCALER = "scaler", "learns the range or the spread of columns"
    IMPUTER = "imputer", "learns what stands in for missing values"
    SELECTOR = "selector", "learns which columns tell of the target"
    REDUCER = "reducer", "learns fewer columns that tell as much"
    TARGET_ENCODER = "target-encoder", "learns from the target what a category is worth"
    ENCODER = "encoder", "learns which categories there are, and their order"
    VOCABULARY = "vocabulary", "learns which words there are, and their numbers"
    RESAMPLER = "resampler", "repeats, makes up or drops rows so that classes are as frequent"
    COMPOSITE = "composite", "several steps that are fitted together"
    SEARCH = "search", "fits a model many times, and measures each on rows that it did not see"
    UNSUPERVISED = "unsupervised", "learns without a target, or is measured in another way"
    SPLITTER = "splitter", "gives the places of the rows of training and test data, several times"
    PREDICTOR = "predictor", "learns to predict a target"
    NETWORK = "network", "a neural network with methods to fit, evaluate and predict"
    STOPPER = "stopper", "ends training, or keeps the best model, by a measure of rows that are not learned from"
    SPLIT = "split", "parts data into training and test data"
    CROSS_VALIDATION = "cross-validation", "parts data several times, and measures a model each time"
    RESAMPLING = "resampling", "draws rows, with some of them several times"
    DUMMIES = "dummies", "makes a column for each category that it meets"
    METRIC = "metric", "measures predictions against what is true"
    DRAWING = "drawing", "shows what it is given to people"
    READ = "read", "reads data"
    SAVE = "save", "saves an object"
    LOAD = "load", "loads an object that was saved"
    SAME = "same", "gives what it is given, in another form"
    JOINED = "joined", "joins what it is given"
    INPUT = "input", "gives what a request or a form holds"
    METHOD_SAME = "method-same", "a method or attribute: the same rows in another form"
    METHOD_ROWS = "method-rows", "a method: other rows or columns of the same data"
    METHOD_TELLS = "method-tells", "a method or attribute: something about the data"
    METHOD_PARTED = "method-parted", "a method: training and test data, by these words"
    METHOD_SPLIT_FRAME = "method-split-frame", "a method: training and test data, in their order"
    METHOD_PREDICTS = "method-predicts", "a method: predictions of a model"
    METHOD_COLUMNS = "method-columns", "a method: the columns are brought to those that are named"
    ANSWERING_DECORATOR = "answering-decorator", "a decorator of functions that answer requests"
    ANSWERING_CLASS = "answering-class", "a base of classes whose methods answer requests"
    ANSWERING_METHOD = "answering-method", "a method of such a class that answers"
    ANSWERING_NAME = "answering-name", "a function that a platform calls by its name"
    SEEDS = "seeds", "sets the seed of all random numbers"
    PAGE = "page", "a library of pages that run from top to bottom for each visitor"


# what learns something of the data in order to prepare it
PREPARING: Final = frozenset(
    (
        DataUse.SCALER,
        DataUse.IMPUTER,
        DataUse.SELECTOR,
        DataUse.REDUCER,
        DataUse.TARGET_ENCODER,
        DataUse.ENCODER,
        DataUse.VOCABULARY,
        DataUse.RESAMPLER,
    )
)
