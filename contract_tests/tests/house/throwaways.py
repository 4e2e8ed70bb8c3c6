"""One throw-away of each thing that CONTRIBUTING tells how to add, small and complete."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

LAW = "specs/trendyol/finance/tr.yaml"
HANDLERS = "emulator/trendyol/finance/handlers.py"
PATHS = "\npaths:\n"
SOURCE = "x-source: {page: docs/weather, confidence: D, note: thrown away}"
RULES = "x-rules:\n  - {$ref: ../shared/platform.yaml#/words/finance-path}\n"
VERDICT = "contract_tests/judge/verdict.py"
EVERY = "contract_tests/profiles/every.py"


@dataclass(frozen=True, slots=True)
class Throwaway:
    """What is added, and the program that shows that it works.

    Shapes: ``new_files`` by their path, ``insertions`` by path the texts that
    something is added after, each with what is added;
    ``printed`` is the last line of ``program``.
    """

    program: str
    printed: str
    new_files: Mapping[str, str] = field(default_factory=dict)
    insertions: Mapping[str, Sequence[tuple[str, str]]] = field(default_factory=dict)


def path_item(folder: str, operation: str, errors: str = "[]") -> str:
    """An operation of the law, without a word too much."""
    return f"""  /{folder}/sellers/{{sellerId}}/weather:
    get:
      operationId: {operation}
      tags: [finance]
      summary: The weather of a seller.
      {SOURCE}
      x-limit: {{bucket: finance}}
      x-errors: {errors}
      parameters:
        - {{$ref: "../shared/money.yaml#/parameters/FinanceSellerId"}}
        - {{$ref: "../shared/headers.yaml#/parameters/storeFrontCode"}}
      responses:
        "200":
          description: The weather.
          content: {{application/json: {{schema: {{type: object}}, example: {{sky: blue}}}}}}
          {SOURCE}
        "400": {{$ref: "../shared/money.yaml#/responses/FinanceRefused"}}
        "401": {{$ref: "../shared/refusals.yaml#/responses/Unauthorized"}}
"""


def handler(name: str, body: str) -> str:
    """A function of handlers.py."""
    return f'''

def {name}(call: Call) -> Reply:
    """The weather."""
    {body}
'''


ASK = """
from emulator import Settings, create_app
app = create_app(Settings(world="demo", check_answers=True))
client = app.test_client()
headers = {"User-Agent": "2738 - SelfIntegration"}
def ask(path):
    return client.get(path, headers=headers, auth=("demo-tr-key", "demo-tr-secret"))
"""
WEATHER = "/integration/finance/sellers/2738/weather"
BLUE = 'return Reply((b\'{"sky":"blue"}\',))'
PLAY = """
from contract_tests.clients.in_process import client_driver
from contract_tests.config.integration import ConfiguredIntegration
from contract_tests.engine.check import Plan, play_directed
from contract_tests.engine.replay import profile_run_of
from contract_tests.profiles.every import PROFILES, reference_client
from contract_tests.stages.host import START_MS, emulator_host
def play(profile, edition="tr"):
    with emulator_host(in_process=True) as host:
        integration = ConfiguredIntegration(client_driver(reference_client(profile)), in_process=True)
        run = profile_run_of(host, integration, profile, edition)
        outcome = play_directed(run, run.profile.scenarios[0], Plan(now_ms=START_MS))
    return outcome.verdict
