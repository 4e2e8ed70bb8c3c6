<?php
// Trendyol claims of the last 56 days, and the decisions that the shop wants: sync, export claims, reset.
declare(strict_types=1);

const DAY_MS = 86400000, SPAN_MS = 56 * DAY_MS, WINDOW_MS = 14 * DAY_MS;
const WAITS = 'WaitingInAction', WITHOUT_FILE = [1651, 451, 2101], PER_MINUTE = 5;
define('BEGIN', hrtime(true) / 1e6);
define('NOW', (int) (getenv('TRENDYOL_NOW_MS') ?: microtime(true) * 1000));
ini_set('error_log', ''); ini_set('display_errors', 'stderr');
define('CLAIMS', '/sellers/' . getenv('TRENDYOL_SELLER_ID') . '/claims');
define('STORE', getenv('CLIENT_STORE') . (is_dir((string) getenv('CLIENT_STORE')) ? '/claims.json' : ''));

final class Trouble extends RuntimeException {}
final class Enough extends RuntimeException {} // no time left, or not let in: nothing more in this run

function told(string $name): string { return (string) getenv($name); }

function now(): int { return NOW + (int) (hrtime(true) / 1e6 - BEGIN); }

function pause(float $ms): void {
    if (now() - NOW + $ms > 1000 * (float) (told('CLAIMS_BUDGET_SECONDS') ?: 100)) {
        throw new Enough(sprintf('no time left to wait %.0f s', $ms / 1000));
    }
    usleep((int) ($ms * 1000));
}

function load(): array {
    $text = is_file(STORE) ? (string) file_get_contents(STORE) : '';
    $empty = ['claims' => [], 'sent' => [], 'states' => [], 'stamps' => ['approve' => [], 'issue' => []]];
    return (json_decode($text, true) ?: []) + $empty;
}

function save(array $store): void {
    is_dir(dirname(STORE)) || mkdir(dirname(STORE), 0777, true);
    $text = json_encode($store, JSON_THROW_ON_ERROR | JSON_UNESCAPED_UNICODE | JSON_UNESCAPED_SLASHES);
    $whole = file_put_contents(STORE . '.part', $text) === strlen($text) && rename(STORE . '.part', STORE);
    $whole || throw new Trouble('cannot write ' . STORE);
}

function wanted(): array {
    $lines = is_file(told('CLIENT_WANTED')) ? file(told('CLIENT_WANTED')) : [];
    $rows = array_map(fn ($line) => json_decode($line, true, 64, JSON_THROW_ON_ERROR), array_filter($lines, 'trim'));
    return array_column($rows, null, 'claimItemId');
}

/** One request; status 0 without a whole answer. A new handle each: curl repeats on a stale one by itself. */
function request(string $method, string $path, string|array|null $body = null, array $headers = []): array {
    $front = told('TRENDYOL_STOREFRONT');
    $lines = ['Accept: application/json', 'Expect:', ...$headers, ...($front === '' ? [] : ["storeFrontCode: $front"])];
    $after = null;
    $curl = curl_init(rtrim(told('TRENDYOL_BASE_URL'), '/') . '/integration/order' . $path);
    curl_setopt_array($curl, [
        CURLOPT_CUSTOMREQUEST => $method, CURLOPT_HTTPHEADER => $lines,
        CURLOPT_USERAGENT => told('TRENDYOL_SELLER_ID') . ' - SelfIntegration',
        CURLOPT_HTTPAUTH => CURLAUTH_BASIC, CURLOPT_USERPWD => told('TRENDYOL_API_KEY') . ':' . told('TRENDYOL_API_SECRET'),
        CURLOPT_RETURNTRANSFER => true, CURLOPT_FOLLOWLOCATION => false, CURLOPT_TIMEOUT => 30,
        CURLOPT_HEADERFUNCTION => function ($_, string $line) use (&$after): int {
            if (preg_match('/^retry-after:\s*(.+?)\s*$/i', $line, $hit)) {
                $moment = ctype_digit($hit[1]) ? time() + (int) $hit[1] : strtotime($hit[1]);
                $after = $moment === false ? null : max(0, $moment - time()) * 1000;
            }
            return strlen($line);
        },
    ]);
    $body === null || curl_setopt($curl, CURLOPT_POSTFIELDS, $body);
    $text = curl_exec($curl);
    $whole = $text !== false && curl_errno($curl) === 0;
    $status = $whole ? curl_getinfo($curl, CURLINFO_RESPONSE_CODE) : 0;
    return ['status' => $status, 'text' => $whole ? $text : curl_error($curl), 'after' => $after];
}

