"""The JSON objects of the service, one class a file."""
