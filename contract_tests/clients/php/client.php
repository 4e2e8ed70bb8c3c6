<?php

// What a client of every profile shares: one run, pages that become rows, and the verbs of a command.

declare(strict_types=1);

require __DIR__ . '/http.php';

const ATTEMPTS = 3;
const REFUSALS = 9;
const FAILURES = 4;
const LONGEST_S = 30;
const LONGEST_WAIT_S = 600;
// Requests and seconds: a little below what is documented, for they arrive less evenly than they are sent.
const ENDPOINT = [45, 10];
const FINANCE = [90, 60];
const JSON = JSON_THROW_ON_ERROR | JSON_UNESCAPED_UNICODE | JSON_UNESCAPED_SLASHES;

/** One run: the account, the copy, and what a client does its own way. */
final class Run
{
    private readonly string $baseUrl;
    private readonly string $seller;
    private readonly array $headers;
    public readonly string $edition;
    public readonly int $nowMs;
    public readonly float $pauseS;

    public function __construct(array $environment, public array $store, private readonly array $client)
    {
        $names = ['TRENDYOL_BASE_URL', 'TRENDYOL_SELLER_ID', 'TRENDYOL_API_KEY', 'TRENDYOL_API_SECRET'];
        $missing = array_filter($names, fn (string $name): bool => ($environment[$name] ?? '') === '');
        if ($missing) {
            throw new Problem('not set: ' . implode(', ', $missing));
        }
        [$url, $this->seller, $key, $secret] = array_map(fn (string $name): string => $environment[$name], $names);
        $storefront = $environment['TRENDYOL_STOREFRONT'] ?? '';
        $this->edition = in_array($storefront, ['', 'TR'], true) ? 'tr' : 'int';
        $this->nowMs = (int) ($environment['TRENDYOL_NOW_MS'] ?? microtime(true) * 1000);
        // The page of the stream asks for five seconds between two requests.
        $pause = $environment['CLIENT_PAUSE_SECONDS'] ?? '';
        $this->pauseS = $pause === '' ? 5.0 : (float) $pause;
        $this->baseUrl = rtrim($url, '/') . '/integration';
        $this->headers = array_filter([
            'Authorization: Basic ' . base64_encode("$key:$secret"),
            "User-Agent: {$this->seller} - SelfIntegration",
            'Accept-Language: ' . ($this->edition === 'int' ? 'en' : 'tr'),
            $storefront === '' ? '' : "storeFrontCode: $storefront",
        ]);
    }

    public function own(string $name, mixed ...$arguments): mixed
    {
        return ($this->client[$name])(...$arguments);
    }

    /** One page, asked for until it comes or patience ends. */
    public function page(string $path, array $query): array
    {
        $url = $this->baseUrl . str_replace('{seller}', $this->seller, $path) . '?' . http_build_query($query);
        $tries = [0, 0];
        while (true) {
            // What a path names by a number is another thing of the same operation.
            $this->pace(preg_replace('~/[^/]*\d[^/]*~', '', $path), ENDPOINT);
            if (str_starts_with($path, '/finance/')) {
                $this->pace('finance', FINANCE);
            }
            try {
                return $this->own('decode', $url, ...fetch($url, $this->headers));
            } catch (Problem $problem) {
                $refused = (int) ($problem->status === 429);
                $times = ++$tries[$refused];
                $tired = $times > ($refused ? REFUSALS : FAILURES) || $problem->waitS > LONGEST_WAIT_S;
                if (!$problem->passing || $tired) {
                    throw $problem;
                }
                pause($problem->waitS ?? min(2 ** ($times - 1), LONGEST_S));
            }
        }
    }

    /**
     * Has something done, once: again only after an answer that says it was not done; else it is lost.
     * `takes` says which text of a 200 is an answer of the service, `limits` what the operation bears besides.
     */
    public function write(
        string $method,
        string $path,
        array|object $body,
        ?callable $takes = null,
        array $limits = [],
    ): string {
        $url = $this->baseUrl . str_replace('{seller}', $this->seller, $path);
        $sent = $body instanceof Body ? $body : new Body(json_encode($body, JSON));
        for ($times = 1;; $times++) {
            foreach (['write' => ENDPOINT] + $limits as $name => $limit) {
                $this->pace($name, $limit);
            }
            try {
                [$status, $headers, $text] = fetch($url, $this->headers, $method, $sent);
                document($url, $status, $headers, $text);
                if (!($takes ?? is_done(...))(trim($text))) {
                    throw new Problem("$url: 200 that is no answer of this service", passing: true);
                }
                return $text;
            } catch (Problem $problem) {
                $notDone = !$problem->passing || in_array($problem->status, [429, 503], true);
                if (!$problem->passing || !$notDone || $times > REFUSALS || $problem->waitS > LONGEST_WAIT_S) {
                    throw $notDone ? $problem : new Lost($problem->getMessage());
                }
                pause($problem->waitS ?? min(2 ** ($times - 1), LONGEST_S));
            }
        }
    }

