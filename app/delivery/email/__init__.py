"""Emails as a channel of the outbox: handed to a mail server at its pace, with a way out in each, and never twice."""
