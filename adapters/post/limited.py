"""Requests by `requests`, which comes with the client of GOV.UK Notify, as part of a conversation that has an end."""

from typing import Any

from adapters.conversation import Conversation


def limited(conversation: Conversation) -> Any:
    """Return what a session mounts so that its connections are part of *conversation*, through a proxy too."""
    from requests.adapters import HTTPAdapter
    from urllib3 import HTTPConnectionPool, HTTPSConnectionPool
    from urllib3.connection import HTTPConnection, HTTPSConnection

    class Http(HTTPConnection):
        def _new_conn(self) -> Any:
            return _connected(conversation, self)

    class Https(HTTPSConnection):
        def _new_conn(self) -> Any:
            return _connected(conversation, self)

    class HttpPool(HTTPConnectionPool):
        ConnectionCls = Http

    class HttpsPool(HTTPSConnectionPool):
        ConnectionCls = Https

    class Limited(HTTPAdapter):
        def init_poolmanager(self, *said: Any, **more: Any) -> None:
            super().init_poolmanager(*said, **more)
            self.poolmanager.pool_classes_by_scheme = {"http": HttpPool, "https": HttpsPool}

        def proxy_manager_for(self, *said: Any, **more: Any) -> Any:
            manager = super().proxy_manager_for(*said, **more)
            manager.pool_classes_by_scheme = {"http": HttpPool, "https": HttpsPool}
            return manager

    return Limited()


def _connected(conversation: Conversation, connection: Any) -> Any:
    from urllib3.exceptions import NewConnectionError

    try:
        return conversation.connect((connection.host, connection.port), connection.timeout)
    except OSError as error:
        raise NewConnectionError(connection, type(error).__name__) from None
