"""Shell text: tokens (`lexer.py`), structure (`tree.py`), folders (`directory.py`), commands (`commands.py`)."""
