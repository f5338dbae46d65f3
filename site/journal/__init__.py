"""What happened: the append-only record, the timeline and the news that higher floors react to."""
