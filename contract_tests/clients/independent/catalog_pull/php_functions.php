<?php

/**
 * Keeps a copy of a Trendyol seller's approved products in one JSON file.
 *
 * Verbs: sync | export KIND | reset. The settings come from the environment.
 * A sync reads the whole catalogue and replaces the file in one step, or leaves it as it was and exits 1.
 */

declare(strict_types=1);

const PAGE_SIZE = 100;               // the most that the approved filter serves
const PAGE_CAP = 10000;              // page x size may not go beyond; only the token does
const SECONDS_BETWEEN = 0.21;        // fewer than 50 requests to one endpoint in 10 seconds
const REQUEST_TIMEOUT = 15;          // seconds for one answer
const LOST_SECONDS_ALLOWED = 45.0;   // failed requests and pauses of one run, added up
const PASSING = [0, 408, 425, 429]; // with 5xx: the same request may succeed a little later
const READS = 4;                     // whole readings of a catalogue that moves meanwhile
const LAST_READ_STARTS_WITHIN = 45.0;

/** The run cannot be finished: refused, or out of patience. */
final class SyncFailed extends RuntimeException {}
/** The answer is no usable page (cut, not JSON, essential fields missing); asking again may help. */
final class BrokenAnswer extends RuntimeException {}
/** The catalogue changed while it was read; reading it again may help. */
final class CatalogueMoved extends RuntimeException {}

/** A setting from the environment; the run fails when a needed one is missing. */
function setting(string $name, ?string $default = null): string {
    return getenv($name) ?: $default ?? throw new SyncFailed("$name is not set");
}

/** The address of the approved products filter. */
function approvedUrl(): string {
    $base = rtrim(setting('TRENDYOL_BASE_URL'), '/');
    return "$base/integration/product/sellers/" . rawurlencode(setting('TRENDYOL_SELLER_ID')) . '/products/approved';
}

/** The headers of every request. Without a storefront code the service means Türkiye. */
function requestHeaders(): array {
    $storefront = setting('TRENDYOL_STOREFRONT', '');
    $headers = [
        'Authorization: Basic ' . base64_encode(setting('TRENDYOL_API_KEY') . ':' . setting('TRENDYOL_API_SECRET')),
        'User-Agent: ' . setting('TRENDYOL_SELLER_ID') . ' - SelfIntegration',
        'Accept-Language: ' . ($storefront === '' ? 'tr' : 'en'),
    ];
    if ($storefront !== '') {
        $headers[] = "storeFrontCode: $storefront";
    }
    return $headers;
}

/** The connection of one run, with its clock and its account of lost time. */
function openClient(): stdClass {
    $client = (object) ['url' => approvedUrl(), 'curl' => curl_init(), 'nextAt' => 0.0, 'lost' => 0.0, 'retryAfter' => null];
    curl_setopt_array($client->curl, [
        CURLOPT_HTTPHEADER => requestHeaders(),
        CURLOPT_RETURNTRANSFER => true,
        CURLOPT_FOLLOWLOCATION => false,
        CURLOPT_ENCODING => '',
        CURLOPT_CONNECTTIMEOUT => 5,
        CURLOPT_TIMEOUT => REQUEST_TIMEOUT,
        CURLOPT_HEADERFUNCTION => function ($curl, string $line) use ($client): int {
            if (preg_match('/^retry-after:\s*(\S.*?)\s*$/i', $line, $found) === 1) {
                $client->retryAfter = $found[1];
            }
            return strlen($line);
        },
    ]);
    return $client;
}

/** The clock for waits; it never jumps. */
function now(): float {
    return hrtime(true) / 1e9;
}

/** Sleeps for a part of seconds. */
function pause(float $seconds): void {
    usleep((int) ceil(max(0.0, $seconds) * 1e6));
}

/** Sends one request at the allowed pace; gives the status (0 when no whole answer came) and the text. */
function sendOnce(stdClass $client, array $query): array {
    pause($client->nextAt - now());
    $client->nextAt = now() + SECONDS_BETWEEN;
    $client->retryAfter = null;
    curl_setopt($client->curl, CURLOPT_URL, $client->url . '?' . http_build_query($query, '', '&', PHP_QUERY_RFC3986));
    $text = curl_exec($client->curl);
    return $text === false ? [0, curl_error($client->curl)] : [curl_getinfo($client->curl, CURLINFO_RESPONSE_CODE), $text];
}

