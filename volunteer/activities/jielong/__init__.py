"""接龙, the list that grows in a WeChat group: pasted, looked through, accepted; and out again.

The texts are read in `reading`, a line of them in `words`, for members in `matching`. These hold
some forty patterns, and are imported only where pasted text is read.
"""
