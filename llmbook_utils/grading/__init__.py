"""The desk: what stands between an exercise and its grade."""
