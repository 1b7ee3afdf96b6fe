"""Django's PostgreSQL, with a pool whose connections are looked at, and not asked, before they are lent."""
