"""What pictures are put together from: noise and colours, light and ground, rooms, letters."""
