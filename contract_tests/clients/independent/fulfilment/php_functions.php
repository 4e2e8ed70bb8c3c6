<?php
// Brings the live packages of wanted Trendyol orders to Picking or Invoiced.
// Usage: php client.php sync | export fulfilment | reset. Settings come from the environment.
// Every write is preceded and followed by a reading of its order; only what was read counts as done.
declare(strict_types=1);

const BUDGET_SECONDS = 100.0;
const HOUR = 3600000;
const DAY = 24 * HOUR;
const DEAD = ['Cancelled', 'UnSupplied', 'UnPacked'];
const RANK = ['Awaiting' => 0, 'Created' => 1, 'Picking' => 2, 'Invoiced' => 3, 'Shipped' => 4,
    'AtCollectionPoint' => 4, 'Delivered' => 4, 'UnDelivered' => 4, 'Returned' => 4];

final class GiveUp extends RuntimeException {}

function env(string $name): string {
    $value = getenv($name);
    return $value === false ? '' : $value;
}

function say(string $text): void { fwrite(STDERR, $text . "\n"); }

function loadStore(): array {
    $path = env('CLIENT_STORE');
    $data = is_file($path) ? json_decode((string) file_get_contents($path), true) : null;
    return (is_array($data) ? $data : []) + ['seen' => [], 'invoices' => [], 'states' => [], 'until' => 0.0];
}

function saveStore(array $store): void {
    $path = env('CLIENT_STORE');
    $text = json_encode($store, JSON_THROW_ON_ERROR | JSON_UNESCAPED_UNICODE);
    if (file_put_contents("$path.tmp", $text) !== strlen($text) || !rename("$path.tmp", $path)) {
        throw new GiveUp('the store cannot be written');
    }
}

/** @return array{0: array<string, array<string, true>>, 1: bool} actions of each order; whether all lines were understood */
function loadWanted(): array {
    [$wanted, $clean] = [[], true];
    $text = is_file(env('CLIENT_WANTED')) ? file_get_contents(env('CLIENT_WANTED')) : false;
    foreach (explode("\n", $text === false ? '' : $text) as $line) {
        if (trim($line) === '') { continue; }
        $row = json_decode($line, true);
        $order = is_array($row) ? (string) ($row['orderNumber'] ?? '') : '';
        $action = is_array($row) ? ($row['action'] ?? '') : '';
        if ($order === '' || !in_array($action, ['Picking', 'Invoiced'], true)) {
            $clean = false;
        } else {
            $wanted["#$order"][$action] = true; // the mark keeps numeric text a string key
        }
    }
    return [$wanted, $clean && $text !== false];
}

function remaining(): float { return $GLOBALS['deadline'] - microtime(true); }

function pause(float $seconds): void {
    if ($seconds > remaining() - 3) { throw new GiveUp('no time left to wait'); }
    if ($seconds > 0) { usleep((int) ($seconds * 1e6)); }
}

function retryAfter(array $headers): ?float {
    $value = $headers['retry-after'] ?? '';
    if ($value === '') { return null; }
    if (is_numeric($value)) { return max(0.0, (float) $value); }
    $then = strtotime($value);
    $now = strtotime($headers['date'] ?? '') ?: time();
    return $then === false ? null : (float) max(0, $then - $now);
}

