"""Documents as fax pages: read in a process of their own, with limits of time and memory, so that no file can harm the house."""
