"""Which admin site the product uses."""

from django.contrib.admin.apps import AdminConfig as DjangoAdminConfig


class AdminConfig(DjangoAdminConfig):
    default_site = "innotter.config.admin.AdminSite"
