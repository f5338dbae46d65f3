"""Whether mail services can tell that our mail is ours: names, keys and servers, each with what to change."""
