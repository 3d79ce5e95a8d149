"""What the pytest plugin is made of: a server in a thread, a session for each test, and readable reports."""
