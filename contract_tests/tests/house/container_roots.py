"""Builds and runs what the Dockerfile says without Docker: bare Debian roots, chroot, namespaces of Linux.

Shapes: a root is a folder with a file system in it. Needs root, debootstrap, util-linux and a way to Debian's
and Python's registries; nothing outside the folders of the test is changed.
"""

from __future__ import annotations

import json
import os
import re
import shlex
import shutil
import signal
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

from contract_tests.tests.places import ROOT

TOOLS = ("debootstrap", "unshare", "nsenter", "chroot", "setpriv", "ip", "curl")
REUSED_ROOT = "TRENDYOL_EMULATOR_TEST_ROOT"
"""A variable that names a bare root which is there already; the test makes one otherwise."""
_MIRROR = "http://deb.debian.org/debian"
_ROOTS_OF_TRUST = "/etc/ssl/certs/ca-certificates.crt"
_PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"


@dataclass(frozen=True)
class Step:
    """One instruction of a Dockerfile and all that stands behind it."""

    word: str
    text: str

    def words(self) -> list[str]:
        """Its arguments, written as JSON or as a shell would read them."""
        return json.loads(self.text) if self.text.startswith("[") else shlex.split(self.text)


@dataclass
class Image:
    """What a stage of a Dockerfile leaves: a root, and how a container of it is started."""

    root: Path
    name: str
    environment: dict[str, str] = field(default_factory=dict)
    arguments: dict[str, str] = field(default_factory=dict)
    steps: list[Step] = field(default_factory=list)

    def last(self, word: str) -> Step:
        """The last instruction of a kind, which is the one that counts."""
        return next(step for step in reversed(self.steps) if step.word == word)

    @property
    def user(self) -> tuple[str, str]:
        """The numbers of user and group."""
        user, _, group = self.last("USER").text.partition(":")
        return user, group

    @property
    def health_command(self) -> list[str]:
        """What the health check runs."""
        return Step("CMD", self.last("HEALTHCHECK").text.partition("CMD ")[2]).words()

    @property
    def command(self) -> list[str]:
        """What a container runs."""
        return [*self.last("ENTRYPOINT").words(), *self.last("CMD").words()]


def read_dockerfile(text: str) -> list[Step]:
    """Read instructions; lines that end with a backslash go on, those that begin with # say nothing."""
    lines = "\n".join(line for line in text.splitlines() if not line.startswith("#"))
    whole_lines = re.sub(r"\\\n\s*", " ", lines).splitlines()
    return [Step(*line.split(maxsplit=1)) for line in whole_lines if line.strip()]


def options_of(text: str) -> tuple[dict[str, str], list[str]]:
    """Tell the options before an instruction's arguments from these."""
    words = shlex.split(text)
    options = [word for word in words if word.startswith("--")]
    return dict(word[2:].split("=", 1) for word in options), words[len(options) :]


def make_bare_root(suite: str, place: Path) -> None:
    """Have debootstrap make the smallest Debian, as the image of that name is one."""
    subprocess.run(["debootstrap", "--variant=minbase", suite, str(place), _MIRROR], check=True)


def build(steps: Sequence[Step], bare_root: Path, work: Path) -> Image:
    """Do each step as docker build does; give the last stage."""
    images: list[Image] = []
    for step in steps:
        if step.word == "FROM":
            _, _, name = step.text.partition(" AS ")
            images.append(Image(work / f"root{len(images)}", name))
            subprocess.run(["cp", "-a", str(bare_root), str(images[-1].root)], check=True)
        else:
            do(step, images[-1], images)
    return images[-1]


def do(step: Step, image: Image, images: Sequence[Image]) -> None:
    """Do a step that changes the root; what only says how to start a container is kept."""
    image.steps.append(step)
    if step.word == "RUN":
        run_in(image, step.text)
    elif step.word == "COPY":
        copy_into(image, step.text, {each.name: each.root for each in images})
    elif step.word == "WORKDIR":
        (image.root / step.text.lstrip("/")).mkdir(parents=True, exist_ok=True)
    elif step.word == "ENV":
        image.environment.update(pair.partition("=")[::2] for pair in shlex.split(step.text))
    elif step.word == "ARG":
        image.arguments.update([step.text.partition("=")[::2]])


def copy_into(image: Image, text: str, roots: Mapping[str, Path]) -> None:
    """Copy files of the checkout, or of an earlier stage."""
    options, (*sources, target) = options_of(text)
    start = roots[options["from"]] if "from" in options else ROOT
    place = image.root / (Path(folder_of(image)) / target).relative_to("/")
    for source in sources:
        origin = start / source.lstrip("/")
        if origin.is_dir():
            shutil.copytree(origin, place, symlinks=True, dirs_exist_ok=True)
        else:
            shutil.copy2(origin, place / origin.name if target.endswith("/") else place)


