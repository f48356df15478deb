"""What `mlripe init` proposes for a repository: a target, settings, a hook, a job of the CI that is in use.

A proposal is a set of changes of files and of snippets to add by hand. Existing files keep every line that the change
does not need: comments, order, quotes, line endings. Nothing is written here but by `files.write`, all or nothing.
"""