/** A read with its repetitions. Null for a 404 in JSON, which stands for "nothing found". */
function read(string $path, callable $whole, int $tries = 6): ?array {
    for ($try = 0; ; $try++) {
        $answer = request('GET', $path);
        $status = $answer['status'];
        $body = json_decode($answer['text'], true, 512, JSON_BIGINT_AS_STRING);
        if (is_array($body) && ($status === 404 || ($status === 200 && $whole($body)))) {
            return $status === 200 ? $body : null;
        }
        $again = in_array($status, [0, 200, 408, 423, 425, 429], true) || $status >= 500;
        if (!$again || $try + 1 >= $tries) {
            throw new Trouble("GET $path: $status " . substr($answer['text'], 0, 120));
        }
        pause($answer['after'] ?? ($status === 429 ? 2000 : 500) * 2 ** $try + random_int(0, 100));
    }
}

function is_page(array $body): bool { return is_array($body['content'] ?? (($body['totalElements'] ?? null) === 0 ? [] : null)); }

/** The claims made from $from to $to, both included; again when the list moved under the reader. */
function read_window(int $from, int $to): array {
    for ($try = 0; $try < 4; $try++) {
        [$found, $totals, $page] = [[], [], 0];
        do {
            $query = http_build_query(['startDate' => $from, 'endDate' => $to, 'page' => $page, 'size' => 200]);
            $body = read(CLAIMS . "?$query", 'is_page');
            $body ??= ['totalElements' => $page === 0 ? 0 : -1]; // so may an account without claims be told
            foreach ($body['content'] ?? [] as $claim) {
                $found[(string) ($claim['claimId'] ?? $claim['id'])] = $claim;
            }
            $totals[(int) ($body['totalElements'] ?? -1)] = true;
        } while (++$page < (int) ($body['totalPages'] ?? 0));
        if (array_keys($totals) === [count($found)]) {
            return $found;
        }
        pause(300 * 2 ** $try);
    }
    throw new Trouble('the list of claims moves too fast to be read');
}

/** True when the audit knows that an item has left WaitingInAction, whatever the list says. */
function audit_says_decided(string $item): bool {
    try {
        $steps = read(CLAIMS . '/items/' . rawurlencode($item) . '/audit', 'array_is_list', 2) ?? [];
    } catch (Trouble) {
        return false; // not every edition is known to have it
    }
    return in_array(WAITS, array_column($steps, 'previousStatus'), true);
}

function send_decision(array $group, array $items): array {
    $path = CLAIMS . '/' . rawurlencode($group['claim']);
    if ($group['action'] === 'approve') {
        $body = json_encode(['claimLineItemIdList' => $items, 'params' => new stdClass()], JSON_THROW_ON_ERROR);
        return request('PUT', "$path/items/approve", $body, ['Content-Type: application/json']);
    }
    $form = ['claimIssueReasonId' => (string) $group['reason'], 'claimItemIdList' => implode(',', $items)];
    $form['description'] = 'The return was checked and does not meet the conditions; see the photo.';
    if (!in_array($group['reason'], WITHOUT_FILE, true)) {
        $pixel = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAQAAAC1HAwCAAAAC0lEQVR42mNkYAAAAAYAAjCB0C8AAAAASUVORK5CYII=';
        $form['files'] = new CURLStringFile(base64_decode($pixel), 'photo.png', 'image/png');
    }
    return request('POST', "$path/issue", $form);
}

/** Takes a claim into the copy; false when the copy already holds a newer one, so that the list is late. */
function keep(array &$store, array $claim): bool {
    $id = (string) ($claim['claimId'] ?? $claim['id']);
    if (isset($store['claims'][$id]) && ($claim['lastModifiedDate'] ?? 0) < $store['claims'][$id]['changed']) {
        return false;
    }
    $items = [];
    foreach ($claim['items'] ?? [] as $line) {
        foreach ($line['claimItems'] ?? [] as $item) {
            $facts = ['barcode' => $line['orderLine']['barcode'] ?? null, 'status' => $item['claimItemStatus']['name'] ?? null];
            $facts += ['detail' => $item['acceptDetail'] ?? null, 'ends' => (int) ($item['autoApproveDate'] ?? 0)];
            $items[(string) $item['id']] = $facts;
        }
    }
    $rest = ['order' => $claim['orderNumber'] ?? null, 'made' => $claim['claimDate'] ?? NOW];
    $store['claims'][$id] = $rest + ['changed' => $claim['lastModifiedDate'] ?? null, 'items' => $items];
    return true;
}

