"""Words and arithmetic: money, dates, keys, frames. Imports nothing else of ours."""
