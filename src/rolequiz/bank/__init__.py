"""Banks on disk: strict YAML in, a valid `Bank` or every problem out. The only home of yaml and pydantic."""
