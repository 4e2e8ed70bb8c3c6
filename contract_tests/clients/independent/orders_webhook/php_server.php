<?php
/**
 * Trendyol orders by webhook, reconciled by reading the order list. PHP 8.2 with curl; the receiver is a socket
 * server of one process. What is kept is one JSON file, written anew under a lock that receiver and sync share.
 */
declare(strict_types=1);
ini_set('memory_limit', '1G');
ini_set('display_errors', 'stderr');

const HOUR = 3_600_000, DAY = 86_400_000;
const PAGE_SIZE = 200, MOST_RECORDS = 10_000; // page * size has to stay inside 10,000
const ORDER_DATE_SHIFT = 3 * HOUR; // orderDate is the Turkish clock written as epoch; other dates are real
const RUN_BUDGET = 100.0, PACE = 0.22, ATTEMPTS = 7; // fewer than 50 requests in ten seconds
const MOST_BODY = 8 * 1024 * 1024;
// How far a status is: breaks the tie between two calls of one millisecond.
const RANK = ['Awaiting' => 0, 'Verified' => 1, 'Created' => 2, 'Picking' => 3, 'Invoiced' => 4, 'Shipped' => 5,
    'AtCollectionPoint' => 6, 'UnDelivered' => 6, 'Delivered' => 7, 'Returned' => 8, 'Cancelled' => 9,
    'UnSupplied' => 9, 'UnPacked' => 9];

class Unfinished extends RuntimeException {}
class OutOfTime extends Unfinished {}

function env(string $name): string { return (string) getenv($name); }
function say(string $words): void { fwrite(STDERR, $words . "\n"); }

/** What we keep of a package as the list and the calls show it, null where it is none. */
function rowOf(mixed $item): ?array {
    if (!is_array($item)) return null;
    $id = $item['shipmentPackageId'] ?? $item['id'] ?? null;
    $status = $item['status'] ?? null;
    $moments = [0];
    foreach ((array) ($item['packageHistories'] ?? []) as $entry) $moments[] = (int) ($entry['createdDate'] ?? 0);
    $modified = (int) (($item['lastModifiedDate'] ?? 0) ?: max($moments));
    if (!is_numeric($id) || (int) $id <= 0 || !is_string($status) || $status === '' || $modified <= 0) return null;
    $row = ['shipmentPackageId' => (int) $id, 'orderNumber' => $item['orderNumber'] ?? null, 'status' => $status,
        'lastModifiedDate' => $modified, 'currency' => $item['currencyCode'] ?? null,
        'totalPrice' => $item['packageTotalPrice'] ?? $item['totalPrice'] ?? null];
    if (!empty($item['orderDate'])) {
        $moment = (int) $item['orderDate'] - ORDER_DATE_SHIFT;
        $row['orderedAt'] = gmdate('Y-m-d\TH:i:s', intdiv($moment, 1000)) . sprintf('.%03dZ', $moment % 1000);
    }
    if (is_array($item['lines'] ?? null)) {
        $row['quantity'] = array_sum(array_map(fn ($line) => (int) ($line['quantity'] ?? 0), $item['lines']));
    }
    return array_filter($row, fn ($value) => $value !== null);
}

final class Store {
    private string $folder;

    public function __construct() {
        $this->folder = env('CLIENT_STORE') ?: 'trendyol-store';
        is_dir($this->folder) || @mkdir($this->folder, 0777, true) || clearstatcache();
        is_dir($this->folder) || throw new RuntimeException("cannot make $this->folder");
    }

    /** Gives the state to $work; what that returns is the new state, null keeps the old one. */
    public function under(callable $work): void {
        $lock = fopen("$this->folder/lock", 'c') ?: throw new RuntimeException('no lock file');
        flock($lock, LOCK_EX) || throw new RuntimeException('no lock');
        try {
            $state = $work($this->read());
            if ($state !== null) {
                $text = json_encode($state, JSON_THROW_ON_ERROR | JSON_PRESERVE_ZERO_FRACTION);
                $length = file_put_contents("$this->folder/new.json", $text);
                $length === strlen($text) || throw new RuntimeException('the state could not be written');
                rename("$this->folder/new.json", "$this->folder/state.json");
            }
        } finally {
            fclose($lock);
        }
    }

