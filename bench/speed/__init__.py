"""What the server and the store take: embedding, search, requests, writes, people side by side."""
