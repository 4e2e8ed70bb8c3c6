"""Operations as values: what one path and method asks of a request and promises of an answer."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from emulator.contract.dated_fields import DatedField, absent_paths, fields_from, tree_at
from emulator.contract.dates import Span, dates_in, span_of

METHODS = ("get", "post", "put", "patch", "delete")
NO_FIELDS: Mapping[str, Iterable[Mapping[str, Any]]] = {}


@dataclass(frozen=True, slots=True)
class Parameter:
    """One declared parameter; ``schema`` is that of one value, ``whole`` that of the list when ``many``.

    Shapes: ``dates`` has its x-since and x-until, ``span`` what they mean in its edition.
    """

    name: str
    """Its name."""
    place: str
    """Where it stands: path, query or header."""
    required: bool
    """Whether it has to be there."""
    many: bool
    """Whether it takes several values."""
    kind: str
    """The JSON type of one value."""
    schema: Mapping[str, Any]
    """The schema of one value."""
    whole: Mapping[str, Any]
    """The schema of the list, that of one value where it takes one."""
    on_invalid: str
    """The catalogue id that answers a value it does not allow."""
    on_missing: str
    """The catalogue id that answers its absence."""
    aliases: Mapping[str, str]
    """Other spellings of a value that are accepted."""
    source: Mapping[str, Any] | None
    """Where it is documented."""
    span: Span | None = None
    """When it is there; None for always."""
    dates: Mapping[str, Any] = field(default_factory=dict)
    """Its x-since and x-until as they stand in the document."""


@dataclass(frozen=True, slots=True)
class Bucket:
    """One limit: so many requests in ``per_ms``, by the seller's tier where ``tiers`` is given."""

    name: str
    requests: int | None
    tiers: Mapping[str, int]
    per_ms: int
    error: str
    span: Span | None = None


@dataclass(frozen=True, slots=True)
class Operation:
    """One operation of one document.

    Shapes: ``path`` is the whole template with the server's prefix; ``words`` holds the x- words of the
    operation over those of its document; ``tree`` is the OpenAPI operation object, ``components`` those of
    its document; ``queries`` and ``defaults`` are those of its query parameters by name; ``folded`` leads
    from small letters to a query name where case is ignored; ``checkers`` fills with compiled validators
    as they are asked for; ``span`` says when it is there; ``moments`` are those, epoch milliseconds UTC, at
    which a part of it comes or goes, ``variants`` what it is after so many of them.
    """

    id: str
    """Its operationId."""
    document: str
    """The name of its document."""
    method: str
    """The method in capital letters."""
    path: str
    """The whole template with the server's prefix."""
    parameters: tuple[Parameter, ...]
    """Its parameters, those of the path first."""
    buckets: tuple[Bucket, ...]
    """The limits that it draws from."""
    words: Mapping[str, Any]
    """Its x- words over those of its document."""
    tree: Mapping[str, Any]
    """The OpenAPI operation object."""
    components: Mapping[str, Any]
    """The components of its document."""
    queries: Mapping[str, Parameter]
    """Its query parameters by name."""
    query_names: Mapping[str, str]
    """Their names by small letters where case is ignored."""
    defaults: Mapping[str, Any]
    """The default values of its query parameters."""
    checkers: dict[str, Any] = field(default_factory=dict, compare=False, repr=False)
    """Compiled validators, filled as they are needed."""
    span: Span | None = None
    """When it is there; None for always."""
    moments: tuple[int, ...] = ()
    """When a parameter, a limit, a field or a rule of it comes or goes."""
    variants: dict[int, Operation] = field(default_factory=dict, compare=False, repr=False)
    """What it is after so many of these moments."""
    fields: tuple[DatedField, ...] = ()
    """The fields of its bodies that have dates."""
    absent_fields: Mapping[str, tuple[tuple[str, ...], ...]] = field(default_factory=dict)
    """The paths of those that are not there, by request or status; empty but in a variant."""

    @property
    def family(self) -> str:
        """Name the package under emulator/ that answers."""
        return str(self.words["x-family"])

    @property
    def edition(self) -> str:
        """Give int or tr; a document without editions serves as int."""
        return str(self.words.get("x-edition", "int"))

    @property
    def gates(self) -> tuple[str, ...]:
        """List the platform rules in the order they are met."""
        return tuple(self.words.get("x-gates", ()))

    @property
    def envelope(self) -> str:
        """Name the shape of its error bodies."""
        return str(self.words["x-error-envelope"])


def operations_of(
    name: str, document: Mapping[str, Any], fields: Mapping[str, Iterable[Mapping[str, Any]]] = NO_FIELDS
) -> Iterator[Operation]:
    """Yield every operation of one bundled document; ``fields`` are its dated ones by operation."""
    words = {key: value for key, value in document.items() if key.startswith("x-")}
    prefixes = [str(server["url"]).rstrip("/") for server in document["servers"]]
    for path, item in document["paths"].items():
        for method in METHODS:
            if method in item:
                entries = fields.get(item[method]["operationId"], ())
                yield from (
                    _with_dates(_operation(name, document, words, prefix + path, method, item), entries)
                    for prefix in prefixes
                )


def operation_at(operation: Operation, now_ms: int) -> Operation:
    """Give an operation with the parameters, limits, fields and rules that it has at a moment.

    Units: ``now_ms`` epoch milliseconds UTC.
    """
    number = bisect_right(operation.moments, now_ms)
    variant = operation.variants.get(number)
    if variant is None:
        variant = operation.variants[number] = _variant(operation, now_ms)
    return variant


