"""Measuring what a case costs, beside the smallest workflow that one would write by hand. No part of the product."""
