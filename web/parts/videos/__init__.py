"""Native parts of the page of whole videos: adding, classes, training."""
