"""The front door: renders the configuration of nginx and becomes nginx."""
