<?php
declare(strict_types=1);

/** A run that could not be finished; unless its time ran out, nothing of it is kept. */
class SyncFailed extends RuntimeException {}
/** The service refused a cursor: the stream has to be opened anew. */
final class CursorRefused extends SyncFailed {}
/** The time of one run is used up; what was read so far is kept and the next run goes on from there. */
final class OutOfTime extends SyncFailed {}
/** Keeps a copy of the seller's order packages, read from Trendyol's order stream. */
final class OrderStream
{
    private const DAY_MS = 86_400_000, ORDER_DATE_SHIFT_MS = 10_800_000, OVERLAP_MS = 60_000;
    /** A stream covers at most 14 days; 30 days need three windows either way. */
    private const SPAN_DAYS = 30, WINDOW_DAYS = 10, PAGE_SIZE = 200;
    /** The vendor's suggested pace: at least 5 s between calls. Retries keep it too. */
    private const PACE_SECONDS = 5.0, REQUEST_SECONDS = 25.0, LONGEST_WAIT_SECONDS = 40.0, RUN_SECONDS = 100.0;
    private const ATTEMPTS = 5, STREAM_OPENINGS = 3, MAX_CATCH_UPS = 3;
    /** @var array<string, array<string, mixed>> rows by package id */
    private array $packages = [];
    private float $startedAt;
    private float $nextCallAt = 0.0;
    private int $nowMs;
    private ?CurlHandle $curl = null;

    /** @param array<string, string> $environment */
    public function __construct(private readonly array $environment)
    {
        $this->startedAt = self::clock();
        $now = $this->setting('TRENDYOL_NOW_MS', '');
        $this->nowMs = ctype_digit($now) ? (int) $now : (int) (microtime(true) * 1000);
    }

    /** Reads the last 30 days (or what an unfinished run left over) and writes the copy. */
    public function sync(): void
    {
        $state = $this->load();
        $this->packages = $state['packages'] ?? [];
        $windows = $this->windowsToRead($state);
        for ($catchUps = 0; $windows !== [];) {
            $oldestRead = null;
            try {
                $pages = $this->readWindow($windows[0], count($windows) === 1, $oldestRead);
            } catch (OutOfTime $stop) {
                $windows[0][1] = $oldestRead ?? $windows[0][1];
                $this->save($windows);
                throw $stop;
            }
            array_shift($windows);
            if ($windows === [] && $pages > 1 && $catchUps++ < self::MAX_CATCH_UPS) {
                $windows[] = [$this->nowMs - self::OVERLAP_MS, $this->nowMs]; // what changed meanwhile moved ahead of the cursor
            }
        }
        $this->save([]);
    }

    /** Prints the packages held, one JSON object a line. */
    public function export(string $kind): void
    {
        foreach ($kind === 'orders' ? $this->load()['packages'] ?? [] : [] as $row) {
            if (($row['status'] ?? null) !== 'Awaiting') { // not paid for yet, of use for stock only
                echo self::encode($row), "\n";
            }
        }
    }

    /** Forgets all. */
    public function reset(): void
    {
        $path = $this->setting('CLIENT_STORE');
        if (is_file($path) && !unlink($path)) {
            throw new SyncFailed("cannot remove $path");
        }
    }

    /** The windows of this run, oldest first, so that a package which changes meanwhile moves into one still to be read. */
    private function windowsToRead(array $state): array
    {
        $horizon = $this->nowMs - self::SPAN_DAYS * self::DAY_MS;
        $windows = [];
        $from = $horizon;
        foreach ($state['unread'] ?? [] as [$start, $end]) { // left over: only these and what is new since then
            if ($end > $horizon) {
                $windows[] = [max($start, $horizon), $end];
            }
            $from = max($horizon, $state['readAtMs'] - self::OVERLAP_MS);
        }
        for (; $from < $this->nowMs; $from = $end) { // both windows hold the edge: whether ends are inclusive is not documented
            $end = min($from + self::WINDOW_DAYS * self::DAY_MS, $this->nowMs);
            $windows[] = [$from, $end];
        }
        return $windows;
    }

