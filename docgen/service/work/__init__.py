"""What workers do: each function takes a call, calls the library as a command does, and returns the answer."""
