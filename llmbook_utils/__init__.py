"""llmbook_utils: the helper package of the llmbook course.

Importing it loads nothing else: each chapter imports the module it needs, and each module is named
after what it teaches. Lower floors never import higher ones:

    ground    autograd, check                 plain algorithms and checks
    face      figures, interactive            everything that is drawn
    desk      grading, authoring, cli         nbgrader, the book build, the commands
"""

__version__ = "0.1.0"
