"""The routes behind `sceneloop --server`: what the command line does on a workspace of this server."""
