<?php
/** PazarSync client: keeps a copy of products and recent orders, sets the wanted stocks. Verbs: sync, export KIND, reset. */

declare(strict_types=1);

ini_set('memory_limit', '-1');
ini_set('serialize_precision', '-1');

const PAGE_SIZE = 100;
const BATCH_SIZE = 100;      // the pages name no limit for a batch
const ORDER_DAYS = 30;
const RUN_SECONDS = 100.0;   // a run never lasts longer
const CALL_SECONDS = 20.0;   // one answer never takes longer
const MAX_ATTEMPTS = 6;      // of one call, for faults of the service
const MAX_SWEEPS = 6;        // of one list, until two agree
const MAX_LIMIT_WAIT = 65;   // limits are per minute; a longer wait means the day is used up
const JSON_FORM = JSON_UNESCAPED_UNICODE | JSON_UNESCAPED_SLASHES | JSON_PRESERVE_ZERO_FRACTION | JSON_THROW_ON_ERROR;

/** The run could not be finished now; a later one may. */
class Unfinished extends RuntimeException
{
}

/** The service refused this call for good; the code is the HTTP status. */
class Refused extends RuntimeException
{
}

/** Reads a setting from the environment. */
function setting(string $name): string
{
    return (string) getenv($name);
}

/** Reads a setting that must be there. */
function required(string $name): string
{
    return setting($name) !== '' ? setting($name) : throw new Unfinished("$name is not set");
}

/** What the run carries from call to call: connection, token, clocks. */
function newSession(): stdClass
{
    return (object) [
        'base' => rtrim(required('PAZARSYNC_BASE_URL'), '/'), 'curl' => curl_init(), 'token' => null, 'tokenUntil' => 0.0,
        'started' => microtime(true), 'notBefore' => 0.0,
        'nowMs' => setting('TRENDYOL_NOW_MS') !== '' ? (int) setting('TRENDYOL_NOW_MS') : (int) (microtime(true) * 1000),
    ];
}

/** Seconds that are left of the run. */
function secondsLeft(stdClass $session): float
{
    return $session->started + RUN_SECONDS - microtime(true);
}

/** Sleeps, unless the run would be over by then. */
function pause(stdClass $session, float $seconds, string $why): void
{
    if ($seconds >= secondsLeft($session)) {
        throw new Unfinished("$why: no time left to wait");
    }
    usleep((int) (max(0.0, $seconds) * 1e6));
}

/** One HTTP exchange, without repetition: [status, headers, text]; status 0 when the answer did not come whole. */
function exchange(stdClass $session, string $method, string $path, ?array $body, ?string $token): array
{
    pause($session, $session->notBefore - microtime(true), 'rate limit');
    $headers = [];
    $sent = ['Accept: application/json', 'Expect:'];
    $options = [
        CURLOPT_URL => $session->base . $path, CURLOPT_CUSTOMREQUEST => $method, CURLOPT_RETURNTRANSFER => true,
        CURLOPT_CONNECTTIMEOUT => 10, CURLOPT_ENCODING => '', CURLOPT_USERAGENT => 'pazarsync-client/1.0',
        CURLOPT_TIMEOUT_MS => (int) max(1.0, min(CALL_SECONDS, secondsLeft($session)) * 1000),
        CURLOPT_HEADERFUNCTION => function ($curl, string $line) use (&$headers): int {
            $parts = explode(':', $line, 2);
            if (count($parts) === 2) {
                $headers[strtolower(trim($parts[0]))] = trim($parts[1]);
            }
            return strlen($line);
        },
    ];
    if ($token !== null) {
        $sent[] = "Authorization: Bearer $token";
    }
    if ($body !== null) {
        $sent[] = 'Content-Type: application/json';
        $options[CURLOPT_POSTFIELDS] = json_encode($body, JSON_FORM);
    }
    curl_reset($session->curl);
    curl_setopt_array($session->curl, $options + [CURLOPT_HTTPHEADER => $sent]);
    $text = curl_exec($session->curl);
    $status = $text === false ? 0 : curl_getinfo($session->curl, CURLINFO_RESPONSE_CODE);
    return [$status, $headers, (string) $text];
}

