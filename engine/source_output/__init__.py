"""What users get from a source estimate: files, the chapter of the report, and words."""
