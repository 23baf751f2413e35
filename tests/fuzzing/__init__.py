"""Random graphs, what an engine may compute for them, and processes that may crash."""