function find(array $store, string $item): ?array {
    foreach ($store['claims'] as $id => $claim) {
        if (isset($claim['items'][$item])) {
            return ['claim' => (string) $id, 'changed' => $claim['changed']] + $claim['items'][$item];
        }
    }
    return null;
}

/** Reads one claim anew, before and after a decision on it. */
function look_again(array &$store, string $claim): void {
    $body = read(CLAIMS . '?' . http_build_query(['claimIds' => $claim]), 'is_page');
    $same = fn ($row) => (string) ($row['claimId'] ?? $row['id']) === $claim;
    $now = array_values(array_filter($body['content'] ?? [], $same))[0] ?? throw new Trouble("no claim $claim");
    keep($store, $now) || throw new Trouble("claim $claim: the list is late");
}

function still_waits(array $store, array $items): array {
    return array_values(array_filter($items, fn ($item) => (find($store, (string) $item)['status'] ?? '') === WAITS));
}

/** Groups of items to decide in one request: one claim, one action, one reason. */
function plan(array $store, array $wants): array {
    [$groups, $reasons] = [[], null];
    foreach ($wants as $id => $want) {
        [$id, $item] = [(string) $id, find($store, (string) $id)];
        if (($item['status'] ?? '') !== WAITS || !in_array($want['action'], ['approve', 'issue'], true)) {
            continue;
        }
        $reason = $want['action'] === 'issue' ? (int) $want['reasonId'] : 0;
        if ($want['action'] === 'issue') {
            $reasons ??= array_map('intval', array_column(read('/claim-issue-reasons', 'array_is_list') ?? [], 'id'));
            $arrived = $item['ends'] ? $item['ends'] - 2 * DAY_MS : $item['changed'];
            if (!in_array($reason, $reasons, true) || ($reason === 1651 && now() <= $arrived + DAY_MS)) {
                continue;
            }
        }
        ['word' => $word, 'at' => $at] = $store['sent'][$id] ?? ['word' => '', 'at' => 0];
        $fresh = $word === 'taken' && now() - $at < 3600000;
        if ($fresh || (in_array($word, ['taken', 'lost'], true) && audit_says_decided($id))) {
            continue; // decided before; the list has yet to say so
        }
        $key = "{$item['claim']} {$want['action']} $reason" . ($word === 'refused' ? " $id" : '');
        $groups[$key] ??= ['claim' => $item['claim'], 'action' => $want['action'], 'reason' => $reason, 'items' => []];
        $groups[$key]['items'][] = $id;
    }
    [$turns, $minutes] = [['approve' => 0, 'issue' => 0], []];
    foreach ($groups as $key => $group) {
        $minutes[$key] = intdiv($turns[$group['action']]++, PER_MINUTE);
    }
    asort($minutes); // five of each kind a minute
    return array_replace($minutes, $groups);
}

function keep_pace(array &$store, string $action): void {
    $recent = array_values(array_filter($store['stamps'][$action], fn ($at) => $at <= now() && $at > now() - 61000));
    if (count($recent) >= PER_MINUTE) {
        pause(max(0, $recent[count($recent) - PER_MINUTE] + 61000 - now()));
    }
    $store['stamps'][$action] = array_slice($recent, -PER_MINUTE);
}

function carry_out(array &$store, array $group): bool {
    try {
        decide($store, $group);
        return true;
    } catch (Trouble $trouble) {
        error_log($trouble->getMessage());
        return false; // the other groups shall have their turn
    }
}

/** Decides one group. What was lost or refused is looked at; only what surely was not taken is sent again. */
function decide(array &$store, array $group): void {
    for ($try = 0; $try < 6; $try++) {
        keep_pace($store, $group['action']);
        look_again($store, $group['claim']);
        $items = still_waits($store, $group['items']);
        if ($items === []) {
            return;
        }
        $before = $store['sent'];
        $note = function (string $word) use (&$store, $items): void {
            foreach ($items as $item) {
                $store['sent'][$item] = ['word' => $word, 'at' => now()];
            }
            save($store);
        };
        $note('lost'); // until an answer is here
        $answer = send_decision($group, $items);
        $store['stamps'][$group['action']][] = now();
        [$status, $text] = [$answer['status'], $answer['text']];
        if ($status >= 200 && $status < 300 && !str_starts_with(ltrim($text), '<')) {
            $note('taken'); // a web page is no answer
            return;
        }
        error_log("{$group['action']} of claim {$group['claim']}: $status " . substr($text, 0, 120));
        if (in_array($status, [401, 403, 429], true)) {
            $store['sent'] = $before;
            save($store);
            if ($status !== 429) {
                throw new Enough('not let in');
            }
            pause($answer['after'] ?? 2000 * 2 ** $try + random_int(0, 100));
        } elseif ($status < 400 || $status >= 500 || $status === 408) {
            return; // perhaps taken, perhaps not
        } else {
            $note('refused');
            look_again($store, $group['claim']);
            if (count(still_waits($store, $items)) === count($items)) {
                return; // nothing is different, so the answer would not be either
            }
        }
    }
}

