"""Certificates made with openssl, and a door that speaks TLS in front of a server that does not."""

import asyncio
import ssl
import subprocess
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import NamedTuple

NAME = "temporal.example.org"


class Papers(NamedTuple):
    """An authority, and what it has signed, as PEM files."""

    authority: Path
    certificate: Path
    key: Path


def _openssl(*words: str | Path) -> None:
    subprocess.run(["openssl", *words], check=True, capture_output=True)


def make_papers(folder: Path, name: str = NAME) -> Papers:
    """Make an authority of its own and one certificate, for *name* and 127.0.0.1, valid for a day."""
    folder.mkdir()
    authority, its_key = folder / "authority.pem", folder / "authority.key"
    certificate, key, asked, more = (folder / word for word in ("own.pem", "own.key", "own.csr", "own.ext"))
    new = ("-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes")
    itself = ("req", "-x509", "-days", "1", "-subj", f"/CN=Authority of {name}")
    _openssl(*itself, *new, "-addext", "keyUsage=critical,keyCertSign", "-keyout", its_key, "-out", authority)
    _openssl("req", *new, "-keyout", key, "-out", asked, "-subj", f"/CN={name}")
    more.write_text(f"subjectAltName=DNS:{name},IP:127.0.0.1\nbasicConstraints=CA:FALSE\n")
    signing = ("x509", "-req", "-in", asked, "-CA", authority, "-CAkey", its_key, "-CAcreateserial", "-days", "1")
    _openssl(*signing, "-extfile", more, "-out", certificate)
    return Papers(authority, certificate, key)


async def _pump(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    with suppress(OSError, ssl.SSLError):
        while chunk := await reader.read(65536):
            writer.write(chunk)
            await writer.drain()
    writer.close()


@asynccontextmanager
async def tls_door(papers: Papers, target: str, *, clients: Path | None = None) -> AsyncIterator[str]:
    """Speak TLS on a free port and pass everything on to *target*; yield the door's address.

    With *clients*, the authority of clients' certificates, whoever shows none of it is turned away.
    """
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(papers.certificate, papers.key)
    context.set_alpn_protocols(["h2"])
    if clients is not None:
        context.verify_mode = ssl.CERT_REQUIRED
        context.load_verify_locations(clients)
    host, _, port = target.rpartition(":")

    writers: list[asyncio.StreamWriter] = []
    served: set[asyncio.Task[None]] = set()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        inner_reader, inner_writer = await asyncio.open_connection(host, int(port))
        writers.extend((writer, inner_writer))
        await asyncio.gather(_pump(reader, inner_writer), _pump(inner_reader, writer))

    def came(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        served.add(asyncio.create_task(serve(reader, writer)))

    server = await asyncio.start_server(came, "127.0.0.1", 0, ssl=context)
    try:
        yield f"127.0.0.1:{server.sockets[0].getsockname()[1]}"
    finally:
        server.close()
        for writer in writers:
            writer.close()
        await asyncio.gather(*served, return_exceptions=True)
