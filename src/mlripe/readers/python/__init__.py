"""Readers of Python source and notebooks: imports, resolved calls, definitions, comparisons, constant values.

`source.py` reads a module, `notebook.py` the code cells of a notebook as one module; the others answer their questions.
"""