/** One request. @return array{0: int, 1: string} status (0: no whole answer) and body */
function request(string $method, string $path, ?string $body = null): array {
    static $lastAt = 0.0, $streak = 0, $denied = 0, $gap = 0.21;
    global $store;
    pause(max(0.0, (float) $store['until'] - microtime(true)));
    if ($method === 'GET') {
        pause(max(0.0, $lastAt + $gap - microtime(true)));
        $lastAt = microtime(true);
    }
    if (remaining() < 4) { throw new GiveUp('no time left'); }
    $seller = env('TRENDYOL_SELLER_ID');
    $send = ["User-Agent: $seller - SelfIntegration", 'Accept: application/json', 'Expect:'];
    if (env('TRENDYOL_STOREFRONT') !== '') { $send[] = 'storeFrontCode: ' . env('TRENDYOL_STOREFRONT'); }
    $headers = [];
    $curl = curl_init(rtrim(env('TRENDYOL_BASE_URL'), '/') . $path);
    $options = [
        CURLOPT_CUSTOMREQUEST => $method, CURLOPT_RETURNTRANSFER => true,
        CURLOPT_FOLLOWLOCATION => false, CURLOPT_HTTPAUTH => CURLAUTH_BASIC,
        CURLOPT_USERPWD => env('TRENDYOL_API_KEY') . ':' . env('TRENDYOL_API_SECRET'),
        CURLOPT_CONNECTTIMEOUT => 5, CURLOPT_TIMEOUT_MS => (int) (1000 * min(15.0, remaining() - 2)),
        CURLOPT_HEADERFUNCTION => function ($handle, string $line) use (&$headers): int {
            $parts = explode(':', $line, 2);
            $headers[strtolower(trim($parts[0]))] = trim($parts[1] ?? '');
            return strlen($line);
        },
    ];
    if ($body !== null) {
        $send[] = 'Content-Type: application/json';
        $options[CURLOPT_POSTFIELDS] = $body;
    }
    curl_setopt_array($curl, $options + [CURLOPT_HTTPHEADER => $send]);
    $text = curl_exec($curl);
    $status = $text === false ? 0 : (int) curl_getinfo($curl, CURLINFO_RESPONSE_CODE);
    $wait = retryAfter($headers);
    if ($wait !== null && ($status === 429 || $status >= 500)) {
        $store['until'] = microtime(true) + $wait;
        saveStore($store);
    }
    $gap = $status === 429 && $method === 'GET' ? 2.0 : $gap; // the smallest accounts may read thirty times a minute
    $streak = $status === 0 || $status === 429 || $status >= 500 ? $streak + 1 : 0;
    $denied = $method === 'GET' ? ($status === 401 || $status === 403 ? $denied + 1 : 0) : $denied;
    if ($streak >= 10 || $denied >= 4) { throw new GiveUp("the service does not serve (last status $status)"); }
    return [$status, (string) $text];
}

/** One page of the order list, or null when it could not be read. */
function readPage(array $query): ?array {
    $path = '/integration/order/sellers/' . env('TRENDYOL_SELLER_ID') . '/v2/orders?' . http_build_query($query);
    for ($try = 1; $try <= 5; $try++) {
        [$status, $text] = request('GET', $path);
        $page = $status === 200 ? json_decode($text, true) : null;
        if (is_array($page) && is_array($page['content'] ?? null) && is_int($page['totalElements'] ?? null)) {
            $whole = true;
            foreach ($page['content'] as $row) {
                $whole = $whole && is_array($row) && isset($row['orderNumber']) && is_string($row['status'] ?? null)
                    && is_numeric($row['shipmentPackageId'] ?? $row['id'] ?? null);
            }
            if ($whole) { return $page; }
        }
        if ($status === 400 || $status === 404) { return null; }
        if ($try < 5) { pause($status === 429 ? min(6.0, 2.0 * $try) : min(4.0, 1.0 * $try)); }
    }
    return null;
}

/** All packages of a query by package id; null when no consistent reading was possible. */
function readAll(array $query, int $maxPages = 50): ?array {
    for ($try = 1; $try <= 3; $try++) {
        [$rows, $totals, $count] = [[], [], 0];
        for ($number = 0, $pages = 1; $number < $pages; $number++) {
            $page = readPage($query + ['page' => $number, 'size' => 200,
                'orderByField' => 'PackageLastModifiedDate', 'orderByDirection' => 'ASC']);
            if ($page === null) { return null; }
            $pages = max(1, (int) ($page['totalPages'] ?? ceil($page['totalElements'] / 200)));
            if ($pages > $maxPages) { return null; }
            $totals[$page['totalElements']] = true;
            $count += count($page['content']);
            foreach ($page['content'] as $row) { $rows[(int) ($row['shipmentPackageId'] ?? $row['id'])] = $row; }
        }
        if (count($totals) === 1 && isset($totals[$count]) && count($rows) === $count) { return $rows; }
        pause(1.0);
    }
    return null;
}

/** The list's windows by last change, newest first, each of two weeks at most. */
function windows(): array {
    $end = ($now = (int) env('TRENDYOL_NOW_MS')) + 4 * HOUR; // what changes while this runs is in it
    return [
        ['startDate' => $end - 14 * DAY, 'endDate' => $end],
        ['startDate' => $end - 28 * DAY + 4 * HOUR, 'endDate' => $end - 14 * DAY + 4 * HOUR],
        ['startDate' => $now - 30 * DAY + 4 * HOUR, 'endDate' => $end - 28 * DAY + 8 * HOUR],
    ];
}

function ofOrder(array $rows, string $order): array {
    return array_filter($rows, fn(array $row): bool => (string) $row['orderNumber'] === $order);
}

