"""What general rules say of a check that fails where no known mistake matches. `apply` is the way in."""
