"""People who label side by side: what is whose, what two of them label, where they disagree, and how much each did."""
