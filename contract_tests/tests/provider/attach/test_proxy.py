"""What the proxy does with each thing that it may be asked."""

from __future__ import annotations

import asyncio

import pytest

from emulator.attach.proxy import Ask, Passage, Route, open_proxy, read_ask

HOSTS = frozenset({"apigw.trendyol.com"})
REQUEST = "GET {} HTTP/1.1\r\nHost: apigw.trendyol.com\r\nProxy-Connection: keep-alive\r\n\r\n"


async def echo_head(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Answer with what was asked, and close."""
    head = await reader.readuntil(b"\r\n")
    writer.write(b"stage: " + head)
    writer.close()


async def ask(text: str, tunnels: tuple[str, ...] = ()) -> tuple[str, list[Passage]]:
    """What a program reads that sends a text to a proxy, and what the proxy took note of."""
    stage = await asyncio.start_server(echo_head, "127.0.0.1", 0)
    port = stage.sockets[0].getsockname()[1]
    passages: list[Passage] = []
    proxy = await open_proxy(Route(HOSTS, "127.0.0.1", port, port, tunnels), "way", passages.append)
    reader, writer = await asyncio.open_connection(*proxy.sockets[0].getsockname())
    writer.write(text.replace("STAGE", f"127.0.0.1:{port}").encode())
    answer = await reader.read()
    writer.close()
    for server in (proxy, stage):
        server.close()
        await server.wait_closed()
    return answer.decode(), passages


@pytest.mark.parametrize(
    ("text", "line", "what"),
    [
        ("CONNECT apigw.trendyol.com:443 HTTP/1.1\r\n\r\nhello\r\n", "stage: hello", "joined"),
        ("CONNECT APIGW.Trendyol.com.:443 HTTP/1.1\r\n\r\nhello\r\n", "stage: hello", "joined"),
        (REQUEST.format("http://apigw.trendyol.com/x?y=1"), "stage: GET /x?y=1 HTTP/1.1", "plain"),
        (REQUEST.format("https://apigw.trendyol.com/x"), "stage: GET /x HTTP/1.1", "plain"),
        (REQUEST.format("https://apigw.trendyol.com"), "stage: GET / HTTP/1.1", "plain"),
        (REQUEST.format("/x"), "stage: GET /x HTTP/1.1", "plain"),
        ("CONNECT STAGE HTTP/1.1\r\n\r\nhello\r\n", "stage: hello", "tunnelled"),
    ],
)
def test_proxy_leads_to_the_stage(text: str, line: str, what: str) -> None:
    answer, passages = asyncio.run(ask(text))
    assert line in answer.splitlines()
    assert [(one.way, one.what) for one in passages] == [("way", what)]


@pytest.mark.parametrize(
    "text",
    [
        "CONNECT example.com:443 HTTP/1.1\r\n\r\n",
        "GET http://example.com/ HTTP/1.1\r\n\r\n",
        "CONNECT apigw.trendyol.com.example.com:443 HTTP/1.1\r\n\r\n",
    ],
)
def test_other_host_is_refused_in_one_line(text: str) -> None:
    head, _, body = asyncio.run(ask(text))[0].partition("\r\n\r\n")
    assert head.startswith("HTTP/1.1 502 Bad Gateway")
    assert body.count("\n") == 1
    assert "--tunnel" in body
    assert "example.com lets it through" in body


def test_host_that_is_let_through_and_not_there_is_said_so() -> None:
    answer, passages = asyncio.run(ask("CONNECT no.invalid:443 HTTP/1.1\r\n\r\n", ("*.invalid",)))
    assert "no.invalid port 443 cannot be reached" in answer
    assert [one.what for one in passages] == ["unreachable"]


@pytest.mark.parametrize(
    "text", ["\r\n\r\n", "GET\r\n\r\n", "CONNECT :x HTTP/1.1\r\n\r\n", "GET / HTTP/1.1\r\n\r\n"]
)
def test_what_is_no_request_to_a_proxy_is_refused(text: str) -> None:
    assert asyncio.run(ask(text))[0].startswith("HTTP/1.1 400 ")


def test_headers_of_the_hop_go_no_further() -> None:
    head = read_ask(REQUEST.format("http://apigw.trendyol.com/").encode()).head
    assert head == b"GET / HTTP/1.1\r\nConnection: close\r\nHost: apigw.trendyol.com\r\n\r\n"


def test_tunnel_has_no_head() -> None:
    assert read_ask(b"CONNECT apigw.trendyol.com:443 HTTP/1.1\r\n\r\n") == Ask("apigw.trendyol.com", 443)