/** Seconds until the limit opens again, as the headers tell; null when they do not. */
function limitWait(stdClass $session, array $headers): ?float
{
    $after = $headers['retry-after'] ?? '';
    if (is_numeric($after)) {
        return (float) $after;
    }
    $reset = $headers['x-ratelimit-reset'] ?? '';
    if (!is_numeric($reset)) {
        return null;
    }
    $world = $session->nowMs / 1000 + microtime(true) - $session->started;
    $waits = [];
    foreach ([strtotime($headers['date'] ?? '') ?: null, $world, microtime(true)] as $clock) {
        $wait = $clock === null ? null : (float) $reset - $clock;
        if ($wait !== null && $wait >= -1 && $wait <= MAX_LIMIT_WAIT) {
            return max(0.0, $wait) + 0.1;
        }
        $waits[] = $wait ?? INF;
    }
    return min($waits) > MAX_LIMIT_WAIT ? min($waits) : null;
}

/** Sees to it that the next call waits when the last one used up the limit. */
function keepPace(stdClass $session, array $headers): void
{
    if (($headers['x-ratelimit-remaining'] ?? '') === '0') {
        $session->notBefore = microtime(true) + min(limitWait($session, $headers) ?? 0.0, (float) MAX_LIMIT_WAIT);
    }
}

/** Calls until there is a whole, valid answer: waits on 429, repeats faults; all our writes set absolute values. */
function call(stdClass $session, string $method, string $path, ?array $body, callable $valid, bool $login = false): stdClass
{
    $renewed = false;
    for ($attempt = 1, $limited = 0; ; ) {
        $token = $login ? null : token($session);
        [$status, $headers, $text] = exchange($session, $method, $path, $body, $token);
        $answer = $status >= 200 && $status < 300 ? json_decode($text) : null;
        if ($answer instanceof stdClass && $valid($answer)) {
            keepPace($session, $headers);
            return $answer;
        }
        if ($status === 429) {
            $wait = limitWait($session, $headers) ?? min(16.0, 2.0 ** $limited);
            if (++$limited > 10 || $wait > MAX_LIMIT_WAIT) {
                throw new Unfinished("$method $path: limited for too long");
            }
            pause($session, max(0.5, $wait), "$method $path: 429");
        } elseif ($status === 401 && !$login && !$renewed) {
            [$session->token, $renewed] = [null, true];
        } elseif ($status >= 300 && $status < 500 && $status !== 408) {
            throw new Refused("$method $path: $status " . substr($text, 0, 200), $status);
        } elseif ($attempt++ >= MAX_ATTEMPTS) {
            throw new Unfinished("$method $path: no good answer (last status $status)");
        } else {
            $wait = is_numeric($headers['retry-after'] ?? '') ? (float) $headers['retry-after'] : 0.25 * 2 ** $attempt;
            pause($session, $wait + mt_rand(0, 200) / 1000, "$method $path: status $status");
        }
    }
}

/** The bearer token, fetched anew when there is none or it is about to expire. */
function token(stdClass $session): string
{
    if ($session->token === null || microtime(true) >= $session->tokenUntil) {
        $body = ['client_id' => required('PAZARSYNC_CLIENT_ID'), 'client_secret' => required('PAZARSYNC_CLIENT_SECRET'),
            'grant_type' => 'client_credentials'];
        $valid = fn (stdClass $answer): bool => is_string($answer->access_token ?? null) && $answer->access_token !== '';
        $answer = call($session, 'POST', '/api/auth/token', $body, $valid, true);
        $seconds = is_numeric($answer->expires_in ?? null) ? (float) $answer->expires_in : 3600.0;
        [$session->token, $session->tokenUntil] = [$answer->access_token, microtime(true) + max($seconds * 0.9, 1.0)];
    }
    return $session->token;
}

/** Is this the page that was asked for, with rows that can be kept? */
function isPage(stdClass $answer, int $page): bool
{
    $keyed = fn ($row): bool => $row instanceof stdClass && is_scalar($row->id ?? null);
    return is_array($answer->data ?? null) && ($answer->meta->current_page ?? $page) == $page
        && count(array_filter($answer->data, $keyed)) === count($answer->data);
}

