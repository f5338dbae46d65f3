"""What the machine watches: log redactor, health and metrics."""
