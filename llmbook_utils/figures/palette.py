"""The colours of the book, for what matplotlib prints and for what a browser draws.

Names only, no library, so that whoever needs a colour pays nothing for it. The hues keep apart
for colour-blind readers. Marks reach a contrast of 3 : 1 on their paper and text 4.5 : 1.
"""

BLUE, ORANGE, GREEN, PURPLE = "#00568c", "#d95f02", "#1b9e77", "#8c4a9b"
INK, GREY, PALE, PAPER = "#22272e", "#6b7280", "#e5e7eb", "#fcfcfb"

# the same hues by night, for what can follow the reader's dark mode
BLUE_BY_NIGHT, ORANGE_BY_NIGHT = "#5cb3ea", "#f59a4a"
GREEN_BY_NIGHT, PURPLE_BY_NIGHT = "#3ccfa3", "#cf9bdc"
INK_BY_NIGHT, GREY_BY_NIGHT = "#e8ebee", "#a7b0ba"
PALE_BY_NIGHT, PAPER_BY_NIGHT = "#2f3741", "#14181e"
