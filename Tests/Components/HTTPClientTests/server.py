"""A server that answers as a test wants it: by the path of the request, byte for byte."""
import socket
import sys
import threading
import time


def read_request(connection):
    data = b""
    while b"\r\n\r\n" not in data:
        more = connection.recv(65536)
        if not more:
            return None, b""
        data += more
    head, body = data.split(b"\r\n\r\n", 1)
    size = 0
    for line in head.split(b"\r\n")[1:]:
        name, value = line.split(b":", 1)
        if name.lower() == b"content-length":
            size = int(value)
    while len(body) < size:
        body += connection.recv(65536)
    return head.decode(), body


def answer(connection, status, body=b"", headers=()):
    lines = [f"HTTP/1.1 {status} Said", f"Content-Length: {len(body)}", *headers, "", ""]
    connection.sendall("\r\n".join(lines).encode() + body)


def serve(connection):
    with connection:
        head, body = read_request(connection)
        if head is None:
            return
        method, path, _ = head.split("\r\n")[0].split(" ")
        if path == "/echo":
            answer(connection, 200, f"{head}\r\n\r\n".encode() + body, ["X-Two:  a b "])
        elif path.startswith("/status/"):
            answer(connection, int(path.split("/")[2]), b"said")
        elif path.startswith("/redirect/"):
            left = int(path.split("/")[2])
            where = f"/redirect/{left - 1}" if left else "/status/200"
            answer(connection, 302, b"elsewhere", [f"Location: {where}", "X-Step: redirect"])
        elif path == "/to-file":
            answer(connection, 302, b"", ["Location: file:///etc/hostname"])
        elif path == "/silent":
            time.sleep(60)
        elif path == "/cut":
            connection.sendall(b"HTTP/1.1 200 Said\r\nContent-Length: 100\r\n\r\nhalf")
        elif path == "/rubbish":
            connection.sendall(b"\x00\x01 this is no HTTP\r\n\r\n")
        elif path == "/endless":
            connection.sendall(b"HTTP/1.1 200 Said\r\nContent-Type: text/event-stream\r\n\r\n")
            try:
                while True:
                    connection.sendall(b"x" * 1000)
                    time.sleep(0.001)
            except OSError:
                pass
        elif path == "/hold":
            connection.sendall(b"HTTP/1.1 200 Said\r\n\r\nfirst")
            time.sleep(60)


listener = socket.create_server(("127.0.0.1", 0))
print(listener.getsockname()[1], flush=True)
# It ends with whoever started it.
threading.Thread(target=lambda: (sys.stdin.read(), listener.close(), __import__("os")._exit(0)), daemon=True).start()
while True:
    connection, _ = listener.accept()
    threading.Thread(target=serve, args=(connection,), daemon=True).start()
