"""What is sent: an edition to a segment, as a dispatch."""
