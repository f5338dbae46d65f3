"""What `make run` does: prepare the place, start the server and the worker, keep both alive, leave nothing behind."""
