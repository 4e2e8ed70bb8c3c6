"""The right client of the stream without its pause of five seconds, which is real time for a command.

Broken clients that a command check tries are this one with something replaced; the pause is advice.
"""

from __future__ import annotations

from functools import partial

from contract_tests.clients.patience import Limit
from contract_tests.profiles.orders_stream import reference
from contract_tests.profiles.orders_stream.reference import ReadStream, Steps, client

PACE = Limit("brisk pace of the stream", requests=45, per_s=10.0)

request_answer = partial(reference.request_answer, pace=PACE)
read_stream: ReadStream = partial(reference.read_stream, pace=PACE)
STEPS = Steps(read_stream=read_stream)
CLIENT = client(STEPS)
