"""The append-only record of every case. Writing needs `register.Register`; commands that only read use `reading`.

Nothing is imported here, so that `reading` stays quick.
"""
