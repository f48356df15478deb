"""A project's own settings: where they stand (`files.py`), what they mean (`load.py`), their schema (`schema.py`)."""
