"""The office's pages about its cases."""
