"""The way up: what a repository should do first, and what follows, each step fitted to what is there."""
