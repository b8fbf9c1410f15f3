"""`python -m llmbook_utils …` is the same as `llmbook …`."""

from llmbook_utils.cli import main

if __name__ == "__main__":
    main()
