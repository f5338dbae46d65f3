"""Whether an address answers: our own are looked up in the house, foreign ones are asked with all caution, and kept."""
