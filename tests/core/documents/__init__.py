"""Documents become pages, and pages documents."""
