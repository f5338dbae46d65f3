"""What mail servers and providers tell us afterwards: taken at the door, understood by the worker, in any order."""
