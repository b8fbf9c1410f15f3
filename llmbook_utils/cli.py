"""The `llmbook` command."""


def main() -> None:
    raise SystemExit("not written yet")
