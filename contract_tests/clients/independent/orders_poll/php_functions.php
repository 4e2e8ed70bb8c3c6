<?php

declare(strict_types=1);
// Keeps a copy of the seller's order packages, read from Trendyol's order list (v2/orders).
// php client.php sync | export orders | reset

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const BACK_MS = 29 * DAY_MS + 4 * HOUR_MS;   // the service remembers one month
const AHEAD_MS = 4 * HOUR_MS;                // so that what changes while we read stays inside the range
const WINDOW_MS = 14 * DAY_MS - HOUR_MS;     // both dates sent: at most two weeks
const ORDER_DATE_SHIFT_MS = 3 * HOUR_MS;     // orderDate is a GMT+3 clock written as an epoch
const PAGE_SIZE = 200;
const REACHABLE_ROWS = 10_000;
const CALLS_A_MINUTE = 30;                   // the smallest tier of the order list
const CALL_TIMEOUT_SECONDS = 20;
const TROUBLE_SECONDS = 65.0;                // what one run may lose to refusals and their waits
const RUN_SECONDS = 100.0;                   // a longer read is resumed by the next run
const RECHECKED_PACKAGES = 10;

/** The settings, from the environment. */
function settings(): array {
    return [
        'base' => rtrim((string) getenv('TRENDYOL_BASE_URL'), '/'),
        'seller' => (string) getenv('TRENDYOL_SELLER_ID'),
        'key' => (string) getenv('TRENDYOL_API_KEY'),
        'secret' => (string) getenv('TRENDYOL_API_SECRET'),
        'storefront' => (string) getenv('TRENDYOL_STOREFRONT'),
        'now' => (int) (getenv('TRENDYOL_NOW_MS') ?: microtime(true) * 1000),
        'store' => getenv('CLIENT_STORE') ?: 'orders.json',
    ];
}

/** The stored copy; an absent or unreadable one is an empty one. */
function loadStore(string $path): array {
    $store = is_file($path) ? json_decode((string) file_get_contents($path), true) : null;
    return ['packages' => is_array($store['packages'] ?? null) ? $store['packages'] : [],
        'cursor' => is_int($store['cursor'] ?? null) ? $store['cursor'] : null];
}

/** Writes the copy beside its place and then moves it there, so that no reader sees half of it. */
function saveStore(string $path, array $packages, ?int $cursor): void {
    $text = json_encode(['cursor' => $cursor, 'packages' => (object) $packages],
        JSON_THROW_ON_ERROR | JSON_UNESCAPED_UNICODE | JSON_INVALID_UTF8_SUBSTITUTE);
    $temporary = $path . '.' . getmypid() . '.tmp';
    $file = @fopen($temporary, 'wb');
    $written = $file !== false && fwrite($file, $text) === strlen($text) && fflush($file) && fsync($file);
    if (!$written || !fclose($file) || !rename($temporary, $path)) {
        throw new RuntimeException("cannot write $path");
    }
}

/** The headers of every call; the storefront belongs to the international edition. */
function headers(array $settings): array {
    $edition = $settings['storefront'] === '' ? [] : ["storeFrontCode: {$settings['storefront']}"];
    return ["User-Agent: {$settings['seller']} - SelfIntegration", 'Accept: application/json',
        'Authorization: Basic ' . base64_encode("{$settings['key']}:{$settings['secret']}"), ...$edition];
}

/** Sleeps, unless that would make the run too long. */
function pause(array $run, float $seconds): void {
    if (microtime(true) - $run['started'] + $seconds > RUN_SECONDS) {
        throw new RuntimeException('the run has lasted long enough, the next one goes on from here');
    }
    usleep((int) ($seconds * 1_000_000));
}

/** Waits until one more call fits into the minute's allowance. */
function pace(array &$run): void {
    $earlier = $run['calls'][count($run['calls']) - CALLS_A_MINUTE] ?? 0.0;
    pause($run, max(0.0, $earlier + 60.5 - microtime(true)));
    $run['calls'][] = microtime(true);
}

/** One call: [status, decoded body or null, Retry-After in seconds]; status 0 when no whole answer came. */
function call(array &$run, array $query): array {
    $settings = $run['settings'];
    $retryAfter = 0.0;
    $path = '/integration/order/sellers/' . rawurlencode($settings['seller']) . '/v2/orders';
    curl_setopt_array($run['curl'], [
        CURLOPT_URL => $settings['base'] . $path . '?' . http_build_query($query),
        CURLOPT_HTTPHEADER => headers($settings),
        CURLOPT_RETURNTRANSFER => true,
        CURLOPT_TIMEOUT => CALL_TIMEOUT_SECONDS,
        CURLOPT_HEADERFUNCTION => function ($curl, string $line) use (&$retryAfter): int {
            if (stripos($line, 'retry-after:') === 0) {
                $retryAfter = retryAfterSeconds(trim(substr($line, 12)));
            }
            return strlen($line);
        },
    ]);
    $text = curl_exec($run['curl']);
    $status = $text === false ? 0 : (int) curl_getinfo($run['curl'], CURLINFO_RESPONSE_CODE);
    $body = $text === false ? null : json_decode($text, true, 512, JSON_BIGINT_AS_STRING);
    return [$status, is_array($body) ? $body : null, $retryAfter];
}

