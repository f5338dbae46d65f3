"""What the tests stand on: PostgreSQL, a broker and a browser, brought by the tests themselves."""
