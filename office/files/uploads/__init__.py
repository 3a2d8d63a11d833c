"""Resumable upload: tus 1.0 with creation, creation-with-upload, expiration, checksum and termination (断点续传)."""