    public function read(): array {
        $text = @file_get_contents("$this->folder/state.json"); // it is replaced as a whole, so reading needs no lock
        return $text === false ? ['packages' => [], 'changes' => [], 'notes' => []]
            : json_decode($text, true, 512, JSON_THROW_ON_ERROR);
    }

    /** Keeps what is newer; $askedAt says when the list was asked, a call has none. */
    public function keep(array $rows, ?float $askedAt = null): void {
        $this->under(function (array $state) use ($rows, $askedAt): ?array {
            $before = $state;
            foreach ($rows as $row) {
                [$id, $status] = [$row['shipmentPackageId'], $row['status']];
                $state['changes']["$id $status"] = 1;
                $last = $state['packages'][$id] ?? null;
                if ($last === null || ($row != $last['row'] && self::overtakes($row, $last, $askedAt))) {
                    $state['packages'][$id] = ['row' => $row, 'at' => microtime(true)];
                }
            }
            return $state === $before ? null : $state;
        });
    }

    private static function overtakes(array $row, array $last, ?float $askedAt): bool {
        $order = $row['lastModifiedDate'] <=> $last['row']['lastModifiedDate'];
        // The same moment: the list is right about what was kept before it was asked.
        if ($order === 0 && $askedAt !== null && $last['at'] < $askedAt) return true;
        return ($order ?: (RANK[$row['status']] ?? -1) <=> (RANK[$last['row']['status']] ?? -1)) > 0;
    }

    public function note(string $name, mixed $value): void {
        $this->under(fn (array $state) => array_replace_recursive($state, ['notes' => [$name => $value]]));
    }

    public function forget(): void {
        $this->under(fn (array $state) => ['packages' => [], 'changes' => [], 'notes' => []]);
    }
}

/** One whole answer, or status 0 where none came. */
final class Answer {
    public function __construct(public int $status, public string $text, public array $headers = []) {}

    public function passes(): bool { return $this->status === 0 || $this->status === 429 || $this->status >= 500; }
    public function isGood(): bool { return $this->status >= 200 && $this->status < 300; }

    public function wait(int $attempt): float {
        $told = $this->headers['retry-after'] ?? '';
        if (is_numeric($told)) return max(0.0, (float) $told) + 0.05;
        if ($told !== '' && ($moment = strtotime($told)) !== false) {
            return max(0, $moment - (strtotime($this->headers['date'] ?? '') ?: time())) + 1.0;
        }
        return ($this->status === 429 ? 1.0 : 0.4) * 2 ** $attempt;
    }
}

final class Trendyol {
    private float $deadline, $nextRequest = 0.0;
    private CurlHandle $curl;

    public function __construct() {
        [$this->deadline, $this->curl] = [microtime(true) + RUN_BUDGET, curl_init()];
    }

    public function pause(float $seconds): void {
        if (microtime(true) + $seconds > $this->deadline) throw new OutOfTime("no time left to wait $seconds s");
        usleep((int) (max(0.0, $seconds) * 1e6));
    }

