"""The JSON objects of the service, one class a file. They import `core`, `exceptions` and each other."""
