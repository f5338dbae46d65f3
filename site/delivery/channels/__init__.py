"""Ways a message leaves: a small interface and its channels."""
