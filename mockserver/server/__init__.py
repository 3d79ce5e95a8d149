"""The server process: its socket, connections and limits, and the reload of changed files."""
