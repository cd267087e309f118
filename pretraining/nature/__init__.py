"""Pictures of nature: places, plants, animals."""
