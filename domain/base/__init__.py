"""What everything in the domain is made of: values, people, identities, references, refusals, words."""
