"""The one door through which any message leaves."""
