"""Those that are compared, one module each; a worker imports its own and no other."""
