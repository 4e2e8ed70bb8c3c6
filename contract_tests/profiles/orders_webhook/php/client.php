<?php

// Packages by webhook in PHP: a receiver that appends what it is told to a file, and runs that read the list all
// the same; no packages of Composer.
//   php client.php [--broken=NAME] sync | export orders | reset | listen

declare(strict_types=1);

require __DIR__ . '/../../../clients/php/packages.php';

const WEBHOOKS = '/webhook/sellers/{seller}/webhooks';
// A caller that stops in the middle is waited for so long.
const CALL_S = 2;

function pull(Run $run): void
{
    subscribe($run, getenv('CLIENT_WEBHOOK_URL'), getenv('CLIENT_WEBHOOK_KEY'));
    $from = $run->nowMs - SPAN_MS;
    $packages = [];
    // Windows share their edges, so that no instant falls between two.
    for ($start = $from; $start < $run->nowMs; $start += WINDOW_MS) {
        $query = ['startDate' => $start, 'endDate' => min($start + WINDOW_MS, $run->nowMs)];
        $query += ['size' => SIZE, 'orderByDirection' => 'ASC'];
        $page = fn (int $number): array => $run->page('/order/sellers/{seller}/v2/orders', $query + ['page' => $number]);
        $packages = read_at_rest(fn (): array => read_pages($page)) + $packages;
    }
    $run->store['packages'] = $packages;
    $run->store['from'] = $from;
}

/** One webhook of our address, active: read first, for a seller has 15, and one that failed 13 times is PASSIVE. */
function subscribe(Run $run, string $url, string $key): void
{
    $webhooks = array_filter($run->page(WEBHOOKS, [])['rows'], fn (array $row): bool => $row['url'] === $url);
    if (!$webhooks) {
        $body = ['url' => $url, 'authenticationType' => 'API_KEY', 'apiKey' => $key];
        $run->write('POST', WEBHOOKS, $body, fn (string $text): bool => isset(json_decode($text, true)['id']));
    } elseif (!in_array('ACTIVE', array_column($webhooks, 'status'), true)) {
        $run->write('PUT', WEBHOOKS . '/' . reset($webhooks)['id'] . '/activate', new stdClass());
    }
}

/** Webhooks are a bare list, packages come in pages. */
function list_or_page(string $url, int $status, array $headers, string $body): array
{
    $read = document($url, $status, $headers, $body);
    return is_array($read) && array_is_list($read)
        ? ['total' => count($read), 'rows' => $read]
        : decode($url, $status, $headers, $body);
}

/** One call after the other: none takes longer than it takes to write a line. */
function listen(array $environment, array $own): void
{
    $server = stream_socket_server("tcp://127.0.0.1:{$environment['CLIENT_WEBHOOK_PORT']}");
    while (true) {
        $caller = @stream_socket_accept($server, -1);
        if ($caller) {
            stream_set_timeout($caller, CALL_S);
            answer_call($caller, $environment, $own);
            fclose($caller);
        }
    }
}

/** @param resource $caller */
function answer_call($caller, array $environment, array $own): void
{
    $lines = [];
    while (($line = fgets($caller)) !== false && trim($line) !== '') {
        $lines[] = $line;
    }
    $length = (int) (headers_by_name($lines)['content-length'] ?? 0);
    $body = $length ? (string) stream_get_contents($caller, $length) : '';
    if ($lines) {
        $status = take($lines, $body, $environment, $own);
        fwrite($caller, "HTTP/1.1 $status Done\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
    }
}

/** What a call tells is kept, a package a line, before it is answered; it is worked on by whoever reads it. */
function take(array $lines, string $body, array $environment, array $own): int
{
    if (!$own['knows']($lines, $environment['CLIENT_WEBHOOK_KEY'])) {
        return 401;
    }
    $document = json_decode($body, true);
    if (!is_array($document)) {
        return 400;
    }
    try {
        $rows = array_map($own['noted'], $document['content'] ?? [$document]);
        $text = implode('', array_map(fn (array $row): string => json_encode($row, JSON) . "\n", $rows));
        file_put_contents(calls_of($environment), $text, FILE_APPEND | LOCK_EX);
    } catch (Error $error) {
        fwrite(STDERR, $error->getMessage() . "\n");
        return 500;
    }
    return 200;
}

function calls_of(array $environment): string
{
    return "{$environment['CLIENT_STORE']}.calls";
}

function rows_told(array $environment): array
{
    $file = calls_of($environment);
    $lines = is_file($file) ? file($file, FILE_IGNORE_NEW_LINES) : [];
    return array_map(fn (string $line): array => json_decode($line, true), $lines);
}

/** What the list has, and what calls told that is as new: a call may come late. */
function with_newer(array $packages, array $rows): array
{
    foreach ($rows as $row) {
        if ($row['lastModifiedDate'] >= ($packages[$row[KEY]]['lastModifiedDate'] ?? 0)) {
            $packages[$row[KEY]] = $row;
        }
    }
    return $packages;
}

$profile = [
    'pull' => pull(...),
    'reset' => fn (array $environment): bool => is_file(calls_of($environment)) && unlink(calls_of($environment)),
    'listen' => listen(...),
    'exports' => [
        'orders' => fn (array $store, array $own): iterable =>
            orders(['packages' => $own['joined']($store['packages'] ?? [], rows_told(getenv()))] + $store),
    ],
    'right' => [
        'decode' => list_or_page(...),
        // There is no signature, only the key that was subscribed; names of headers have no case.
        'knows' => fn (array $lines, string $key): bool => hash_equals($key, headers_by_name($lines)['x-api-key'] ?? ''),
        'noted' => fn (array $row): array => $row,
        'joined' => with_newer(...),
    ],
];
main($profile, require __DIR__ . '/broken.php', array_slice($argv, 1));
