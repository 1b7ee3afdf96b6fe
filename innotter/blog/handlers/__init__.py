"""What the platform can do on time with pages and posts: a job each."""

from innotter.blog.handlers import page_export, page_report, publish_post

__all__ = ["page_export", "page_report", "publish_post"]
