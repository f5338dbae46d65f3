"""Which links of a letter were followed: counted for the letter, never for a person."""
