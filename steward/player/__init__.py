"""Playing a hall's broadcasts without a browser: the course of one, and a player that follows."""