    private function pace(string $name, array $limit): void
    {
        [$requests, $perS] = $limit;
        $sent = $this->store['sent'][$name] ?? [];
        while (count($sent) >= $requests) {
            $leftS = array_shift($sent) + $perS - microtime(true);
            pause($leftS <= $perS ? max(0.0, $leftS) : 0.0);
        }
        $this->store['sent'][$name] = [...$sent, microtime(true)];
    }
}

function is_done(string $text): bool
{
    return in_array($text, ['', '200 OK'], true);
}

function pause(float $seconds): void
{
    usleep((int) ceil($seconds * 1_000_000));
}

/** A page, or a problem: an error is never data. */
function decode(string $url, int $status, array $headers, string $body): array
{
    return page_of(document($url, $status, $headers, $body)) ?? throw new Problem("$url: 200 without a page in it", passing: true);
}

/** A page of a list in the body of an answer; null when there is none. */
function page_of(mixed $read): ?array
{
    if (!is_int($read['totalElements'] ?? null) || !is_array($read['content'] ?? null)) {
        return null;
    }
    return ['total' => $read['totalElements'], 'rows' => $read['content'], 'token' => $read['nextPageToken'] ?? null];
}

/** The JSON of an answer, null when there is none; an error is a problem. */
function document(string $url, int $status, array $headers, string $body): mixed
{
    if ($status !== 200) {
        $message = "$url: $status " . substr($body, 0, 300);
        throw new Problem($message, $status, $status === 429 || $status >= 500, retry_after_s($headers['retry-after'] ?? ''));
    }
    return json_decode($body, true);
}

function read_at_rest(callable $read): array
{
    for ($attempt = 1;; $attempt++) {
        try {
            return $read();
        } catch (Moved $moved) {
            if ($attempt === ATTEMPTS) {
                throw $moved;
            }
        }
    }
}

/** Rows of some pages by their key, once each and as many as the pages tell. */
function gather(array $pages, string $key): array
{
    $rows = array_column(array_merge(...array_column($pages, 'rows')), null, $key);
    foreach ($pages as $page) {
        if ($page['total'] !== count($rows)) {
            throw new Moved('the pages do not fit together');
        }
    }
    return $rows;
}

/**
 * One verb of a profile: `pull` fills the store of a run, `exports` has a function a kind, `reset` forgets what it keeps
 * beside the store, `listen` takes calls until it is ended, `right` is what a client does its own way, and `broken`
 * what each broken variant replaces in it.
 */
function run_verb(array $profile, array $broken, array $words, array $environment): void
{
    $changes = [];
    if (str_starts_with($words[0] ?? '', '--broken=')) {
        $changes = $broken[substr(array_shift($words), strlen('--broken='))];
    }
    [$verb, $kind] = $words + ['', ''];
    $file = $environment['CLIENT_STORE'] ?? '';
    $store = $file !== '' && is_file($file) ? json_decode(file_get_contents($file), true) : [];
    if ($verb === 'reset') {
        save_store($file, []);
        ($profile['reset'] ?? fn (): bool => false)($environment);
    } elseif ($verb === 'export') {
        $own = $changes + $profile['right'];
        foreach (isset($profile['exports'][$kind]) ? $profile['exports'][$kind]($store, $own) : [] as $row) {
            fwrite(STDOUT, json_encode($row, JSON) . "\n");
        }
    } elseif ($verb === 'sync') {
        $run = new Run($environment, $store, $changes + $profile['right'] + ['decode' => decode(...)]);
        try {
            $profile['pull']($run);
            $store = $run->store;
        } finally {
            // When requests went out is kept even of a run that fails, for the next one has to keep the pace.
            // What a client that writes has done is kept as well, for nobody can take it back.
            $kept = array_intersect_key($run->store, array_flip((array) ($profile['keeps'] ?? [])));
            save_store($file, ['sent' => $run->store['sent'] ?? []] + $kept + $store);
        }
    } elseif ($verb === 'listen' && isset($profile['listen'])) {
        $profile['listen']($environment, $changes + $profile['right']);
    } else {
        throw new Problem('usage: [--broken=NAME] sync | export KIND | reset | listen');
    }
}

/** What the shop wants: a JSON object a line in the file that CLIENT_WANTED names. */
function wants(): array
{
    $file = getenv('CLIENT_WANTED') ?: '';
    $lines = $file === '' ? [] : file($file, FILE_IGNORE_NEW_LINES | FILE_SKIP_EMPTY_LINES);
    return array_map(fn (string $line): array => json_decode($line, true), $lines);
}

/** A problem that says what is in another state of all that was wanted, by its name. */
function require_done(array $states, array $done = ['done']): void
{
    $undone = array_diff($states, $done);
    if ($undone) {
        $lines = array_map(fn (string|int $name): string => "$name is $undone[$name]", array_keys($undone));
        throw new Problem(implode("\n", $lines));
    }
}

function save_store(string $file, array $store): void
{
    if ($file !== '') {
        file_put_contents($file, json_encode($store, JSON));
    }
}

function main(array $profile, array $broken, array $words): void
{
    try {
        run_verb($profile, $broken, $words, getenv());
    } catch (Problem | Moved | Lost $problem) {
        fwrite(STDERR, $problem->getMessage() . "\n");
        exit(1);
    }
}
