"""Leakage: what judges a model must not have shaped it."""

from __future__ import annotations

import json
from collections.abc import Mapping

import pytest

from tests.detection.data_flow.conftest import Check, found_in

HEAD = """\
import pandas as pd
from sklearn.cluster import KMeans
from sklearn.ensemble import IsolationForest, RandomForestClassifier
from sklearn.feature_selection import SelectKBest
from sklearn.impute import SimpleImputer
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import accuracy_score, f1_score
from sklearn.model_selection import GridSearchCV, KFold, TimeSeriesSplit, cross_val_score, train_test_split
from sklearn.pipeline import Pipeline, make_pipeline
from sklearn.preprocessing import LabelEncoder, OneHotEncoder, StandardScaler
from imblearn.over_sampling import SMOTE
"""

FAULTS = {
    "a scaler sees the test rows": """
df = pd.read_csv("churn.csv")
X = df.drop(columns=["churned"])
y = df["churned"]
X_scaled = StandardScaler().fit_transform(X)  # <-- fitted-before-split
X_train, X_test, y_train, y_test = train_test_split(X_scaled, y, random_state=1)
""",
    "a column is imputed in its place": """
def prepare(df):
    imputer = SimpleImputer(strategy="median")
    df[["age", "income"]] = imputer.fit_transform(df[["age", "income"]])  # <-- fitted-before-split
    return df


def main():
    df = prepare(pd.read_csv("churn.csv"))
    train, test = train_test_split(df, random_state=1)
""",
    "fit and transform apart": """
df = pd.read_csv("churn.csv")
scaler = StandardScaler()
scaler.fit(df)  # <-- fitted-before-split
rows = scaler.transform(df)
train, test = train_test_split(rows, random_state=1)
""",
    "features are chosen by the target of all rows": """
def run(X, y):
    chosen = SelectKBest(k=10)
    X = chosen.fit_transform(X, y)  # <-- fitted-before-split
    return train_test_split(X, y, random_state=3)
""",
    "a pipeline of preparations": """
df = pd.read_csv("churn.csv")
y = df.pop("churned")
steps = Pipeline([("fill", SimpleImputer()), ("scale", StandardScaler())])
X = steps.fit_transform(df)  # <-- fitted-before-split
X_train, X_test, y_train, y_test = train_test_split(X, y, random_state=1)
""",
    "copies of rows on both sides": """
df = pd.read_csv("fraud.csv")
X, y = df.drop("fraud", axis=1), df["fraud"]
X_res, y_res = SMOTE(random_state=0).fit_resample(X, y)  # <-- resampled-before-split
X_train, X_test, y_train, y_test = train_test_split(X_res, y_res, random_state=0)
""",
    "drawn with repetition, then split": """
from sklearn.utils import resample

df = pd.read_csv("fraud.csv")
few, many = df[df["fraud"] == 1], df[df["fraud"] == 0]
few = resample(few, n_samples=len(many), random_state=0)  # <-- resampled-before-split
both = pd.concat([few, many])
train, test = train_test_split(both, random_state=0)
""",
    "copies of rows in all folds": """
df = pd.read_csv("fraud.csv")
X, y = df.drop("fraud", axis=1), df["fraud"]
X, y = SMOTE(random_state=0).fit_resample(X, y)  # <-- resampled-before-split
print(cross_val_score(RandomForestClassifier(), X, y).mean())
""",
    "the test rows are scaled by themselves": """
df = pd.read_csv("churn.csv")
train, test = train_test_split(df, random_state=1)
scaler = StandardScaler()
train = scaler.fit_transform(train)
test = scaler.fit_transform(test)  # <-- fitted-on-test
""",
    "the test rows are resampled": """
def balanced(X_train, X_test, y_train, y_test):
    smote = SMOTE()
    X_train, y_train = smote.fit_resample(X_train, y_train)
    X_test, y_test = smote.fit_resample(X_test, y_test)  # <-- fitted-on-test
    return X_train, X_test, y_train, y_test
""",
    "a helper fits for whatever it is given": """
def scaled(rows):
    return StandardScaler().fit_transform(rows)  # <-- fitted-on-test


def main():
    train, test = train_test_split(pd.read_csv("churn.csv"), random_state=1)
    return scaled(train), scaled(test)
""",
    "the measure is of the rows that were fitted": """
df = pd.read_csv("churn.csv")
X, y = df.drop(columns=["churned"]), df["churned"]
model = LogisticRegression()
model.fit(X, y)
print(accuracy_score(y, model.predict(X)))  # <-- scored-on-training-data
""",
    "the score is of the training part, the other part lies idle": """
df = pd.read_csv("churn.csv")
X, y = df.drop(columns=["churned"]), df["churned"]
X_train, X_test, y_train, y_test = train_test_split(X, y, random_state=1)
model = RandomForestClassifier().fit(X_train, y_train)
print(model.score(X_train, y_train))  # <-- scored-on-training-data
""",
    "a helper measures what it was fitted on": """
def report(model, rows, truth):
    return f1_score(truth, model.predict(rows))  # <-- scored-on-training-data


def main():
    df = pd.read_csv("churn.csv")
    X, y = df.drop(columns=["churned"]), df["churned"]
    model = RandomForestClassifier()
    model.fit(X, y)
    print(report(model, X, y))
""",
    "the target is a feature": """
df = pd.read_csv("churn.csv")
y = df["churned"]
X = df.drop(columns=["id"])
X_train, X_test, y_train, y_test = train_test_split(X, y, random_state=1)
model = RandomForestClassifier()
model.fit(X_train, y_train)  # <-- target-in-features
print(model.score(X_test, y_test))
""",
    "the target is in the list of features": """
df = pd.read_csv("churn.csv")
features = df[["age", "income", "churned"]]
model = LogisticRegression()
model.fit(features, df["churned"])  # <-- target-in-features
""",
    "the whole table, with its target": """
def train(path):
    table = pd.read_csv(path)
    truth = table["churned"].astype(int)
    table = table.fillna(0)
    return RandomForestClassifier().fit(table, truth)  # <-- target-in-features
""",
}