/** Reads a list once: [rows by id, number of pages, whether it is whole in itself]. Null when it moved meanwhile. */
function sweep(stdClass $session, string $path, array $query): ?array
{
    [$rows, $page] = [[], 0];
    do {
        $page++;
        $url = $path . '?' . http_build_query(['page' => $page, 'limit' => PAGE_SIZE] + $query);
        $answer = call($session, 'GET', $url, null, fn (stdClass $answer): bool => isPage($answer, $page));
        foreach ($answer->data as $row) {
            if (isset($rows[$row->id])) {
                return null;
            }
            $rows[$row->id] = $row;
        }
        $pages = $answer->meta->total_pages ?? null;
        $total = $answer->meta->total_items ?? null;
        $more = $pages !== null ? $page < $pages : $answer->data !== [] && ($total === null || count($rows) < $total);
    } while ($more);
    return [$rows, $page, $total === null || count($rows) == $total];
}

/** Reads a list until it is whole and holds all that the sweep before it held; one page alone cannot move. */
function readList(stdClass $session, string $path, array $query, ?array $before = null): array
{
    for ($round = 0; $round < MAX_SWEEPS; $round++) {
        $swept = sweep($session, $path, $query);
        if ($swept === null) {
            continue;
        }
        [$rows, $pages, $whole] = $swept;
        if ($whole && ($pages === 1 || ($before !== null && array_diff_key($before, $rows) === []))) {
            return $rows;
        }
        $before = $rows;
    }
    throw new Unfinished("$path moved each time it was read");
}

/** Reads all products; a sweep that was made before spares one of the two. */
function readProducts(stdClass $session, ?array $before = null): array
{
    return readList($session, '/api/v1/products', ['sort' => 'created_at', 'direction' => 'asc'], $before);
}

/** Reads the orders of the last days; the fixed end keeps new ones from moving the pages. */
function readOrders(stdClass $session): array
{
    $iso = fn (int $seconds): string => gmdate('Y-m-d\TH:i:s\Z', $seconds);
    $query = ['from_date' => $iso(intdiv($session->nowMs, 1000) - ORDER_DAYS * 86400),
        'to_date' => $iso(intdiv($session->nowMs + 999, 1000))];
    return readList($session, '/api/v1/orders', $query);
}

/** What the shop wants: stock by sku, the last line of a sku counts. */
function readWanted(): array
{
    [$path, $wanted] = [setting('CLIENT_WANTED'), []];
    foreach ($path !== '' && is_file($path) ? file($path, FILE_IGNORE_NEW_LINES) : [] as $line) {
        if (trim($line) !== '') {
            $row = json_decode($line, false, 512, JSON_THROW_ON_ERROR);
            if (!is_scalar($row->sku ?? null) || !is_int($row->stock ?? null)) {
                throw new Unfinished("a wanted line cannot be understood: $line");
            }
            $wanted[(string) $row->sku] = $row->stock;
        }
    }
    return $wanted;
}

/** Of the wanted stocks those that the products do not show. */
function differing(array $wanted, array $products): array
{
    $shown = array_column($products, 'stock', 'sku');
    return array_filter($wanted, fn (int $stock, $sku): bool => ($shown[$sku] ?? null) != $stock || !isset($shown[$sku]), ARRAY_FILTER_USE_BOTH);
}

/** Sends stocks in batches; returns those of batches that the service confirmed without reserve. */
function sendBatches(stdClass $session, array $stocks): array
{
    $confirmed = [];
    foreach (array_chunk($stocks, BATCH_SIZE, true) as $chunk) {
        $items = array_map(fn ($sku, int $stock): array => ['sku' => (string) $sku, 'stock' => $stock], array_keys($chunk), $chunk);
        try {
            $answer = call($session, 'POST', '/api/v1/stocks/batch', ['items' => $items], fn (): bool => true);
        } catch (Unfinished | Refused $problem) {
            fwrite(STDERR, $problem->getMessage() . "\n");  // what became of it shows in the products
            if ($problem instanceof Unfinished) {
                break;
            }
            continue;
        }
        if (($answer->updated ?? null) == count($chunk) && !($answer->failed ?? 0) && !($answer->errors ?? [])) {
            $confirmed += $chunk;
        }
    }
    return $confirmed;
}

/** Sets one stock by the product's id and tells its state. */
function sendOne(stdClass $session, string $id, int $stock): string
{
    try {
        $answer = call($session, 'PUT', '/api/v1/products/' . rawurlencode($id) . '/stock', ['stock' => $stock], fn (): bool => true);
        return ($answer->stock ?? $stock) == $stock ? 'done' : 'unclear';
    } catch (Refused $problem) {
        fwrite(STDERR, $problem->getMessage() . "\n");
        return in_array($problem->getCode(), [401, 403], true) ? 'unclear' : 'failed';
    }
}

