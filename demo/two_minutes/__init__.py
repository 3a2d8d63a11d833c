"""The story as a program: an urgent document, from the county's push to four offices, through the public doors alone."""
