"""What the labelling stage does on the store: the only modules of this stage that know it."""