SOUND = {
    "the target alone is encoded": """
df = pd.read_csv("churn.csv")
X, y = df.drop(columns=["churned"]), LabelEncoder().fit_transform(df["churned"])
X_train, X_test, y_train, y_test = train_test_split(X, y, random_state=1)
""",
    "categories are known beforehand": """
df = pd.read_csv("churn.csv")
df["plan"] = LabelEncoder().fit_transform(df["plan"])
X = OneHotEncoder().fit_transform(df.drop(columns=["churned"]))
train, test, y_train, y_test = train_test_split(X, df["churned"], random_state=1)
""",
    "a vocabulary of all texts": """
from sklearn.feature_extraction.text import CountVectorizer

df = pd.read_csv("mail.csv")
X = CountVectorizer().fit_transform(df["text"])
X_train, X_test, y_train, y_test = train_test_split(X, df["spam"], random_state=1)
""",
    "training rows fit, test rows are transformed": """
df = pd.read_csv("churn.csv")
train, test = train_test_split(df, random_state=1)
scaler = StandardScaler()
train = scaler.fit_transform(train)
test = scaler.transform(test)
""",
    "a pipeline in cross-validation": """
df = pd.read_csv("churn.csv")
X, y = df.drop(columns=["churned"]), df["churned"]
model = make_pipeline(StandardScaler(), LogisticRegression())
print(cross_val_score(model, X, y).mean())
model.fit(X, y)
""",
    "the final fit on all rows comes after the measure": """
df = pd.read_csv("churn.csv")
X, y = df.drop(columns=["churned"]), df["churned"]
X_train, X_test, y_train, y_test = train_test_split(X, y, random_state=1)
model = RandomForestClassifier().fit(X_train, y_train)
print(model.score(X_test, y_test))
scaler = StandardScaler().fit(X)
final = RandomForestClassifier().fit(scaler.transform(X), y)
""",
    "a train score beside a test score": """
df = pd.read_csv("churn.csv")
X, y = df.drop(columns=["churned"]), df["churned"]
X_train, X_test, y_train, y_test = train_test_split(X, y, random_state=1)
model = RandomForestClassifier().fit(X_train, y_train)
print(accuracy_score(y_train, model.predict(X_train)))
print(accuracy_score(y_test, model.predict(X_test)))
""",
    "the model is measured by who gets it": """
def train(X, y):
    model = RandomForestClassifier()
    model.fit(X, y)
    print(model.score(X, y))
    return model
""",
    "clusters have no other rows": """
from sklearn.metrics import silhouette_score

df = pd.read_csv("shops.csv")
rows = StandardScaler().fit_transform(df)
clusters = KMeans(n_clusters=4).fit(rows)
print(silhouette_score(rows, clusters.predict(rows)))
""",
    "outliers are looked for in the rows themselves": """
df = pd.read_csv("shops.csv")
forest = IsolationForest()
forest.fit(df)
print(forest.predict(df))
""",
    "a split by time, each part prepared by the past": """
df = pd.read_csv("sales.csv").sort_values("day")
train, test = df[df["day"] < "2024-01-01"], df[df["day"] >= "2024-01-01"]
scaler = StandardScaler().fit(train[["units"]])
train, test = scaler.transform(train[["units"]]), scaler.transform(test[["units"]])
""",
    "folds are prepared one by one": """
X, y = pd.read_csv("x.csv"), pd.read_csv("y.csv")["y"]
for fit_rows, held_rows in KFold(5, shuffle=True, random_state=1).split(X):
    scaler = StandardScaler()
    X_train = scaler.fit_transform(X.iloc[fit_rows])
    X_test = scaler.transform(X.iloc[held_rows])
    model = LogisticRegression().fit(X_train, y.iloc[fit_rows])
    print(model.score(X_test, y.iloc[held_rows]))
""",
    "what is scaled is not what is split": """
df = pd.read_csv("churn.csv")
shown = StandardScaler().fit_transform(df)
print(shown[:5])
train, test = train_test_split(df, random_state=1)
""",
    "the search measures on rows that it held out": """
df = pd.read_csv("churn.csv")
X, y = df.drop(columns=["churned"]), df["churned"]
search = GridSearchCV(RandomForestClassifier(), {"max_depth": [3, 5]})
search.fit(X, y)
print(search.best_score_)
""",
    "only the training rows are resampled": """
df = pd.read_csv("fraud.csv")
X, y = df.drop("fraud", axis=1), df["fraud"]
X_train, X_test, y_train, y_test = train_test_split(X, y, random_state=0)
X_train, y_train = SMOTE().fit_resample(X_train, y_train)
model = RandomForestClassifier().fit(X_train, y_train)
print(model.score(X_test, y_test))
""",
    "the target is taken out of the table": """
df = pd.read_csv("churn.csv")
y = df.pop("churned")
model = RandomForestClassifier().fit(df, y)
other = pd.read_csv("churn.csv")
truth = other["churned"]
del other["churned"]
RandomForestClassifier().fit(other, truth)
third = pd.read_csv("churn.csv")
truth = third["churned"]
third.drop("churned", axis=1, inplace=True)
RandomForestClassifier().fit(third, truth)
""",
    "the columns are chosen by a list that is not written here": """
from settings import FEATURES

df = pd.read_csv("churn.csv")
model = RandomForestClassifier().fit(df[FEATURES], df["churned"])
""",
    "one way of two scales": """
def rows(df, scale):
    if scale:
        return StandardScaler().fit_transform(df)
    return df


def main(scale):
    return train_test_split(rows(pd.read_csv("a.csv"), scale), random_state=1)
""",
}


