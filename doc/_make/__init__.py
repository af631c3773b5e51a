"""How the pages that follow from the code are made."""
