"""The figures of published papers, made with this program."""
