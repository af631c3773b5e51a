"""The operations of the service: one constant and one method each."""
