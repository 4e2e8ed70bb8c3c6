<?php
/** Cross-dock buyer gateway: buys what CLIENT_WANTED names, once a vendorRef, and keeps what was reserved. */
declare(strict_types=1);
const TRIES = 6; // of one request that surely had no effect, or may be repeated
const WINDOW_REQUESTS = 45, WINDOW_SECONDS = 10.5; // so many to one endpoint in that time (vendor: 50 in 10 s)
const CALM_SECONDS = 90, ROUGH_SECONDS = 45; // no request starts later: when all goes well, or when it does not
const MOST_UNCLEAR = 3; // purchases of unknown outcome after which a run stops
const NEVER_DONE = [5, 6, 7]; // curl: proxy or host not resolved, not connected
/** The run cannot go on; what was learnt until now is in the store. */
final class Stop extends RuntimeException {}
/** A setting of the environment. */
function told(string $name, string $default = ''): string { return getenv($name) ?: $default; }
/** A complaint for whoever reads the log. */
function complain(string $text): void { fwrite(STDERR, "$text\n"); }
/** JSON as one line. */
function to_json(mixed $value): string {
    return json_encode($value, JSON_UNESCAPED_UNICODE | JSON_UNESCAPED_SLASHES | JSON_THROW_ON_ERROR);
}
/** The purchases by vendorRef; a store that cannot be read stops us, since an empty one would buy all again. */
function load_store(string $path): array {
    $store = file_exists($path) ? json_decode((string) file_get_contents($path), true) : ['purchases' => []];
    return is_array($store['purchases'] ?? null) ? $store['purchases'] : throw new Stop("the store $path is damaged");
}
/** Replaces the store in one step. */
function save_store(string $path, array $purchases): void {
    $text = to_json(['purchases' => (object) $purchases]);
    $file = fopen("$path.new", 'wb') ?: throw new Stop("cannot write $path.new");
    $good = fwrite($file, $text) === strlen($text) && fflush($file) && fsync($file);
    if (!fclose($file) || !$good || !rename("$path.new", $path)) {
        throw new Stop("cannot write $path");
    }
}
/** Keeps one purchase. */
function keep(array $run, array &$purchases, string $ref, array $record): void {
    $purchases[$ref] = $record;
    save_store($run['store'], $purchases);
}
/** Keeps one item of a purchase. */
function keep_item(array $run, array &$purchases, string $ref, string $barcode, array $item): void {
    $purchases[$ref]['items'][$barcode] = $item;
    save_store($run['store'], $purchases);
}
/** Keeps a second run out as long as this one lives. */
function lock_store(string $path): mixed {
    $lock = fopen("$path.lock", 'cb') ?: throw new Stop("cannot open $path.lock");
    return flock($lock, LOCK_EX | LOCK_NB) ? $lock : throw new Stop('another run is at work');
}
/** A whole number that is not negative, else null. */
function count_of(mixed $value): ?int {
    $number = is_float($value) && floor($value) === $value ? (int) $value : $value;
    $number = is_string($number) && ctype_digit($number) ? (int) $number : $number;
    return is_int($number) && $number >= 0 ? $number : null;
}
/** What is wanted: vendorRef => barcode => quantity. One bad line refuses the file: half an order is bought only once. */
function read_wanted(string $path): array {
    $text = is_file($path) ? file_get_contents($path) : throw new Stop('CLIENT_WANTED cannot be read');
    $wanted = [];
    foreach (array_filter(explode("\n", preg_replace('/^\xEF\xBB\xBF/', '', $text)), 'trim') as $number => $line) {
        $row = json_decode($line, true, 64, JSON_BIGINT_AS_STRING);
        [$ref, $barcode, $quantity] = [$row['vendorRef'] ?? '', $row['barcode'] ?? '', count_of($row['quantity'] ?? null)];
        if (!is_scalar($ref) || !is_scalar($barcode) || "$ref" === '' || "$barcode" === '' || $quantity === null) {
            throw new Stop('CLIENT_WANTED: line ' . ($number + 1) . ' makes no sense');
        }
        $wanted["$ref"]["$barcode"] = $quantity;
    }
    return $wanted;
}
/** The state of one run: settings, pacing and time. */
function new_run(): array {
    return ['base' => rtrim(told('B2B_BASE_URL'), '/'), 'buyer' => rawurlencode(told('B2B_USER')), 'sent' => [],
        'store' => told('CLIENT_STORE'), 'start' => microtime(true), 'rough' => false, 'open' => false, 'unclear' => 0];
}
/** Sleeps, unless the run would become too long. */
function pause(array $run, float $seconds): void {
    if (microtime(true) + $seconds > $run['start'] + ($run['rough'] ? ROUGH_SECONDS : CALM_SECONDS)) {
        throw new Stop('out of time; the next run goes on');
    }
    usleep((int) ($seconds * 1e6));
}
/** Waits until the endpoint may be asked once more. */
function pace(array &$run, string $endpoint): void {
    $recent = $run['sent'][$endpoint] ?? [];
    $wait = count($recent) < WINDOW_REQUESTS ? 0.0 : $recent[0] + WINDOW_SECONDS - microtime(true);
    pause($run, max(0.0, $wait));
    $run['sent'][$endpoint] = array_slice([...$recent, microtime(true)], -WINDOW_REQUESTS);
}
/** One request: status (0 without a whole answer), body, the wished wait, and whether the service surely never had it. */
function exchange(array $run, string $method, string $path, ?array $body): array {
    $after = '';
    $curl = curl_init($run['base'] . $path);
    curl_setopt_array($curl, [
        CURLOPT_CUSTOMREQUEST => $method, CURLOPT_RETURNTRANSFER => true, CURLOPT_CONNECTTIMEOUT => 8,
        CURLOPT_TIMEOUT => $body === null ? 12 : 30, CURLOPT_HTTP_VERSION => CURL_HTTP_VERSION_1_1,
        CURLOPT_FRESH_CONNECT => true, CURLOPT_FORBID_REUSE => true, // curl repeats by itself on a reused connection
        CURLOPT_USERPWD => told('B2B_USER') . ':' . told('B2B_PASSWORD'), CURLOPT_HTTPAUTH => CURLAUTH_BASIC,
        CURLOPT_HTTPHEADER => ['Accept: application/json', 'Content-Type: application/json', 'Expect:',
            'User-Agent: ' . told('TRENDYOL_SELLER_ID', told('B2B_USER')) . ' - SelfIntegration'],
        CURLOPT_HEADERFUNCTION => function ($curl, string $line) use (&$after): int {
            $after = stripos($line, 'retry-after:') === 0 ? trim(substr($line, 12)) : $after;
            return strlen($line);
        },
    ] + ($body === null ? [] : [CURLOPT_POSTFIELDS => to_json($body)]));
    $text = curl_exec($curl);
    $fault = curl_errno($curl);
    $status = curl_getinfo($curl, CURLINFO_RESPONSE_CODE);
    return [
        'status' => $fault && $status < 400 ? 0 : $status,
        'body' => $fault ? null : json_decode((string) $text, true, 512, JSON_BIGINT_AS_STRING),
        'wait' => is_numeric($after) ? (float) $after : ($after ? max(0.0, (float) strtotime($after) - time()) : null),
        'never' => in_array($fault, NEVER_DONE, true) || ($fault === 28 && !curl_getinfo($curl, CURLINFO_CONNECT_TIME_T)),
        'seconds' => curl_getinfo($curl, CURLINFO_TOTAL_TIME),
    ];
}
/** Asks, and asks again as long as that cannot have an effect twice: always for reads, else after 429 or no connection. */
function ask(array &$run, string $endpoint, string $method, string $path, ?array $body = null): array {
    for ($try = 1; ; $try++) {
        pace($run, $endpoint);
        $answer = exchange($run, $method, $path, $body);
        $status = $answer['status'];
        $bad = $status === 0 || $status >= 500 || ($status === 200 && !is_array($answer['body']));
        $refused = $status === 429 || $answer['never'];
        $run['rough'] = $run['rough'] || $bad || $refused || $answer['seconds'] > 5;
        if ($status === 401 || $status === 403 || ($try === TRIES && ($refused || ($bad && $method === 'GET')))) {
            throw new Stop("the gateway does not let us in or does not answer: $status");
        }
        if (!$refused && !($bad && $method === 'GET')) {
            return $answer;
        }
        pause($run, $answer['wait'] ?? min(10, 2 ** ($try - 1)));
    }
}
/** What can be had now of some barcodes: barcode => quantity; null when the gateway does not tell. */
function stock_of(array &$run, array $barcodes): ?array {
    $query = implode('&', array_map(fn($barcode) => 'barcodeList=' . rawurlencode((string) $barcode), $barcodes));
    $answer = ask($run, 'stock', 'GET', "/v2/offers/{$run['buyer']}/stock-status?$query");
    return $answer['status'] === 200 ? array_column($answer['body'], 'availableQuantity', 'barcode') : null;
}
/** Whether an answer to a write is a plain no. 408 and 409 are none: the request may be there already. */
function is_refusal(array $answer): bool {
    $status = $answer['status'];
    $error = $status === 200 && ($answer['body']['hasError'] ?? false) === true;
    return $error || ($status >= 300 && $status < 500 && $status !== 408 && $status !== 409);
}
/** What one line of a purchase's answer says of the reserved quantity. */
function reserved_item(array &$run, string $barcode, int $requested, ?array $line): array {
    $available = count_of($line['availableQuantity'] ?? null);
    if ($available === null) {
        return ['requested' => $requested, 'state' => 'unclear'];
    }
    $item = ['requested' => $requested, 'reserved' => min($requested, $available), 'state' => 'done'];
    if ($available > 0 && $available < $requested) { // not documented whether the rest was reserved: gone is taken
        $left = count_of(stock_of($run, [$barcode])[$barcode] ?? null);
        $item['state'] = $left !== null && $left < $available ? 'done' : 'unclear';
    }
    return $item;
}
/** Sends one purchase request and returns its record; the store says `unclear` from before it leaves. */
function buy(array &$run, array &$purchases, string $ref, array $items): array {
    $record = ['state' => 'unclear', 'items' => array_map(fn($n) => ['requested' => $n, 'state' => 'unclear'], $items)];
    $line = fn($barcode, $quantity) => ['barcode' => (string) $barcode, 'requestedQuantity' => $quantity];
    $body = array_map($line, array_keys($items), $items);
    save_store($run['store'], [$ref => $record] + $purchases);
    try {
        $path = "/v2/offers/{$run['buyer']}/items?vendorRef=" . rawurlencode($ref);
        $answer = ask($run, 'items', 'POST', $path, $body);
    } catch (Stop $stop) { // comes only when it surely was not done
        save_store($run['store'], $purchases);
        throw $stop;
    }
    $told = $answer['body'];
    $number = $answer['status'] < 300 && is_scalar($told['requestNumber'] ?? null) ? (string) $told['requestNumber'] : '';
    if ($number === '' && is_refusal($answer)) {
        complain("$ref: refused with {$answer['status']} " . to_json($told));
        $failed = array_map(fn($n) => ['requested' => $n, 'state' => 'failed'], $items);
        return ['state' => 'failed', 'status' => $answer['status'], 'items' => $failed];
    }
    if ($number === '') { // also when it is no success: then nothing tells that it was done
        return $record;
    }
    $record = ['state' => 'bought', 'requestNumber' => $number] + $record;
    keep($run, $purchases, $ref, $record); // the number first: all that follows may fail
    $lines = array_filter(is_array($told['items'] ?? null) ? $told['items'] : [], 'is_array');
    $lines = array_column($lines, null, 'barcode');
    foreach ($items as $barcode => $quantity) {
        $record['items'][$barcode] = reserved_item($run, (string) $barcode, $quantity, $lines[$barcode] ?? null);
    }
    return $record;
}
/** Buys one vendorRef; when it is refused for barcodes that the gateway does not know, buys the others. */
function buy_known(array &$run, array &$purchases, string $ref, array $items): void {
    $record = buy($run, $purchases, $ref, $items);
    keep($run, $purchases, $ref, $record);
    $stock = ($record['status'] ?? 0) === 400 && count($items) > 1 ? stock_of($run, array_keys($items)) : null;
    $known = array_intersect_key($items, $stock ?? []);
    if ($known && count($known) < count($items)) {
        $unknown = array_diff_key($record['items'], $known);
        $record = buy($run, $purchases, $ref, $known);
        $record['items'] += $unknown;
        keep($run, $purchases, $ref, $record);
    }
    $states = [$record['state'], ...array_column($record['items'], 'state')];
    $run['open'] = $run['open'] || array_intersect(['failed', 'unclear'], $states);
    if ($record['state'] === 'unclear') { // go on only with a gateway that answers, or all would become unclear
        complain("$ref: no clear answer; it is not sent again, look it up with the gateway");
        if (++$run['unclear'] === MOST_UNCLEAR) {
            throw new Stop('too many purchases of unknown outcome');
        }
        stock_of($run, [array_key_first($items)]);
    }
}
/** Cancels part of an item and returns the item as it is then. All of it may be cancelled twice, a part may not. */
function cancel(array &$run, array &$purchases, string $ref, string $barcode, int $quantity): array {
    $before = $purchases[$ref]['items'][$barcode];
    $held = $before['reserved'] ?? $before['requested'];
    $doubt = ['state' => 'unclear', 'cancelling' => $quantity, 'settled' => $quantity < $held] + $before;
    keep_item($run, $purchases, $ref, $barcode, $doubt);
    try {
        $path = '/v2/offers/' . rawurlencode($purchases[$ref]['requestNumber']) . '/cancel-items';
        $answer = ask($run, 'cancel', 'POST', $path, ['barcode' => $barcode, 'quantity' => $quantity]);
    } catch (Stop $stop) {
        keep_item($run, $purchases, $ref, $barcode, $before);
        throw $stop;
    }
    $told = $answer['body'];
    $cancelled = $answer['status'] === 200 ? count_of($told['cancelledQuantity'] ?? null) : null;
    $cancelled ??= is_refusal($answer) ? 0 : null;
    if ($cancelled === $quantity) {
        return ['requested' => $before['requested'], 'reserved' => $held - $quantity, 'state' => 'done'];
    }
    complain("$ref $barcode: $quantity not cancelled: {$answer['status']} " . to_json($told));
    $run['open'] = true;
    return match (true) {
        $cancelled === null || $cancelled > $quantity => $doubt,
        $before['state'] === 'unclear' => ['settled' => true] + $doubt, // an earlier try may have worked: nobody knows
        default => ['reserved' => $held - $cancelled] + $before,
    };
}
/** Cancels what was bought and is wanted no longer, or less of it. */
function cancel_surplus(array &$run, array &$purchases, array $wanted): void {
    foreach (array_intersect_key($purchases, $wanted) as $ref => $purchase) {
        foreach (array_intersect_key($purchase['items'], $wanted[$ref]) as $barcode => $item) {
            $surplus = ($item['reserved'] ?? $item['requested']) - $wanted[$ref][$barcode];
            $known = $item['state'] === 'done' || ($item['state'] === 'unclear' && $wanted[$ref][$barcode] === 0);
            if ($surplus > 0 && $known && isset($purchase['requestNumber']) && !($item['settled'] ?? false)) {
                $now = cancel($run, $purchases, (string) $ref, (string) $barcode, $surplus);
                keep_item($run, $purchases, (string) $ref, (string) $barcode, $now);
            }
        }
    }
}
/** One synchronisation: cancellations first, they have a cut-off and free stock; then what was not yet bought. */
function sync_all(): int {
    $run = new_run();
    $purchases = load_store($run['store']);
    $wanted = read_wanted(told('CLIENT_WANTED'));
    cancel_surplus($run, $purchases, $wanted);
    $purchases = array_filter($purchases, // a refused purchase bought nothing: it may be tried again, or be forgotten
        fn($purchase, $ref) => $purchase['state'] !== 'failed' || !isset($wanted[$ref]), ARRAY_FILTER_USE_BOTH);
    $orders = array_filter(array_map('array_filter', array_diff_key($wanted, $purchases)));
    if ($orders) { // a read, which may be repeated, shows whether the gateway works
        stock_of($run, [array_key_first(reset($orders))]);
    }
    foreach ($orders as $ref => $items) {
        buy_known($run, $purchases, (string) $ref, $items);
    }
    save_store($run['store'], $purchases);
    return $run['open'] ? 1 : 0;
}
/** Prints what the store holds of the orders. */
function export_orders(): int {
    foreach (load_store(told('CLIENT_STORE')) as $ref => $purchase) {
        foreach ($purchase['items'] as $barcode => $item) {
            $row = ['vendorRef' => (string) $ref, 'barcode' => (string) $barcode, 'state' => $item['state']]
                + (isset($item['reserved']) ? ['reservedQuantity' => $item['reserved']] : []);
            echo to_json($row + ['requestNumber' => $purchase['requestNumber'] ?? null]), "\n";
        }
    }
    return 0;
}
/** Runs one verb. */
function main(array $arguments): int {
    try {
        $store = told('CLIENT_STORE') ?: throw new Stop('CLIENT_STORE is not set');
        [$verb, $kind] = $arguments + ['', ''];
        $lock = $verb === 'export' ? null : lock_store($store);
        return match ($verb) {
            'sync' => sync_all(),
            'export' => $kind === 'orders' ? export_orders() : 0,
            'reset' => !is_file($store) || unlink($store) ? 0 : 1,
            default => throw new Stop('sync, export KIND or reset'),
        };
    } catch (Throwable $fault) {
        complain($fault->getMessage());
        return 1;
    }
}

exit(main(array_slice($argv, 1)));
