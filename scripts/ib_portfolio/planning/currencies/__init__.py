"""What a plan moves in each currency and what it exchanges; it knows nothing of classes, targets
or sizes.
"""
