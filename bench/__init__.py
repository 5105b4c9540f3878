"""Speed and steadiness of the real service, against its limits. `make bench`, `make chaos`."""