def _variant(operation: Operation, now_ms: int) -> Operation:
    parameters = tuple(one for one in operation.parameters if one.span is None or one.span.contains(now_ms))
    queries = {one.name: one for one in parameters if one.place == "query"}
    variant = replace(
        operation,
        parameters=parameters,
        buckets=tuple(one for one in operation.buckets if one.span is None or one.span.contains(now_ms)),
        queries=queries,
        query_names={low: name for low, name in operation.query_names.items() if name in queries},
        defaults={name: value for name, value in operation.defaults.items() if name in queries},
        checkers={},
        variants={},
    )
    inner_spans = [*(one.span for one in operation.fields), *_rule_spans(operation)]
    if all(span is None or span.contains(now_ms) for span in inner_spans):
        return variant
    tree = tree_at(operation.tree, operation.edition, now_ms)
    outer_words = {word: value for word, value in operation.words.items() if word not in operation.tree}
    return replace(
        variant,
        words={**outer_words, **_own_words(tree)},
        tree=tree,
        components=tree_at(operation.components, operation.edition, now_ms),
        absent_fields=absent_paths(operation.fields, now_ms),
    )


def _with_dates(operation: Operation, entries: Iterable[Mapping[str, Any]]) -> Operation:
    """Give an operation with its dated fields, and the moments at which a part of it comes or goes."""
    fields = fields_from(entries, operation.edition)
    spans = [
        *(one.span for one in operation.parameters),
        *(one.span for one in operation.buckets),
        *(one.span for one in fields),
        *_rule_spans(operation),
    ]
    moments = {at for span in spans if span for at in (span.since_ms, span.until_ms) if at is not None}
    return replace(operation, fields=fields, moments=tuple(sorted(moments)))


def _rule_spans(operation: Operation) -> list[Span | None]:
    return [span_of(rule, operation.edition) for _, rule in rules_in(operation.tree)]


def rules_in(tree: Mapping[str, Any]) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Yield the rules that an operation's x- words hold, with their word."""
    for word, value in _own_words(tree).items():
        rules = value if isinstance(value, list) else [value]
        yield from ((word, rule) for rule in rules if isinstance(rule, dict))


def _own_words(tree: Mapping[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in tree.items() if key.startswith("x-")}


def _operation(
    name: str,
    document: Mapping[str, Any],
    words: Mapping[str, Any],
    path: str,
    method: str,
    item: Mapping[str, Any],
) -> Operation:
    tree = item[method]
    own = _own_words(tree)
    declared = [*item.get("parameters", ()), *tree.get("parameters", ())]
    edition = words.get("x-edition", "int")
    parameters = tuple(_parameter(document, resolve(document, entry), words) for entry in declared)
    buckets = tuple(buckets_of(words.get("x-limit", ()), own.get("x-limit", {}), edition))
    queries = {entry.name: entry for entry in parameters if entry.place == "query"}
    return Operation(
        id=tree["operationId"],
        document=name,
        method=method.upper(),
        path=path,
        parameters=parameters,
        buckets=buckets,
        words={**words, **own},
        tree=tree,
        components=document.get("components", {}),
        queries=queries,
        query_names={query.lower(): query for query in queries}
        if words.get("x-query-case") == "ignore"
        else {},
        defaults={
            name: queries[name].whole["default"] for name in queries if "default" in queries[name].whole
        },
        span=span_of(own, edition),
    )


def resolve(document: Mapping[str, Any], node: Mapping[str, Any]) -> Mapping[str, Any]:
    """Follow a local reference to what it names; words beside ``$ref`` win over the target's."""
    if "$ref" not in node:
        return node
    target: Any = document
    for step in str(node["$ref"]).removeprefix("#/").split("/"):
        target = target[step.replace("~1", "/").replace("~0", "~")]
    return {**resolve(document, target), **{key: value for key, value in node.items() if key != "$ref"}}


def _parameter(document: Mapping[str, Any], entry: Mapping[str, Any], words: Mapping[str, Any]) -> Parameter:
    invalid = entry.get("x-on-invalid", words.get("x-on-invalid", "parameter-invalid"))
    whole = resolve(document, entry["schema"])
    many = whole.get("type") == "array"
    one = resolve(document, whole["items"]) if many else whole
    return Parameter(
        name=entry["name"],
        place=entry["in"],
        required=bool(entry.get("required", False)),
        many=many,
        kind=str(one.get("type", "string")),
        schema=one,
        whole=whole,
        on_invalid=invalid,
        on_missing=entry.get("x-on-missing", entry.get("x-on-invalid", "parameter-missing")),
        aliases=entry.get("x-aliases", {}),
        source=entry.get("x-source"),
        span=span_of(entry, words.get("x-edition", "int")),
        dates=dates_in(entry),
    )


def buckets_of(limits: Any, own: Mapping[str, Any], edition: str) -> Iterator[Bucket]:
    """Yield the limits of a document that an operation draws from; ``own`` names its groups' buckets."""
    names = own.get("bucket", ())
    for entry in limits:
        if entry["per"] == "operation" or entry["bucket"] in ([names] if isinstance(names, str) else names):
            yield Bucket(
                entry["bucket"] if entry["per"] == "group" else "",
                entry.get("requests"),
                entry.get("tiers", {}),
                entry["per_ms"],
                entry["error"],
                span_of(entry, edition),
            )