"""
HEAD = f"""openapi: 3.1.0
info: {{title: Weather, version: "1", description: Thrown away.}}
servers: [{{url: /integration}}]
x-family: trendyol.weather
x-edition: tr
x-gates: {{$ref: ../shared/platform.yaml#/words/gates}}
x-error-envelope: business
x-on-invalid: parameter-invalid
x-user-agent: {{$ref: ../shared/platform.yaml#/words/user-agent}}
x-storefront: {{$ref: ../shared/platform.yaml#/words/turkish-storefront}}
x-limit:
  - {{$ref: ../shared/platform.yaml#/words/each-operation}}
  - {{$ref: ../shared/platform.yaml#/words/finance-limit}}
x-errors: {{$ref: ../shared/platform.yaml#/words/refusals}}
{SOURCE}
security: [{{basicAuth: []}}]
tags: [{{name: finance}}]
components:
  securitySchemes:
    basicAuth: {{type: http, scheme: basic, description: Key and secret.}}
paths:
"""


def rule(judge: str, facts: str) -> str:
    """A rule of the law."""
    sentences = "law: Thrown away., advice: Throw it away."
    return f"  - {{id: TY-FIN-999, level: MUST, {sentences}, judge: {judge}, with: {facts}, {SOURCE}}}\n"


PROFILE = '''"""The catalogue read whole, under another name."""

from dataclasses import replace

from contract_tests.profiles.catalog_pull.profile import CATALOG_PULL

WEATHER = replace(CATALOG_PULL, name="weather")
'''

REFERENCE = "from contract_tests.profiles.catalog_pull.reference import REFERENCE as REFERENCE\n"
ERROR = (
    f"  sky-fell: {{status: 400, exception: Fell, key: sky, message: {{tr: Düştü, en: Fell}}, {SOURCE}}}\n"
)
ORACLE = '''

def sun_shone(recording: Recording, rule: Rule, _rules: Rules = ()) -> Iterator[Evaluation]:
    """No run is right."""
    yield Evaluation((), f"{len(recording.syncs)} runs in the rain", "wrong")


'''
BROKEN = """    Broken("reads_one", "catalog-pull", "reads one content", "thrown away",
           ("held_as_true:missing",), reads(lambda market: first_page_only(market)[:1])),
"""
IMPORT_SEED = "from emulator.world.weather.seed import seed_weather\n"
IMPORT_TRUTH = "from emulator.world.weather.truth import weather_truth\n"
SYSTEM = """
WEATHER = System(
    "weather", ("W_URL", "W_USER", "W_SECRET"), "",
    paths=("/weather/",), origin="", prefix="/weather",
)
"""

THROWAWAYS: Mapping[str, Throwaway] = {
    "an operation": Throwaway(
        f"{ASK}\nprint(ask({WEATHER!r}).text)",
        '{"sky":"blue"}',
        insertions={
            LAW: [(PATHS, path_item("finance", "getWeather"))],
            HANDLERS: [
                (
                    "from emulator.world.money.payouts import find_payment_orders\n",
                    handler("get_weather", BLUE),
                )
            ],
        },
    ),
    "a family": Throwaway(
        f"{ASK}\nprint(ask('/integration/weather/sellers/2738/weather').text)",
        '{"sky":"blue"}',
        new_files={
            "specs/trendyol/weather/tr.yaml": HEAD + path_item("weather", "getWeather"),
            "emulator/trendyol/weather/__init__.py": '"""The weather."""\n',
            "emulator/trendyol/weather/handlers.py": '"""The weather."""\n'
            "from emulator.exchange import Call, Reply\n" + handler("get_weather", BLUE),
        },
        insertions={"specs/vocabulary.yaml": [("        - control\n", "        - trendyol.weather\n")]},
    ),
    "an error": Throwaway(
        f"{ASK}\nanswer = ask('/integration/finance/che/sellers/2738/payment-order')\n"
        "print(answer.status_code, answer.headers['X-Emulator-Rule'])",
        "400 sky-fell",
        insertions={
            "specs/errors/finance.yaml": [("\nerrors:\n", ERROR)],
            LAW: [("      x-errors: [finance-payment-order-size-invalid", ", sky-fell")],
            HANDLERS: [("def get_payment_orders(call: Call) -> Reply:\n", '    raise Refusal("sky-fell")\n')],
        },
    ),
    "a rule": Throwaway(
        f"{ASK}\nask('/integration/finance/che/sellers/2738/payment-order?size=9')\n"
        "rows = client.get('/_emulator/findings').json['findings']\n"
        "print([row['rule'] for row in rows if row['rule'] == 'TY-FIN-999'])",
        "['TY-FIN-999']",
        insertions={LAW: [(RULES, rule("at_most", "{parameter: size, maximum: 7}"))]},
    ),
    "an oracle": Throwaway(
        f"{PLAY}\nprint([finding.rule.id for finding in play('finance').findings])",
        "['TY-FIN-999']",
        insertions={
            LAW: [(RULES, rule("sun_shone", "{kind: settlements}"))],
            VERDICT: [
                (
                    "JUDGES: Mapping[str, Judge] = {\n",
                    '    "sun_shone": Judge(effects.sun_shone, "world", "L2"),\n',
                )
            ],
            "contract_tests/judge/oracles/effects.py": [("TOO_MANY = 429\n", ORACLE)],
        },
    ),
    "a profile": Throwaway(
        f"{PLAY}\nprint(play('weather').clean, 'weather' in PROFILES)",
        "True True",
        new_files={
            "contract_tests/profiles/weather/__init__.py": '"""The weather."""\n',
            "contract_tests/profiles/weather/profile.py": PROFILE,
            "contract_tests/profiles/weather/reference.py": REFERENCE,
            "contract_tests/profiles/weather/broken.py": "BROKEN = ()\n",
            "contract_tests/profiles/weather/odd.py": "ODD = ()\n",
        },
        insertions={
            EVERY: [
                (
                    "from contract_tests.profiles.profile import Profile\n",
                    "from contract_tests.profiles.weather.profile import WEATHER\n",
                ),
                ("    one.name: one\n    for one in (\n", "        WEATHER,\n"),
            ],
        },
    ),
    "a broken client": Throwaway(
        "from contract_tests.mutation.catch import catch\nprint(bool(catch('reads_one', 0).by))",
        "True",
        insertions={
            "contract_tests/profiles/catalog_pull/broken.py": [("\nBROKEN = (\n", BROKEN)],
        },
    ),
    "a world domain": Throwaway(
        f"{ASK}\nprint(client.get('/_emulator/truth/weather?seller=2738').json['rows'])",
        "[{'sky': 'blue'}]",
        new_files={
            "emulator/world/weather/__init__.py": '"""The weather."""\n',
            "emulator/world/weather/schema.sql": "CREATE TABLE weather (sky TEXT PRIMARY KEY);\n",
            "emulator/world/weather/seed.py": "def seed_weather(world):\n"
            "    world.store.execute(\"INSERT INTO weather VALUES ('blue')\")\n",
            "emulator/world/weather/truth.py": "def weather_truth(world, listing):\n"
            "    return [{'sky': sky} for sky, in world.store.rows('SELECT sky FROM weather')]\n",
        },
        insertions={
            "emulator/world/seeding.py": [
                ("from emulator.world.store.sqlite import SqliteStore\n", IMPORT_SEED),
                ("SEEDS: tuple[Callable[[World], None], ...] = (\n", "    seed_weather,\n"),
            ],
            "emulator/world/truth.py": [
                ("from emulator.world.core.world import World\n", IMPORT_TRUTH),
                ("TRUTHS: Mapping[str, Truth] = {\n", '    "weather": _whole(weather_truth),\n'),
            ],
            "specs/control/truth.yaml": [
                ("{name: kind, in: path, required: true, schema: {type: string, enum: [", "weather, "),
                ("the key of each is required here.\n    anyOf:\n", "      - {required: [sky]}\n"),
            ],
            "pyproject.toml": [('  "opening",\n', '  "weather",\n')],
        },
    ),
    "a system": Throwaway(
        "from contract_tests.records.paths import system_of\n"
        "print(system_of('/weather/today').base_url('http://localhost'))",
        "http://localhost/weather",
        insertions={
            "contract_tests/records/systems.py": [
                ('demo_credentials=("demo-pazarsync-client", "demo-pazarsync-secret"),\n)\n', SYSTEM),
                ("SYSTEMS: Mapping[str, System] = {one.name: one for one in (", "WEATHER, "),
            ],
        },
    ),
}
