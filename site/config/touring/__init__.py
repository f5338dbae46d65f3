"""What `make tour` does: the whole story through HTTP and a real SMTP server, without a browser or a person."""
