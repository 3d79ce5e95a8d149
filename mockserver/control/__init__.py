"""The control API, under `/__mock`: what a test, a developer or a page asks of the mock server itself."""
