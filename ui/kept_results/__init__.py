"""Results that last: where a run is kept, which runs belong to a project, and how one is reopened."""
