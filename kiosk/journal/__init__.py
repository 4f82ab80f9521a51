"""The kiosk's own memory on disk: nothing a visitor approved is sent before it is here."""
