"""The unix-socket protocol between front ends and the engine. Knows the port's words, not who implements them."""