    public function once(string $method, string $path, ?array $body = null): Answer {
        $this->pause(max(0.0, $this->nextRequest - microtime(true)));
        $this->nextRequest = microtime(true) + PACE;
        $headers = [];
        $send = ['User-Agent: ' . env('TRENDYOL_SELLER_ID') . ' - SelfIntegration', 'Accept: application/json', 'Expect:'];
        if (env('TRENDYOL_STOREFRONT') !== '') $send[] = 'storeFrontCode: ' . env('TRENDYOL_STOREFRONT');
        curl_reset($this->curl);
        if ($body !== null) {
            $send[] = 'Content-Type: application/json';
            curl_setopt($this->curl, CURLOPT_POSTFIELDS, json_encode($body, JSON_THROW_ON_ERROR | JSON_UNESCAPED_SLASHES));
        } elseif ($method === 'PUT') {
            $send[] = 'Content-Length: 0';
        }
        curl_setopt_array($this->curl, [
            CURLOPT_URL => rtrim(env('TRENDYOL_BASE_URL'), '/') . $path, CURLOPT_CUSTOMREQUEST => $method,
            CURLOPT_HTTPHEADER => $send, CURLOPT_RETURNTRANSFER => true, CURLOPT_PROXY => '',
            CURLOPT_HTTPAUTH => CURLAUTH_BASIC, CURLOPT_USERNAME => env('TRENDYOL_API_KEY'),
            CURLOPT_PASSWORD => env('TRENDYOL_API_SECRET'), CURLOPT_CONNECTTIMEOUT => 10, CURLOPT_TIMEOUT => 20,
            CURLOPT_HEADERFUNCTION => function ($curl, string $line) use (&$headers): int {
                $parts = explode(':', $line, 2);
                isset($parts[1]) && $headers[strtolower(trim($parts[0]))] = trim($parts[1]);
                return strlen($line);
            },
        ]);
        $text = curl_exec($this->curl);
        // Resets, time-outs, bodies that end too early:
        if (curl_errno($this->curl) !== 0 || !is_string($text)) return new Answer(0, curl_error($this->curl));
        return new Answer(curl_getinfo($this->curl, CURLINFO_RESPONSE_CODE), $text, $headers);
    }

    /** Repeats what may be repeated; null where the thing is gone, true where no JSON is looked for. */
    public function ask(string $method, string $path, ?callable $fits = null, ?array $body = null): mixed {
        for ($attempt = 0;; $attempt++) {
            $answer = $this->once($method, $path, $body);
            if (!$answer->passes()) {
                if ($answer->status === 404 && $method !== 'GET') return null;
                $why = "$method $path: $answer->status " . substr($answer->text, 0, 300);
                $answer->isGood() || throw new Unfinished($why);
                $value = $fits === null ? true : json_decode($answer->text, true);
                if ($fits === null || $fits($value)) return $value;
            }
            say("$method $path: $answer->status " . substr($answer->text, 0, 100) . ', again');
            if ($attempt + 1 >= ATTEMPTS) throw new Unfinished("$method $path: given up");
            $this->pause($answer->wait($attempt));
        }
    }
}

function subscribe(Trendyol $api, Store $store): void {
    $path = '/integration/webhook/sellers/' . env('TRENDYOL_SELLER_ID') . '/webhooks';
    $url = env('CLIENT_WEBHOOK_URL');
    if ($url === '' || env('CLIENT_WEBHOOK_USER') === '' || env('CLIENT_WEBHOOK_PASSWORD') === '') {
        throw new Unfinished('CLIENT_WEBHOOK_URL, CLIENT_WEBHOOK_USER and CLIENT_WEBHOOK_PASSWORD are needed');
    }
    // No subscribedStatuses: all, and those of later days; no countryCodes: all countries.
    $body = ['url' => $url, 'authenticationType' => 'BASIC_AUTHENTICATION', 'username' => env('CLIENT_WEBHOOK_USER'),
        'password' => env('CLIENT_WEBHOOK_PASSWORD')];
    $mark = hash('sha256', json_encode($body));
    for ($attempt = 0; $attempt < ATTEMPTS; $attempt++) {
        $hooks = $api->ask('GET', $path, fn ($value) => is_array($value) && array_is_list($value));
        $mine = array_values(array_filter($hooks, fn ($hook) => ($hook['url'] ?? null) === $url));
        if ($mine === []) {
            $store->note('webhook', $mark); // first: the answer may be lost, and what was made has these credentials
            $answer = $api->once('POST', $path, $body);
            if (!$answer->passes() && !$answer->isGood()) {
                throw new Unfinished("createWebhook: $answer->status " . substr($answer->text, 0, 300));
            }
            if ($answer->isGood() && isset(json_decode($answer->text, true)['id'])) return;
            say("createWebhook: $answer->status, looking whether it is there");
            $api->pause($answer->wait($attempt));
            continue;
        }
        usort($mine, fn ($a, $b) => ($a['status'] === 'PASSIVE') <=> ($b['status'] === 'PASSIVE'));
        $hook = array_shift($mine);
        foreach ($mine as $double) $api->ask('DELETE', "$path/{$double['id']}");
        $front = env('TRENDYOL_STOREFRONT');
        $differs = $hook['authenticationType'] !== $body['authenticationType'] || !empty($hook['subscribedStatuses'])
            || ($front !== '' && !empty($hook['countryCodes']) && !in_array($front, $hook['countryCodes'], true));
        if ($differs || ($store->read()['notes']['webhook'] ?? '') !== $mark) { // its password is never shown
            if ($api->ask('PUT', "$path/{$hook['id']}", null, $body) === null) continue;
            $store->note('webhook', $mark);
        }
        if ($hook['status'] === 'PASSIVE' && $api->ask('PUT', "$path/{$hook['id']}/activate") === null) continue;
        return;
    }
    throw new Unfinished('the webhook could not be made');
}