/** The packages of one order; those of older windows are read once, for a change brings a package to the newest. */
function readOrder(string $order, ?array &$old, bool $oldIsOwn): ?array {
    $fresh = readAll(windows()[0] + ['orderNumber' => $order]);
    if ($fresh === null) { return null; }
    $fresh = ofOrder($fresh, $order);
    if ($old === null || ($fresh === [] && $old === [] && !$oldIsOwn)) {
        $found = [];
        foreach ([windows()[1], windows()[2], []] as $window) {
            $rows = readAll($window + ['orderNumber' => $order]);
            if ($rows === null) { return null; }
            $found = ofOrder($rows, $order) + $found;
        }
        $old = $found;
    }
    return $fresh + $old;
}

function units(array $row): int {
    return (int) array_sum(array_map(fn($line): int => (int) ($line['quantity'] ?? 0), $row['lines'] ?? []));
}

/** Whether a reading seems to hold all packages that the order must have. */
function isWhole(array $rows, array $seen): bool {
    foreach ($seen as $id => $status) {
        if (!isset($rows[$id]) && (RANK[$status] ?? 0) < 4 && !in_array($status, DEAD, true)) { return false; }
    }
    [$named, $roots, $leaves, $cancelled] = [[], 0, 0, false];
    foreach ($rows as $row) {
        $origins = (array) ($row['originPackageIds'] ?? []);
        $named += array_fill_keys(array_map('intval', $origins), true);
        $roots += $origins === [] ? units($row) : 0;
        $leaves += $row['status'] === 'UnPacked' ? 0 : units($row);
        $cancelled = $cancelled || in_array($row['status'], ['Cancelled', 'UnSupplied'], true);
    }
    foreach ($rows as $id => $row) {
        $family = array_merge([$id], array_map('intval', (array) ($row['originPackageIds'] ?? [])));
        if ($row['status'] === 'UnPacked' && array_intersect($family, array_keys($named)) === []) { return false; }
    }
    return $cancelled || $leaves >= $roots;
}

function invoiceNumber(int $id): string {
    global $store;
    if (!isset($store['invoices'][$id])) { // three letters or digits, the year, nine digits
        $year = gmdate('Y', intdiv((int) env('TRENDYOL_NOW_MS') + 3 * HOUR, 1000));
        $high = strtoupper(str_pad(base_convert((string) (intdiv($id, 1000000000) % 1296), 10, 36), 2, '0', STR_PAD_LEFT));
        $store['invoices'][$id] = sprintf('F%s%s%09d', $high, $year, $id % 1000000000);
    }
    return $store['invoices'][$id];
}

/** Sends one status. @return string ok, unclear, limited, denied or refused */
function writeStatus(int $id, array $row, string $status): string {
    global $store;
    $lines = [];
    foreach ($row['lines'] ?? [] as $line) {
        if (!in_array($line['orderLineItemStatusName'] ?? '', ['Cancelled', 'UnSupplied'], true)) {
            $lines[] = ['lineId' => $line['lineId'] ?? $line['id'] ?? null, 'quantity' => $line['quantity'] ?? null];
        }
    }
    $bad = fn(array $line): bool => !is_int($line['lineId']) || !is_int($line['quantity']) || $line['quantity'] < 1;
    if ($lines === [] || array_filter($lines, $bad) !== []) { return 'refused'; }
    $params = $status === 'Invoiced' ? ['invoiceNumber' => invoiceNumber($id)] : new stdClass();
    saveStore($store);
    $path = '/integration/order/sellers/' . env('TRENDYOL_SELLER_ID') . "/shipment-packages/$id";
    [$code, $text] = request('PUT', $path, json_encode(['status' => $status, 'lines' => $lines, 'params' => $params]));
    if ($code !== 200) { say("package $id to $status: $code " . substr(preg_replace('/\s+/', ' ', $text), 0, 160)); }
    return match (true) {
        $code === 200 => in_array(trim($text, " \t\r\n\""), ['', '200 OK'], true) ? 'ok' : 'unclear',
        $code === 429 => 'limited',
        $code === 401, $code === 403 => 'denied',
        $code >= 400 && $code < 500 && $code !== 408 => 'refused',
        default => 'unclear',
    };
}

