"""Labels in, labels out: CSV, Parquet, folders of images."""