/** Retry-After in seconds, from either of its two forms. */
function retryAfterSeconds(string $value): float {
    return is_numeric($value) ? (float) $value : (float) ((strtotime($value) ?: 0) - time());
}

/** Asks for one page until it comes whole; refusals that pass are repeated, the others end the run. */
function fetchPage(array &$run, array $query): array {
    for ($backoff = 1.0; ; $backoff = min(20.0, $backoff * 2)) {
        pace($run);
        $began = microtime(true);
        [$status, $body, $retryAfter] = call($run, $query);
        if ($status === 200 && $body !== null && isWhole($body, $query['page'])) {
            return $body;
        }
        if (!in_array($status, [0, 200, 408, 425, 429], true) && $status < 500) {
            throw new RuntimeException("refused with status $status");
        }
        $wait = max($retryAfter, $backoff) + mt_rand(0, 300) / 1000;
        $run['trouble'] += microtime(true) - $began + $wait;
        if ($run['trouble'] > TROUBLE_SECONDS) {
            throw new RuntimeException("no whole answer, the last status was $status");
        }
        pause($run, $wait);
    }
}

/** Whether an answer has the rows that its own totals promise, each with its id. */
function isWhole(array $body, int $page): bool {
    $rows = $body['content'] ?? null;
    $nameless = fn (mixed $row): bool => !is_array($row) || packageId($row) === null;
    if (!is_array($rows) || array_filter($rows, $nameless) !== []) {
        return false;
    }
    $size = pageSize($body);
    return count($rows) >= min($size, ($body['totalElements'] ?? 0) - $page * $size);
}

/** The page size by which the service counts, which may be smaller than the one asked for. */
function pageSize(array $body): int {
    $size = $body['size'] ?? null;
    return is_int($size) && $size > 0 ? min($size, PAGE_SIZE) : PAGE_SIZE;
}

/** Whether nothing comes after this first page. */
function isLast(array $body): bool {
    return count($body['content']) >= ($body['totalElements'] ?? PHP_INT_MAX) || count($body['content']) < pageSize($body);
}

/** The package's id, under its new or its old name. */
function packageId(array $package): int|string|null {
    return $package['shipmentPackageId'] ?? $package['id'] ?? null;
}

/** The date of the page's last row, or null when its rows are not sorted by their last change. */
function sortedUpTo(array $rows): ?int {
    $last = PHP_INT_MIN;
    foreach ($rows as $row) {
        $date = $row['lastModifiedDate'] ?? null;
        if (!is_int($date) || $date < $last) {
            return null;
        }
        $last = $date;
    }
    return $rows === [] ? null : $last;
}

/**
 * Reads all that changed from one moment to another. Rows come sorted by their last change and each next call starts
 * at the last row's date: what changes meanwhile moves ahead of us, nothing can slip through between two pages.
 */
function readChanges(array &$run, int $from, int $until): void {
    for ($run['cursor'] = $from; $run['cursor'] < $until - 1; ) {
        $end = min($run['cursor'] + WINDOW_MS, $until);
        $reached = readWindow($run, $run['cursor'], $end);
        $run['cursor'] = ($reached ?? $end) - 1;   // whether the ends are inclusive is not documented
    }
}

/** Reads a window as far as a later date than its start; null when it was read to its end. */
function readWindow(array &$run, int $start, int $end): ?int {
    $body = readPage($run, $start, $end, 0);
    if (isLast($body)) {
        return null;
    }
    $reached = sortedUpTo($body['content']);
    if ($reached !== null && $reached - 1 > $start) {
        return $reached;
    }
    // More than a page of one moment: read that moment alone. (Unsorted, against our wish: the whole window.)
    $narrow = $reached === null ? $end : min($end, $start + 3);
    $total = readPage($run, $start, $narrow, 0)['totalElements'] ?? PHP_INT_MAX;
    if ($total > REACHABLE_ROWS) {
        throw new RuntimeException('more packages than the service lets us reach');
    }
    // From the last page to the first: rows that leave let others slide to pages which are still to be read.
    for ($page = intdiv(max(0, $total - 1), pageSize($body)); $page >= 0; $page--) {
        readPage($run, $start, $narrow, $page);
    }
    return $narrow === $end ? null : $narrow;
}

