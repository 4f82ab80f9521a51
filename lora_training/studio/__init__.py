"""The style studio: a small web page on which the staff of a hall teach the booth a new style."""
