"""What authors need: run the notebooks, audit the answers, write the release, build the book."""
