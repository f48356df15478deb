"""The report in GitHub-flavoured Markdown."""