/** Fetches one page of a window and takes its packages into the copy. */
function readPage(array &$run, int $start, int $end, int $page): array {
    $body = fetchPage($run, ['startDate' => $start, 'endDate' => $end, 'page' => $page, 'size' => PAGE_SIZE,
        'orderByField' => 'PackageLastModifiedDate', 'orderByDirection' => 'ASC']);
    keep($run, $body['content']);
    return $body;
}

/** Takes packages into the copy, unless they are unpaid or the copy has them newer. */
function keep(array &$run, array $packages): void {
    foreach (array_map(rowOf(...), $packages) as $row) {
        $id = (string) $row['shipmentPackageId'];
        $run['seen'][$id] = true;
        $held = $run['packages'][$id]['lastModifiedDate'] ?? 0;
        if (($row['status'] ?? '') !== 'Awaiting' && ($row['lastModifiedDate'] ?? PHP_INT_MAX) >= $held) {
            $run['packages'][$id] = $row;
        }
    }
}

/** Epoch milliseconds as ISO 8601 in UTC. */
function isoTime(int $time): string {
    return gmdate('Y-m-d\TH:i:s', intdiv($time, 1000)) . sprintf('.%03dZ', $time % 1000);
}

/** The row that we hold of a package; what the service left out is left out. */
function rowOf(array $package): array {
    $lines = is_array($package['lines'] ?? null) ? $package['lines'] : [];
    $units = array_column($lines, 'quantity');
    $orderDate = $package['orderDate'] ?? null;
    return array_filter([
        'shipmentPackageId' => packageId($package),
        'orderNumber' => $package['orderNumber'] ?? null,
        'status' => $package['status'] ?? $package['shipmentPackageStatus'] ?? null,
        'lastModifiedDate' => $package['lastModifiedDate'] ?? null,
        'orderedAt' => is_int($orderDate) ? isoTime($orderDate - ORDER_DATE_SHIFT_MS) : null,
        'totalPrice' => $package['packageTotalPrice'] ?? $package['totalPrice'] ?? null,
        'quantity' => $lines && count($units) === count($lines) ? array_sum($units) : null,
        'currency' => $package['currencyCode'] ?? $lines[0]['currencyCode'] ?? null,
    ], fn (mixed $value): bool => $value !== null);
}

/** Asks by order number for packages that we hold and that the list left out: dated reads are known to miss some. */
function recheckMissing(array &$run, int $from): void {
    $missing = array_filter(array_diff_key($run['packages'], $run['seen']),
        fn (array $row): bool => ($row['lastModifiedDate'] ?? 0) >= $from && isset($row['orderNumber']));
    foreach (array_slice(array_unique(array_column($missing, 'orderNumber')), 0, RECHECKED_PACKAGES) as $number) {
        keep($run, fetchPage($run, ['orderNumber' => $number, 'page' => 0, 'size' => PAGE_SIZE])['content']);
    }
}

/** One synchronisation; a read that breaks off keeps what it has and the next run goes on from there. */
function sync(array $settings): int {
    $run = loadStore($settings['store']) + ['settings' => $settings, 'curl' => curl_init(), 'seen' => [],
        'calls' => [], 'trouble' => 0.0, 'started' => microtime(true)];
    $oldest = $settings['now'] - BACK_MS;
    $from = max($oldest, $run['cursor'] ?? $oldest);
    try {
        readChanges($run, $from, $settings['now'] + AHEAD_MS);
        $run['cursor'] = null;
        recheckMissing($run, $from);
        $code = 0;
    } catch (RuntimeException $trouble) {
        fwrite(STDERR, "sync: {$trouble->getMessage()}\n");
        $code = 1;
        // The range reaches beyond now: what changes after this run must still lie ahead of the next one.
        $run['cursor'] = $run['cursor'] === null ? null : min($run['cursor'], $settings['now'] - HOUR_MS);
    }
    $recent = fn (array $row): bool => ($row['lastModifiedDate'] ?? PHP_INT_MAX) >= $oldest;
    saveStore($settings['store'], array_filter($run['packages'], $recent), $run['cursor']);
    return $code;
}

/** Prints the rows of a kind, one JSON object a line. */
function export(array $settings, string $kind): int {
    foreach ($kind === 'orders' ? loadStore($settings['store'])['packages'] : [] as $row) {
        echo json_encode($row, JSON_THROW_ON_ERROR | JSON_UNESCAPED_UNICODE), "\n";
    }
    return 0;
}

/** Runs the verb that was asked for and returns the exit code. */
function main(array $arguments): int {
    $settings = settings();
    try {
        return match ($arguments[1] ?? '') {
            'sync' => sync($settings),
            'export' => export($settings, $arguments[2] ?? ''),
            'reset' => !is_file($settings['store']) || unlink($settings['store']) ? 0 : 1,
            default => throw new InvalidArgumentException('verbs: sync, export KIND, reset'),
        };
    } catch (Throwable $fault) {
        fwrite(STDERR, $fault->getMessage() . "\n");
        return 1;
    }
}

exit(main($argv));
