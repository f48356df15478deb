"""Training gives the same each time: splits have a seed, files an order."""

from __future__ import annotations

import pytest

from tests.detection.data_flow.conftest import Check

HEAD = """\
import glob
import os
from pathlib import Path

import pandas as pd
from sklearn.ensemble import RandomForestClassifier
from sklearn.metrics import accuracy_score
from sklearn.model_selection import KFold, TimeSeriesSplit, train_test_split

df = pd.read_csv("churn.csv")
X, y = df.drop(columns=["churned"]), df["churned"]
"""
MEASURED = """
model = RandomForestClassifier(random_state=1).fit(X_train, y_train)
print(accuracy_score(y_test, model.predict(X_test)))
"""
SPLIT = "X_train, X_test, y_train, y_test = train_test_split(X, y, test_size=0.2)"
FAULTS = {
    "other rows each time": f"\n{SPLIT}  # <-- unseeded-split\n{MEASURED}",
    "a seed that is none": f"\n{SPLIT[:-1]}, random_state=None)  # <-- unseeded-split\n{MEASURED}",
    "a function splits": f"""
def parts():
    return train_test_split(X, y, stratify=y)  # <-- unseeded-split


X_train, X_test, y_train, y_test = parts()
{MEASURED}""",
    "shuffled folds": """
for fit_rows, held_rows in KFold(5, shuffle=True).split(X):  # <-- unseeded-split
    model = RandomForestClassifier().fit(X.iloc[fit_rows], y.iloc[fit_rows])
    print(model.score(X.iloc[held_rows], y.iloc[held_rows]))
""",
    "the first files of a folder": """
files = glob.glob("images/*.png")
for file in files[:1000]:  # <-- files-in-no-order
    rows.append(load(file))
train_test_split(rows, random_state=1)
""",
    "images beside masks": """
images = os.listdir("images")
masks = os.listdir("masks")
for image, mask in zip(images, masks):  # <-- files-in-no-order
    pairs.append((image, mask))
""",
    "images beside masks, by pathlib": """
pairs = list(zip(Path("images").glob("*.png"), Path("masks").glob("*.png")))  # <-- files-in-no-order
""",
}
SOUND = {
    "a seed": f"\n{SPLIT[:-1]}, random_state=7)\n{MEASURED}",
    "a seed of the settings": f"\n{SPLIT[:-1]}, random_state=settings.seed)\n{MEASURED}",
    "a seed for all": f"\nimport numpy as np\n\nnp.random.seed(7)\n{SPLIT}\n{MEASURED}",
    "a helper for all seeds": f"\nfrom helpers import seed_everything\n\nseed_everything(7)\n{SPLIT}\n{MEASURED}",
    "settings that may have a seed": f"\n{SPLIT[:-1]}, **settings)\n{MEASURED}",
    "a split by time": f"\n{SPLIT[:-1]}, shuffle=False)\n{MEASURED}",
    "folds by time": """
for fit_rows, held_rows in TimeSeriesSplit(5).split(X):
    model = RandomForestClassifier().fit(X.iloc[fit_rows], y.iloc[fit_rows])
    print(model.score(X.iloc[held_rows], y.iloc[held_rows]))
""",
    "nothing is measured": f"\n{SPLIT}\nX_test.to_csv('test.csv')\n",
    "files in their order": """
files = sorted(glob.glob("images/*.png"))
rows = [load(file) for file in files[:1000]]
train_test_split(rows, random_state=1)
""",
    "files that are sorted in place": """
files = os.listdir("images")
files.sort()
rows = [load(file) for file in files[:1000]]
train_test_split(rows, random_state=1)
""",
    "all files of a folder": """
rows = [load(file) for file in glob.glob("images/*.png")]
train_test_split(rows, random_state=1)
""",
    "names beside numbers": """
for number, file in zip(range(10), glob.glob("images/*.png")):
    show(number, file)
""",
    "two folders in their order": """
for image, mask in zip(sorted(os.listdir("images")), sorted(os.listdir("masks"))):
    pairs.append((image, mask))
""",
}


@pytest.mark.parametrize("program", FAULTS.values(), ids=FAULTS)
def test_another_run_gives_something_else(check: Check, program: str) -> None:
    check({"train.py": HEAD + program})


@pytest.mark.parametrize("program", SOUND.values(), ids=SOUND)
def test_what_looks_like_no_order_has_one(check: Check, program: str) -> None:
    check({"train.py": HEAD + program})


def test_a_seed_that_another_program_sets_counts(check: Check) -> None:
    program = HEAD + FAULTS["other rows each time"].replace("  # <-- unseeded-split", "")
    check({"train.py": program, "seeds.py": "import numpy as np\n\n\ndef fix():\n    np.random.seed(3)\n"})
