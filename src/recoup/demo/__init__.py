"""The demo: a business that does not exist, its books filled through the doors everybody uses."""
