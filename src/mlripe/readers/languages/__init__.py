"""Readers of languages other than Python and shell: what a source file imports, calls and defines."""