function readWindow(Trendyol $api, Store $store, int $from, int $to): void {
    $path = '/integration/order/sellers/' . env('TRENDYOL_SELLER_ID') . '/v2/orders?';
    $fits = fn ($body) => is_array($body['content'] ?? null) && is_int($body['totalElements'] ?? null)
        && is_int($body['totalPages'] ?? null);
    for ($attempt = 0; $attempt < 5; $attempt++) {
        [$ids, $totals, $page] = [[], [], 0];
        do {
            $askedAt = microtime(true);
            $query = ['startDate' => $from, 'endDate' => $to, 'page' => $page, 'size' => PAGE_SIZE,
                'orderByField' => 'PackageLastModifiedDate', 'orderByDirection' => 'ASC'];
            $body = $api->ask('GET', $path . http_build_query($query), $fits);
            if ($body['totalElements'] > MOST_RECORDS) { // more than can be reached: two halves
                $to - $from >= 4 || throw new Unfinished('more than 10,000 packages of one moment');
                $middle = intdiv($from + $to, 2);
                readWindow($api, $store, $from, $middle + 1);
                readWindow($api, $store, $middle - 1, $to);
                return;
            }
            $rows = array_filter(array_map('rowOf', $body['content']));
            $store->keep($rows, $askedAt);
            $ids += array_flip(array_column($rows, 'shipmentPackageId'));
            $totals[$body['totalElements']] = true;
        } while (++$page < $body['totalPages']);
        // A package that changes goes to the end, and another one slips to a page that was read already.
        if (count($totals) === 1 && isset($totals[count($ids)])) {
            $store->note('readTo', $to);
            return;
        }
        say('the list moved while it was read, again');
    }
    throw new Unfinished('the order list did not stand still');
}

function reconcile(Trendyol $api, Store $store): void {
    $now = (int) (env('TRENDYOL_NOW_MS') ?: microtime(true) * 1000);
    // Whether the dates are meant as GMT+3 is told in two ways: these margins are right for both.
    [$from, $to] = [$now - 29 * DAY - 4 * HOUR, $now + 3 * HOUR + intdiv(HOUR, 12)];
    $resume = $store->read()['notes']['resume'] ?? 0; // where a run that had no time left came to
    $from = max($from, $resume - HOUR);
    $store->note('readTo', 0);
    try {
        for (; $from < $to; $from += 10 * DAY) readWindow($api, $store, $from - 1, min($from + 10 * DAY, $to));
    } catch (Unfinished $error) {
        $reached = ($store->read()['notes']['readTo'] ?? 0) ?: $resume;
        $store->note('resume', $error instanceof OutOfTime ? $reached : 0);
        throw $error;
    }
    $store->note('resume', 0);
}

function sync(): int {
    [$store, $api, $code] = [new Store(), new Trendyol(), 0];
    foreach (['subscribe', 'reconcile'] as $step) { // no webhook is no reason to read nothing
        try {
            $step($api, $store);
        } catch (Unfinished $error) {
            say("$step: " . $error->getMessage());
            $code = 1;
        }
    }
    return $code;
}

