"""The variables by which programs of every language find the proxy and trust its certificate."""

from __future__ import annotations

import os
import shlex
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from emulator.attach.trust import BUNDLE_VARIABLES, JAVA_PASSWORD, root_certificates, write_java_store

PROXY_VARIABLES = ("HTTPS_PROXY", "https_proxy", "HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy")
NO_PROXY_VARIABLES = ("NO_PROXY", "no_proxy")
JAVA, NODE, PHP, PRELOADS = "JAVA_TOOL_OPTIONS", "NODE_OPTIONS", "PHP_INI_SCAN_DIR", "TRENDYOL_EMULATOR_PROXY"
_PROGRAMS = Path(__file__).parent / "programs"
_THIS_MACHINE = ("127.0.0.1", "localhost", "::1")
_LOOPBACK = "127.0.0.1"


@dataclass(frozen=True, slots=True)
class Variable:
    """A variable, and what becomes of the one of that name that the caller has.

    Shapes: ``joint`` stands between the caller's value and ours; None where ours takes its place; with
    ``is_open`` it stands there even if the caller has none.
    """

    name: str
    value: str
    joint: str | None = None
    is_open: bool = False

    def value_for(self, environment: Mapping[str, str]) -> str:
        """Give its value for a program of a caller."""
        callers = "" if self.joint is None else environment.get(self.name, "")
        return f"{callers}{self.joint if callers or self.is_open else ''}{self.value}"

    def shell_line(self) -> str:
        """Write it for a shell, which knows the caller's value: none of it is printed."""
        value = shlex.quote(self.value)
        if self.joint is None:
            return f"export {self.name}={value}"
        joint = self.joint if self.is_open else f"${{{self.name}:+{self.joint}}}"
        return f'export {self.name}="${{{self.name}:-}}{joint}"{value}'


@dataclass(frozen=True, slots=True)
class Attachment:
    """What a program is given to trust and to ask.

    Shapes: ``ports`` is the proxy's port for each way that leads to it, ``bundles`` the bundle for each
    variable that names one; a way or a variable that is not there has the common one.
    """

    folder: Path
    """Where the files for it are."""
    port: int | None
    """The proxy's; None where the vendor's names lead to the stage without one."""
    ports: Mapping[str, int] = field(default_factory=dict)
    bundles: Mapping[str, Path] = field(default_factory=dict)

    def url(self, way: str) -> str:
        """Give the proxy's address for one way that leads to it."""
        return f"http://{_LOOPBACK}:{self.ports.get(way, self.port)}"

    def bundle(self, variable: str) -> Path:
        """Give the bundle for one variable."""
        return self.bundles.get(variable, self.folder / "bundle.pem")


def write_files(folder: Path, authority: bytes, environment: Mapping[str, str]) -> None:
    """Write what the variables name: the bundle, Java's trust store, PHP's settings."""
    bundle = root_certificates(environment) + authority
    (folder / "bundle.pem").write_bytes(bundle)
    write_java_store(folder / "java-trust.p12", bundle)


def attached_variables(
    folder: Path, authority: Path, port: int, environment: Mapping[str, str]
) -> dict[str, str]:
    """Give the variables by which a program of a caller meets the stage behind a proxy.

    Shapes: ``authority`` is the certificate it has to trust; the files it needs are written into ``folder``
    unless they are there.
    """
    if not (folder / "bundle.pem").exists():
        write_files(folder, authority.read_bytes(), environment)
    return {one.name: one.value_for(environment) for one in variables_of(Attachment(folder, port))}


def write_php_settings(attachment: Attachment) -> None:
    """Write the settings that PHP reads beside its own."""
    place = attachment.folder / "php"
    place.mkdir(exist_ok=True)
    bundle = attachment.bundle(PHP)
    lines = [f'curl.cainfo = "{bundle}"', f'openssl.cafile = "{bundle}"']
    if attachment.port is not None:
        lines.append(f'auto_prepend_file = "{_PROGRAMS / "php_streams.php"}"')
    (place / "trendyol-emulator.ini").write_text("\n".join([*lines, ""]), encoding="utf-8")


def variables_of(attachment: Attachment) -> list[Variable]:
    """Give the variables of an attached program; PHP's settings are written for them."""
    write_php_settings(attachment)
    return [*_proxies(attachment), *_trust(attachment), *_java(attachment)]


def _proxies(attachment: Attachment) -> Iterator[Variable]:
    if attachment.port is None:
        yield from (Variable(name, "") for name in PROXY_VARIABLES)
        return
    yield from (Variable(name, attachment.url(name)) for name in PROXY_VARIABLES)
    yield from (Variable(name, ",".join(_THIS_MACHINE), ",") for name in NO_PROXY_VARIABLES)
    yield Variable("NODE_USE_ENV_PROXY", "1")
    yield Variable(PRELOADS, attachment.url(PRELOADS))
    preload = str(_PROGRAMS / "node_preload.cjs")
    yield Variable(NODE, f"--require={_in_quotes(preload)}", " ")


def _in_quotes(path: str) -> str:
    return '"{}"'.format(path.replace("\\", "\\\\").replace('"', '\\"')) if " " in path else path


def _trust(attachment: Attachment) -> Iterator[Variable]:
    yield from (Variable(name, str(attachment.bundle(name))) for name in BUNDLE_VARIABLES)
    # PHP reads its own settings where the list has an empty place.
    yield Variable(PHP, str(attachment.folder / "php"), os.pathsep, is_open=True)


def _java(attachment: Attachment) -> Iterator[Variable]:
    properties = {
        "javax.net.ssl.trustStore": str(attachment.folder / "java-trust.p12"),
        "javax.net.ssl.trustStoreType": "PKCS12",
        "javax.net.ssl.trustStorePassword": JAVA_PASSWORD,
    }
    if attachment.port is not None:
        port = attachment.ports.get(JAVA, attachment.port)
        for scheme in ("http", "https"):
            properties |= {f"{scheme}.proxyHost": _LOOPBACK, f"{scheme}.proxyPort": str(port)}
        properties["http.nonProxyHosts"] = "localhost|127.*|[::1]"
    words = [f"-D{name}={value}" for name, value in properties.items()]
    yield Variable(JAVA, " ".join(f'"{word}"' if " " in word else word for word in words), " ")


def joined_environment(
    environment: Mapping[str, str], variables: Iterable[Variable], further: Mapping[str, str]
) -> dict[str, str]:
    """Give a program its caller's environment with ours in it.

    An empty NO_PROXY of one spelling takes over what the other one lists: some programs read only that.
    """
    callers = dict(environment)
    lists = [callers.get(name, "") for name in NO_PROXY_VARIABLES]
    for name, own, other in zip(NO_PROXY_VARIABLES, lists, reversed(lists), strict=True):
        callers[name] = own or other
    return {**callers, **{one.name: one.value_for(callers) for one in variables}, **further}


def unproxied_hosts(environment: Mapping[str, str], hosts: Iterable[str]) -> Sequence[str]:
    """Name the hosts that the caller's NO_PROXY keeps from the proxy."""
    lists = ",".join(environment.get(name, "") for name in NO_PROXY_VARIABLES)
    names = [part.strip().lstrip("*").lstrip(".").lower() for part in lists.split(",") if part.strip()]
    return [host for host in hosts if any(f".{host}".endswith(f".{name}" if name else "") for name in names)]
