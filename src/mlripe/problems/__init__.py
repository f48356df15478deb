"""What is wrong with a repository: the kinds of `rules/problems/`, by conditions and by sources of defects."""
