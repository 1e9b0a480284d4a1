"""Chinese wordings in which conditions do not decide one by one: lists of states, an amount that only some roles may exceed, what
is over once something has happened, a consequence with an exception, a demand and what becomes of those who do not meet it.

Each module reads one of them out of a whole requirement and gives the test points with their steps, or nothing: what it cannot
read to the end it leaves to the general reading (techniques/reading.py).
"""
