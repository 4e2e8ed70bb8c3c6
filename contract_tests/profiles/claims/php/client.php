<?php

// Claims read in windows, each wanted item decided once, in PHP; no packages of Composer.
//   php client.php [--broken=NAME] sync | export claims | reset

declare(strict_types=1);

require __DIR__ . '/../../../clients/php/wants.php';

const DAY_MS = 86_400_000;
const SPAN_MS = 56 * DAY_MS;
const WINDOW_MS = 14 * DAY_MS;
const SIZE = 200;
const WITHOUT_FILE = [1651, 451, 2101];
// What a status says of a wanted decision.
const APPROVED = ['Accepted', 'WaitingFraudCheck'];
const ISSUED = ['Unresolved', 'InAnalysis', 'Rejected'];
// Five approvals and five issues a minute are documented.
const FIVE = [5, 60];

function pull(Run $run): void
{
    $attempt = fn (mixed ...$facts): string => $run->own('decide', ...$facts);
    [$run->store['items'], $states] = try_wants($run, 'claimItemId', read_items(...), $attempt);
    require_done($states);
}

/** What is known of a decision once it was tried. */
function decide(Run $run, ?array $item, array $want): string
{
    $state = state_of($run, $item, $want);
    return $state === 'open' ? outcome_of(fn () => send($run, $item, $want)) : $state;
}

function send(Run $run, array $item, array $want): void
{
    $path = "/order/sellers/{seller}/claims/{$item['claimId']}";
    if ($want['action'] === 'approve') {
        $body = ['claimLineItemIdList' => [$item['id']], 'params' => new stdClass()];
        $run->write('PUT', "$path/items/approve", $body, limits: ['approve' => FIVE]);
    } else {
        $run->write('POST', "$path/issue", form($want['reasonId'], $item['id']), limits: ['issue' => FIVE]);
    }
}

/** Everything stands in the form, as the definition has it, with a file where the reason needs one. */
function form(int $reasonId, string $id): Body
{
    $fields = ['claimIssueReasonId' => $reasonId, 'claimItemIdList' => $id, 'description' => 'İncelendi.'];
    $parts = [];
    foreach ($fields as $name => $value) {
        $parts[] = "Content-Disposition: form-data; name=\"$name\"\r\n\r\n$value\r\n";
    }
    if (!in_array($reasonId, WITHOUT_FILE, true)) {
        $parts[] = "Content-Disposition: form-data; name=\"files[]\"; filename=\"proof.txt\"\r\n"
            . "Content-Type: text/plain\r\n\r\ninspected\r\n";
    }
    $boundary = bin2hex(random_bytes(12));
    $text = implode('', array_map(fn (string $part): string => "--$boundary\r\n$part", $parts));
    return new Body("$text--$boundary--\r\n", "multipart/form-data; boundary=$boundary");
}

/** What an item says of a wanted decision: done, open, pending, or refused for good. */
function state_of(Run $run, ?array $item, array $want): string
{
    $status = $item['claimItemStatus']['name'] ?? 'Created';
    if ($status === 'Created') {
        return 'pending';
    }
    if ($status === 'WaitingInAction') {
        $isEarly = $want['reasonId'] === 1651 && !$run->own('is_last_day', $item['autoApproveDate'] ?? 0, $run->nowMs);
        return $isEarly ? 'pending' : 'open';
    }
    if ($want['action'] === 'approve') {
        return in_array($status, APPROVED, true) ? 'done' : 'refused';
    }
    $isExchanged = $want['reasonId'] === 2101 && $status === 'Accepted';
    return $isExchanged || in_array($status, ISSUED, true) ? 'done' : 'refused';
}

/** Items of claims by their ids, each with what its copy needs of claim and line. */
function read_items(Run $run): array
{
    $items = [];
    // Windows share their edges, so that no instant falls between two.
    for ($end = $run->nowMs; $end > $run->nowMs - SPAN_MS; $end -= WINDOW_MS) {
        $dates = ['startDate' => max($end - WINDOW_MS, $run->nowMs - SPAN_MS), 'endDate' => $end];
        foreach (read_at_rest(fn (): array => read_window($run, $dates)) as $claim) {
            $own = array_intersect_key($claim, array_flip(['claimId', 'orderNumber', 'lastModifiedDate']));
            foreach ($claim['items'] as $line) {
                foreach ($line['claimItems'] as $item) {
                    $items[$item['id']] = $item + $own + ['barcode' => $line['orderLine']['barcode']];
                }
            }
        }
    }
    return $items;
}

function read_window(Run $run, array $dates): array
{
    $pages = [];
    do {
        $query = $dates + ['page' => count($pages), 'size' => SIZE];
        $pages[] = $run->page('/order/sellers/{seller}/claims', $query);
    } while (count($pages) * SIZE < end($pages)['total']);
    return gather($pages, 'id');
}

function claims(array $store, array $own): iterable
{
    foreach ($own['rows'](array_values($store['items'] ?? [])) as $item) {
        $state = $store['states'][$item['id']] ?? null;
        yield [
            'claimItemId' => $item['id'],
            'claimId' => $item['claimId'],
            'orderNumber' => $item['orderNumber'],
            'barcode' => $item['barcode'],
            'status' => $item['claimItemStatus']['name'],
            'lastModifiedDate' => $item['lastModifiedDate'],
        ] + ($state === null ? [] : ['state' => $state]);
    }
}

$profile = [
    'pull' => pull(...),
    'keeps' => 'states',
    'exports' => ['claims' => claims(...)],
    'right' => [
        'decide' => decide(...),
        'is_last_day' => fn (int $endsMs, int $nowMs): bool => $endsMs - $nowMs < DAY_MS,
        'rows' => fn (array $items): array => $items,
    ],
];
main($profile, require __DIR__ . '/broken.php', array_slice($argv, 1));
