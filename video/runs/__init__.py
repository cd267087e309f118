"""Videos of a workspace: segment, list, view again with other settings, correct."""
