"""The encoder on the Data page: the one in use, and the models that it can be changed to."""
