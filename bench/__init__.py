"""Measuring: what a case costs Temporal, beside the smallest workflow that one would write by hand. Not part of the product."""