/** How long to wait before the next try: what the service says, else longer each time. */
function waitSeconds(?string $retryAfter, int $failures): float {
    $backoff = min(8.0, 0.5 * 2 ** $failures) * (0.8 + 0.4 * mt_rand() / mt_getrandmax());
    $told = is_numeric($retryAfter) ? (float) $retryAfter : (float) ((strtotime((string) $retryAfter) ?: time()) - time());
    return max($told, $backoff);
}

/** Fetches one page of the catalogue, with patience for limits, faults and cut answers. */
function fetchPage(stdClass $client, array $query): array {
    for ($failures = 1; ; $failures++) {
        $begun = now();
        [$status, $text] = sendOnce($client, $query);
        if ($status === 200) {
            try {
                return parsePage($text);
            } catch (BrokenAnswer $broken) {
                $problem = $broken->getMessage();
            }
        } else {
            $problem = ($status === 0 ? 'no answer' : "status $status") . ': ' . substr($text, 0, 200);
            if (!in_array($status, PASSING, true) && $status < 500) {
                throw new SyncFailed($problem);
            }
        }
        $wait = waitSeconds($client->retryAfter, $failures);
        $client->lost += now() - $begun + $wait;
        if ($client->lost > LOST_SECONDS_ALLOWED) {
            throw new SyncFailed("given up after $failures tries: $problem");
        }
        pause($wait);
    }
}

/** Reads the text of a page into its total, its token and the rows of each content. */
function parsePage(string $text): array {
    $body = json_decode($text, true, 512, JSON_BIGINT_AS_STRING);
    if (!is_array($body) || !is_array($body['content'] ?? null) || !is_int($body['totalElements'] ?? null)) {
        throw new BrokenAnswer('the answer is no page of products');
    }
    $contents = [];
    foreach ($body['content'] as $content) {
        if (!is_array($content) || !isset($content['contentId']) || !is_array($content['variants'] ?? null)) {
            throw new BrokenAnswer('a content has no contentId or no variants');
        }
        $contents[$content['contentId']] = array_map(fn ($variant) => productRow($content, $variant), $content['variants']);
    }
    $token = $body['nextPageToken'] ?? null;
    return [
        'contents' => $contents,
        'total' => $body['totalElements'],
        'pages' => (int) ($body['totalPages'] ?? ceil($body['totalElements'] / PAGE_SIZE)),
        'token' => is_string($token) && $token !== '' ? $token : null,
    ];
}

/** The row kept for one variant. What the service leaves out stays null: unknown, not zero. */
function productRow(array $content, mixed $variant): array {
    $barcode = is_array($variant) ? ($variant['barcode'] ?? '') : '';
    if (!is_scalar($barcode) || (string) $barcode === '') {
        throw new BrokenAnswer('a variant has no barcode');
    }
    return [
        'barcode' => (string) $barcode,
        'contentId' => $content['contentId'],
        'productMainId' => $content['productMainId'] ?? null,
        'stockCode' => $variant['stockCode'] ?? null,
        'quantity' => $variant['stock']['quantity'] ?? null,
        'salePrice' => $variant['price']['salePrice'] ?? null,
        'listPrice' => $variant['price']['listPrice'] ?? null,
        'title' => $content['title'] ?? null,
        'archived' => $variant['archived'] ?? null,
    ];
}

/**
 * The query of the page that follows, or null at the end.
 * The token marks a place in the list, so nothing shifts under it; page numbers serve only where no token comes.
 */
function followingQuery(array $query, array $page, int $contentsRead): ?array {
    $isShort = count($page['contents']) < PAGE_SIZE;
    if ($page['contents'] === [] || ($isShort && $contentsRead >= $page['total'])) {
        return null;
    }
    if ($page['token'] !== null) {
        if ($page['token'] === ($query['nextPageToken'] ?? null)) {
            throw new CatalogueMoved('the token does not advance');
        }
        return ['nextPageToken' => $page['token'], 'size' => PAGE_SIZE];
    }
    if (!isset($query['page']) || $query['page'] + 1 >= $page['pages']) {
        return null;
    }
    if (($query['page'] + 2) * PAGE_SIZE > PAGE_CAP) {
        throw new SyncFailed('more than ' . PAGE_CAP . ' contents and no token to read on');
    }
    return ['page' => $query['page'] + 1, 'size' => PAGE_SIZE];
}

