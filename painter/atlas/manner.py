"""How freely a learnt style is applied: a little less colour and more guidance than after a single picture."""

from painter.analogy import Look

LOOK = Look(colour=0.65, trust=8.0, keep=0.25)
