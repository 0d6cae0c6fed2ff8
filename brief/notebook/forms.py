"""The forms in which a notebook's outputs reach the book, beside what JupyterLab shows."""

FIGURE = "application/vnd.brief.figure+json"
CLAIM = "application/vnd.brief.claim+json"
FRAME = "application/vnd.brief.frame+json"
AGREEMENT = "application/vnd.brief.agreement+json"
ALL = (FIGURE, CLAIM, FRAME, AGREEMENT)
SAYS_NOTHING = "says-nothing"  # the class of words that only say that there is nothing to show
