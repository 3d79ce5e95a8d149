"""The control API, under `/__mock`: calls that read and change the mock server itself."""