/** Sets singly what the batches left open. A sku without a product has failed. */
function sendSingly(stdClass $session, array $open, array $products, stdClass $store): bool
{
    [$ids, $sent] = [array_column($products, 'id', 'sku'), false];
    foreach ($open as $sku => $stock) {
        $store->stock[$sku] = isset($ids[$sku]) ? sendOne($session, (string) $ids[$sku], $stock) : 'failed';
        $sent = $sent || isset($ids[$sku]);
    }
    return $sent;
}

/** Brings the products and the wanted stocks in line and keeps both. */
function syncProducts(stdClass $session, stdClass $store): void
{
    $wanted = readWanted();
    $products = readProducts($session);
    $open = differing($wanted, $products);
    $store->stock = array_replace(array_fill_keys(array_keys($wanted), 'done'), array_fill_keys(array_keys($open), 'unclear'));
    $store->products = array_values($products);
    save($store);
    if ($open === []) {
        return;
    }
    $confirmed = sendBatches($session, $open);
    $store->stock = array_replace($store->stock, array_fill_keys(array_keys($confirmed), 'done'));
    save($store);
    $products = readProducts($session, $products);
    $left = array_diff_key(differing($open, $products), $confirmed);
    $store->stock = array_replace($store->stock, array_fill_keys(array_keys(array_diff_key($open, $left)), 'done'));
    $store->products = array_values($products);
    save($store);
    try {
        $sent = sendSingly($session, $left, $products, $store);
    } finally {
        save($store);
    }
    if ($sent) {
        $store->products = array_values(readProducts($session, $products));
        save($store);
    }
}

/** One synchronisation; each part that is whole is kept even when the other fails. */
function sync(): int
{
    [$session, $store, $code] = [newSession(), load(), 0];
    $orders = function () use ($session, $store): void {
        $store->orders = array_values(readOrders($session));
        save($store);
    };
    foreach ([fn () => syncProducts($session, $store), $orders] as $part) {
        try {
            $part();
        } catch (Unfinished | Refused | JsonException $problem) {
            fwrite(STDERR, $problem->getMessage() . "\n");
            $code = 1;
        }
    }
    return in_array('unclear', $store->stock, true) ? 1 : $code;
}

/** Loads the copy, an empty one when there is none. */
function load(): stdClass
{
    $path = required('CLIENT_STORE');
    $store = is_file($path) ? json_decode((string) file_get_contents($path), false, 512, JSON_THROW_ON_ERROR) : new stdClass();
    return (object) ['products' => $store->products ?? [], 'orders' => $store->orders ?? [], 'stock' => (array) ($store->stock ?? [])];
}

/** Writes the copy as a whole or not at all. */
function save(stdClass $store): void
{
    [$path, $text] = [required('CLIENT_STORE'), json_encode(['stock' => (object) $store->stock] + (array) $store, JSON_FORM)];
    $draft = $path . '.' . getmypid() . '.tmp';
    $file = fopen($draft, 'wb');
    if (!$file || fwrite($file, $text) !== strlen($text) || !fsync($file) || !fclose($file) || !rename($draft, $path)) {
        @unlink($draft);
        throw new Unfinished("the copy could not be written to $path");
    }
}

/** Prints the rows of a kind, one JSON object a line. */
function export(string $kind): int
{
    $store = load();
    $states = fn (): array => array_map(fn ($sku, $state): array => ['sku' => (string) $sku, 'state' => $state],
        array_keys($store->stock), $store->stock);
    $rows = match ($kind) {
        'products', 'orders' => $store->$kind,
        'stock' => $states(),
        default => [],
    };
    foreach ($rows as $row) {
        echo json_encode($row, JSON_FORM), "\n";
    }
    return 0;
}

/** Forgets all. */
function forget(): int
{
    return !is_file(required('CLIENT_STORE')) || unlink(required('CLIENT_STORE')) ? 0 : 1;
}

/** Runs a verb and tells the exit code. */
function main(array $arguments): int
{
    try {
        return match ($arguments[0] ?? '') {
            'sync' => sync(),
            'export' => export($arguments[1] ?? ''),
            'reset' => forget(),
            default => throw new Unfinished('verbs: sync, export KIND, reset'),
        };
    } catch (Throwable $problem) {
        fwrite(STDERR, $problem->getMessage() . "\n");
        return 1;
    }
}

exit(main(array_slice($argv, 1)));
