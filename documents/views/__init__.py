"""Pages of papers, signatures, files and their public verification."""
