"""What a charge meets on its way, each behind one name.

The answer of such a name depends, at compile time, on the type of a NamedTuple. A new model is a NamedTuple and its
scalar kernels, entered with the `register_...` of its file from any module that can be imported. The do-nothing models
cost nothing in the compiled loop.
"""
