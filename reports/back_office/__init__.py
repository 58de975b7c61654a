"""Pages of the back office that belong to no single model; apart from ``admin``, which the site loads after itself."""
