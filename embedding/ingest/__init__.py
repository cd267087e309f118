"""Items and their vectors into a workspace: files, vectors files, another encoder."""