function state_of(array $want, array $item, ?array $sent): string {
    $word = $sent['word'] ?? '';
    if (in_array($item['status'], ['Created', WAITS], true)) {
        return $word === 'lost' ? 'unclear' : 'pending';
    }
    if ($want['action'] === 'approve') {
        $accepted = $item['status'] === 'Accepted' && ($item['detail'] === 'SUPPLIER' || $word === 'taken');
        return $accepted || $item['status'] === 'WaitingFraudCheck' ? 'done' : 'refused';
    }
    $detail = (int) $want['reasonId'] === 2101 ? 'SUPPLIER' : 'DISPUTE';
    $accepted = $item['status'] === 'Accepted' && ($item['detail'] === $detail || $word === 'taken');
    $decided = $accepted || in_array($item['status'], ['Unresolved', 'InAnalysis', 'Rejected'], true);
    return $decided && in_array($word, ['taken', 'lost'], true) ? 'done' : 'refused';
}

/** True when the copy is whole and nothing wanted is left to decide. */
function sync(): bool {
    [$store, $wants, $groups, $end] = [load(), wanted(), [], NOW];
    for ($from = $end - SPAN_MS, $seen = []; $from < $end; $from += WINDOW_MS) {
        $seen += read_window($from, $from + WINDOW_MS < $end ? $from + WINDOW_MS - 1 : $end);
    }
    $store['claims'] = array_filter($store['claims'], fn ($claim) => $claim['made'] >= $end - SPAN_MS);
    $whole = array_diff_key($store['claims'], $seen) === []; // what was shown once and is in the span has to be there
    foreach (array_filter($seen, fn ($claim) => ($claim['claimDate'] ?? $end) >= $end - SPAN_MS) as $claim) {
        $whole = keep($store, $claim) && $whole;
    }
    save($store);
    try {
        foreach ($groups = plan($store, $wants) as $group) {
            $whole = carry_out($store, $group) && $whole;
        }
        foreach ($groups as $group) {
            $ours = fn ($id) => in_array($store['sent'][$id]['word'] ?? '', ['taken', 'lost'], true);
            $sent = array_filter($group['items'], $ours);
            for ($look = 0; $look < 4 && $sent !== []; $look++) {
                pause($look * 600);
                look_again($store, $group['claim']);
                $sent = still_waits($store, $sent);
            }
        }
    } catch (Trouble | Enough $trouble) {
        error_log($trouble->getMessage());
        $whole = false;
    }
    $store['states'] = [];
    foreach ($wants as $id => $want) {
        $item = find($store, (string) $id);
        $state = $item === null ? 'unclear' : state_of($want, $item, $store['sent'][$id] ?? null);
        $store['states'][$id] = $state;
        $state === 'done' || error_log("{$want['action']} of $id: $state");
        $whole = $whole && $item !== null && $item['status'] !== WAITS;
    }
    save($store);
    return $whole;
}

function export(array $store): void {
    foreach ($store['claims'] as $id => $claim) {
        foreach ($claim['items'] as $key => $item) {
            $row = ['claimItemId' => (string) $key, 'claimId' => (string) $id, 'orderNumber' => $claim['order'],
                'barcode' => $item['barcode'], 'status' => $item['status'], 'lastModifiedDate' => $claim['changed']];
            $row += isset($store['states'][$key]) ? ['state' => $store['states'][$key]] : [];
            echo json_encode($row, JSON_THROW_ON_ERROR | JSON_UNESCAPED_UNICODE), "\n";
        }
    }
}

[$verb, $kind] = [$argv[1] ?? '', $argv[2] ?? ''];
try {
    match ($verb) {
        'sync' => exit(sync() ? 0 : 1),
        'export' => $kind === 'claims' ? export(load()) : null,
        'reset' => is_file(STORE) ? unlink(STORE) : null,
        default => throw new Trouble('sync, export claims or reset'),
    };
} catch (Throwable $trouble) {
    error_log($trouble->getMessage());
    exit(1);
}
