<?php

/** Keeps a copy of Trendyol's settlement rows of the last 75 days. Verbs: sync, export KIND, reset. */

declare(strict_types=1);

ini_set('memory_limit', '-1');
ini_set('serialize_precision', '-1');

const DAY_MS = 86_400_000;
const KEPT_DAYS = 75, WINDOW_DAYS = 15, PAGE_SIZE = 1000;
const MAX_PASSES = 5, MAX_ATTEMPTS = 8;
const TROUBLE_SECONDS = 50.0, REQUEST_SECONDS = 20.0;
const PACES = [[10.0, 45], [60.0, 95]]; // the vendor allows 50 in 10 s and 100 in a minute
const JSON_OUT = JSON_UNESCAPED_UNICODE | JSON_UNESCAPED_SLASHES | JSON_THROW_ON_ERROR;
const INTERNATIONAL_TYPES = ['Sale', 'Return'];
const TURKISH_TYPES = [
    'Sale', 'Return', 'Discount', 'DiscountCancel', 'Coupon', 'CouponCancel', 'ProvisionPositive',
    'ProvisionNegative', 'ManualRefund', 'ManualRefundCancel', 'TyDiscount', 'TyDiscountCancel', 'TyCoupon',
    'TyCouponCancel', 'SellerRevenuePositive', 'SellerRevenueNegative', 'CommissionPositive',
    'CommissionNegative', 'SellerRevenuePositiveCancel', 'SellerRevenueNegativeCancel',
    'CommissionPositiveCancel', 'CommissionNegativeCancel', 'DeliveryFee', 'DeliveryFeeCancel', 'PayByLink',
];

/** A setting of the environment that has to be there. */
function setting(string $name): string
{
    return (string) getenv($name) !== '' ? getenv($name) : throw new RuntimeException("$name is not set");
}

/** The storefront's code; TR in the Turkish edition. */
function storefront(): string
{
    return getenv('TRENDYOL_STOREFRONT') ?: 'TR';
}

/** Waits for some seconds. */
function pause(float $seconds): void
{
    usleep((int) ceil(max(0.0, $seconds) * 1e6));
}

/** What the requests of one run share: connection, address, headers, times of requests, time lost in trouble. */
function openSession(): stdClass
{
    $seller = setting('TRENDYOL_SELLER_ID');
    $secret = base64_encode(setting('TRENDYOL_API_KEY') . ':' . setting('TRENDYOL_API_SECRET'));
    return (object) [
        'curl' => curl_init(),
        'url' => rtrim(setting('TRENDYOL_BASE_URL'), '/')
            . '/integration/finance/che/sellers/' . rawurlencode($seller) . '/settlements',
        'headers' => [
            "Authorization: Basic $secret",
            "User-Agent: $seller - SelfIntegration",
            'storeFrontCode: ' . storefront(),
        ],
        'sent' => [],
        'trouble' => 0.0,
    ];
}

/** Waits until one more request keeps the vendor's limits. */
function keepPace(stdClass $session): void
{
    foreach (PACES as [$seconds, $most]) {
        $count = count($session->sent);
        if ($count >= $most) {
            pause($session->sent[$count - $most] + $seconds - hrtime(true) / 1e9);
        }
    }
    $session->sent[] = hrtime(true) / 1e9;
}

/** One request: status (0 when no whole answer came), text, and Retry-After as it was sent. */
function ask(stdClass $session, string $query): array
{
    $retryAfter = null;
    $left = max(1.0, min(REQUEST_SECONDS, TROUBLE_SECONDS - $session->trouble));
    curl_setopt_array($session->curl, [
        CURLOPT_URL => "$session->url?$query",
        CURLOPT_HTTPHEADER => $session->headers,
        CURLOPT_RETURNTRANSFER => true,
        CURLOPT_ENCODING => '',
        CURLOPT_CONNECTTIMEOUT => 10,
        CURLOPT_TIMEOUT_MS => (int) ($left * 1000),
        CURLOPT_HEADERFUNCTION => function ($curl, string $line) use (&$retryAfter): int {
            $retryAfter = preg_match('/^retry-after:\s*(.+?)\s*$/i', $line, $found) ? $found[1] : $retryAfter;
            return strlen($line);
        },
    ]);
    $text = curl_exec($session->curl);
    return $text === false ? [0, curl_error($session->curl), $retryAfter]
        : [curl_getinfo($session->curl, CURLINFO_RESPONSE_CODE), $text, $retryAfter];
}

/** Seconds to wait before the next attempt: what the service says, or else 1, 2, 4, 8, 8 ... */
function waitSeconds(int $attempt, ?string $retryAfter): float
{
    $backoff = min(8.0, 2.0 ** $attempt);
    if (is_numeric($retryAfter)) {
        return max((float) $retryAfter, 0.5);
    }
    $moment = strtotime($retryAfter ?? '');
    return $moment === false ? $backoff : max((float) ($moment - time()), $backoff);
}

/** The page in an answer, or null when the answer is not a whole and well-formed page. */
function parsePage(string $text, int $page): ?stdClass
{
    $body = json_decode($text, false, 512, JSON_BIGINT_AS_STRING);
    if (!$body instanceof stdClass || !is_array($body->content ?? null)
        || !is_int($body->totalElements ?? null) || !is_int($body->totalPages ?? null)
        || ($body->page ?? $page) !== $page) {
        return null;
    }
    foreach ($body->content as $row) {
        if (!$row instanceof stdClass || !(is_string($row->id ?? null) || is_int($row->id ?? null)) || $row->id === '') {
            return null;
        }
    }
    return $body;
}

