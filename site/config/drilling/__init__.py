"""The drill: real workers, a real database and a mail server of its own, with everything going wrong on purpose."""