def folder_of(image: Image) -> str:
    """The folder that commands run in."""
    return next((step.text for step in reversed(image.steps) if step.word == "WORKDIR"), "/")


def run_in(image: Image, line: str) -> None:
    """Run a shell line in a root, with the network, and with this machine's registries and roots of trust."""
    variables = {
        "PATH": _PATH,
        "HOME": "/root",
        "DEBIAN_FRONTEND": "noninteractive",
        "PIP_CERT": "/run/roots.pem",
    }
    variables |= {
        name: value for name, value in os.environ.items() if name in {"PIP_INDEX_URL", "HTTPS_PROXY"}
    }
    variables |= image.environment | image.arguments
    root = shlex.quote(str(image.root))
    script = f"""set -e
        cp /etc/resolv.conf {root}/etc/resolv.conf
        mount -t proc proc {root}/proc && mount --rbind /dev {root}/dev && mount -t tmpfs run {root}/run
        cp {_ROOTS_OF_TRUST} {root}/run/roots.pem
        exec chroot {root} env -i {pairs(variables)} sh -c {shlex.quote(f"cd {folder_of(image)} && {line}")}
    """
    subprocess.run(["unshare", "--mount", "sh", "-c", script], check=True)


def pairs(variables: Mapping[str, str]) -> str:
    """Write variables for env."""
    return shlex.join(f"{name}={value}" for name, value in variables.items())


@dataclass
class Container:
    """A command that runs as the first process of a root nobody can write to, without a network."""

    image: Image
    process: subprocess.Popen[str]
    variables: Mapping[str, str]

    @property
    def number(self) -> int:
        """The number of its first process, as this machine counts."""
        children = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children")
        return int(children.read_text().split()[0])

    def execute(self, *command: str) -> subprocess.CompletedProcess[str]:
        """Run a command in it, as docker exec does, with its user, variables and root."""
        user, group = self.image.user
        enter = ["nsenter", f"--target={self.number}", "--mount", "--net", "--pid", "--root", "--wd=/"]
        become = ["setpriv", f"--reuid={user}", f"--regid={group}", "--clear-groups", "--no-new-privs"]
        variables = [f"{name}={value}" for name, value in self.variables.items()]
        return subprocess.run(
            [*enter, *become, "env", "-i", *variables, *command], capture_output=True, text=True, check=False
        )

    def get(self, path: str, *options: str) -> bytes:
        """Ask it for a path, from within its network."""
        curl = ["curl", "-sS", "--max-time", "30", *options, f"http://127.0.0.1:8080{path}"]
        command = ["nsenter", f"--target={self.number}", "--net", *curl]
        return subprocess.run(command, capture_output=True, check=True).stdout

    def ask_machine(self, address: str, *options: str) -> bytes:
        """Ask a server of this machine the same way."""
        return subprocess.run(
            ["curl", "-sS", "--max-time", "30", *options, address], capture_output=True, check=True
        ).stdout


@contextmanager
def running(image: Image, data: Path, variables: Mapping[str, str]) -> Iterator[Container]:
    """Start a container as ``docker run --read-only --network none`` does, and end it.

    Shapes: ``data`` is what is mounted on /data.
    """
    user, group = image.user
    every = dict(image.environment) | dict(variables)
    root = shlex.quote(str(image.root))
    become = f"setpriv --reuid={user} --regid={group} --clear-groups --no-new-privs --bounding-set=-all"
    script = f"""set -e
        ip link set lo up
        mount --bind {root} {root} && mount --bind {shlex.quote(str(data))} {root}/data
        mount -t proc proc {root}/proc && mount -t tmpfs -o mode=755 dev {root}/dev
        for each in null zero random urandom; do
            touch {root}/dev/$each && mount --bind /dev/$each {root}/dev/$each
        done
        mount -o remount,bind,ro {root}
        exec chroot {root} {become} env -i {pairs(every)} {shlex.join(image.command)}
    """
    process = subprocess.Popen(
        ["unshare", "--mount", "--net", "--pid", "--fork", "sh", "-c", script],
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, start_new_session=True,
    )  # fmt: skip
    container = Container(image, process, every)
    try:
        yield container
    finally:
        with suppress(ProcessLookupError, FileNotFoundError, IndexError):
            os.kill(
                container.number, signal.SIGKILL
            )  # the first process of a namespace takes all others along
        process.communicate()