    /** Reads one window to its end, with the same filters all along; a refused cursor opens the stream anew. */
    private function readWindow(array $window, bool $newest, ?int &$oldestRead): int
    {
        // The newest window also takes in what changed since the run began.
        $filters = ['lastModifiedStartDate' => $window[0], 'lastModifiedEndDate' => $newest ? $this->worldNowMs() : $window[1]];
        [$cursor, $seen, $openings] = [[], [], 1];
        for ($pages = 1; ; $pages++) {
            try {
                $page = $this->fetchPage($filters + ['size' => self::PAGE_SIZE] + $cursor);
            } catch (CursorRefused $refusal) {
                [$cursor, $seen, $oldestRead] = [[], [], null];
                if (++$openings > self::STREAM_OPENINGS) {
                    throw $refusal;
                }
                continue;
            }
            foreach ($page['content'] as $package) {
                $this->keep($package);
                $oldestRead = is_int($package['lastModifiedDate'] ?? null) ? $package['lastModifiedDate'] : $oldestRead;
            }
            if (!$page['hasMore']) {
                return $pages;
            }
            if (isset($seen[$page['nextCursor']])) {
                throw new SyncFailed('the stream came back to a cursor that was already used');
            }
            $seen[$page['nextCursor']] = true;
            $cursor = ['nextCursor' => $page['nextCursor']];
        }
    }

    /** One page of the stream; asks again where the answer is late, cut, damaged, 429 or 5xx. */
    private function fetchPage(array $query): array
    {
        $trouble = '';
        for ($attempt = 1; $attempt <= self::ATTEMPTS; $attempt++) {
            [$status, $body, $retryAfter, $error] = $this->call($query);
            $page = $status === 200 && $error === '' ? self::decodePage($body) : null;
            if ($page !== null) {
                return $page;
            }
            $trouble = $error !== '' ? $error : "HTTP $status: " . substr($body, 0, 200);
            if ($status === 400 && isset($query['nextCursor'])) {
                throw new CursorRefused("cursor refused, $trouble");
            }
            $mayPass = $error !== '' || $status === 200 || $status === 429 || $status >= 500;
            if (!$mayPass || $retryAfter > self::LONGEST_WAIT_SECONDS) {
                throw new SyncFailed("refused, $trouble");
            }
            $this->nextCallAt = max($this->nextCallAt, self::clock() + max($retryAfter, $attempt * self::PACE_SECONDS));
        }
        throw new SyncFailed("given up after several attempts, $trouble");
    }

    /** Waits for its turn and sends one request. */
    private function call(array $query): array
    {
        $deadline = $this->startedAt + self::RUN_SECONDS;
        $wait = max(0.0, $this->nextCallAt - self::clock());
        if (self::clock() + $wait + 1.0 > $deadline) {
            throw new OutOfTime('the time of this run is used up; the next run goes on');
        }
        usleep((int) ($wait * 1e6));
        [$retryAfter, $seller] = [0.0, $this->setting('TRENDYOL_SELLER_ID')];
        $storefront = $this->setting('TRENDYOL_STOREFRONT', '');
        $this->curl ??= curl_init();
        curl_setopt_array($this->curl, [
            CURLOPT_URL => rtrim($this->setting('TRENDYOL_BASE_URL'), '/') . "/integration/order/sellers/$seller/orders/stream?"
                . http_build_query($query, '', '&', PHP_QUERY_RFC3986),
            CURLOPT_HTTPHEADER => $storefront === '' ? [] : ["storeFrontCode: $storefront"], // the Turkish edition needs none
            CURLOPT_USERPWD => $this->setting('TRENDYOL_API_KEY') . ':' . $this->setting('TRENDYOL_API_SECRET'),
            CURLOPT_USERAGENT => "$seller - SelfIntegration",
            CURLOPT_RETURNTRANSFER => true,
            CURLOPT_ENCODING => '',
            CURLOPT_CONNECTTIMEOUT => 10,
            CURLOPT_TIMEOUT_MS => (int) (1000 * min(self::REQUEST_SECONDS, $deadline - self::clock())),
            CURLOPT_HEADERFUNCTION => static function ($curl, string $line) use (&$retryAfter): int {
                if (preg_match('/^retry-after:\s*(\d+(?:\.\d+)?)\s*$/i', $line, $found)) {
                    $retryAfter = (float) $found[1];
                }
                return strlen($line);
            },
        ]);
        $body = curl_exec($this->curl);
        $this->nextCallAt = self::clock() + self::PACE_SECONDS;
        $error = $body === false ? 'no whole answer: ' . curl_error($this->curl) : '';
        return [curl_getinfo($this->curl, CURLINFO_RESPONSE_CODE), (string) $body, $retryAfter, $error];
    }

    /** @return array<string, mixed>|null a page that can be relied on, else null */
    private static function decodePage(string $body): ?array
    {
        $page = json_decode($body, true, 512, JSON_BIGINT_AS_STRING);
        if (!is_array($page) || !is_array($page['content'] ?? null) || !is_bool($page['hasMore'] ?? null)
            || $page['hasMore'] && (!is_string($page['nextCursor'] ?? null) || $page['nextCursor'] === '')) {
            return null;
        }
        $known = static fn (mixed $one): bool => is_numeric($one['shipmentPackageId'] ?? $one['id'] ?? null);
        return count(array_filter($page['content'], $known)) === count($page['content']) ? $page : null;
    }