/** The status to answer with; null while the request is not whole. */
function takeCall(Store $store, string $text): ?int {
    [$head, $body] = explode("\r\n\r\n", $text, 2) + [1 => null];
    if ($body === null) return strlen($head) > 65536 ? 431 : null;
    $header = fn (string $name) => preg_match("/^$name:[ \t]*(.*?)[ \t]*\r?$/mi", $head, $found) ? $found[1] : '';
    if (stripos($header('Transfer-Encoding'), 'chunked') !== false) {
        if (!str_ends_with($body, "0\r\n\r\n")) return strlen($text) > MOST_BODY ? 413 : null;
        for ($whole = ''; ($size = (int) hexdec(strtok($body, "\r;"))) > 0; $body = substr($body, $size + 2)) {
            $body = substr($body, strpos($body, "\r\n") + 2);
            $whole .= substr($body, 0, $size);
        }
        $body = $whole;
    }
    $length = (int) $header('Content-Length');
    if ($length > MOST_BODY || strlen($body) < $length) return $length > MOST_BODY ? 413 : null;
    $secret = env('CLIENT_WEBHOOK_USER') . ':' . env('CLIENT_WEBHOOK_PASSWORD');
    $given = preg_match('/^Basic +(\S+)$/i', $header('Authorization'), $found) ? (string) base64_decode($found[1]) : '';
    if (strlen($secret) < 3 || !hash_equals($secret, $given)) return 401;
    if (!str_starts_with($head, 'POST ')) return 405;
    $value = json_decode($body, true);
    if (!is_array($value)) return 400;
    $items = is_array($value['content'] ?? null) ? $value['content'] : (array_is_list($value) ? $value : [$value]);
    $rows = array_filter(array_map('rowOf', $items), fn ($row) => $row !== null && isset(RANK[$row['status']]));
    if (count($rows) < count($items)) say('a call about what we do not know; the next sync reads what it is');
    try {
        $store->keep($rows);
    } catch (Throwable $error) {
        say('not kept: ' . $error->getMessage());
        return 500; // so it has to come again
    }
    return 200;
}

function listen(): int {
    $store = new Store();
    $server = stream_socket_server('tcp://127.0.0.1:' . env('CLIENT_WEBHOOK_PORT'), $code, $why,
        STREAM_SERVER_BIND | STREAM_SERVER_LISTEN, stream_context_create(['socket' => ['backlog' => 128]]));
    $server || throw new RuntimeException("cannot listen: $why");
    $ended = false;
    pcntl_async_signals(true);
    $end = function () use (&$ended): void { $ended = true; };
    foreach ([SIGTERM, SIGINT] as $signal) pcntl_signal($signal, $end);
    [$clients, $texts, $since] = [[], [], []];
    while (!$ended) {
        [$ready, $none] = [[...$clients, $server], null];
        if (!@stream_select($ready, $none, $none, 0, 500_000)) $ready = [];
        foreach ($ready as $socket) {
            if ($socket === $server) {
                if ($client = @stream_socket_accept($server, 0)) {
                    stream_set_blocking($client, false);
                    [$clients[(int) $client], $texts[(int) $client], $since[(int) $client]] = [$client, '', time()];
                }
                continue;
            }
            $texts[(int) $socket] .= (string) fread($socket, 65536);
            $status = takeCall($store, $texts[(int) $socket]);
            $answer = "HTTP/1.1 $status Done\r\nContent-Length: 0\r\nConnection: close\r\n\r\n";
            if ($status !== null) fwrite($socket, $answer);
            if ($status !== null || feof($socket)) $since[(int) $socket] = 0;
        }
        foreach ($since as $number => $moment) {
            if (time() - $moment <= 30) continue;
            @fclose($clients[$number]);
            unset($clients[$number], $texts[$number], $since[$number]);
        }
    }
    return 0;
}

function export(string $kind): int {
    $state = (new Store())->read();
    $rows = match ($kind) {
        'orders' => array_column($state['packages'], 'row'),
        'changes' => array_map(fn (string $pair) => ['shipmentPackageId' => (int) $pair,
            'status' => explode(' ', $pair, 2)[1]], array_keys($state['changes'])),
        default => [],
    };
    foreach ($rows as $row) echo json_encode($row, JSON_THROW_ON_ERROR), "\n";
    return 0;
}

exit(match ($argv[1] ?? '') {
    'sync' => sync(),
    'listen' => listen(),
    'export' => export($argv[2] ?? ''),
    'reset' => (function (): int { (new Store())->forget(); return 0; })(),
    default => 2,
});
