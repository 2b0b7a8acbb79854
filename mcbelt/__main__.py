"""`python -m mcbelt` is `mcbelt`."""

from mcbelt.cli import main

if __name__ == "__main__":
    main()
