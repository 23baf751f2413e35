"""Networks: the lecture's neurons and layers, with all that is known about them in reach."""
