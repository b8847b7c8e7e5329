"""Jobs: the only floor where books, engine and channels meet. Load, decide, write."""
