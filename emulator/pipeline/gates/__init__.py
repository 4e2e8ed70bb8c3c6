"""One platform rule a file. A gate looks at a request and either lets it pass or raises Refusal."""
