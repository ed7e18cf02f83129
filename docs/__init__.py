"""What makes these documents: figures, pictures, references, and the site."""
