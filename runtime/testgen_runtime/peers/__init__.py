"""The other roles of this project as this process reaches them: the same ports that local parts implement, over HTTP."""
