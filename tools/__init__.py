"""What contributors and tests need beside the program: a database, a browser, a tidy house."""
