"""Markdown files of a folder, as other programs write them: with front matter, and pictures beside them.

What is not sure to be meant for everybody is left out, and whatever is not taken is named.
"""

from innotter.blog.manuscripts.reading import NO_DATE, Manuscript, manuscripts_in, others_in

__all__ = ["NO_DATE", "Manuscript", "manuscripts_in", "others_in"]
