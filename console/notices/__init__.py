"""The pages behind the links in notices: what one notice asks of one seat, and its answer."""
