"""Tags of whole videos: pictures, sounds, titles."""
