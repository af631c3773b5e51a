"""Staged roll-outs: a package for a whole fleet, in waves that grow, with a gate after each and rules that stop."""
