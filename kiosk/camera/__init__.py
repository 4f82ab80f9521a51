"""Cameras: a small protocol, a supervisor that never gives up, a webcam, and recorded footage with faults on demand."""
