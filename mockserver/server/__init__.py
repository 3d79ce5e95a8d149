"""The process: a socket, connections, limits, watched files."""
