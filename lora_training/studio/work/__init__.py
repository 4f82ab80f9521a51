"""Styles in the making: their folders, their pictures, and the jobs that are done for them."""
