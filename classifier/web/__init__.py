"""The page for a pasted report, and the same over HTTP for programs. Needs the extra `baogao[web]`."""
