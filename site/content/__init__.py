"""What editors write with: blocks, merge tags, MJML and images."""