/** Reads one page; repeats after limits, faults, and late, cut or broken answers, within the run's budget. */
function readPage(stdClass $session, array $query, int $page): stdClass
{
    $words = str_replace('%2C', ',', http_build_query($query + ['page' => $page, 'size' => PAGE_SIZE]));
    for ($attempt = 0; $attempt < MAX_ATTEMPTS; $attempt++) {
        keepPace($session);
        $began = hrtime(true) / 1e9;
        [$status, $text, $retryAfter] = ask($session, $words);
        $body = $status === 200 ? parsePage($text, $page) : null;
        if ($body !== null) {
            return $body;
        }
        $problem = "status $status for $words: " . substr($text, 0, 300);
        if (!in_array($status, [0, 200, 408, 429], true) && $status < 500) {
            throw new RuntimeException($problem);
        }
        $wait = waitSeconds($attempt, $retryAfter);
        $session->trouble += hrtime(true) / 1e9 - $began + $wait;
        if ($session->trouble > TROUBLE_SECONDS) {
            break;
        }
        pause($wait);
    }
    throw new RuntimeException("given up, $problem");
}

/** Reads all pages once: rows as JSON by id, and the number of pages; null when the list moved meanwhile. */
function readPass(stdClass $session, array $query): ?array
{
    [$rows, $total, $page] = [[], null, 0];
    do {
        $body = readPage($session, $query, $page);
        $total ??= $body->totalElements;
        if ($body->totalElements !== $total) {
            return null;
        }
        foreach ($body->content as $row) {
            $row->id = (string) $row->id;
            $rows[$row->id] = json_encode($row, JSON_OUT);
        }
        $page++;
    } while ($page < $body->totalPages);
    return count($rows) === $total ? [$rows, $page] : null;
}

/** The rows of one query: one answer stands for itself, several pages have to read the same twice running. */
function readStable(stdClass $session, array $query): array
{
    for ($before = null, $pass = 0; $pass < MAX_PASSES; $pass++) {
        $read = readPass($session, $query);
        // == compares keys and, as all values are JSON texts of objects, exact texts, in any order
        if ($read !== null && ($read[1] === 1 || ($before !== null && $read[0] == $before[0]))) {
            return $read[0];
        }
        $before = $read;
    }
    throw new RuntimeException('the list kept moving while it was read');
}

/** The queries without dates: all types at once in the Turkish edition, one type each in the others. */
function typeQueries(): array
{
    return storefront() === 'TR'
        ? [['transactionTypes' => implode(',', TURKISH_TYPES)]]
        : array_map(fn (string $type): array => ['transactionType' => $type], INTERNATIONAL_TYPES);
}

/** Reads all windows; neighbours share their border, so that no row falls between them. */
function readSettlements(): array
{
    $session = openSession();
    $now = (int) setting('TRENDYOL_NOW_MS');
    $rows = [];
    for ($start = $now - KEPT_DAYS * DAY_MS; $start < $now; $start += WINDOW_DAYS * DAY_MS) {
        $dates = ['startDate' => $start, 'endDate' => min($now, $start + WINDOW_DAYS * DAY_MS)];
        foreach (typeQueries() as $types) {
            $rows = readStable($session, $types + $dates) + $rows;
        }
    }
    return $rows;
}

/** Puts the rows in place of the old copy, in one step. Ids are re-keyed at times, so nothing old is kept. */
function writeStore(array $rows): void
{
    $store = setting('CLIENT_STORE');
    $draft = $store . '.' . getmypid() . '.tmp';
    $text = "{\"settlements\":[\n" . implode(",\n", $rows) . "\n]}\n";
    $file = fopen($draft, 'wb');
    $whole = $file && fwrite($file, $text) === strlen($text) && fflush($file) && fsync($file) && fclose($file);
    if (!$whole || !rename($draft, $store)) {
        @unlink($draft);
        throw new RuntimeException("cannot write $store");
    }
}

/** Prints the rows of a kind, one JSON object a line. */
function export(string $kind): void
{
    $store = setting('CLIENT_STORE');
    $text = $kind === 'settlements' && is_file($store) ? file_get_contents($store) : '{"settlements":[]}';
    $copy = json_decode((string) $text, false, 512, JSON_THROW_ON_ERROR | JSON_BIGINT_AS_STRING);
    foreach ($copy->settlements as $row) {
        echo json_encode($row, JSON_OUT), "\n";
    }
}

/** Does what the verb says; the exit code. */
function main(array $words): int
{
    try {
        match ($words[0] ?? '') {
            'sync' => writeStore(readSettlements()),
            'export' => export($words[1] ?? ''),
            'reset' => is_file(setting('CLIENT_STORE')) && (unlink(setting('CLIENT_STORE')) || throw new RuntimeException('not removed')),
            default => throw new RuntimeException('usage: finance.php sync | export KIND | reset'),
        };
        return 0;
    } catch (Throwable $problem) {
        fwrite(STDERR, $problem->getMessage() . "\n");
        return 1;
    }
}

exit(main(array_slice($argv, 1)));
