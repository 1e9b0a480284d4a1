"""English wordings in which conditions do not decide one by one: who may do what in which state, limits that differ by what is
named, two inputs that are compared, a demand that something else makes superfluous, dates and times of day.

Each module reads one of them out of a whole requirement and gives the test points with their steps, or nothing: what it cannot
read to the end it leaves to the general reading (techniques/reading.py).
"""
