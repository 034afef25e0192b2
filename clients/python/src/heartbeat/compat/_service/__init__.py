"""The service as the compatible interfaces see it: where it is, what is asked of it, what it tells."""
