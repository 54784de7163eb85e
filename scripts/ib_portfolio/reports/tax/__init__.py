"""The documents of /wash-sale-check and /tax-report and their forms; it computes no tax rule."""