    /** @param array<string, mixed> $package kept unless a newer state of it is held */
    private function keep(array $package): void
    {
        $row = self::row($package);
        $key = (string) $row['shipmentPackageId'];
        $held = $this->packages[$key]['lastModifiedDate'] ?? 0;
        if (($row['lastModifiedDate'] ?? PHP_INT_MAX) >= $held) {
            $this->packages[$key] = $row;
        }
    }

    /** The row of a package; what the service did not tell is left out. */
    private static function row(array $package): array
    {
        $lines = is_array($package['lines'] ?? null) ? $package['lines'] : [];
        $quantities = array_column($lines, 'quantity');
        $complete = $lines !== [] && count(array_filter($quantities, 'is_numeric')) === count($lines);
        return array_filter([
            'shipmentPackageId' => (int) ($package['shipmentPackageId'] ?? $package['id']),
            'orderNumber' => $package['orderNumber'] ?? null,
            'status' => $package['status'] ?? null,
            'lastModifiedDate' => $package['lastModifiedDate'] ?? null,
            'orderedAt' => is_int($package['orderDate'] ?? null) ? self::orderedAt($package['orderDate']) : null,
            'totalPrice' => $package['packageTotalPrice'] ?? $package['totalPrice'] ?? null,
            'quantity' => $complete ? array_sum($quantities) : null,
            'currency' => $package['currencyCode'] ?? $lines[0]['currencyCode'] ?? null,
        ], static fn (mixed $value): bool => $value !== null);
    }

    /** The true moment of an order: orderDate is a GMT+3 clock written as epoch, three hours ahead. */
    private static function orderedAt(int $orderDate): string
    {
        $moment = $orderDate - self::ORDER_DATE_SHIFT_MS;
        return gmdate('Y-m-d\TH:i:s', intdiv($moment, 1000)) . sprintf('.%03dZ', $moment % 1000);
    }

    /** @return array<string, mixed> the stored state; empty when there is none or it cannot be read */
    private function load(): array
    {
        $path = $this->setting('CLIENT_STORE');
        $state = is_file($path) ? json_decode((string) file_get_contents($path), true) : null;
        return is_array($state) && is_array($state['packages'] ?? null) ? $state : [];
    }

    /** @param list<array{int, int}> $unread windows that the next run has to read; the file is replaced as a whole */
    private function save(array $unread): void
    {
        $horizon = $this->nowMs - self::SPAN_DAYS * self::DAY_MS;
        $recent = array_filter($this->packages, static fn (array $row): bool => ($row['lastModifiedDate'] ?? $horizon) >= $horizon);
        $text = self::encode(['readAtMs' => $this->nowMs, 'unread' => $unread, 'packages' => $recent]);
        $path = $this->setting('CLIENT_STORE');
        $draft = $path . '.' . getmypid() . '.tmp';
        if (file_put_contents($draft, $text) !== strlen($text) || !rename($draft, $path)) {
            @unlink($draft);
            throw new SyncFailed("cannot write $path");
        }
    }

    /** The world's time now: what it was at the start, and the seconds since. One second more covers an exclusive end. */
    private function worldNowMs(): int
    {
        return $this->nowMs + (int) ((self::clock() - $this->startedAt) * 1000) + 1000;
    }

    /** A setting of the environment; fails when it is needed and missing. */
    private function setting(string $name, ?string $default = null): string
    {
        return $this->environment[$name] ?? $default ?? throw new SyncFailed("$name is not set");
    }

    /** JSON that keeps numbers and letters as they are. */
    private static function encode(mixed $value): string
    {
        return json_encode($value, JSON_THROW_ON_ERROR | JSON_UNESCAPED_UNICODE | JSON_UNESCAPED_SLASHES);
    }

    /** Seconds of a clock that never jumps. */
    private static function clock(): float
    {
        return hrtime(true) / 1e9;
    }
}

/** Runs one verb and gives the exit code. */
function main(array $arguments, array $environment): int
{
    ini_set('serialize_precision', '-1');
    ini_set('memory_limit', '-1');
    try {
        $stream = new OrderStream($environment);
        match ($arguments[0] ?? '') {
            'sync' => $stream->sync(),
            'export' => $stream->export($arguments[1] ?? ''),
            'reset' => $stream->reset(),
            default => throw new SyncFailed('usage: client.php sync | export KIND | reset'),
        };
        return 0;
    } catch (Throwable $failure) {
        fwrite(STDERR, $failure->getMessage() . "\n");
        return 1;
    }
}

exit(main(array_slice($argv, 1), getenv()));