/** Works on one order until it is done or no more can be done now. @return bool nothing is left to do */
function work(string $order, array $actions, ?array $old): bool {
    global $store;
    $target = isset($actions['Invoiced']) ? 'Invoiced' : 'Picking';
    $oldIsOwn = $old === null;
    [$sends, $hold, $last, $idle] = [[], [], [], 0];
    $set = function (string $state) use ($order, $actions): void {
        foreach ($actions as $action => $_) { $GLOBALS['store']['states']["$order $action"] = $state; }
    };
    while (true) {
        $rows = readOrder($order, $old, $oldIsOwn);
        if ($rows === null) {
            $set($sends ? 'unclear' : 'pending');
            return false;
        }
        $whole = isWhole($rows, $store['seen'][$order] ?? []);
        foreach ($rows as $id => $row) { $store['seen'][$order][$id] = $row['status']; }
        $live = array_filter($rows, fn(array $row): bool => !in_array($row['status'], DEAD, true));
        $lowest = $live ? min(array_map(fn(array $row): int => RANK[$row['status']] ?? -1, $live)) : -1;
        $stuck = in_array('refused', $last, true) || in_array('denied', $last, true) ? 'refused' : ($sends ? 'unclear' : 'pending');
        foreach ($actions as $action => $_) {
            $store['states']["$order $action"] = $whole && $live && $lowest >= RANK[$action] ? 'done' : $stuck;
        }
        if ($whole && $live && $lowest >= RANK[$target]) { return true; }
        if ($whole && $rows && !$live && $idle >= 1) {
            $set('refused'); // cancelled altogether: nothing to pick, and nothing is claimed
            return true;
        }
        $wrote = false;
        foreach ($live as $id => $row) {
            $next = ['Created' => 'Picking', 'Picking' => 'Invoiced'][$row['status']] ?? null;
            if ($next === null || RANK[$next] > RANK[$target]) { continue; }
            $step = "$id $next";
            if (($hold[$step] ?? 0) > 0 && $hold[$step]--) { continue; }
            if (($sends[$step] ?? 0) >= 3 || (($last[$step] ?? '') === 'refused' && $sends[$step] >= 2)) { continue; }
            $sends[$step] = ($sends[$step] ?? 0) + 1;
            $set('unclear');
            $last[$step] = $result = writeStatus($id, $row, $next);
            $hold[$step] = ['ok' => 1000, 'unclear' => 1][$last[$step]] ?? 0;
            $wrote = true;
            if ($result !== 'ok') { break; } // the order may have changed: read it again before the next write
        }
        $idle = $wrote ? 0 : $idle + 1;
        if ($idle > 3 || (!$wrote && !$rows && $idle > 1)) { return false; }
        if (!$wrote || $result !== 'ok') { pause(2.0); }
    }
}

function sync(): int {
    global $store;
    [$wanted, $good] = loadWanted();
    [$before, $store['states']] = [$store['states'], []];
    saveStore($store);
    // what was not done last time comes first
    uksort($wanted, function (string $a, string $b) use ($before, $wanted): int {
        $open = fn(string $key): int => count(array_filter(array_keys($wanted[$key]),
            fn(string $action): bool => ($before[substr($key, 1) . " $action"] ?? '') !== 'done')) > 0 ? 0 : 1;
        return $open($a) <=> $open($b);
    });
    try {
        $old = null;
        if (count($wanted) > 3) {
            $older = readAll(windows()[1], 5);
            $oldest = $older === null ? null : readAll(windows()[2], 5);
            $old = $oldest === null ? null : $older + $oldest;
        }
        foreach ($wanted as $key => $actions) {
            $order = substr($key, 1);
            $good = work($order, $actions, $old === null ? null : ofOrder($old, $order)) && $good;
            saveStore($store);
        }
    } catch (GiveUp $why) {
        say($why->getMessage());
        $good = false;
    }
    saveStore($store);
    return $good ? 0 : 1;
}

function export(): int {
    $states = loadStore()['states'];
    foreach (loadWanted()[0] as $key => $actions) {
        $order = substr($key, 1);
        foreach ($actions as $action => $_) {
            echo json_encode(['orderNumber' => $order, 'action' => $action,
                'state' => $states["$order $action"] ?? 'pending'], JSON_UNESCAPED_UNICODE), "\n";
        }
    }
    return 0;
}

$deadline = microtime(true) + BUDGET_SECONDS;
$store = loadStore();
switch ($argv[1] ?? '') {
    case 'sync': exit(sync());
    case 'export': exit(($argv[2] ?? '') === 'fulfilment' ? export() : 0);
    case 'reset':
        $files = array_filter([env('CLIENT_STORE'), env('CLIENT_STORE') . '.tmp'], 'is_file');
        exit(count($files) === count(array_filter($files, 'unlink')) ? 0 : 1);
    default:
        say('usage: php client.php sync | export fulfilment | reset');
        exit(2);
}
