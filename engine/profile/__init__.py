"""Line-of-sight displacement along a line: `profile_along` reads and unwraps it, `write_csv` exports it."""

from .csv_file import write_csv
from .profile import Profile, ProfileSettings, profile_along

__all__ = ["Profile", "ProfileSettings", "profile_along", "write_csv"]
