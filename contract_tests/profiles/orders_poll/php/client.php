<?php

// The packages of the last weeks in PHP: windows of two weeks of their last change; no packages of Composer.
//   php client.php [--broken=NAME] sync | export orders | reset

declare(strict_types=1);

require __DIR__ . '/../../../clients/php/client.php';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const SPAN_MS = 29 * DAY_MS;
const WINDOW_MS = 14 * DAY_MS;
const SIZE = 200;
const MOST = 10_000;
const KEY = 'shipmentPackageId';

function pull(Run $run): void
{
    $from = $run->nowMs - SPAN_MS;
    $packages = [];
    // Windows share their edges, so that no instant falls between two.
    for ($start = $from; $start < $run->nowMs; $start += WINDOW_MS) {
        $packages = read_window($run, $start, min($start + WINDOW_MS, $run->nowMs)) + $packages;
    }
    $run->store['packages'] = $packages + ($run->store['packages'] ?? []);
    $run->store['from'] = $from;
}

/** Pages reach so many packages; where there are more, both halves of the window are read. */
function read_window(Run $run, int $start, int $end): array
{
    $dates = ['startDate' => $run->own('instant', $start), 'endDate' => $run->own('instant', $end)];
    $query = $dates + $run->own('filter') + ['size' => SIZE, 'orderByDirection' => 'ASC'];
    $page = fn (int $number): array => $run->page('/order/sellers/{seller}/v2/orders', $query + ['page' => $number]);
    if ($page(0)['total'] > MOST) {
        $middle = intdiv($start + $end, 2);
        return read_window($run, $middle, $end) + read_window($run, $start, $middle);
    }
    return read_at_rest(fn (): array => read_pages($page));
}

/** A package that changes leaves its page and draws the next one forward, so pages are looked at again. */
function read_pages(callable $page): array
{
    $pages = [$page(0)];
    while (count($pages) * SIZE < $pages[0]['total']) {
        $pages[] = $page(count($pages));
    }
    $rows = gather($pages, KEY);
    foreach (array_slice($pages, 0, -1) as $number => $before) {
        if (array_column($page($number)['rows'], KEY) !== array_column($before['rows'], KEY)) {
            throw new Moved("page $number has other rows than a moment ago");
        }
    }
    return $rows;
}

/** An instant in ISO 8601, UTC. */
function iso(int $ms): string
{
    return gmdate('Y-m-d\TH:i:s', intdiv($ms, 1000)) . sprintf('.%03dZ', $ms % 1000);
}

/** orderDate lies three hours ahead of the moment of the order; every other date is exact. */
function orders(array $store): iterable
{
    foreach ($store['packages'] ?? [] as $row) {
        if ($row['lastModifiedDate'] >= ($store['from'] ?? 0)) {
            yield [
                'shipmentPackageId' => $row[KEY],
                'orderNumber' => $row['orderNumber'],
                'status' => $row['status'],
                'lastModifiedDate' => $row['lastModifiedDate'],
                'orderedAt' => iso($row['orderDate'] - 3 * HOUR_MS),
                'totalPrice' => $row['packageTotalPrice'],
                'quantity' => array_sum(array_column($row['lines'], 'quantity')),
                'currency' => $row['currencyCode'],
            ];
        }
    }
}

$profile = [
    'pull' => pull(...),
    'exports' => ['orders' => orders(...)],
    'right' => ['instant' => fn (int $ms): int => $ms, 'filter' => fn (): array => []],
];
main($profile, require __DIR__ . '/broken.php', array_slice($argv, 1));