@pytest.mark.parametrize("program", FAULTS.values(), ids=FAULTS)
def test_what_judges_a_model_has_shaped_it(check: Check, program: str) -> None:
    check({"train.py": HEAD + program})


@pytest.mark.parametrize("program", SOUND.values(), ids=SOUND)
def test_what_looks_like_leakage_is_none(check: Check, program: str) -> None:
    check({"train.py": HEAD + program})


def test_a_function_of_another_file_is_followed(check: Check) -> None:
    check(
        {
            "src/prepare.py": HEAD
            + "\n\ndef prepared(df):\n    return StandardScaler().fit_transform(df)  # <-- fitted-before-split\n",
            "src/train.py": HEAD
            + "from prepare import prepared\n\nrows = prepared(pd.read_csv('a.csv'))\n"
            + "train, test = train_test_split(rows, random_state=1)\n",
        }
    )


def test_a_model_that_another_program_evaluates_is_not_accused(check: Check) -> None:
    train = FAULTS["the measure is of the rows that were fitted"].partition("  # <--")[0] + "\n"
    check(
        {
            "train.py": HEAD + train,
            "evaluate.py": HEAD + "\nprint(accuracy_score(pd.read_csv('a'), pd.read_csv('b')))\n",
        }
    )


def test_the_cells_of_a_notebook_are_one_program_in_their_order() -> None:
    cells = [
        HEAD,
        "%matplotlib inline\ndf = pd.read_csv('a.csv')",
        "rows = StandardScaler().fit_transform(df)",
        "train, test = train_test_split(rows, random_state=1)",
    ]
    found = found_in({"explore.ipynb": notebook(cells)})
    assert [(each.kind.value, notebook(cells).split("\n")[each.line - 1].strip()) for each in found] == [
        ("fitted-before-split", '"rows = StandardScaler().fit_transform(df)"')
    ]


def test_a_finding_names_the_split() -> None:
    program = HEAD + FAULTS["fit and transform apart"]
    (found,) = found_in({"train.py": program})
    assert "train_test_split(" in program.split("\n")[found.related[0].line - 1]


def notebook(cells: list[str]) -> str:
    """A notebook as Jupyter writes it."""
    written: Mapping[str, object] = {
        "cells": [
            {"cell_type": "code", "metadata": {}, "outputs": [], "source": cell.splitlines(keepends=True)}
            for cell in cells
        ],
        "metadata": {"language_info": {"name": "python"}},
        "nbformat": 4,
    }
    return json.dumps(written, indent=1)
