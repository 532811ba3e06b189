"""What people and lists are shown of a case. Nothing here changes one."""