/** Reads the catalogue once, from the first page to the last, and checks that the reading is whole. */
function readOnce(stdClass $client): array {
    $contents = [];
    $totals = [];
    $byNumber = 0;
    $query = ['page' => 0, 'size' => PAGE_SIZE];
    while ($query !== null) {
        $page = fetchPage($client, $query);
        foreach ($page['contents'] as $id => $rows) {
            $contents[$id] = $rows;
        }
        $totals[$page['total']] = true;
        $byNumber += isset($query['page']) ? 1 : 0;
        $query = followingQuery($query, $page, count($contents));
    }
    if (count($contents) !== $page['total'] || ($byNumber > 1 && count($totals) > 1)) {
        throw new CatalogueMoved(count($contents) . " contents read, {$page['total']} announced");
    }
    return uniqueRows($contents);
}

/** All rows as one list; a barcode that stands in two contents was caught while it moved. */
function uniqueRows(array $contents): array {
    $rows = [];
    foreach ($contents as $variants) {
        foreach ($variants as $row) {
            if (isset($rows[$row['barcode']])) {
                throw new CatalogueMoved("barcode {$row['barcode']} was read twice");
            }
            $rows[$row['barcode']] = $row;
        }
    }
    return array_values($rows);
}

/** Reads the catalogue, again when it moved, until one reading is whole. */
function readCatalogue(): array {
    $client = openClient();
    $begun = now();
    for ($read = 1; ; $read++) {
        try {
            return readOnce($client);
        } catch (CatalogueMoved $moved) {
            if ($read >= READS || now() - $begun > LAST_READ_STARTS_WITHIN) {
                throw new SyncFailed('the catalogue does not hold still: ' . $moved->getMessage());
            }
            pause(0.5 * $read);
        }
    }
}

/** Replaces the file in one step: written beside it, flushed to the disk, renamed. */
function writeAtomically(string $path, string $text): void {
    $beside = "$path." . getmypid() . '.tmp';
    $file = @fopen($beside, 'wb');
    $done = $file !== false && fwrite($file, $text) === strlen($text) && fsync($file) && fclose($file);
    if (!$done || !@rename($beside, $path)) {
        @unlink($beside);
        throw new SyncFailed("cannot write $path");
    }
}

/** Verb sync: the copy becomes what the service holds. */
function sync(): void {
    writeAtomically(setting('CLIENT_STORE'), json_encode(['products' => readCatalogue()], JSON_THROW_ON_ERROR | JSON_UNESCAPED_UNICODE));
}

/** Verb export: prints the kept rows, one JSON object a line. */
function export(string $kind): void {
    $store = setting('CLIENT_STORE');
    if ($kind !== 'products' || !is_file($store)) {
        return;
    }
    $kept = json_decode((string) file_get_contents($store), true, 512, JSON_THROW_ON_ERROR);
    foreach ($kept['products'] as $row) {
        echo json_encode($row, JSON_THROW_ON_ERROR | JSON_UNESCAPED_UNICODE), "\n";
    }
}

/** Verb reset: forgets the copy and what a broken run may have left beside it. */
function forget(): void {
    foreach ([setting('CLIENT_STORE'), ...glob(setting('CLIENT_STORE') . '.*.tmp')] as $path) {
        if (is_file($path) && !unlink($path)) {
            throw new SyncFailed("cannot remove $path");
        }
    }
}

/** Runs one verb; gives the exit code. */
function main(array $arguments): int {
    ini_set('memory_limit', '-1');
    ini_set('serialize_precision', '-1');
    ini_set('display_errors', 'stderr');
    try {
        match ($arguments[0] ?? '') {
            'sync' => sync(),
            'export' => export($arguments[1] ?? ''),
            'reset' => forget(),
            default => throw new SyncFailed('usage: catalog.php sync | export KIND | reset'),
        };
        return 0;
    } catch (Throwable $failure) {
        fwrite(STDERR, 'not done: ' . $failure->getMessage() . "\n");
        return 1;
    }
}

exit(main(array_slice($argv, 1)));
