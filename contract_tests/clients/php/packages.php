<?php

// What clients of packages share: how far they look back, the pages of a window, and the rows of their copy.

declare(strict_types=1);

require __DIR__ . '/client.php';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const SPAN_MS = 29 * DAY_MS;
const WINDOW_MS = 14 * DAY_MS;
const SIZE = 200;
const KEY = 'shipmentPackageId';

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
