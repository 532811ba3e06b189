#!/usr/bin/env python3
"""Check the bundle of a case: is what it holds what was entered, and nothing changed, taken out or put in since?

    python verify.py BUNDLE.zip
    python verify.py BUNDLE.zip --known known.vkeys

It needs Python 3.9 or newer and nothing else: no network, no other program, no access to whoever made the bundle. It
can be read in ten minutes; take it from another place than the bundle if you trust neither. It ends with 0 where all
is as it should be, with 1 where anything is not, and with 2 where there is no bundle that it can read.

What it proves, and from what:
  1. Each entry bears a hash over all its columns and over its body (`row_fits`, `words_fit`).
  2. Each entry bears the hash of the one before it, from the first to the last, without a gap (`chain_fits`); each try
     to send a notice likewise. So nothing was changed, moved or taken out from among them by anybody who did not write
     everything after it anew.
  3. Checkpoints were signed on the day, and kept by others: the end that the case had then is among what was signed
     (`checkpoint_fits`). So whoever wrote everything anew since would be found out.
How sure the last is depends on where you have the public keys from: give a file that you trust with --known.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import re
import struct
import sys
import zipfile
from base64 import b64decode
from datetime import datetime, timezone
from decimal import Decimal
from functools import partial
from pathlib import Path
from typing import Any, Callable, Tuple
from urllib.parse import quote

FIRST = "0" * 64  # stands for the hash before the first
GOOD, BAD, NOTE = "  as it should be  ", "  NOT AS IT WAS    ", "  to know          "


class Wrong(Exception):
    """Something is not as it was: a sentence."""


def sha256(held: bytes) -> str:
    return hashlib.sha256(held).hexdigest()


# --- JSON in its one form (RFC 8785), of which hashes are taken


def canonical(value: Any) -> bytes:
    if isinstance(value, dict):
        names = sorted(value, key=lambda name: name.encode("utf-16-be", "surrogatepass"))
        return b"{" + b",".join(canonical(name) + b":" + canonical(value[name]) for name in names) + b"}"
    if isinstance(value, list):
        return b"[" + b",".join(canonical(one) for one in value) + b"]"
    if isinstance(value, float):
        return number(value).encode()
    return json.dumps(value, ensure_ascii=False).encode()


def number(value: float) -> str:
    if value == 0:
        return "0"
    if 1e-6 <= abs(value) < 1e21:
        said = format(Decimal(repr(value)), "f")
        return said[:-2] if said.endswith(".0") else said
    digits, _, power = repr(value).partition("e")
    return f"{digits}e{int(power):+}"


def read_json(text: bytes) -> Any:
    def once(pairs: list[Any]) -> dict[str, Any]:
        if len({name for name, _ in pairs}) < len(pairs):
            raise Wrong("A name stands twice in it")
        return dict(pairs)

    return json.loads(text.decode(), object_pairs_hook=once)


def lines_of(held: bytes) -> list[Any]:
    return [read_json(line) for line in held.split(b"\n") if line.strip()]


# --- a row, and a chain of rows


def row_fits(columns: dict[str, Any]) -> bool:
    """Is its hash that of all its other columns? A column of bytes stands in it as the digest of what was stored."""
    counted = {name: value for name, value in columns.items() if name != "hash"}
    return bool(sha256(canonical(counted)) == columns["hash"])


def words_fit(line: dict[str, Any], name: str, plain: bytes) -> bool:
    """Is the plain text in the bundle the one that the row's columns speak of?

    Where the register keeps it encrypted, what was stored is the cipher; a mark (HMAC-SHA256 over the plain text, under
    a salt that the bundle gives) stands beside it. Else the digest is that of the plain text itself.
    """
    columns, salt = line["columns"], line.get(name + "_salt")
    mark = columns.get(name + "_mark")
    if mark is not None:
        return hmac.compare_digest(hmac.new(bytes.fromhex(salt or ""), plain, hashlib.sha256).hexdigest(), mark)
    return salt is None and bool(sha256(plain) == columns[name + "_sha256"])


def chain_fits(rows: list[Any], what: str) -> None:
    before = FIRST
    for number, columns in enumerate(rows, 1):
        if columns["number"] != number or isinstance(columns["number"], bool):
            raise Wrong(f"{what} {number} is missing: {columns['number']} stands in its place")
        if not row_fits(columns):
            raise Wrong(f"{what} {number} was changed after it was written")
        if columns["previous_hash"] != before:
            raise Wrong(f"{what} {number} does not follow from the one before it")
        before = columns["hash"]


def entries_fit(lines: list[Any], case: str) -> str:
    without: list[str] = []
    chain_fits([line["columns"] for line in lines], "entry")
    for line in lines:
        columns = line["columns"]
        of, here = columns["case_ref"], f"entry {columns['number']}"
        known = {"columns", "body", "changes", "body_salt", "changes_salt"}
        if of != case or not set(line) <= known:
            raise Wrong(f"{here} is of another case, or something was put in beside it")
        if line["body"] is None and columns["body_key_id"] is not None and "body_salt" not in line:
            without.append(str(columns["number"]))
            continue
        if not words_fit(line, "body", canonical(line["body"])):
            raise Wrong(f"what {here} says was changed after it was written")
        if ("changes_sha256" in columns) != (line.get("changes") is not None):
            raise Wrong(f"what {here} changed in the case is missing, or was put in")
        if line.get("changes") is not None and not words_fit(line, "changes", line["changes"].encode()):
            raise Wrong(f"what {here} changed in the case was changed after it was written")
    if not lines:
        raise Wrong("there is no entry at all")
    gone = f" The words of entry {', '.join(without)} are not given." if without else ""
    return f"{len(lines)} entries, 1 to {len(lines)} without a gap; each is as it was written.{gone}"


def attempts_fit(lines: list[Any], case: str) -> str:
    by_notice: dict[str, list[Any]] = {}
    for line in lines:
        if set(line) != {"columns"} or line["columns"]["case_ref"] != case:
            raise Wrong("a try is of another case, or something was put in beside it")
        by_notice.setdefault(line["columns"]["notice_ref"], []).append(line["columns"])
    for notice, rows in by_notice.items():
        chain_fits(rows, f"notice {notice}: try")
    return f"{len(lines)} tries to send {len(by_notice)} notices; each is as it was written."


def ledger_fits(line: dict[str, Any], entries: list[Any], case: str) -> str:
    columns = line["columns"]
    if set(line) != {"columns"} or not row_fits(columns) or columns["case_ref"] != case:
        raise Wrong("its line in the ledger of cases was changed after it was written")
    if columns["entry_hash"] != entries[0]["columns"]["hash"]:
        raise Wrong("its line in the ledger of cases was written for another first entry")
    return f"Line {columns['number']} of the ledger of cases is of this case's first entry."


def editions_fit(editions: dict[str, Any], entries: list[Any]) -> str:
    named: set[str] = set()
    for line in entries:
        for op in read_json(line["changes"].encode())["ops"] if line.get("changes") else ():
            if len(op) == 2 and op[0] in (["policy"], ["calendar"]):
                named.add(op[1])
    for digest, held in editions.items():
        if sha256(canonical(read_json(held))) != digest:
            raise Wrong(f"the edition {digest[:12]}… was changed after it was kept")
    if set(editions) != named:
        raise Wrong("the policies and calendars given are not those that the entries name")
    return f"{len(editions)} policies and calendars; each is the one that the entries name."


# --- checkpoints: a signed note (c2sp.org/signed-note) over a Merkle tree (RFC 6962)


def root_of(path: list[Any], leaf: bytes, index: int, size: int) -> bytes:
    """RFC 9162, 2.1.3.2: the root to which the path leads from a leaf."""
    node = hashlib.sha256(b"\x00" + leaf).digest()
    here, last = index, size - 1
    if not 0 <= index < size:
        raise Wrong("the place in the tree is outside of it")
    for beside in path:
        if last == 0:
            raise Wrong("the path through the tree is too long")
        if here % 2 or here == last:
            node = hashlib.sha256(b"\x01" + beside + node).digest()
            while here % 2 == 0:
                here, last = here >> 1, last >> 1
                if here == 0:
                    break
        else:
            node = hashlib.sha256(b"\x01" + node + beside).digest()
        here, last = here >> 1, last >> 1
    if last:
        raise Wrong("the path through the tree is too short")
    return node


def checkpoint_fits(proof: str, entries: list[Any], attempts: list[Any], case: str, known: list[Any]) -> str:
    """A proof (c2sp.org/tlog-proof): the leaf, its place, the path to the root, and the note that signs the root."""
    head, _, note = proof.partition("\n\n")
    form, extra, index, *path = head.split("\n")
    if form != "c2sp.org/tlog-proof@v1" or not extra.startswith("extra ") or not index.startswith("index "):
        raise Wrong("it is no proof that a leaf is in a checkpoint")
    leaf = b64decode(extra[6:], validate=True)
    body, _, under = note.rpartition("\n\n")
    origin, size, root = body.split("\n")
    place = root_of([b64decode(one, validate=True) for one in path], leaf, int(index[6:]), int(size))
    if place != b64decode(root, validate=True):
        raise Wrong("what it says of the case is not among what was signed")
    signed = signatures(body + "\n", under.rstrip("\n").split("\n"), known)
    log, _, moment = origin.rpartition("/")
    day = datetime.strptime(moment + "+0000", "%Y-%m-%dT%H%M%SZ%z").strftime("%Y-%m-%d %H:%M UTC")
    if log not in signed:
        raise Wrong(f"it is not signed by a known key of {log}")
    what = leaf_fits(leaf.decode(), entries, attempts, case)
    others = "".join(f"; {name} saw it by {at}" for name, at in signed.items() if at)
    return f"On {day} it was signed by {log} that {what}{others}."


def leaf_fits(leaf: str, entries: list[Any], attempts: list[Any], case: str) -> str:
    kind, of, size, end = leaf.split(" ")
    if of != quote(case, safe=""):
        raise Wrong("it is about another case")
    if kind == "case":
        if int(size) > len(entries):
            raise Wrong(f"the case had {size} entries then, and has {len(entries)} here")
        if entries[int(size) - 1]["columns"]["hash"] != end:
            raise Wrong(f"entry {size} was another one then: the case was written anew since")
        return f"the case ended with entry {size}"
    if kind != "attempts":
        raise Wrong("it is about no chain of this case")
    hashes = {(one["columns"]["notice_ref"], one["columns"]["number"]): one["columns"]["hash"] for one in attempts}
    short: dict[str, str] = {}
    for one in attempts:
        ref = one["columns"]["notice_ref"]
        own = ref.startswith(case + "/")
        short[quote(ref[len(case) + 1 :]) if own else "//" + quote(ref)] = ref
    pairs = [one.rsplit(":", 1) for one in size.split(",")]
    if any(name not in short or (short[name], int(number)) not in hashes for name, number in pairs):
        raise Wrong("tries to send a notice are missing that stood there then")
    lines = [f"{short[name]} {number} {hashes[short[name], int(number)]}\n" for name, number in pairs]
    if sha256("".join(lines).encode()) != end:
        raise Wrong("tries to send a notice were written anew since")
    return f"somebody had tried to send {len(pairs)} of its notices"


def signatures(body: str, lines: list[Any], known: list[Any]) -> dict[str, Any]:
    """Whose of the known keys signed, and when where it is a cosignature. A bad signature of a known key is a fault."""
    found: dict[str, Any] = {}
    for line in lines:
        match = re.fullmatch(r"— (\S+) (\S+)", line)
        if not match:
            raise Wrong("a line under it is no signature")
        held = b64decode(match[2], validate=True)
        for name, kind, public in known:
            own = hashlib.sha256(f"{name}\n".encode() + bytes([kind]) + public).digest()[:4]
            if name != match[1] or held[:4] != own:
                continue
            at, message, signature = "", body.encode(), held[4:]
            if kind == 4:
                (time,), signature = struct.unpack(">Q", held[4:12]), held[12:]
                message = f"cosignature/v1\ntime {time}\n{body}".encode()
                at = datetime.fromtimestamp(time, timezone.utc).strftime("%Y-%m-%d %H:%M UTC")
            if not is_signed(public, message, signature):
                raise Wrong(f"the signature of {name} is not by its key")
            found[name] = at
    return found


def vkeys_of(text: str) -> list[Any]:
    """Lines such as example.org+bd4f3c1a+AWZ…: a name, the id of the key, and the key with the kind before it."""
    found: list[Any] = []
    for line in text.split("\n"):
        if line.strip() and not line.startswith("#"):
            name, _, key = line.strip().split("+", 2)
            held = b64decode(key, validate=True)
            found.append((name, held[0], held[1:]))
    return found


# --- Ed25519 as RFC 8032 has it: slow, plain, and only to verify

P = 2**255 - 19
ORDER = 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, P - 2, P) % P
Point = Tuple[int, int, int, int]
ROOT = pow(2, (P - 1) // 4, P)


def point(held: bytes) -> Point:
    y = int.from_bytes(held, "little")
    odd, y = y >> 255, y & (2**255 - 1)
    if y >= P:
        raise Wrong("a key or a signature is no point of the curve")
    square = (y * y - 1) * pow(D * y * y + 1, P - 2, P) % P
    x = pow(square, (P + 3) // 8, P)
    if (x * x - square) % P:
        x = x * ROOT % P
    if (x * x - square) % P or (x == 0 and odd):
        raise Wrong("a key or a signature is no point of the curve")
    x = P - x if x % 2 != odd else x
    return x, y, 1, x * y % P


def add(a: Point, b: Point) -> Point:
    one, two = (a[1] - a[0]) * (b[1] - b[0]) % P, (a[1] + a[0]) * (b[1] + b[0]) % P
    three, four = 2 * a[3] * b[3] * D % P, 2 * a[2] * b[2] % P
    e, f, g, h = two - one, four - three, four + three, two + one
    return e * f % P, g * h % P, f * g % P, e * h % P


def times(number: int, a: Point) -> Point:
    found = (0, 1, 1, 0)
    while number:
        found, a, number = add(found, a) if number & 1 else found, add(a, a), number >> 1
    return found


BASE = point((4 * pow(5, P - 2, P) % P).to_bytes(32, "little"))


def is_signed(public: bytes, message: bytes, signature: bytes) -> bool:
    if len(public) != 32 or len(signature) != 64:
        return False
    scalar = int.from_bytes(signature[32:], "little")
    if scalar >= ORDER:
        return False
    hashed = int.from_bytes(hashlib.sha512(signature[:32] + public + message).digest(), "little") % ORDER
    left, right = times(scalar, BASE), add(point(signature[:32]), times(hashed, point(public)))
    return (left[0] * right[2] - right[0] * left[2]) % P == 0 and (left[1] * right[2] - right[1] * left[2]) % P == 0


# --- the bundle


def look_over(files: dict[str, Any], known: list[Any]) -> list[Any]:
    """Return what was found, each as GOOD, BAD or NOTE and a sentence."""
    found: list[Any] = []

    def look(what: str, check: Callable[[], str]) -> None:
        try:
            found.append((GOOD, check()))
        except Wrong as wrong:
            found.append((BAD, f"{what}: {wrong}."))
        except Exception as error:  # whatever somebody has put in, it is a fault and no end
            found.append((BAD, f"{what}: it is missing or cannot be read ({type(error).__name__})."))

    def read(name: str, how: Callable[[bytes], Any]) -> Any:
        try:
            return how(files[name])
        except Exception:  # what reads it again says so
            return None

    manifest = read("manifest.json", read_json) or {}
    case, entries = str(manifest.get("case")), read("entries.jsonl", lines_of)
    attempts = read("attempts.jsonl", lines_of)
    look("The files", lambda: files_fit(manifest, files))
    look("The entries", lambda: entries_fit(lines_of(files["entries.jsonl"]), case))
    look("The tries to send notices", lambda: attempts_fit(lines_of(files["attempts.jsonl"]), case))
    if "ledger.json" in files:
        look("The ledger", lambda: ledger_fits(read_json(files["ledger.json"]), entries, case))
    else:
        found.append((NOTE, "There is no line of the ledger of cases: the register had none when this was made."))
    given = {name[9:-5]: held for name, held in files.items() if name.startswith("editions/")}
    look("The policy and the calendar", lambda: editions_fit(given, entries))
    proofs = sorted(name for name in files if name.endswith(".tlog-proof"))
    for name in proofs:
        check = partial(checkpoint_fits, entries=entries, attempts=attempts, case=case, known=known)
        look(f"The checkpoint {name}", partial(check, files[name].decode(errors="replace")))
    if not proofs:
        found.append((NOTE, "There is no checkpoint of this case yet: that nobody wrote all of it anew is not proven."))
    return found


def files_fit(manifest: dict[str, Any], files: dict[str, Any]) -> str:
    held = {name: sha256(content) for name, content in files.items() if name != "manifest.json"}
    if other := sorted(set(manifest["files"].items()) ^ set(held.items())):
        raise Wrong(f"{other[0][0]} is not as it was put in, is missing, or was put in later")
    return f"{len(held)} files, each as it was put in."


def main(words: list[Any]) -> int:
    if not words or words[0].startswith("-") or len(words) not in (1, 3) or words[1:2] not in ([], ["--known"]):
        print("Say which bundle: python verify.py BUNDLE.zip [--known FILE-OF-PUBLIC-KEYS]")
        return 2
    try:
        with zipfile.ZipFile(words[0]) as bundle:
            names = bundle.namelist()
            files = {name: bundle.read(name) for name in names}
        if len(files) < len(names):
            raise Wrong("a file stands twice in it")
        own = files.get("checkpoints/known.vkeys", b"").decode()
        known = vkeys_of(Path(words[2]).read_text(encoding="utf-8") if words[1:] else own)
    except Exception as error:
        print(f"{words[0]} cannot be read as a bundle ({error or type(error).__name__}).")
        return 2
    found = look_over(files, known)
    for how, sentence in found:
        print(how + sentence)
    bad = sum(how == BAD for how, _ in found)
    if not words[1:] and known:
        print(NOTE + "The public keys are the bundle's own. Give those that you trust with --known.")
    retold = ", ".join(name for name in ("chronology.html", "chronology.pdf", "telling.csv") if name in files)
    if retold:
        print(NOTE + f"{retold} only retell the entries; where they differ, the entries count.")
    print(f"\nNOT PROVEN: {bad} of these are not as they should be." if bad else "\nPROVEN, as far as is said above.")
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
