"""Engines that read and write the files of other video systems: lists, features, predictions. No store."""
