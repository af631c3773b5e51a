"""How a call is made, in the order in which it goes through: declarations, codec, attempts, answer."""
