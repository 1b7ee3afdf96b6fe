"""All that the services share: what an event looks like, and how a token is checked."""
